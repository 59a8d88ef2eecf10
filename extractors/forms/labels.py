"""Printed labels of a form: longest match first, tolerant of recognition errors, of spacing and of added words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from domain.fields import FIELDS, FieldType
from domain.forms import FormDescription
from extractors.layout.blocks import Block

SEPARATORS = ":：∶﹕;；"
_BARE = re.compile(r"[\s:：∶﹕;；*＊★☆·•.。、()（）\[\]【】<>《》“”\"'/／_\-—]")
_NOTE = re.compile(r"[(（【\[][^()（）【】\[\]]{0,24}[)）】\]]?")
_NUMBERED = re.compile(r"^(?:[(（]?[0-9一二三四五六七八九十]{1,2}[)）、.．:：])")
_SECTION = re.compile(r"(?:信息|情况|资料|部分|栏|内容填写)$")
_SURELY_LABEL = 6
"""A wording this long at the beginning of a row is a label, whatever touches it."""
_NUMBER_BEFORE = re.compile(r"(?:[(（]?\d{1,2}[)）、.．])$")
_LEAST_RATIO = 78.0
_NUMERIC = re.compile(r"[0-9A-Za-z+(（]")
_SHAPES = {
    FieldType.DATE: re.compile(r"[0-9〇一二]"),
    FieldType.PHONE: _NUMERIC,
    FieldType.CN_ID: _NUMERIC,
    FieldType.USCC: _NUMERIC,
    FieldType.ACCOUNT_NO: _NUMERIC,
    FieldType.EMAIL: re.compile(r"[0-9A-Za-z]"),
    FieldType.MONEY: re.compile(r"[0-9￥¥人壹贰叁肆伍陆柒捌玖]"),
    FieldType.PERSON: re.compile(r"[㐀-鿿]{2,4}$|[㐀-鿿]{2,10}·|.{2,30}(?:公司|厂|中心)$"),
    FieldType.ORG: re.compile(r".{2,30}(?:公司|中心|[营业]部|分行|支行|代理处|服务处|代办处|局|厂|所|院|校|学)$"),
    FieldType.TEXT: re.compile(r"[0-9A-Z]|.{2,8}[省市区县镇乡州]"),
}
"""How a value begins when nothing separates it from its label."""
_MOST_ADDED = 8

# Wordings that other forms use for the same field (catalogue table A); the pack's own labels come first.
WORDINGS: dict[str, tuple[str, ...]] = {
    "complaint_no": ("受理编号", "登记号", "投诉单号", "案件编号", "NO", "No"),
    "complaint_date": ("投诉时间", "申请日期", "申请时间", "填表日期", "填写日期", "登记日期"),
    "complainant_name": ("投诉人姓名或名称", "投诉人名称", "投诉客户", "客户名称", "申请人", "投诉者姓名", "本人姓名"),
    "complainant_employer": ("工作单位", "单位全称", "就职单位", "所属单位", "现工作单位"),
    "complainant_phone": ("固定电话", "座机号码", "座机电话", "办公电话", "联络电话", "联系方式"),
    "complainant_mobile": ("手机号", "移动电话", "手机", "手机电话"),
    "complainant_email": ("电子信箱", "电子邮件", "邮箱", "邮箱地址", "电邮", "EMAIL", "E-mail"),
    "complainant_address": ("通讯地址", "通信地址", "家庭住址", "现住址", "居住地址", "联系住址", "邮寄地址"),
    "complainant_id_no": ("居民身份证号码", "居民身份证号", "身份证件号码", "有效证件号码", "证件号", "公民身份号码"),
    "trading_account_no": (
        "交易帐号",
        "交易账户号",
        "交易账户",
        "客户号",
        "资金账号",
        "客户代码",
        "席位账号",
        "账户号码",
    ),
    "respondent_org": (
        "被投诉公司",
        "被投诉机构名称",
        "被投诉企业",
        "被投诉对象",
        "被投诉方名称",
        "被投诉方",
        "会员单位",
    ),
    "respondent_branch": (
        "涉及分支机构",
        "分支机构名称",
        "所涉分支机构",
        "居间人",
        "居间名称",
        "涉及营业部",
        "营业部名称",
    ),
    "respondent_staff": ("涉及人员", "相关工作人员", "业务人员", "经办人员", "被投诉人员姓名", "客户经理"),
    "complaint_facts": (
        "投诉事实",
        "事实说明",
        "投诉内容",
        "投诉事项",
        "事实经过",
        "事情经过",
        "事实与理由",
        "情况说明",
    ),
    "complaint_request": ("投诉请求", "请求说明", "诉求", "投诉诉求", "投诉要求", "请求事项", "主张与要求", "要求"),
    "complainant_notice_ack": ("须知", "填表须知", "填写说明", "注意事项", "声明", "告知事项"),
    "complainant_sign_seal": ("投诉人签名", "投诉人签章", "签名", "签字", "本人签字", "本人签名", "申请人签字"),
    "form_signed_date": ("签署日期", "签名日期", "日期", "签字时间"),
    "verification": ("核实情况", "调查情况", "调查核实"),
    "callback": ("回访情况", "回访结果", "回访"),
    "member_head_name": ("总负责人", "负责人姓名"),
    "member_head_title": ("职位", "职务"),
    "member_head_phone": ("负责人电话",),
    "member_head_email": ("负责人邮箱",),
    "amount_involved": ("涉及金额", "涉案金额", "投诉金额"),
    "complainant_gender": ("客户性别", "性別"),
    "complainant_role": ("投诉人类别", "客户类别"),
    "relation_to_insured": ("与车主的关系", "与投保人关系", "与出险人关系"),
    "contact_name": ("联络人", "联络人姓名", "经办联系人"),
    "claim_report_no": ("报案号码", "报案编号", "出险报案号", "赔案号", "理赔案号"),
    "complaint_cause": ("投诉原因", "投诉起因", "事由", "缘由"),
    "complaint_source": ("来源", "投诉渠道", "信息来源", "受理方式"),
    "complaint_category": ("投诉类型", "投诉类别", "投诉性质", "分类"),
    "event_time_place_course": ("事件经过", "发生时间地点及经过", "时间地点及经过"),
    "room": ("房号", "房间号", "客房号", "房间号码"),
    "building": ("楼号", "栋号", "楼座"),
    "product": ("产品名称", "品名", "药品名称", "商品名称"),
    "batch_no": ("产品批号", "生产批号", "批号"),
    "order_no": ("订单号", "订单号码", "合同订单号", "订货单号"),
    "part_no": ("产品料号", "物料编号", "料件编号", "品号"),
    "ship_date": ("出货日期", "发货日期", "交货日期"),
    "quantity": ("交运数量", "出货数量", "订单数量", "总数量"),
    "defect_quantity": ("不良数", "不良品数", "不良品数量", "不合格数量"),
    "approved_return_qty": ("核定退货数量", "核准退货数量"),
    "actual_return_qty": ("实退数量", "实收退货数量"),
    "suggestion": ("意见建议", "建议", "宝贵意见", "意见或建议"),
    "handling_process": ("处理经过", "处理过程", "处理情况"),
    "handling_opinion": ("处理建议", "拟办意见", "部门意见"),
    "handling_result": ("处理结论", "办理结果", "最终结果"),
    "handling_department": ("处理部门", "承办部门", "责任部门"),
    "handler_name": ("经办", "承办人", "处理人", "受理人", "接待人", "记录人", "登记人", "填表人"),
    "handler_phone": ("经办人电话", "经办人手机", "承办人电话"),
    "handled_at": ("处理日期", "办结日期", "办结时间", "完成日期"),
    "reply_at": ("答复时间", "答复日期", "回复日期", "反馈时间"),
    "accepted_at": ("受理日期", "接收时间"),
    "approved_by": ("审批人", "批准人", "核准", "审批"),
    "accountability": ("责任追究", "责任人处理意见"),
    "lessons_rectification": ("整改措施", "改进措施", "教训及整改措施"),
    "complainant_view_of_result": ("客户满意程度", "客户满意度", "满意度", "满意程度", "客户意见"),
    "is_substantiated": ("是否属实", "投诉是否属实", "是否成立"),
    "issuing_unit": ("来文单位", "转办部门", "发单部门", "交办单位"),
    "forwarded_by": ("转来单位", "转办单位", "转送单位"),
}


@dataclass(frozen=True)
class LabelHit:
    """A printed label in a block.

    Attributes:
        start: 0-based offset into ``Block.text``.
        end: offset after the label, its colon and its note in brackets.
        fields: names it may stand for, in the form's order.
        strength: 0 to 1: 1 for the exact wording.
    """

    start: int
    end: int
    fields: tuple[str, ...]
    strength: float


@dataclass(frozen=True)
class LabelBook:
    """All wordings of the labels of one form."""

    form: FormDescription

    @cached_property
    def wordings(self) -> dict[str, tuple[str, ...]]:
        """Bare wording to the fields it may stand for, longest wording first."""
        found: dict[str, list[str]] = {}
        for extra in (False, True):
            for field in self.form.fields:
                for label in WORDINGS.get(field.name, ()) if extra else field.labels:
                    names = found.setdefault(bare(label), [])
                    if field.name not in names and not (extra and names):
                        names.append(field.name)
        found.pop("", None)
        return {label: tuple(found[label]) for label in sorted(found, key=len, reverse=True)}

    def own_wordings(self, name: str) -> tuple[str, ...]:
        """Return the bare wordings of one field that the form itself prints, those of at least four characters."""
        labels = next(field.labels for field in self.form.fields if field.name == name)
        return tuple(words for label in labels if len(words := bare(label)) >= 4)

    def match(self, text: str) -> tuple[tuple[str, ...], float]:
        """Return the fields that a whole cell's words stand for, and how sure that is (0: none)."""
        words = bare(_NUMBERED.sub("", _NOTE.sub("", text))) or bare(text)
        if not words or len(words) > 40:
            return (), 0.0
        if words in self.wordings:
            return self.wordings[words], 1.0
        whole = bare(text)
        if whole in self.wordings:
            return self.wordings[whole], 1.0
        if any(sign in SEPARATORS for sign in text.strip()[:-1]) or _SECTION.search(words):
            return (), 0.0
        return max((self._near(words), self._held(words)), key=lambda match: match[1])

    def _near(self, words: str) -> tuple[tuple[str, ...], float]:
        """Match by edit distance: recognition errors."""
        best: tuple[tuple[str, ...], float] = ((), 0.0)
        for label, names in self.wordings.items():
            if len(label) < 3 or abs(len(label) - len(words)) > 2:
                continue
            ratio = fuzz.ratio(label, words)
            if ratio >= _LEAST_RATIO and ratio / 100 > best[1]:
                best = (names, ratio / 100)
        return best

    def _held(self, words: str) -> tuple[tuple[str, ...], float]:
        """Match a known wording inside a longer label (投诉人现住址及邮编)."""
        if len(words) > 20 or re.search(r"\d", words):
            return (), 0.0
        for label, names in self.wordings.items():
            if len(label) >= 2 and label in words and len(words) - len(label) <= min(_MOST_ADDED, 2 * len(label)):
                if len(label) < 0.4 * len(words):
                    continue
                return names, 0.5 + 0.3 * len(label) / len(words)
        return (), 0.0


def bare(text: str) -> str:
    """Return the words of a label without spacing, punctuation and letter case."""
    return _BARE.sub("", text).upper().replace("帐", "账").replace("曰", "日")


def find_labels(block: Block, book: LabelBook) -> tuple[LabelHit, ...]:
    """Return the labels that stand inside running text of a block, in order, none overlapping.

    A wording counts as a label when it begins at a gap or after punctuation, and ends at a colon, a gap, a note in
    brackets or the end; longer wordings may also touch their value.
    """
    hits: list[LabelHit] = []
    text = block.text.upper().replace("帐", "账").replace("曰", "日")
    for label, names in book.wordings.items():
        for match in re.finditer(re.escape(label), text):
            start, end = match.span()
            if any(hit.start < end and start < hit.end for hit in hits):
                continue
            closed = _closed_end(block, end)
            if _opens(block, start) and (closed is not None or _glued(block, start, end, names)):
                hits.append(LabelHit(start, end if closed is None else closed, names, 1.0))
    hits.extend(_misread(block, book, hits))
    return tuple(_with_number(block, hit) for hit in sorted(hits, key=lambda hit: hit.start))


def _with_number(block: Block, hit: LabelHit) -> LabelHit:
    """Begin a label at its number in the form (5、投诉人姓名): the number is not the end of the value before."""
    row = block.places[hit.start].row
    begin = max((gap for gap in block.gaps if gap < hit.start), default=0)
    number = _NUMBER_BEFORE.search(block.text, max(begin, hit.start - 5), hit.start)
    if number is None or block.places[number.start()].row != row:
        return hit
    return LabelHit(number.start(), hit.end, hit.fields, hit.strength)


def _opens(block: Block, start: int) -> bool:
    return start in block.gaps or block.text[start - 1] in "。；;，,、）)】]:：*＊" or block.text[start - 1].isdigit()


def _closed_end(block: Block, end: int) -> int | None:
    """Return the offset after the label's colon or note, ``None`` when the label runs on into other words."""
    note = _NOTE.match(block.text, end)
    after = note.end() if note else end
    if after < len(block.text) and block.text[after] in SEPARATORS:
        return after + 1
    if block.text[end - 1 : end + 1].upper() in ("O.", "O．", "O。", "№."):
        return end + 1
    if note or end >= len(block.text) or end in block.gaps:
        return after
    return None


def _glued(block: Block, start: int, end: int, names: Sequence[str]) -> bool:
    """Accept a label that touches its value when it opens a row or piece and what follows has the field's shape."""
    if start not in block.gaps and block.text[start - 1] not in "、.．)）":
        return False
    if end - start >= _SURELY_LABEL:
        return not _SECTION.match(block.text, end)
    row = block.places[start].row
    stop = next((i for i in range(end, len(block.text)) if block.places[i].row != row or i in block.gaps), None)
    follows = block.text[end:stop]
    if _SECTION.search(follows):
        return False
    shapes = (_SHAPES.get(FIELDS[name].type) for name in names)
    return any(shape is not None and shape.match(follows) for shape in shapes)


def _misread(block: Block, book: LabelBook, hits: Iterable[LabelHit]) -> list[LabelHit]:
    """Find labels with recognition errors: the words between a gap and a colon."""
    found: list[LabelHit] = []
    taken = list(hits)
    for match in re.finditer(rf"[{SEPARATORS}]", block.text):
        end = match.start()
        start = max((gap for gap in block.gaps if gap < end), default=0)
        if not 3 <= end - start <= 24 or any(hit.start < end and start < hit.end for hit in taken):
            continue
        names, strength = book.match(block.text[start:end])
        if names:
            found.append(LabelHit(start, match.end(), names, strength))
    return found
