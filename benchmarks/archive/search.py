"""How long finding takes among very many documents: two-character words, names, numbers, several terms, filters.

``python -m benchmarks.archive.search --documents 1000000 [--postgresql]`` writes cases of three one-page documents into
the real tables and asks as the archive desk does for its first page. The sentences are those of this repository's own
texts, frequent ones far more often than rare ones, with invented names and numbers. Times are milliseconds. With
``--folder`` what was written stays and is asked again the next time.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from benchmarks.station.cases import look_after
from benchmarks.station.cluster import kept_cluster
from domain.vocabulary import CaseStatus, Channel, DocumentKind
from storage import CaseFilter, Storage, open_storage
from storage.database import insert_all
from storage.full_text import CaseWords, full_text
from storage.search_tables import search_cases, search_entries
from storage.tables import batches, cases
from storage.tokens import Blind, grams, tails, tokens, with_secrets

TARGET_MS = 300
DOCUMENTS_OF_A_CASE = 3
FIRST_PAGE = 51
"""Cases that the archive desk asks for: a page of fifty, and one more to know whether there are others."""

_ROOT = Path(__file__).resolve().parents[2]
_TEXTS = ("benchmarks/held_out/texts", "benchmarks/judging/texts", "training/text", "docs/guide", "policies", "samples")
_SENTENCE = re.compile(r"[^。；！？\n\"'{}\[\]|#*`]{8,60}")
_CHUNK = 2000
_SURNAMES, _GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许",
    "明月清风春晓秋实文武安康宁远思齐嘉禾子墨雨桐若溪书言景行",
)
_KINDS = (DocumentKind.COMPLAINT_LETTER, DocumentKind.APPLICATION_FORM, DocumentKind.EVIDENCE)
_POLICIES = ("exchange-member",) * 6 + ("securities-brokerage",) * 3 + ("village-bank",)
_EPOCH = datetime(2016, 1, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Piece:
    """A sentence, its grams and its long words' endings."""

    text: str
    grams: tuple[str, ...]
    tails: tuple[str, ...]

    @staticmethod
    def of(said: str, blind: Blind) -> Piece:
        """Cut a sentence once."""
        words = with_secrets(said)
        return Piece(said, grams(words, blind), tails(words, blind))


def sentences() -> list[str]:
    """Return the Chinese sentences of the repository's texts, each once, in a fixed order."""
    found: dict[str, None] = {}
    for folder in _TEXTS:
        for file in sorted((_ROOT / folder).rglob("*")):
            if file.suffix in (".txt", ".md", ".yaml", ".py", ".jsonl"):
                for said in _SENTENCE.findall(file.read_text("utf-8", errors="ignore")):
                    if sum("一" <= c <= "鿿" for c in said) >= 6:
                        found.setdefault(said.strip())
    return list(found)


class Writer:
    """Writes cases in bulk: the rows that ``index_case`` leaves, without making a case for each."""

    def __init__(self, storage: Storage, seed: int) -> None:
        self._storage = storage
        self._chance = random.Random(seed)
        found = sentences()
        self._chance.shuffle(found)
        self._index = full_text(storage.database.dialect)
        self._pieces = [Piece.of(said, self._index.blind) for said in found]

    def write(self, number: int) -> None:
        """Write ``number`` cases into an empty database."""
        with self._storage.database.write() as connection:
            values = {"channel": "letter", "operator": "收发员", "received_at": _EPOCH, "accepted_at": _EPOCH}
            connection.execute(insert(batches).values(id="b", **values))
        with self._indexed_afterwards():
            for start in range(0, number, _CHUNK):
                self._write(range(start, min(number, start + _CHUNK)))
        look_after(self._storage.database)

    @contextmanager
    def _indexed_afterwards(self) -> Iterator[None]:
        """Make PostgreSQL's indexes of words when all rows are there: in minutes instead of an hour."""
        database = self._storage.database
        if database.is_sqlite:
            yield
            return
        columns = ("facts", "pages", "tails")
        with database.write() as connection:
            for name in columns:
                connection.execute(text(f"DROP INDEX ix_case_words_{name}"))
        yield
        with database.write() as connection:
            connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            for name in columns:
                connection.execute(text(f"CREATE INDEX ix_case_words_{name} ON case_words USING gin ({name})"))

    def _write(self, numbers: range) -> None:
        lines, places, known = [], [], []
        for n in numbers:
            line, said, words = self._case(n)
            lines.append(line)
            places += [{"case_id": line["id"], **place} for place in said]
            known.append((n + 1, line["id"], words))
        with self._storage.database.write() as connection:
            insert_all(connection, cases, lines)
            insert_all(connection, search_entries, places)
            insert_all(connection, search_cases, [{"id": i, "case_id": case_id} for i, case_id, _ in known])
            for i, _, words in known:
                self._index.add(connection, i, words)

    def _case(self, n: int) -> tuple[dict[str, Any], list[dict[str, Any]], CaseWords]:
        chance = self._chance
        case_id, number = f"case-{n:020x}", f"SYN-{n + 1:08d}"
        name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))
        phone = f"13{chance.randrange(10**9):09d}"
        facts = [("number", number), ("field:complainant_name", name), ("field:complainant_mobile", phone)]
        said = [{"source": s, "text": t, "document_id": None, "page": None, "kind": None} for s, t in facts]
        pieces = []
        for kind in _KINDS:
            page = [self._pieces[int(len(self._pieces) * chance.random() ** 3)] for _ in range(chance.randint(7, 12))]
            pieces += page
            words = "。".join([*(p.text for p in page), f"投诉人{name}，电话{phone}"])
            place = {"document_id": f"doc-{kind.value}", "page": 1, "kind": kind.value}
            said.append({"source": "page", "text": words, **place})
        words_of_facts = (tokens(number), *(with_secrets(t) for _, t in facts[1:]))
        known = CaseWords.of(words_of_facts, (with_secrets(f"投诉人{name}，电话{phone}"),), self._index.blind)
        read = frozenset(g for p in pieces for g in p.grams) | known.pages
        ends = frozenset(t for p in pieces for t in p.tails) | known.tails
        received = _EPOCH + timedelta(minutes=12 * n)
        line = {
            "id": case_id,
            "number": number,
            "policy": _POLICIES[n % len(_POLICIES)],
            "channel": Channel.LETTER.value,
            "received_at": received,
            "accepted_at": received,
            "current_revision": 1,
            "status": (CaseStatus.FILED if n % 3 else CaseStatus.AWAITING_REVIEW).value,
            "complainant_name": name,
        }
        return line, said, CaseWords(known.facts, read, ends)


@dataclass(frozen=True)
class Question:
    """What is asked, and of which cases."""

    words: str
    of: CaseFilter | None = None


def questions(storage: Storage, number: int, chance: random.Random) -> dict[str, list[Question]]:
    """Return questions of each sort; those about numbers and names have an answer."""
    pieces = [p for p in sentences() if len(p) >= 12]
    known = [_facts(storage, chance.randrange(number)) for _ in range(60)]
    names, phones = [n for n, _ in known], [p for _, p in known]
    frequent = ["投诉", "本人", "客户", "退还", "公司", "要求", "办理", "账户", "金额", "处理"]

    def cut(length: int) -> str:
        words = [w.word for w in tokens(chance.choice(pieces)) if w.single]
        at = chance.randrange(max(1, len(words) - length))
        return "".join(words[at : at + length]) or "投诉"

    year = _EPOCH.year + int(number * 12 / 60 / 24 / 365 / 2)
    of_year = CaseFilter(policy="village-bank", received_from=date(year, 1, 1), received_to=date(year, 12, 31))
    return {
        "frequent word": [Question(w) for w in frequent for _ in range(6)],
        "word of two characters": [Question(cut(2)) for _ in range(60)],
        "phrase of five characters": [Question(cut(5)) for _ in range(60)],
        "name": [Question(n) for n in names],
        "given name alone": [Question(n[1:]) for n in names],
        "phone number": [Question(p) for p in phones],
        "last four digits": [Question(p[-4:]) for p in phones],
        "name and word": [Question(f"{n} {chance.choice(frequent)}") for n in names],
        "three words": [Question(f"{cut(2)} {cut(2)} {chance.choice(frequent)}") for _ in range(60)],
        "frequent word, one pack and year": [Question(w, of_year) for w in frequent for _ in range(6)],
        "what nobody wrote": [Question(f"{cut(2)}{cut(2)}鱼") for _ in range(60)],
        "one character": [Question(cut(1)) for _ in range(60)],
    }


def _facts(storage: Storage, n: int) -> tuple[str, str]:
    of_case = (search_entries.c.case_id == f"case-{n:020x}") & search_entries.c.source.startswith("field:")
    with storage.database.read() as connection:
        query = select(search_entries.c.text).where(of_case).order_by(search_entries.c.id)
        name, phone = connection.execute(query).scalars()
    return name, phone


def measure(storage: Storage, number: int) -> Iterator[tuple[str, list[float], float]]:
    """Yield for each sort of question the milliseconds of every answer, and the median number of hits."""
    chance = random.Random(7)
    for sort, asked in questions(storage, number, chance).items():
        times, counts = [], []
        for question in asked:
            took, hits = _timed(lambda q=question: storage.search.find(q.words, q.of, None, 3 * FIRST_PAGE, FIRST_PAGE))
            times.append(took)
            counts.append(len(hits))
        yield sort, times, statistics.median(counts)


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = act()
    return (time.perf_counter() - began) * 1000, answer


@contextmanager
def _database(folder: Path, *, postgresql: bool) -> Iterator[Storage]:
    """Open the database in ``folder``, made when it is not there."""
    home = folder / ("postgresql" if postgresql else "sqlite")
    home.mkdir(parents=True, exist_ok=True)
    folder.chmod(folder.stat().st_mode | 0o011)  # PostgreSQL's server never runs as root
    with kept_cluster(home) if postgresql else nullcontext(None) as url:
        storage = open_storage(home / "home", url)
        yield storage
        storage.close()


def _cases_in(storage: Storage) -> int:
    with storage.database.read() as connection:
        return connection.execute(select(func.count()).select_from(search_cases)).scalar_one()


def main() -> None:
    """Write, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true", help="start a PostgreSQL 15 of its own")
    parser.add_argument("--folder", type=Path, help="keep the database here; one that is there is asked as it is")
    given = parser.parse_args()
    with (
        nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory() as folder,
        _database(Path(folder), postgresql=given.postgresql) as storage,
    ):
        number = _cases_in(storage)
        began = time.perf_counter()
        if not number:
            number = given.documents // DOCUMENTS_OF_A_CASE
            Writer(storage, seed=1).write(number)
        print(f"{number} cases, {number * DOCUMENTS_OF_A_CASE} documents ({time.perf_counter() - began:.0f} s)")
        print(f"\n{'PostgreSQL' if given.postgresql else 'SQLite'}: the first page of an answer")
        print(f"{'':34} {'median ms':>10} {'p95 ms':>8} {'most':>8} {'hits':>6}")
        everything: list[float] = []
        for sort, times, hits in measure(storage, number):
            everything += times
            p95 = statistics.quantiles(times, n=20)[-1]
            print(f"{sort:34} {statistics.median(times):10.1f} {p95:8.1f} {max(times):8.1f} {hits:6.0f}", flush=True)
        p95 = statistics.quantiles(everything, n=20)[-1]
        print(f"\nall: p95 {p95:.0f} ms, target {TARGET_MS} ms: {'met' if p95 <= TARGET_MS else 'MISSED'}")


if __name__ == "__main__":
    main()
