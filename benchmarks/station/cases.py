"""Synthetic cases in bulk, through the real tables: every line, revision and review item as ``save_case`` leaves them.

All people and papers are invented. The mix: most cases are finished, four in ten wait, one waiting case in fifty is, or
may be, of the gravest level; due times lie around now, papers came in over two years.
"""

from __future__ import annotations

import io
import random
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import insert, text

from domain.case import Case, ReviewReason
from domain.documents import Document, KindGuess, ObjectRef, Page, SourceFile
from domain.evidence import Candidate, Evidence, FieldValue
from domain.fields import FIELDS, FieldType
from domain.queue import place_of
from domain.verdicts import (
    CategoryVerdict,
    Deadline,
    DispositionVerdict,
    Judgement,
    MaterialItem,
    MaterialsReport,
    SeverityVerdict,
)
from domain.vocabulary import CaseStatus, Channel, DispositionValue, DocumentKind, MaterialStatus
from flows.wiring import Services
from storage.case_lines import line_values
from storage.database import Database, insert_all
from storage.digests import sha256_of
from storage.registry import register
from storage.revisions import canonical_case
from storage.tables import batches, case_files, case_revisions, cases, review_items

WIDTH, HEIGHT = 1240, 1754
_SHAPES = 60
"""Different cases; all others are these with another number, name and clock."""

_CHUNK = 2000
_ID, _NUMBER, _NAME, _DUE, _RECEIVED = "case-@id", "@number", "姓名在此", "2001-01-01T00:00:00Z", "2002-02-02T00:00:00Z"
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "明月清风春晓秋实文武安康宁远思齐"
_KINDS = (
    DocumentKind.COMPLAINT_LETTER,
    DocumentKind.APPLICATION_FORM,
    DocumentKind.ID_CARD_COPY,
    DocumentKind.EVIDENCE,
    DocumentKind.TRADE_STATEMENT,
    DocumentKind.ENVELOPE,
)
_ASKED = ("low_probability", "check_failed", "mismatch", "materials", "category", "kind", "page_quality", "disposition")
_POLICIES = ("exchange-member",) * 6 + ("securities-brokerage",) * 2 + ("village-bank", "hotel")


@dataclass(frozen=True)
class Shape:
    """A case to make others from: its canonical JSON with marks, and the columns of its line."""

    case: Case
    body: str
    line: dict[str, Any]


def make_cases(services: Services, number: int, seed: int = 1) -> None:
    """Write ``number`` cases into an empty database."""
    chance = random.Random(seed)
    paper = services.storage.objects.put(_page_picture(), "image/png")
    shapes = [_shape(services, paper, chance, n) for n in range(_SHAPES)]
    with services.storage.database.write() as connection:
        register(connection, (paper,), datetime.now(UTC))
        connection.execute(
            insert(batches).values(id="b", received_at=_now(), channel="letter", operator="收发员", accepted_at=_now())
        )
    for start in range(0, number, _CHUNK):
        _write(services, shapes, range(start, min(number, start + _CHUNK)), chance)
    look_after(services.storage.database)


def look_after(database: Database) -> None:
    """Do what the database does by itself in time: gather statistics and (PostgreSQL) note which rows all may see."""
    with database.write() as connection:
        connection.execute(text("ANALYZE"))
        engine = connection.engine
    if not database.is_sqlite:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM"))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _write(services: Services, shapes: list[Shape], numbers: range, chance: random.Random) -> None:
    lines, revisions, items, files = [], [], [], []
    for n in numbers:
        shape = chance.choice(shapes)
        line, body = _one(shape, n, chance)
        lines.append(line)
        packed = {"body": zlib.compress(body, 1), "sha256": sha256_of(body), "saved_at": line["saved_at"]}
        revisions.append({"case_id": line["id"], "revision": 1, "cause": "assembled", **packed})
        files.append(_file(shape.case, line["id"]))
        items += [_item(line["id"], reason, line["saved_at"]) for reason in shape.case.review]
    with services.storage.database.write() as connection:
        insert_all(connection, cases, lines)
        insert_all(connection, case_revisions, revisions)
        insert_all(connection, case_files, files)
        insert_all(connection, review_items, items)


def _one(shape: Shape, n: int, chance: random.Random) -> tuple[dict[str, Any], bytes]:
    case_id, number = f"case-{n:020x}", f"SYN-2026-{n + 1:06d}"
    name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))
    received = _now() - timedelta(minutes=chance.randrange(2 * 365 * 24 * 60))
    due = _now() + timedelta(minutes=chance.randrange(-5 * 24 * 60, 20 * 24 * 60))
    marks = {_ID: case_id, _NUMBER: number, _NAME: name, _DUE: _stamp(due), _RECEIVED: _stamp(received)}
    body = shape.body
    for mark, value in marks.items():
        body = body.replace(mark, value)
    due_at = None if shape.line["due_at"] is None else due
    waits = shape.line["place"] is not None
    line = {
        **shape.line,
        "id": case_id,
        "number": number,
        "policy": shape.case.policy,
        "channel": shape.case.channel.value,
        "received_at": received,
        "accepted_at": received,
        "saved_at": received,
        "complainant_name": name,
        "due_at": due_at,
        "asked_since": received if shape.case.review else None,
        "for_expert": waits and chance.random() < 0.02,
        "place": place_of(case_id, shape.line["grave"], due_at, received) if waits else None,
    }
    return line, body.encode()


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _file(case: Case, case_id: str) -> dict[str, Any]:
    source = case.documents[0].source
    values = {"object_key": source.object.key, "name": source.name, "batch_id": "b", "assembled_revision": 1}
    return {"case_id": case_id, **values}


def _item(case_id: str, reason: ReviewReason, at: datetime) -> dict[str, Any]:
    return {"case_id": case_id, "revision": 1, **reason.model_dump(), "priority": 1.0, "created_at": at}


def _shape(services: Services, paper: ObjectRef, chance: random.Random, n: int) -> Shape:
    policy = _POLICIES[n % len(_POLICIES)]
    scheme = services.policies.packs[policy].severity
    levels = [level.label for level in scheme.levels] if scheme else []
    waits = n % 5 < 2
    grave = waits and n == 0
    case = _case(policy, paper, chance, waits, grave)
    level = levels[0] if grave and levels else levels[-1] if levels and chance.random() < 0.9 else None
    case = case.model_copy(update={"judgement": _judgement(level, waits, chance)})
    body = canonical_case(case).decode()
    return Shape(case, body, line_values(case, levels[0] if levels else None))


def _case(policy: str, paper: ObjectRef, chance: random.Random, waits: bool, grave: bool) -> Case:
    documents = tuple(_document(paper, kind, n) for n, kind in enumerate(_KINDS[: chance.randint(1, len(_KINDS))]))
    status = CaseStatus.AWAITING_REVIEW if chance.random() < 0.6 else CaseStatus.AWAITING_MATERIALS
    return Case(
        id=_ID,
        number=_NUMBER,
        revision=1,
        policy=policy,
        channel=chance.choice(list(Channel)),
        received_at=datetime.fromisoformat(_RECEIVED),
        status=status if waits else CaseStatus.FILED,
        documents=documents,
        fields={name: _field(name, documents[0].id, chance) for name in list(FIELDS)[:24] if _is_short(name)},
        review=_reasons(chance, grave, documents[0].id) if waits else (),
        finished=not waits,
    )


def _is_short(name: str) -> bool:
    return FIELDS[name].type is FieldType.TEXT or name == "complainant_name"


def _document(paper: ObjectRef, kind: DocumentKind, n: int) -> Document:
    page = Page(number=1, source_page=1, width=WIDTH, height=HEIGHT, dpi=150.0)
    source = SourceFile(name=f"第{n + 1}份.png", object=paper)
    return Document(
        id=f"doc-{n}", source=source, kind=KindGuess(kind=kind, probability=0.97, producer="kinds/1"), pages=(page,)
    )


def _field(name: str, document_id: str, chance: random.Random) -> FieldValue:
    value = _NAME if name == "complainant_name" else f"{FIELDS[name].label}{chance.randrange(10**6)}"
    top = 100 + chance.randrange(1500)
    place = Evidence(document_id=document_id, page=1, bbox=(200, top, 700, top + 40), quote=value)
    other = Candidate(value=f"{value}（另一读法）", raw=value, probability=0.4, producer="letter/1", evidence=(place,))
    return FieldValue(
        name=name,
        value=value,
        raw=value,
        probability=0.9,
        producer="form/1",
        evidence=(place,),
        candidates=(other,),
        accepted=True,
    )


def _reasons(chance: random.Random, grave: bool, document_id: str) -> tuple[ReviewReason, ...]:
    found = [ReviewReason(code="possible_major", subject="severity", message="可能为重大投诉。")] if grave else []
    for code in chance.sample(_ASKED, chance.randint(1, 4)):
        subject = f"document:{document_id}" if code in ("kind", "page_quality") else "field:complainant_name"
        found.append(ReviewReason(code=code, subject=subject, message="须人工核对。"))
    return tuple(found)


def _judgement(level: str | None, waits: bool, chance: random.Random) -> Judgement:
    due_at = datetime.fromisoformat(_DUE) if chance.random() < 0.9 else None
    return Judgement(
        disposition=DispositionVerdict(
            value=DispositionValue.COMPLAINT, probability=0.95, producer="rules/1", reason="陈述了不满", accepted=True
        ),
        category=CategoryVerdict(value="服务质量类的投诉", probability=0.9, producer="rules/1", accepted=True),
        severity=SeverityVerdict(level=level, probability=0.8, producer="rules/1", accepted=not waits),
        materials=MaterialsReport(
            list="natural_person",
            complete=not waits,
            items=(MaterialItem(material="evidence", status=MaterialStatus.MISSING, reason="没有收到"),),
        ),
        deadlines=(Deadline(duty="办结", due_at=due_at, basis="第十六条"),),
    )


def _page_picture() -> bytes:
    image = Image.new("L", (WIDTH, HEIGHT), 250)
    draw = ImageDraw.Draw(image)
    for top in range(100, HEIGHT - 100, 60):
        draw.line((150, top, WIDTH - 150, top), fill=120, width=2)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
