"""Invented people and firms, consistent in themselves (region, birth date, gender, ID number, addresses)."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from training import names, numbers

REFERENCE_YEAR = 2026
LETTERS = "abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True)
class Person:
    """A natural person. Dates are ISO dates; `id_valid_until` is an ISO date or 长期."""

    name: str
    gender: str
    nation: str
    birth: dt.date
    id_address: str
    contact_address: str
    id_no: str
    id_authority: str
    id_valid_from: dt.date
    id_valid_until: str
    mobile: str
    phone: str
    email: str


@dataclass(frozen=True)
class Firm:
    """A company: exchange member, agent, or a client that complains."""

    name: str
    short_name: str
    uscc: str
    address: str
    phone: str
    email: str
    founded: dt.date
    capital_wan: int


@dataclass(frozen=True)
class Respondent:
    """The side complained about: the member, one of its branches or agents, and a member of staff."""

    org: Firm
    branch: str
    staff: str
    staff_post: str
    staff_gender: str


def make_person(rng: Random) -> Person:
    """Make a person of 19 to 78 years."""
    name, gender, nation = _make_name(rng)
    code, city, district, area = rng.choice(names.REGIONS)
    birth = dt.date(REFERENCE_YEAR - rng.randrange(19, 78), 1, 1) + dt.timedelta(days=rng.randrange(365))
    valid_from, valid_until = _validity(rng, birth)
    home = make_address(rng, city, district)
    return Person(
        name=name,
        gender=gender,
        nation=nation,
        birth=birth,
        id_address=home,
        contact_address=home if rng.random() < 0.5 else make_address(rng, *rng.choice(names.REGIONS)[1:3]),
        id_no=numbers.id_number(rng, code, birth, gender),
        id_authority=_authority(city, district),
        id_valid_from=valid_from,
        id_valid_until=valid_until,
        mobile=numbers.mobile(rng),
        phone=numbers.landline(rng, area),
        email=make_email(rng),
    )


def make_firm(rng: Random, trades: tuple[str, ...]) -> Firm:
    """Make a company of one of the given trades."""
    code, city, district, area = rng.choice(names.REGIONS)
    brand, trade = rng.choice(names.BRANDS), rng.choice(trades)
    town = city.split("省")[-1].split("自治区")[-1]
    form = rng.choice(("有限公司", "有限公司", "有限责任公司", "股份有限公司"))
    pattern = rng.choice(("{t}{b}{i}{f}", "{t}{b}{i}{f}", "{b}（{s}）{i}{f}"))
    name = pattern.format(t=town, b=brand, i=trade, f=form, s=town.rstrip("市"))
    founded = dt.date(rng.randrange(2003, 2022), rng.randrange(1, 13), rng.randrange(1, 28))
    office = rng.choice(names.OFFICES)
    street = f"{rng.choice(names.STREETS)}{rng.randrange(1, 399)}号"
    address = f"{city}{district}{street}{office}{rng.randrange(2, 31)}{rng.randrange(1, 13):02d}室"
    return Firm(
        name,
        brand + trade,
        numbers.uscc(rng, code),
        address,
        numbers.landline(rng, area),
        make_email(rng),
        founded,
        rng.choice((100, 200, 500, 1000, 3000)),
    )


def make_respondent(rng: Random) -> Respondent:
    """Make a member firm with the branch or agent and the staff a complaint is about."""
    org = make_firm(rng, names.MEMBER_TRADES)
    city = rng.choice(names.REGIONS)[1].split("省")[-1].split("自治区")[-1].rstrip("市")
    if rng.random() < 0.6:
        branch = org.short_name[:2] + rng.choice(names.BRANCH_FORMS).format(city=city)
    else:
        branch = make_firm(rng, names.AGENT_TRADES).name
    staff, gender, _ = _make_name(rng, minority=False)
    return Respondent(org, branch, staff, rng.choice(names.STAFF_POSTS), gender)


def make_address(rng: Random, city: str, district: str) -> str:
    """Make a postal address of a flat, or of a house in a village."""
    if rng.random() < 0.15:
        town = f"{rng.choice('青石松柳白云')}{rng.choice('河桥岭塘湾')}镇"
        village = f"{town}{rng.choice('上下前后大小')}{rng.choice('王李陈周林')}村"
        return f"{city}{district}{village}{rng.randrange(1, 12)}组{rng.randrange(1, 120)}号"
    flat = f"{rng.randrange(1, 30)}栋{rng.randrange(1, 5)}单元{rng.randrange(1, 33)}{rng.randrange(1, 5):02d}室"
    if rng.random() < 0.4:
        flat = f"{rng.randrange(1, 30)}幢{rng.randrange(2, 33)}{rng.randrange(1, 5):02d}"
    return f"{city}{district}{rng.choice(names.STREETS)}{rng.randrange(1, 399)}号{rng.choice(names.ESTATES)}{flat}"


def make_email(rng: Random) -> str:
    """Make an e-mail address."""
    user = "".join(rng.choice(LETTERS) for _ in range(rng.randrange(4, 9)))
    joint = rng.choice(("", "", "_", "."))
    return f"{user}{joint}{numbers.digits(rng, rng.randrange(2, 6))}@{rng.choice(names.MAIL_HOSTS)}"


def other_name(rng: Random, name: str) -> str:
    """Return a name that differs from `name` in one character, as a slip of the pen would."""
    homophones = dict(zip("伟强杰明华静丽娟文军", "玮墙捷铭桦婧莉涓雯钧", strict=True))
    for old, new in homophones.items():
        if old in name[1:]:
            return name[0] + name[1:].replace(old, new, 1)
    return name[:-1] + rng.choice([c for c in "涛敏斌琳凯" if c != name[-1]])


def _make_name(rng: Random, *, minority: bool = True) -> tuple[str, str, str]:
    if minority and rng.random() < 0.07:
        nation, gender, first, last = rng.choice(names.MINORITY)
        return f"{rng.choice(first)}·{rng.choice(last)}", gender, nation
    gender = rng.choice("男女")
    surname = rng.choice(names.COMPOUND_SURNAMES) if rng.random() < 0.08 else rng.choice(names.SURNAMES)
    pool = names.MALE_GIVEN if gender == "男" else names.FEMALE_GIVEN
    roll = rng.random()
    given = rng.choice(pool) if roll < 0.3 else rng.choice(names.MIDDLE) + rng.choice(pool)
    if roll > 0.95:
        given = rng.choice(names.RARE_GIVEN)
    return surname + given, gender, "汉" if rng.random() < 0.88 else rng.choice(names.OTHER_NATIONS)


def _authority(city: str, district: str) -> str:
    town = city.split("省")[-1].split("自治区")[-1]
    return f"{town}公安局{district.removesuffix('新区').removesuffix('区')}分局"


def _validity(rng: Random, birth: dt.date) -> tuple[dt.date, str]:
    start = dt.date(rng.randrange(2010, REFERENCE_YEAR), rng.randrange(1, 13), rng.randrange(1, 28))
    age = start.year - birth.year
    if age < 16:
        start = dt.date(max(birth.year + 16, 2010), rng.randrange(1, 13), rng.randrange(1, 28))
        age = 16
    years = 10 if age < 26 else 20
    if age >= 46:
        return start, "长期"
    return start, start.replace(year=start.year + years).isoformat()
