"""The two baselines' understanding: ``label: value`` and patterns of numbers, as one would write them in a day.

Fair to them: lines that stand side by side are joined to rows (so that a table's label meets its value), every label
of the forms and cards is known, values are brought to the same normal forms as the product's, and the papers of a
stack are told apart for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from benchmarks.reading.baseline_ocr import Line
from benchmarks.reading.scores import Given
from benchmarks.reading.truth import TrueDocument
from domain.fields import FIELDS
from domain.normal import find_emails, find_id_numbers, find_phones, normal_form

_LABELS = {
    "complaint_no": "(?:客户)?投诉编号|编号",
    "complaint_date": "(?:实际)?投诉(?:日期|时间)|日期",
    "complainant_name": "投诉人(?:姓名|名称)?|客户姓名|客人姓名|姓名|名称|申请人|反映人|客户名称|此致人",
    "complainant_gender": "性别",
    "complainant_ethnicity": "民族",
    "complainant_birth_date": "出生(?:日期|年月)?",
    "complainant_employer": "(?:投诉人)?工作单位(?:名称)?",
    "complainant_phone": "(?:投诉人)?(?:联系|固定)?电话(?:号码)?|联系方式",
    "complainant_mobile": "(?:投诉人)?手机(?:号码?)?|移动电话",
    "complainant_email": "(?:投诉人)?(?:常用)?(?:电子)?邮[箱件](?:地址)?|E-?mail",
    "complainant_address": "(?:投诉人)?(?:联系|通讯|通信|家庭)?(?:地址|住址)|住所",
    "complainant_id_no": "(?:投诉人)?(?:公民)?身份(?:证)?(?:证件)?号码?|证件号码?",
    "id_authority": "签发机关",
    "trading_account_no": "(?:投诉人|投诉客户)?(?:交易|资金|客户)?[账帐](?:号|户)|客户号",
    "legal_representative": "法定代表人(?:姓名)?",
    "uscc": "统一社会信用代码",
    "respondent_org": "被投诉(?:会员)?单位(?:名称)?|被投诉(?:人|方|公司|机构)",
    "respondent_branch": "涉及分支机构(?:或居间)?(?:名称)?|被投诉部门",
    "respondent_staff": "涉及工作人员(?:信息)?|被投诉人(?:员)?(?:姓名|信息)|涉及人员",
    "member_head_name": "总负责人姓名",
    "member_head_title": "总负责人职[位务]",
    "member_head_phone": "总负责人(?:联系)?电话",
    "member_head_email": "总负责人(?:常用)?邮箱",
    "amount_involved": "涉[及案]金额|(?:投诉)?金额",
    "complaint_cause": "投诉(?:事由|原因)|缘由|事由",
}
_SECTIONS = {
    "complaint_facts": "投诉(?:事实|内容|事项)(?:说明)?|事实(?:经过|与理由)|事情经过",
    "complaint_request": "投诉(?:请求|要求|诉求)(?:说明)?|诉求|请求(?:事项)?",
    "assistance_request": "协助(?:投诉)?处理要求",
    "verification": "情况核实",
    "handling_opinion": "处理意见",
    "handling_result": "处理结果",
    "callback": "客户回访",
}
_ANY_LABEL = re.compile("|".join(f"(?:{words})" for words in (*_LABELS.values(), *_SECTIONS.values())))
_SECTION_END = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.．]|此致|投诉人[:：(（]|日期|特此|附件|" + "|".join(_SECTIONS.values()) + ")"
)
_VALID = re.compile(r"(\d{4}[.\-年]\d{1,2}[.\-月]\d{1,2}日?)\s*[-—至~一]\s*(长期|\d{4}[.\-年]\d{1,2}[.\-月]\d{1,2}日?)")
_MONEY = re.compile(r"[\d,，]+(?:\.\d+)?\s*万?元")
_DATE = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")
_ADDRESSED = re.compile(r"^(?:致[:：]?)?\s*([一-鿿（）()]{4,40}(?:公司|银行|中心|支行))\s*[:：]$")
_BETWEEN_HAN = re.compile(r"(?<=[　-〿㐀-鿿＀-￯])\s+(?=[　-〿㐀-鿿＀-￯])")


def baseline_values(document: TrueDocument, pages: dict[int, list[Line]]) -> list[Given]:
    """Return the values that the rules find on the pages of one paper, the first one of each field."""
    numbered = [(row, n) for n in document.pages for row in rows(pages.get(n, []))]
    found: dict[str, Given] = {}
    for name, text, page in _all(numbered):
        value = normal_form(FIELDS[name].type, text).value
        if value and name not in found:
            found[name] = Given(name, value, page)
    return list(found.values())


def rows(lines: Sequence[Line]) -> list[str]:
    """Join lines of the same height, left to right; rows from top to bottom, without spaces between characters."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.y0 + one.y1) / 2):
        middle = (line.y0 + line.y1) / 2
        last = groups[-1][-1] if groups else None
        if last is not None and abs((last.y0 + last.y1) / 2 - middle) < 0.5 * min(last.y1 - last.y0, line.y1 - line.y0):
            groups[-1].append(line)
        else:
            groups.append([line])
    joined = ("  ".join(one.text for one in sorted(group, key=lambda one: one.x0)) for group in groups)
    return [_BETWEEN_HAN.sub("", row) if "  " not in row else _loosened(row) for row in joined]


def _loosened(row: str) -> str:
    return "  ".join(_BETWEEN_HAN.sub("", part) for part in row.split("  "))


def _all(numbered: list[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    yield from _labelled(numbered)
    yield from _sections(numbered)
    yield from _patterns(numbered)


def _labelled(numbered: list[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    for row, page in numbered:
        for name, words in _LABELS.items():
            for match in re.finditer(
                rf"(?:^|(?<=[\s、，。；;（(]))(?:{words})\s*(?:[:：]|\s+|(?<=[名别族址期码]))", row
            ):
                rest = row[match.end() :]
                following = _ANY_LABEL.search(rest)
                value = rest[: following.start()] if following else rest
                if value.strip(" :：_"):
                    yield name, value.strip(" :：_，,。；;"), page


def _sections(numbered: list[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    for name, words in _SECTIONS.items():
        for index, (row, page) in enumerate(numbered):
            match = re.match(rf"^\s*(?:[一二三四五六七八九十]+[、.．])?(?:{words})\s*[:：]?", row)
            if not match:
                continue
            parts = [row[match.end() :]]
            for later, _ in numbered[index + 1 :]:
                if _SECTION_END.match(later.strip()):
                    break
                parts.append(later)
            yield name, "".join(part.strip() for part in parts), page
            break


def _patterns(numbered: list[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    for row, page in numbered:
        for span in find_id_numbers(row):
            yield "complainant_id_no", span.value, page
        for span in find_phones(row):
            mobile = len(span.value) == 11 and span.value.startswith("1")
            yield "complainant_mobile" if mobile else "complainant_phone", span.value, page
        for span in find_emails(row):
            yield "complainant_email", span.value, page
        if valid := _VALID.search(row):
            yield "id_valid_from", valid[1], page
            yield "id_valid_until", valid[2], page
        if addressed := _ADDRESSED.match(row.strip()):
            yield "respondent_org", addressed[1], page
        if money := _MONEY.search(row):
            yield "amount_involved", money[0], page
    for row, page in reversed(numbered):
        if date := _DATE.search(row):
            yield "complaint_date", date[0], page
