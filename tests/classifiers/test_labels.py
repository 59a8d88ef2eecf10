"""People read Chinese names, never codes."""

from __future__ import annotations

import re

from classifiers.judge import judge
from classifiers.labels import kind_label, signal_label
from domain.vocabulary import ComplainantType, DocumentKind, SignalCode
from tests.classifiers.papers import case_of, document, signature, text_of, unset


def test_every_kind_and_signal_has_a_chinese_name() -> None:
    names = [kind_label(k) for k in DocumentKind] + [signal_label(s) for s in SignalCode]
    assert all(re.search(r"[\u4e00-\u9fff]", name) for name in names)


def test_no_text_for_people_carries_a_code() -> None:
    words = "业务员承诺保本，我入金12万元亏了9万元，要求退还9万元。"
    paper = document(DocumentKind.COMPLAINT_LETTER, signatures=(signature(None),))
    case = case_of((paper,), {"complainant_name": "贺知行"}, ComplainantType.NATURAL_PERSON)
    judgement, reasons = judge(case, (text_of(words),), unset())
    shown = [r.message for r in reasons] + [judgement.severity.explanation]
    shown += [d.basis for d in judgement.deadlines] + [u.reason for u in judgement.severity.undecided]
    shown += [s.detail for s in judgement.severity.signals] + [i.reason for i in judgement.materials.items]
    assert not [t for t in shown if re.search(r"[a-z]{2,}_?[a-z]*", t.replace(".tif", "").replace("letter", ""))]
