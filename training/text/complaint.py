"""Compose complaints: who complains about whom, the story, the signals, the requests, and the truth about them."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from training import amounts, names, numbers, personas
from training.personas import Firm, Person, Respondent
from training.text import phrases
from training.text.scenarios import AGENT, SCENARIOS, Scenario

ASSUMED_MAJOR_WAN = 10
MAJOR_SIGNALS = frozenset({"illegality", "key_position", "reputation", "emergency"})


@dataclass(frozen=True)
class Complaint:
    """A complaint and its truth. For a firm, `person` is the legal representative.

    Attributes:
        signals: codes stated as facts; `denied` and `conditional` are codes mentioned without being facts.
        amount: the sum in dispute in yuan, None where no money is in dispute.
    """

    person: Person
    firm: Firm | None
    respondent: Respondent
    account: str
    written: dt.date
    disposition: str
    category: str | None
    scenario: str
    facts: tuple[str, ...]
    requests: tuple[str, ...]
    extras: tuple[str, ...]
    amount: Decimal | None
    amount_text: str
    signals: tuple[str, ...]
    denied: tuple[str, ...]
    conditional: tuple[str, ...]
    me: str
    title: str = ""

    @property
    def party(self) -> str:
        """The complainant's name: the firm's, or the person's."""
        return self.firm.name if self.firm else self.person.name

    @property
    def level(self) -> str:
        """The level under the assumption that the amount threshold is ASSUMED_MAJOR_WAN."""
        by_amount = self.amount is not None and self.amount >= ASSUMED_MAJOR_WAN * 10000
        return "重大投诉" if by_amount or MAJOR_SIGNALS & set(self.signals) else "一般投诉"


@dataclass(frozen=True)
class Wish:
    """What a caller asks for; None leaves it to chance."""

    category: str | None = None
    legal_person: bool | None = None
    disposition: str = "complaint"
    major: bool | None = None
    stated: tuple[str, ...] | None = None


ANY_WISH = Wish()


def make_complaint(rng: Random, wish: Wish = ANY_WISH) -> Complaint:
    """Compose one complaint that fulfils the wish."""
    for _ in range(200):
        complaint = _compose(rng, wish)
        if wish.major is None or (complaint.level == "重大投诉") == wish.major:
            return complaint
    raise ValueError(f"no complaint fulfils {wish}; relax the wish")


def _compose(rng: Random, wish: Wish) -> Complaint:
    scenario = rng.choice([s for s in SCENARIOS if wish.category in (None, s.category)])
    legal = (
        wish.legal_person
        if wish.legal_person is not None
        else rng.random() < (0.7 if scenario.category == AGENT else 0.2)
    )
    firm = (
        personas.make_firm(rng, names.AGENT_TRADES if scenario.category == AGENT else names.CLIENT_TRADES)
        if legal
        else None
    )
    person, respondent = personas.make_person(rng), personas.make_respondent(rng)
    written = dt.date(personas.REFERENCE_YEAR, rng.randrange(1, 11), rng.randrange(1, 28))
    if wish.disposition != "complaint":
        return _compose_other(rng, wish.disposition, person, respondent, written)
    amount = amounts.pick(rng, *scenario.loss) if scenario.loss else None
    me = rng.choice(("我公司", "我司", "本公司")) if firm else rng.choice(("我", "我", "本人"))
    account = numbers.trading_account(rng)
    slots = _slots(rng, scenario, respondent, written, amount)
    slots |= {"me": me, "account": account}
    extras, stated, denied, conditional = _extras(rng, scenario, wish, slots)
    return Complaint(
        person=person,
        firm=firm,
        respondent=respondent,
        account=account,
        written=written,
        disposition="complaint",
        category=scenario.category,
        scenario=scenario.key,
        facts=tuple(f.format(**slots) for f in scenario.facts),
        requests=tuple(r.format(**slots) for r in scenario.requests),
        extras=extras,
        amount=amount,
        amount_text=slots["amount"] if amount is not None else "",
        signals=stated,
        denied=denied,
        conditional=conditional,
        me=me,
    )


def _compose_other(
    rng: Random, disposition: str, person: Person, respondent: Respondent, written: dt.date
) -> Complaint:
    title, *facts = rng.choice(phrases.INQUIRIES if disposition == "inquiry" else phrases.THANKS)
    scenario = Scenario("inquiry" if disposition == "inquiry" else "thanks", "", tuple(facts), ())
    slots = _slots(rng, scenario, respondent, written, None) | {"me": "我", "account": numbers.trading_account(rng)}
    return Complaint(
        person=person,
        firm=None,
        respondent=respondent,
        account=slots["account"],
        written=written,
        disposition=disposition,
        category=None,
        scenario=scenario.key,
        facts=tuple(f.format(**slots) for f in facts),
        requests=(),
        extras=(),
        amount=None,
        amount_text="",
        signals=(),
        denied=(),
        conditional=(),
        me="我",
        title=title,
    )


def _slots(
    rng: Random, scenario: Scenario, respondent: Respondent, written: dt.date, amount: Decimal | None
) -> dict[str, str]:
    gaps = sorted(rng.sample(range(3, 150), 3), reverse=True)
    style = rng.randrange(4)
    days = [write_date(written - dt.timedelta(days=gap), style) for gap in gaps]
    deposit = Decimal(int((amount or 60000) * rng.randrange(13, 30) / 10) // 1000 * 1000 + 1000)
    called = rng.choice(("先生", "经理", "")) if respondent.staff_gender == "男" else rng.choice(("女士", "经理", ""))
    who = rng.choice(
        (
            f"{respondent.staff_post}{respondent.staff}",
            f"{respondent.staff_post}{respondent.staff}{called}",
            respondent.staff,
        )
    )
    return {
        "org": respondent.org.name,
        "branch": respondent.branch,
        "staff": respondent.staff,
        "post": respondent.staff_post,
        "who": who,
        "d1": days[0],
        "d2": days[1],
        "d3": days[2],
        "amount": amounts.write(rng, amount) if amount is not None else "",
        "deposit": amounts.write(rng, deposit),
        "product": rng.choice(names.PRODUCTS),
        "n": str(rng.randrange(3, 9)),
        "people": rng.choice(("12", "二十余", "36", "八", "5")),
        "times": rng.choice(("三", "四", "2")),
        "company_loss": amounts.write(rng, Decimal(rng.randrange(5, 60) * 10000)),
    }


def _extras(
    rng: Random, scenario: Scenario, wish: Wish, slots: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Choose sentences for stated, denied and conditional signals; return them and the three lists of codes."""
    stated = (
        wish.stated
        if wish.stated is not None
        else tuple(rng.sample(sorted(phrases.STATED), rng.choice((0, 0, 0, 1, 1, 2))))
    )
    facts = tuple(dict.fromkeys((*scenario.signals, *stated)))
    free = [c for c in sorted(phrases.DENIED) if c not in facts]
    denied = tuple(rng.sample(free, rng.choice((0, 0, 1, 1, 2))))
    free = [c for c in sorted(phrases.CONDITIONAL) if c not in facts and c not in denied]
    conditional = tuple(rng.sample(free, min(len(free), rng.choice((0, 0, 1)))))
    pools = [(phrases.STATED, stated), (phrases.DENIED, denied), (phrases.CONDITIONAL, conditional)]
    sentences = [rng.choice(pool[code]).format(**slots) for pool, codes in pools for code in codes]
    rng.shuffle(sentences)
    return tuple(sentences), facts, denied, conditional


def write_date(day: dt.date, style: int) -> str:
    """Write a date in one of several styles (0 to 5)."""
    match style % 6:
        case 0 | 3:
            return f"{day.year}年{day.month}月{day.day}日"
        case 1:
            return f"{day.year}年{day.month:02d}月{day.day:02d}日"
        case 2:
            return day.strftime("%Y-%m-%d")
        case 4:
            return f"{day.year}.{day.month}.{day.day}"
    year = "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year))
    words = (
        amounts.in_words(Decimal(day.month), capital=False)[:-1],
        amounts.in_words(Decimal(day.day), capital=False)[:-1],
    )
    return f"{year}年{words[0]}月{words[1]}日"


def with_other_id(complaint: Complaint, person: Person) -> Complaint:
    """Return the complaint as if `person` had handed in the ID copy."""
    return dataclasses.replace(complaint, person=person)
