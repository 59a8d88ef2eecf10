"""Chinese words of the papers that leave the house."""

from __future__ import annotations

import re
from datetime import date, datetime

from classifiers.deadlines import local_day
from classifiers.labels import COMPLAINANT_TYPE as COMPLAINANT_TYPE
from classifiers.labels import DISPOSITION as DISPOSITION
from classifiers.labels import kind_label
from domain.policy import PolicyPack
from domain.verdicts import MaterialsReport
from domain.vocabulary import ComplainantType, DocumentKind

COMPLETENESS = {True: "齐全", False: "不齐", None: "待人工确认"}
NO_LIST = "制度未列材料清单"
UNDECIDED = "未定"
UNREAD = "尚未识别"
BLANK = "＿＿＿＿＿＿"
"""Stands where a name is to be written by hand."""


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Return ``text`` without characters that office files cannot hold."""
    return _NOT_IN_XML.sub("", text)


def chinese_day(moment: datetime | date) -> str:
    """Return the Chinese day of ``moment`` as in letters."""
    day = local_day(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def completeness(report: MaterialsReport) -> str:
    """Return whether the required papers are there; a pack without a list has nothing to complete."""
    if report.list is None and report.complete:
        return NO_LIST
    return COMPLETENESS[report.complete]


def material_label(pack: PolicyPack, listed: str | None, material: str) -> str:
    """Return the regime's own name of a required paper; the common one where list ``listed`` does not name it."""
    kind = DocumentKind(material)
    lists = pack.materials
    required = (lists.of(ComplainantType(listed)) if lists and listed else None) or ()
    return next((r.label for r in required if r.kind is kind), kind_label(kind))
