"""Texts of every document kind: templates with blanks, and the blanks filled.

A file of `training/kind_texts/` holds kinds (`@@ kind`), each with templates parted by `---`. Rows of a template begin
with `#` title (` / ` parts alternatives), `=` cells parted by `|` (`= *8 …`: repeated about eight times), `>`
right-aligned, `^` centred, `<` said by the other side of a chat; others are paragraphs. `!name` sets the shape of the
page. `[a/b]` is a choice; blanks are listed in `Blanks`. A template that no training page came from can be kept for the
test by its index.
"""

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from training import names, numbers, personas

FOLDER = Path(__file__).parent / "kind_texts"
HOTELS = ("云栖大酒店", "望江宾馆", "金沙国际酒店", "海韵度假酒店", "梧桐里酒店")
DRUGS = ("安络胶囊", "清舒片", "复方银黄颗粒", "稳欣缓释片", "康维口服液", "舒宁注射液")
GOODS = (*names.PRODUCTS, "六层印制板", "连接器", "轴承", "纸箱", "控制面板", "白酒", "基板")
ORG_TAILS = ("银行股份有限公司", "财产保险股份有限公司", "证券有限责任公司", "农村信用合作联社", "人寿保险有限公司")


@dataclass(frozen=True)
class Template:
    """One wording of a kind.

    Attributes:
        kind: name of the kind.
        index: place among the kind's templates, from 0.
        shapes: `ruled`, `screen`, `card`, `envelope`, `wide`, `land`, `small`, `few`.
        rows: mark (`#`, `=`, `>`, `^`, `<`, or empty) and text of each row.
    """

    kind: str
    index: int
    shapes: frozenset[str]
    rows: tuple[tuple[str, str], ...]

    @property
    def chat(self) -> bool:
        """Tell whether rows are bubbles of a chat."""
        return any(mark == "<" for mark, _ in self.rows)


@cache
def read_templates() -> tuple[Template, ...]:
    """Return all templates of the folder, kinds in the order of the files."""
    found: list[Template] = []
    known: Counter[str] = Counter()
    for path in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"(?m)^@@ ", path.read_text("utf-8"))[1:]:
            kind, _, body = part.partition("\n")
            for text in re.split(r"(?m)^---\n", body):
                found.append(_parse(kind.strip(), known[kind.strip()], text))
                known[kind.strip()] += 1
    return tuple(found)


def _parse(kind: str, index: int, text: str) -> Template:
    shapes, rows = set(), []
    for line in text.splitlines():
        if line.startswith("!"):
            shapes.add(line[1:].strip())
        elif line.strip():
            mark = line[0] if line[0] in "#=>^<" else ""
            rows.append((mark, line[len(mark) :].strip() if mark else line.rstrip()))
    return Template(kind, index, frozenset(shapes), tuple(rows))


@dataclass(frozen=True)
class Blanks:
    """What fills the blanks of one page; `{nn}`, `{dd}`, `{m}`, `{w}`, `{t}`, `{ii}` are drawn anew each time."""

    n: str
    i: str
    n2: str
    i2: str
    p: str
    em: str
    ad: str
    o: str
    o2: str
    s: str
    d: str
    d2: str
    a: str
    acc: str
    c: str
    no: str
    pr: str
    hotel: str
    dr: str
    batch: str
    est: str
    x: str


def make_blanks(rng: Random) -> Blanks:
    """Invent persons, firms and numbers for one paper."""
    one, two, third = (personas.make_person(rng) for _ in range(3))
    city = rng.choice(names.REGIONS)[1]
    brand = rng.choice(names.BRANDS)
    trade = personas.make_firm(rng, names.MEMBER_TRADES).name
    day = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randrange(330))
    return Blanks(
        n=one.name,
        i=one.id_no,
        n2=two.name,
        i2=two.id_no,
        p=one.mobile,
        em=one.email,
        ad=one.contact_address,
        o=rng.choice((trade, brand + rng.choice(ORG_TAILS))),
        o2=personas.make_firm(rng, names.CLIENT_TRADES).name,
        s=third.name,
        d=write_day(rng, day),
        d2=write_day(rng, day - dt.timedelta(days=rng.randrange(3, 300))),
        a=money(rng),
        acc=numbers.trading_account(rng),
        c=city[-3:-1] if rng.random() < 0.7 else city,
        no=numbers.digits(rng, rng.randrange(5, 9)),
        pr=rng.choice(GOODS),
        hotel=rng.choice(HOTELS),
        dr=rng.choice(DRUGS),
        batch=f"2{numbers.digits(rng, 7)}",
        est=rng.choice([e for e in names.ESTATES if e]),
        x=rng.choice(names.SURNAMES),
    )


def write_day(rng: Random, day: dt.date) -> str:
    """Write a day in one of the usual ways."""
    return rng.choice(
        (
            f"{day.year}年{day.month}月{day.day}日",
            day.isoformat(),
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y/%m/%d}",
        )
    )


def money(rng: Random) -> str:
    """Write a sum in figures."""
    sum_ = rng.choice((rng.randrange(50, 9000), rng.randrange(10000, 600000)))
    return rng.choice((f"{sum_}", f"{sum_:,}", f"{sum_:,}.00"))


def fill(template: Template, rng: Random, blanks: Blanks | None = None) -> list[tuple[str, str]]:
    """Return the rows of a template with choices made, repetitions written out and blanks filled."""
    fixed = dataclasses.asdict(blanks or make_blanks(rng))
    return [(mark, _filled(text, rng, fixed, number)) for mark, text, number in _unrolled(template, rng)]


def _unrolled(template: Template, rng: Random) -> Iterator[tuple[str, str, int]]:
    for mark, text in template.rows:
        repeated = re.match(r"\*(\d+)\s*", text) if mark == "=" else None
        if repeated is None:
            yield mark, text, 1
            continue
        for number in range(1, max(2, int(int(repeated[1]) * rng.uniform(0.6, 1.8))) + 1):
            yield mark, text[repeated.end() :], number


def _filled(text: str, rng: Random, fixed: dict[str, str], number: int) -> str:
    if " / " in text:
        text = rng.choice(text.split(" / "))
    text = re.sub(r"\[([^\[\]]*/[^\[\]]*)\]", lambda m: rng.choice(m[1].split("/")), text)
    return re.sub(r"\{(\w+)\}", lambda m: fixed.get(m[1]) or _fresh(m[1], rng, number), text)


def _fresh(name: str, rng: Random, number: int) -> str:
    if name == "nn":
        return rng.choice(names.SURNAMES) + rng.choice(names.MIDDLE) + rng.choice(names.MALE_GIVEN + names.FEMALE_GIVEN)
    if name == "dd":
        return rng.choice(("{}-{:02d}-{:02d}", "{}/{}/{}", "{}.{}.{}")).format(
            2026, rng.randrange(1, 13), rng.randrange(1, 29)
        )
    if name == "k":
        return str(number)
    drawn = {
        "m": lambda: f"{rng.randrange(10, 90000)}.{rng.randrange(100):02d}",
        "w": lambda: str(rng.randrange(1, 60)),
        "t": lambda: f"{rng.randrange(8, 23)}:{rng.randrange(60):02d}",
        "ii": lambda: personas.make_person(rng).id_no,
    }
    return drawn[name]()
