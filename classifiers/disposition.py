"""What the papers are: complaint, question, or neither, and what exactly (catalogue table D1).

The words' own verdict (`classifiers.worded_disposition`), the network and the n-grams are weighed together; which
nature counts as a complaint is told by the regime.
"""

from __future__ import annotations

import math
import re

from classifiers.narrative import Sentence
from classifiers.network.hearing import Heard, clause, labels
from classifiers.producers import DISPOSITION
from classifiers.worded_disposition import REASONS, receiver, worded_disposition
from domain.documents import DocumentText
from domain.policy import AdoptedPolicy
from domain.verdicts import DispositionVerdict
from domain.vocabulary import DispositionValue, DocumentKind, Nature

_V = DispositionValue
_BY_PERSON = frozenset({Nature.WITHDRAWAL, Nature.FORWARDED, Nature.SUGGESTION, Nature.STAFF_CRIME})
"""Never settled without a person: whether a withdrawal is free, who else gets an answer, who gets the paper."""


_TAKEN_BACK = re.compile(
    r"撤|收回|不再|作罢|作废|算了|不算数|取消|了结|和解|追究|不提了|到此|翻篇|注销|终止|销案|结案|放弃|不告|不投诉|停止|不用|不必|不要(?:查|罚|处理)"
)
"""Without any of these nothing is taken back."""
_PASSED_ON = re.compile(
    r"转(?:来|办|交|送|至|递|给|你|去|请|贵|派|经|发|\s|[单函件]|[（(〔])|批转|函转|交办|督办|移送|批示|来函|来文|函告|派单|派往|下派|分派|分送|交来|批(?:给|到)|推送|"
    r"我[科局会办]|本[会局]"
)
"""Without any of these nobody passed the paper on: a house's own slips read much like an authority's."""
_TITLE = re.compile(
    r"\W*(?!.{0,12}(?:撤|转|建议))(?:.{0,12})?(?:投诉|申诉|控告|举报)(?:信|书|函|状|登记表|申请表|申请登记表|表|单)\W*"
)
_TITLED = 20.0
"""How much likelier a complaint is under such a title, or on a form for complaints, than the sentences alone say."""
_FORMS = frozenset(
    {DocumentKind.APPLICATION_FORM, DocumentKind.COORDINATION_APPLICATION, DocumentKind.COMPLAINT_REPORT_FORM}
)


def _under_title(
    chances: dict[Nature, float], spoken: tuple[Sentence, ...], texts: tuple[DocumentText, ...]
) -> dict[Nature, float]:
    """Return the chances under the papers' title (投诉书 heads no question) and without what no word says."""
    heads = [line.text for t in texts for page in t.pages[:1] for line in page.lines[:3]]
    heads += [s.text for s in spoken[:1]]
    titled = any(t.kind in _FORMS for t in texts) or any(_TITLE.fullmatch(h) for h in heads)
    factors = dict.fromkeys((Nature.COMPLAINT, Nature.REPEAT), _TITLED if titled else 1.0)
    for nature, words in ((Nature.WITHDRAWAL, _TAKEN_BACK), (Nature.FORWARDED, _PASSED_ON)):
        if not any(words.search(s.text) for s in spoken):
            factors[nature] = 0.0
    weighed = {nature: chance * factors.get(nature, 1.0) for nature, chance in chances.items()}
    total = sum(weighed.values())
    return {nature: weight / total for nature, weight in weighed.items()}


def value_of(policy: AdoptedPolicy, nature: Nature) -> DispositionValue:
    """Return the contract's value of a nature under a regime."""
    pack = policy.pack
    if nature is Nature.INQUIRY:
        return _V.COMPLAINT if pack.inquiries == "complaint" else _V.INQUIRY
    if nature is Nature.SUGGESTION:
        return _V.COMPLAINT if pack.suggestions == "complaint" else _V.NOT_COMPLAINT
    if nature is Nature.STAFF_CRIME:
        told = any(r.nature is Nature.STAFF_CRIME for r in pack.referrals)
        return _V.NOT_COMPLAINT if told else _V.COMPLAINT
    return _V.NOT_COMPLAINT if nature in (Nature.NOT_COMPLAINT, Nature.WITHDRAWAL) else _V.COMPLAINT


def decide_disposition(
    policy: AdoptedPolicy, spoken: tuple[Sentence, ...], texts: tuple[DocumentText, ...], heard: Heard
) -> DispositionVerdict:
    """Return what the papers are, with the words that say so.

    Args:
        policy: what its text separates from complaints.
        spoken: what the complainant says.
        texts: all papers, for their kinds.
        heard: the sentences as the network hears them.
    """
    worded = worded_disposition(policy, spoken, texts)
    if not spoken or worded.value is None:
        return worded
    chances = _under_title(nature_chances(worded.nature, heard), spoken, texts)
    if not any(r.nature is Nature.STAFF_CRIME for r in policy.pack.referrals):
        # Where the regime does not tell it apart, it is a complaint like others.
        chances[Nature.COMPLAINT] += chances.pop(Nature.STAFF_CRIME)
    nature = max(chances, key=lambda n: chances[n])
    value = value_of(policy, nature)
    probability = min(sum(c for n, c in chances.items() if value_of(policy, n) is value), 0.99)
    if worded.nature is nature:
        verdict = worded.model_copy(update={"value": value})
    else:
        number, sign = heard.spot(labels().natures.index(nature))
        evidence = spoken[number].evidence(*clause(spoken[number].text, sign))
        verdict = worded.model_copy(update={"value": value, "evidence": evidence, "reason": REASONS[nature]})
    settled = nature not in _BY_PERSON and round(1 - probability, 6) <= policy.error_budget("disposition")
    return verdict.model_copy(
        update={
            "nature": nature,
            "probability": round(probability, 4),
            "accepted": settled,
            "producer": DISPOSITION,
            "refer_to": receiver(policy, value, nature),
        }
    )


def nature_chances(worded: Nature | None, heard: Heard) -> dict[Nature, float]:
    """Return the chance of everything that a paper can be, 0 to 1.

    Args:
        worded: what the words alone make of it.
        heard: logits of network and n-grams.
    """
    known = labels()
    network, grams, words = known.nature
    logits = [
        network * float(heard.whole[n]) + grams * float(heard.whole_grams[n]) + words * (nature is worded)
        for n, nature in enumerate(known.natures)
    ]
    powers = [math.exp(logit - max(logits)) for logit in logits]
    return {nature: power / sum(powers) for nature, power in zip(known.natures, powers, strict=True)}
