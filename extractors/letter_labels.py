"""Labelled lines anywhere in a letter (姓名：… 电话：…), and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from domain.normal import find_amounts, find_dates, find_emails, find_id_numbers, find_phones
from domain.spans import Span
from extractors.confidence import Source
from extractors.letter_found import Found
from extractors.letter_names import HAN, LABELLED_NAME, cut_name, find_orgs, is_no_name
from extractors.letter_text import LetterText


class Party(Enum):
    """Whose block of labels this is."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    AGENT = "agent"


@dataclass(frozen=True)
class Label:
    """A group of wordings.

    Attributes:
        kind: what the value is: a key of ``FIELDS_OF`` and ``_READERS``.
        words: wordings.
        opens: the party whose block begins here; ``None`` leaves the party as it is.
        fixed: the party it always speaks of, whatever block it stands in.
    """

    kind: str
    words: str
    opens: Party | None = None
    fixed: Party | None = None


_ME, _THEM, _AGENT = Party.COMPLAINANT, Party.RESPONDENT, Party.AGENT
LABELS: tuple[Label, ...] = (
    Label(
        "party",
        "投诉人 投诉者 投诉方 申请人 反映人 申诉人 举报人 来信人 写信人 投诉单位 投诉公司 投诉人姓名 "
        "投诉人名称 投诉单位名称 投诉客户 客户姓名 客户名称 申请人姓名",
        opens=_ME,
    ),
    Label("party", "投诉人签名 投诉人签字 投诉人签章 投诉人签字盖章 投诉人盖章 签名 签字 落款 具名人 署名", opens=_ME),
    Label("name", "姓名 本人姓名 真实姓名"),
    Label(
        "opponent",
        "被投诉人 被投诉方 被投诉单位 被投诉公司 被投诉机构 被投诉会员单位 被投诉会员 被投诉会员单位名称 "
        "被投诉单位名称 被投诉人名称 被投诉对象 投诉对象 被申请人 被反映单位 被举报人",
        opens=_THEM,
    ),
    Label(
        "staff",
        "被投诉人员 被投诉员工 涉及工作人员 涉及人员 涉事人员 涉事员工 涉及工作人员信息 相关工作人员 责任人员 "
        "经办业务员 业务员 客户经理 业务经理 被投诉人姓名 被投诉工作人员",
        fixed=_THEM,
    ),
    Label(
        "branch",
        "涉及分支机构 涉及分支机构或居间名称 涉及分支机构或居间 分支机构 居间商 居间人 居间机构 居间名称 "
        "代理商 代理机构 所属营业部 营业部 开户营业部 涉及营业部 被投诉部门 涉及代理商",
        fixed=_THEM,
    ),
    Label("agent", "委托代理人 代理人 受托人 证人 见证人 介绍人 紧急联系人", opens=_AGENT),
    Label(
        "phone",
        "联系电话 电话 联系方式 固定电话 座机 电话号码 联系号码 办公电话 家庭电话 投诉人联系电话 投诉人电话 "
        "本人电话 客户电话 来电号码 Tel TEL",
    ),
    Label("mobile", "手机 手机号码 手机号 移动电话 投诉人手机号码 投诉人手机 本人手机 手机号码为"),
    Label(
        "email",
        "电子邮箱 邮箱 电子邮件 电邮 邮箱地址 电子信箱 常用电子邮箱 投诉人常用电子邮箱 常用邮箱 E-mail Email "
        "email E-Mail EMAIL",
    ),
    Label(
        "address",
        "联系地址 通讯地址 通信地址 住址 地址 家庭住址 家庭地址 现住址 现住地址 住所 住所地 注册地址 居住地址 "
        "投诉人联系地址 常住地址 现住 住 办公地址 经营地址 公司地址 单位地址",
    ),
    Label(
        "id_no",
        "身份证号码 身份证号 身份证 公民身份号码 公民身份证号码 证件号码 证件号 投诉人身份证号码 "
        "居民身份证号码 身份证编号 身份号码",
    ),
    Label(
        "account",
        "交易账号 交易账户 交易帐号 交易账户号 交易账号为 客户账号 客户帐号 客户号 账户 交易商代码 客户代码 "
        "客户编号 资金账号 资金帐号 "
        "投诉人交易账号 投诉客户账号 账号 帐号 账户号码 账户号 交易编码 开户账号 会员账号 交易商账号 交易商编号",
    ),
    Label(
        "bank",
        "银行卡号 银行账号 银行账户 收款账号 开户行 开户银行 退款账号 卡号 银行卡 户名 微信号 微信 QQ QQ号 支付宝",
    ),
    Label("legal_rep", "法定代表人 法人代表 法定代表 法人 法定代表人姓名 企业法人 负责人"),
    Label("uscc", "统一社会信用代码 社会信用代码 信用代码 统一信用代码"),
    Label("gender", "性别"),
    Label("nation", "民族"),
    Label("birth", "出生日期 出生年月 出生年月日 生日 出生"),
    Label("employer", "工作单位 单位名称 就职单位 所在单位 投诉人工作单位名称 工作单位名称"),
    Label(
        "amount",
        "涉及金额 涉案金额 投诉金额 损失金额 争议金额 索赔金额 涉诉金额 投诉涉及金额 要求赔偿金额 赔偿金额 退款金额",
        fixed=_ME,
    ),
    Label("date", "投诉日期 投诉时间 填写日期 写信日期", fixed=_ME),
    Label("signed", "签字日期 签名日期 签署日期 日期", fixed=_ME),
    Label("number", "投诉编号 编号 受理编号 受理号 投诉单号 来信编号 登记编号 案件编号", fixed=_ME),
    Label("forwarder", "转来单位 转办单位 来文单位 转交单位 转送单位 转自 来文机关 转办机关", fixed=_ME),
    Label(
        "other",
        "附件 附 抄送 主题 标题 此致 事由 职务 职业 年龄 邮编 邮政编码 传真 网址 备注 主送 发件人 收件人 发送时间",
    ),
)

FIELDS_OF: dict[tuple[str, Party], tuple[str, ...]] = {
    ("party", _ME): ("complainant_name",),
    ("name", _ME): ("complainant_name",),
    ("name", _THEM): ("respondent_staff",),
    ("opponent", _THEM): ("respondent_org",),
    ("staff", _THEM): ("respondent_staff",),
    ("branch", _THEM): ("respondent_branch",),
    ("phone", _ME): ("complainant_phone",),
    ("mobile", _ME): ("complainant_mobile",),
    ("email", _ME): ("complainant_email",),
    ("address", _ME): ("complainant_address",),
    ("id_no", _ME): ("complainant_id_no",),
    ("account", _ME): ("trading_account_no",),
    ("account", _THEM): ("trading_account_no",),
    ("legal_rep", _ME): ("legal_representative",),
    ("legal_rep", _AGENT): ("legal_representative",),
    ("uscc", _ME): ("uscc",),
    ("gender", _ME): ("complainant_gender",),
    ("nation", _ME): ("complainant_ethnicity",),
    ("birth", _ME): ("complainant_birth_date",),
    ("employer", _ME): ("complainant_employer",),
    ("amount", _ME): ("amount_involved",),
    ("date", _ME): ("complaint_date",),
    ("signed", _ME): ("form_signed_date",),
    ("number", _ME): ("complaint_no",),
    ("forwarder", _ME): ("forwarded_by",),
}

_WORDS = {word: label for label in LABELS for word in label.words.split()}
_JOINED = "|".join(r"\s{0,4}".join(map(re.escape, w)) for w in sorted(_WORDS, key=len, reverse=True))
_LABEL = re.compile(
    rf"(?P<word>{_JOINED})(?P<note>\s*[（(][^（）()\n]{{1,10}}[）)])?(?P<colon>\s*[：:]\s*|\s*[;；]\s*(?=\S)|"
    rf"为[：:]?\s*|是[：:]\s*|\s+|)"
)
# Typed values may follow their label at once; names and addresses need a colon or a place at the start of a line.
_TYPED = frozenset({"phone", "mobile", "email", "id_no", "account", "uscc", "date", "birth", "amount", "number"})
_NOT_MINE = re.compile(
    r"(?:其|他|她|他们|该公司|贵公司|客服|对方|经理|业务员|老师|分析师|银行|收款|冻结|模拟|他人)的?$"
)
_STOP = re.compile(
    r"[。；;\n]|[，,](?=\s*(?:系|是|于|在|现就|因|为)?(?:我|本人|贵|联系|电话|手机|身份|邮编|客户|交易))"
)
_ADDRESS_GOES_ON = re.compile(r"\n[^\n：:。，,；]{1,24}(?:室|号|楼|层|栋|幢|单元|座|户|组)(?=\s*(?:\n|$|[，,。；]))")
_ACCOUNT = re.compile(r"[A-Z]{0,4}[\s\-]?\d(?:[\s\-]?[0-9OolI]){3,19}(?![0-9])|[A-Z]{1,4}\d{3,}", re.I)
_USCC = re.compile(r"[0-9A-Z](?:\s?[0-9A-Z]){17}(?![0-9A-Z])")
_NUMBER = re.compile(rf"[（(\[〔【A-Za-z0-9{HAN}]{{0,6}}[A-Za-z0-9〔〕\[\]（）()【】\-—_/]{{3,24}}号?")


@dataclass(frozen=True)
class Spot:
    """A label in the text: its group, where it begins, where its value may begin."""

    label: Label
    start: int
    value: int
    marked: bool


def find_labels(text: str) -> tuple[Spot, ...]:
    """Return every label that stands where a label can stand, in order."""
    spots = []
    for match in _LABEL.finditer(text):
        label = _WORDS[re.sub(r"\s", "", match["word"])]
        colon = bool(re.search("[：:;；]", match["colon"]))
        fresh = match.start() == 0 or text[match.start() - 1] in "\n，,。；;、 （("
        marked = colon or (fresh and bool(match["colon"]) and label.kind not in ("bank", "other"))
        if (marked or label.kind in _TYPED or (fresh and label.kind == "legal_rep")) and (
            fresh or colon or label.kind in _TYPED
        ):
            spots.append(Spot(label, match.start(), match.end(), colon))
    return tuple(spots)


def from_labels(letter: LetterText) -> Iterator[Found]:
    """Give the values of labelled lines that belong to the complainant or name the respondent."""
    spots = find_labels(letter.text)
    party = Party.COMPLAINANT
    for index, spot in enumerate(spots):
        party = _party_at(letter.text, spot, party)
        owner = spot.label.fixed or spot.label.opens or party
        if _NOT_MINE.search(letter.text[max(0, spot.start - 6) : spot.start]) or _of_somebody_named(letter.text, spot):
            continue
        limit = spots[index + 1].start if index + 1 < len(spots) else len(letter.text)
        span = _read(letter.text, spot, limit)
        if span is not None:
            yield from _founds(letter.text, spot, owner, span)


def claimed_by_others(text: str) -> tuple[tuple[int, int], ...]:
    """Return the stretches of text that belong to labels of the respondent or an agent."""
    spots = find_labels(text)
    party, claims = Party.COMPLAINANT, []
    for index, spot in enumerate(spots):
        party = _party_at(text, spot, party)
        if party is not Party.COMPLAINANT or spot.label.fixed is Party.RESPONDENT:
            limit = spots[index + 1].start if index + 1 < len(spots) else len(text)
            claims.append((spot.start, min(limit, *_line_end(text, spot.start), spot.start + 60)))
    return tuple(claims)


def _of_somebody_named(text: str, spot: Spot) -> bool:
    """陈涛（电话…）: a number in brackets after a name, unless the name is introduced as the writer's."""
    before = text[max(0, spot.start - 10) : spot.start]
    if spot.label.kind not in ("phone", "mobile", "email"):
        return False
    mine = re.search(
        rf"(?:我|本人|投诉人|姓名|反映人|申请人|我司|公司)[是叫系为，,：:]{{0,2}}[{HAN}·]{{0,6}}[（(]$", before
    )
    return bool(re.search(rf"[{HAN}][（(]$", before)) and (not mine or bool(re.search("[给向对找与跟]", before)))


def _party_at(text: str, spot: Spot, party: Party) -> Party:
    """Return whose block it is from this label on."""
    if spot.marked and spot.label.opens is not None:
        return spot.label.opens
    return Party.COMPLAINANT if _back_to_complainant(text, spot) else party


def _back_to_complainant(text: str, spot: Spot) -> bool:
    """A block of the respondent ends with an empty line of thought: a heading, or 本人/我 right before the label."""
    before = text[max(0, spot.start - 4) : spot.start]
    return bool(re.search("(?:本人|我的?|我司|我公司)$", before)) or spot.label.kind in ("amount", "other")


def _founds(text: str, spot: Spot, owner: Party, span: tuple[int, int]) -> Iterator[Found]:
    names = FIELDS_OF.get((spot.label.kind, owner), ())
    value = text[span[0] : span[1]]
    for name in names:
        field = name
        if name == "respondent_org":
            orgs = find_orgs(value)
            if not orgs and len(value) <= 5:
                field = "respondent_staff"
            elif orgs and orgs[0][1] < len(value):
                yield Found("respondent_branch", *span, Source.LINE, 0.9, "label:opponent_branch")
                span = (span[0], span[0] + orgs[0][1])
        source = Source.LINE if spot.marked else Source.SENTENCE
        yield Found(field, *span, source, 0.98 if spot.marked else 0.94, f"label:{spot.label.kind}")
        if field == "complainant_phone" and re.fullmatch(r"1[3-9]\d{9}", re.sub(r"\D", "", value)):
            yield Found("complainant_mobile", *span, source, 0.95, "label:phone_is_mobile")


def _read(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    kind = spot.label.kind
    if kind in ("party", "name", "legal_rep", "staff"):
        return _read_name(text, spot.value, limit, sloppy=spot.marked)
    if kind in ("opponent", "branch", "employer", "forwarder"):
        return _read_org(text, spot.value, limit) if spot.marked else None
    if kind == "address":
        return _read_address(text, spot, limit)
    if kind == "gender":
        return _match(re.compile("[男女]"), text, spot.value, limit)
    if kind == "nation":
        return _match(re.compile(rf"[{HAN}]{{1,5}}?(?=族|[\s，,。；;\n]|$)"), text, spot.value, limit)
    return _read_typed(text, spot, limit)


def _match(pattern: re.Pattern[str], text: str, start: int, limit: int) -> tuple[int, int] | None:
    found = pattern.match(text, start, limit)
    return None if found is None or found.end() == start else found.span()


def _read_typed(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    end = min(limit, spot.value + 60, *_line_end(text, spot.value))
    part = text[spot.value : end]
    finders = {
        "phone": find_phones, "mobile": find_phones, "email": find_emails, "id_no": find_id_numbers,
        "amount": find_amounts, "date": find_dates, "signed": find_dates, "birth": find_dates,
    }  # fmt: skip
    if spot.label.kind in finders:
        spans: tuple[Span, ...] = finders[spot.label.kind](part)
        if spans and spans[0].start <= 6:
            return spot.value + spans[0].start, spot.value + spans[0].end
        return _odd_number(part, spot)
    pattern = {"account": _ACCOUNT, "uscc": _USCC, "number": _NUMBER}.get(spot.label.kind)
    found = pattern.search(part) if pattern else None
    if found is None or found.start() > 4 or not re.search(r"\d", found.group()):
        return None
    return spot.value + found.start(), spot.value + found.end()


def _odd_number(part: str, spot: Spot) -> tuple[int, int] | None:
    """Return a damaged phone or ID number, so that a person sees it with its failed check."""
    if not spot.marked or spot.label.kind not in ("phone", "mobile", "id_no"):
        return None
    found = re.match(r"\s*(\+?[0-9OolIxX(（][0-9OolIxX)）\- ]{6,24})", part)
    if not found or sum(c.isdigit() for c in found[1]) < 6:
        return None
    return spot.value + found.start(1), spot.value + found.start(1) + len(found[1].rstrip(" -"))


def _line_end(text: str, start: int) -> tuple[int, ...]:
    end = text.find("\n", start)
    return () if end < 0 else (end,)


def _read_name(text: str, start: int, limit: int, *, sloppy: bool) -> tuple[int, int] | None:
    """Read a person, several people, or a firm."""
    orgs = find_orgs(text, start, min(limit, start + 40, *_line_end(text, start)))
    if orgs and orgs[0][0] - start <= 1:
        return orgs[0]
    one = rf"{LABELLED_NAME}(?![{HAN}·])"
    found = re.compile(rf"\s*({one}(?:(?:\s*、\s*| {{1,4}}){one})*)").match(text, start, limit)
    if found and not is_no_name(found[1]):
        return found.span(1)
    if not sloppy:
        return None
    end = cut_name(text, start)
    return None if end is None or end > limit else (start, end)


def _read_org(text: str, start: int, limit: int) -> tuple[int, int] | None:
    end = min(limit, start + 60, *_line_end(text, start))
    orgs = find_orgs(text, start, end)
    if orgs and orgs[0][0] - start <= 2:
        tail = re.compile(rf"[{HAN}]{{2,8}}(?:分公司|营业部|服务中心|代理处|办事处)").match(text, orgs[0][1], end)
        return start, tail.end() if tail else orgs[0][1]
    stop = re.compile(r"[，,。；;\n]").search(text, start, end)
    last = stop.start() if stop else end
    value = text[start:last].strip()
    return (start, start + len(text[start:last].rstrip())) if 2 <= len(value) <= 30 and not is_no_name(value) else None


def _read_address(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    stop = _STOP.search(text, spot.value, limit)
    end = stop.start() if stop else limit
    carried = _ADDRESS_GOES_ON.match(text, end, limit) if text[end : end + 1] == "\n" else None
    raw = text[spot.value : carried.end() if carried else end].rstrip(" ，,（(")
    if raw.count("）") + raw.count(")") > raw.count("（") + raw.count("("):
        raw = raw.rstrip("）)")
    words = re.sub(r"\s", "", raw)
    looks = re.search(r"[省市区县州旗镇乡村路街巷道号室栋幢弄]", words)
    if (
        not looks
        or not 5 <= len(words) <= 70
        or (not spot.marked and not re.match(rf"[{HAN}]{{2,8}}[省市区县州]", words))
    ):
        return None
    return spot.value, spot.value + len(raw)
