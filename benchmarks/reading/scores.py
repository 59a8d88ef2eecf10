"""When a value is right, and what follows from it: precision, recall, F1 by any grouping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from benchmarks.reading.truth import HANDWRITING, TrueDocument, TrueFile
from domain.base import BBox
from domain.fields import FIELDS, FieldType
from domain.normal import normal_form

LONG_TOLERANCE = 0.06
_LONG = frozenset({FieldType.LONGTEXT, FieldType.LIST})
_PUNCTUATION = re.compile(r"[\s，,。、；;：:（）()“”\"'‘’.·・!！?？_\-—]")
# Dots and hyphens are part of these.
_EXACT = frozenset({FieldType.MONEY, FieldType.DATE, FieldType.EMAIL, FieldType.PHONE})


_NUMBERS = ("complainant_phone", "complainant_mobile")


@dataclass(frozen=True)
class Given:
    """One value that a system gives for a field of a document.

    Attributes:
        page: page of the file, from 1.
        box: where it was read, shares of the page's sides, ``None`` when the system does not say.
        probability: its chance of being right, ``None`` when the system does not say.
        accepted: no person needs to look at it.
    """

    name: str
    value: str
    page: int
    box: BBox | None = None
    probability: float | None = None
    accepted: bool = False


@dataclass(frozen=True)
class Outcome:
    """A field of one paper: what it states, what was read.

    Attributes:
        row: grade, or ``handwriting`` for values written by hand.
        truth: the right values, empty when the paper states none.
        given: what the system says, ``None`` when it gives no value.
        place: page and box of the truth, for showing.
    """

    file: str
    kind: str
    row: str
    name: str
    truth: tuple[str, ...]
    given: Given | None
    right: bool
    place: tuple[int, BBox] | None = None

    @property
    def accepted(self) -> bool:
        """Tell whether a value was accepted without a person."""
        return self.given is not None and self.given.accepted


def same(name: str, got: str, truth: str) -> bool:
    """Tell whether ``got`` is right: equal in normal form with punctuation folded; long texts within 6% edits."""
    kind = FIELDS[name].type
    a, b = _comparable(kind, got), _comparable(kind, truth)
    if kind in _LONG:
        return Levenshtein.normalized_distance(a, b) <= LONG_TOLERANCE
    return a == b


@lru_cache(maxsize=100_000)
def _comparable(kind: FieldType, text: str) -> str:
    normal = normal_form(kind, text).value or text
    return normal.strip().lower() if kind in _EXACT else _PUNCTUATION.sub("", normal).lower()


def judge(
    file: TrueFile, document: TrueDocument, given: Iterable[Given], covered: Mapping[str, frozenset[str]]
) -> list[Outcome]:
    """Compare what a system gives for a paper with what the paper states.

    A value counts for the paper on whose pages it was read, so cutting a stack in the wrong place costs values. Of
    several values of a field on one paper the most probable counts. A value for a field that this paper does not
    state is wrong when the truth covers the field for papers of this kind (``truth.covered``), else it is ignored.
    A place left blank that the system leaves without a value is no outcome at all. A number that the truth calls
    mobile may also, or instead, be given as the phone, and the other way round.
    """
    best: dict[str, Given] = {}
    for one in given:
        name = _on_card(one.name, document)
        if one.page in document.pages and (name not in best or _surer(one, best[name])):
            best[name] = one
    _name_as_the_truth(best, document)
    outcomes = []
    for name, stated in document.stated.items():
        if not stated.values and name not in best:
            continue
        got = best.get(name)
        right = got is not None and any(same(name, got.value, value) for value in stated.values)
        row = HANDWRITING if stated.hand else document.grade
        place = (stated.page, stated.box)
        outcomes.append(Outcome(file.name, document.kind, row, name, stated.values, got, right, place))
    row = HANDWRITING if document.by_hand else document.grade
    for name, got in best.items():
        if name not in document.stated and name in covered.get(document.kind, ()) and document.own_card:
            outcomes.append(Outcome(file.name, document.kind, row, name, (), got, False))
    return outcomes


def _name_as_the_truth(best: dict[str, Given], document: TrueDocument) -> None:
    """Move a right number to the name that the truth has for it, when nothing is given there."""
    for name, other in (_NUMBERS, _NUMBERS[::-1]):
        stated, got = document.stated.get(other), best.get(name)
        if got is None or stated is None or name in document.stated:
            continue
        if any(same(other, got.value, value) for value in stated.values):
            best.setdefault(other, best.pop(name))


def _on_card(name: str, document: TrueDocument) -> str:
    """A card's holder is stated as the complainant, whoever it turns out to be."""
    return "complainant_name" if document.kind == "id_card_copy" and name == "legal_representative" else name


def _surer(one: Given, other: Given) -> bool:
    return (one.probability or 0.0) > (other.probability or 0.0)


@dataclass
class Count:
    """Sums over outcomes."""

    stated: int = 0
    given: int = 0
    right: int = 0
    accepted: int = 0
    wrong_accepted: int = 0
    names: set[str] = field(default_factory=set)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.names.add(outcome.name)
        self.stated += bool(outcome.truth)
        self.given += outcome.given is not None
        self.right += outcome.right
        self.accepted += outcome.accepted
        self.wrong_accepted += outcome.accepted and not outcome.right

    @property
    def precision(self) -> float | None:
        """Right among given."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """Right among stated."""
        return self.right / self.stated if self.stated else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall, ``None`` without any value on either side."""
        total = self.given + self.stated
        return 2 * self.right / total if total else None

    @property
    def share_accepted(self) -> float | None:
        """Accepted without a person among the stated."""
        return self.accepted / self.stated if self.stated else None


def counted(outcomes: Iterable[Outcome], key: str) -> dict[str, Count]:
    """Return the counts by an attribute of the outcomes, with ``all`` last."""
    counts: dict[str, Count] = {}
    total = Count()
    for outcome in outcomes:
        counts.setdefault(getattr(outcome, key), Count()).add(outcome)
        total.add(outcome)
    return {**dict(sorted(counts.items())), "all": total}
