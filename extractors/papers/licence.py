"""Business licences: credit code, name of the firm, legal representative, seat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.evidence import FieldResult, FieldValue
from domain.marks import PageReading
from extractors.layout.blocks import Piece, Place, Words
from extractors.papers.labelled import Label, read_labelled
from extractors.values.confidence import Source
from extractors.values.results import Found, field_result

PRODUCER = "licence/1"
_CODE = re.compile(r"(?<![0-9A-Z])[1-9A-HJ-NP-RTUWXYOI](?:\s?[0-9A-Z]){16,18}(?![0-9A-Z])")
_FIRM = re.compile(
    r".{2,40}?(?:有限责任公司|股份有限公司|有限公司|合伙企业(?:[（(](?:有限|普通|特殊普通)合伙[)）])?|集团公司)"
    r"(?:[㐀-鿿（()）]{2,14}?(?:分公司|分店|支公司|营业部|办事处|门市部))?"
)
_SOLE = re.compile(r"个体工商户|^\s*经\s*营\s*者")
_SOLE_CEILING = 0.8
_SHOP = re.compile(r".{2,30}(?:经营部|商行|工作室|事务所|合作社|[厂店铺馆行社]|中心|公司)")
_SPECK = re.compile(r"(?<=[）)])·|·(?=[（(])")
_DELEGATE = re.compile(r"委派代表[:：]?(?P<name>[㐀-鿿·]{2,12})")
LABELS = (
    Label("uscc", re.compile(r"统?一?社会信用代码(?:[/／]注册号)?[:：]?")),
    # a name before it may end in 公司: the longer wordings are labels of their own
    Label("complainant_name", re.compile(r"名称[:：]?"), rows=2),
    Label("complainant_name", re.compile(r"(?:企业|公司|单位|字号)名称[:：]?"), rows=2),
    Label(
        "legal_representative",
        re.compile(r"(?:法定代表人|法人代表|负责人|经营者|投资人|执行事务合伙人)(?:姓名)?[:：]?"),
    ),
    Label("complainant_address", re.compile(r"(?:住所|营业场所|经营场所)[:：]?"), rows=3),
    Label("complainant_address", re.compile(r"(?:企业住所|公司住所|主要经营场所)[:：]?"), rows=3),
    *(
        Label(None, re.compile(word + r"[:：]?"))
        for word in (
            "类型",
            "主体类型",
            "注册资本",
            "经营范围",
            "成立日期",
            "注册日期",
            "营业期限",
            "登记机关",
            "组成形式",
            "公司类型",
            "企业类型",
            "实收资本",
            "出资额",
            "经营期限",
            "合伙期限",
            "核准日期",
            "发照日期",
            "登记日期",
            "注册号",
            "副本编号",
        )
    ),
)


def read_licence(document_id: str, pages: Sequence[PageReading]) -> tuple[FieldResult, ...]:
    """Read a business licence; a code whose check character fails is never a confident value."""
    results = {r.name: r for r in read_labelled(document_id, pages, LABELS, PRODUCER, _cleaned)}
    code = results.get("uscc")
    if not isinstance(code, FieldValue) or code.vetoed:
        found = _loose_code(document_id, pages)
        if found is not None:
            results["uscc"] = found
    head = results.get("legal_representative")
    if isinstance(head, FieldValue) and any(_SOLE.search(line.text) for p in pages for line in p.read.text.lines):
        # who runs a shop of his own is no representative of a legal person: a person says who complains
        held = min(head.probability, _SOLE_CEILING)
        results["legal_representative"] = head.model_copy(update={"probability": held})
    name = results.get("complainant_name")
    if isinstance(name, FieldValue):
        # a speck beside a bracket reads as a dot; names of firms have none there
        value = _SPECK.sub("", name.value)
        offered = tuple(c.model_copy(update={"value": _SPECK.sub("", c.value)}) for c in name.candidates)
        results["complainant_name"] = name.model_copy(update={"value": value, "candidates": offered})
    return tuple(results.values())


def _cleaned(name: str, words: Words) -> Words:
    """Cut a firm's name at its end: other columns of the licence may stand in the same row."""
    if name == "complainant_address":
        # the seal of the office often covers the rest of 登记机关
        end = re.search(r"登记|成立日|注册资", words.text)
        return Words(words.places[: end.start()]) if end else words
    if name == "legal_representative":
        delegate = _DELEGATE.search(words.text)
        return Words(words.places[slice(*delegate.span("name"))]) if delegate else words
    if name != "complainant_name":
        return words
    match = _FIRM.match(words.text) or _SHOP.match(words.text)
    return Words(words.places[: match.end()]) if match else words


def _loose_code(document_id: str, pages: Sequence[PageReading]) -> FieldValue | None:
    """Find a credit code anywhere on the paper by its shape and check character."""
    for index, page in enumerate(pages):
        for line in page.read.text.lines:
            for match in _CODE.finditer(line.text):
                places = tuple(
                    Place(Piece(index, line, 0, len(line.text)), offset, 0) for offset in range(*match.span())
                )
                found = Found("uscc", Words(places), (), Source.LINE, 0.9, page.read.page.quality)
                value = field_result(document_id, [found], PRODUCER)
                if isinstance(value, FieldValue) and not value.vetoed:
                    return value
    return None
