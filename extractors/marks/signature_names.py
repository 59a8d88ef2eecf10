"""Whose a signature is, as far as recognition or the label tells."""

from __future__ import annotations

import re

from domain.base import BBox
from domain.documents import ReadPage
from extractors.marks.ink_groups import overlap
from extractors.marks.signature_places import SignaturePlace

NAME = re.compile(r"[\u3400-\u9fff]{1,4}(?:[·•.]?[\u3400-\u9fff]{1,8})?")
NOT_NAME = re.compile(
    r"[年月日]|签|盖|公司|投诉|代表|日期|敬礼|此致|客户|交易|明细|账号|账户|资金|申请|委托|合同|协议|通知|说明|材料|[书表单函]$"
)


def read_name(box: BBox, place: SignaturePlace, page: ReadPage) -> str | None:
    """Return the name that recognition read in a signature, when it looks like one."""
    for line in page.text.lines:
        text = line.text
        if line is place.line:
            parts = re.split(r"[:：)）_]", text)
            text = parts[-1] if len(parts) > 1 else ""  # the label alone names nobody
        elif overlap(line.bbox, box) < 0.4:
            continue
        name = text.strip(" _，。.:：")
        if 2 <= len(name) <= 8 and NAME.fullmatch(name) and not NOT_NAME.search(name):
            return name
    return None
