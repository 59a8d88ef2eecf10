"""How a phrase is meant: denied, asserted, only feared, threatened or asked (rule-based, Chinese).

The scope of a negation or condition follows the idea of NegEx/ConText (Chapman et al. 2001; Harkema et al. 2009):
trigger words, a direction, and words that end the scope.
"""

from __future__ import annotations

import re
from enum import StrEnum

from classifiers.others import of_others, told_of_others


class Stance(StrEnum):
    """What a sentence does with a phrase."""

    FACT = "fact"
    UNCLEAR = "unclear"
    NONE = "none"


class Mode(StrEnum):
    """What sort of thing a signal is; decides which contexts count.

    Attributes:
        ACT: something the complainant or a third party does (media, court): plans and conditions are unclear.
        SPEECH: saying it is doing it (threats): conditions count as fact.
        WRONG: something the firm did: hearsay and conditions are unclear; norms and other firms are nothing.
        DISPUTE: like ``ACT``, whoever does it (the firm may sue as well).
        STATE: a state of the complainant or the case: only negation matters.
    """

    ACT = "act"
    SPEECH = "speech"
    WRONG = "wrong"
    DISPUTE = "dispute"
    STATE = "state"


ME = r"(?:本人|投诉人|我们|我方|我司|我公司|本公司|本单位|我单位|我(?:父亲|母亲|爱人|妻子|丈夫|老伴|儿子|女儿)?|笔者)"
STAFF = (
    r"(?:业务员|客户经理|大堂经理|总经理|经理|投资顾问|投顾|顾问|老师|分析师|讲师|客服(?:人员|专员)?|工作人员|员工|职员|营销人员|"
    r"销售(?:人员|员)?|主管|总监|负责人|代理商|居间(?:人|商)?|助理|保安|他们|她们|他|她|对方|贵司|贵公司|你司|你公司|你们|该公司|"
    r"公司|平台|营业部|分公司|机构|会员单位)"
)

_NEGATOR = re.compile(
    r"(?:从来|从|并|也|还|都|尚|至今|根本|绝|压根)?(?:没有|没|未曾|未|不曾)(?!经|征得|得到|取得|通知|告知|事先|授权|办法|想到|提前|必|能|法|遂|及时)"
    r"|(?<![是非除毫有])无(?!法|故|端|理|奈|证|照|资质|良|耻|效|意中|论|锡|人|数)"
    r"|(?<!切)勿|切勿|并非|绝非|绝不|决不|并不(?!是没)|不(?:会|想|愿|打算|准备|考虑|怪|怨|懂(?:得)?什么|知道什么(?:是|叫)|明白什么|赖(?!着)|再|是|存在|涉及|属于|构成|要|可能|希望|必|需要|予|去|曾|需)"
    r"|(?:不|未|没|非|勿|莫)$|不同意|不接受|拒绝|免得|省得|以免|用不着|否认|排除|毫无|谈不上|不至于|无意|放弃|避免|防止|杜绝|防范|无需|不用"
)
# 不仅…, 不得不…, 不排除… do not deny; 有没有 asks.
_NOT_NEGATION = re.compile(
    r"(?<!能)不能不|不(?:仅|但|光|止|只是|单|得不|排除|断|停|惜|择手段)|没有(?:不|经过|征得|任何理由|办法)|有没有|有无|是不是|会不会|无不|"
    r"不(?:是没|无)|未必不|莫不|不可不|不要以为|不会不"
)
_SCOPE_END = re.compile(
    r"已经|已|就|才|便|却|反而|而是|而(?!且)|但|然后|结果|导致|致使|还(?=说|让|要|骗)|处理|答复|回复|解决|给(?:我)?说法|退款|理睬|[我你他她](?:们)?(?=已|就|只|将|要|会|被|便|才)|后"
)
_DENIED_AFTER = re.compile(
    r"^.{0,6}(?:一事|之事|的情况|的行为|的事|的说法|的想法|的意思)?[,]?(?:并|根本|完全|都|均|是|纯)?"
    r"(?:不存在|不属实|没有发生|子虚乌有|纯属(?:误会|谣言|虚构)|(?:是|系)误会|没有根据|查无实据|不成立|是谣言|并无此事|没有的事|我没有|我不会|已(?:撤回|澄清|排除))"
)
_DENIED_INSIDE = re.compile(
    r"请?勿|请不要|不要等|不想等|(?:没有?|未|并未|从未|不曾|不会)(?:被|遭|再|向|找|联系|去|到|对外)"
)
_QUESTION = re.compile(r"请问|是否|有没有|有无|是不是|会不会|能否|可否|算不算|属不属于|如何避免")
_RHETORIC = re.compile(r"难道|岂不是|不就是|不是.{0,14}(?:是什么|吗|么)|分明|明明|何尝不是|简直")
_NORM = re.compile(
    r"(?:禁止|严禁|不得|不许|不允许|不准|不能|不应|杜绝|防止|避免|防范|打击|整治|预防|远离|谨防|警惕|以免|制止|明令)[^,。]{0,14}$"
)
_BREACH = re.compile(r"违反|违背|公然|无视|不顾|触犯|突破")
_HEARSAY = re.compile(
    r"消息说|风闻|听闻|网传|坊间|听说|据说|据传|据悉|据了解|传言|传闻|谣传|有人说|别人说|听.{0,6}(?:讲|说)|怀疑|疑似|疑为|可能|恐怕|也许|或许|大概|似乎|好像|"
    r"估计|猜测|推测|揣测|担心|害怕|生怕|唯恐|怕|像是|感觉|觉得|不知(?:道)?|不清楚|不确定|无法确定|未经证实|有无"
)
_CONDITION = re.compile(
    r"如果|如若|(?:^|[,;:。但而且则])(?:如|若)(?!干|下|此|实|何|上|同|今|期|数|岚|无其事)|倘若|倘|假如|假设|要是|一旦|万一|除非|只要|否则|不然|要不然|"
    r"再不|还不|仍不|再(?:这样|拖|敷衍|推|没|无|得不到)|逾期|届时|到时(?:候)?|(?:不|没有|没)[^,。]{1,16}(?:就|我便|我将|我只|我要|我会|则)"
)
_PLAN = re.compile(
    r"将(?!我|其|他|她|此|客户|资金|该|这|上述|本|款|钱|电话|账|事|手|情况|材料|贵|你|问题|录音|证据|全部)|"
    r"(?<![议社协委员商机都年大说讲开宣晨例交误理体学])会(?![议员上场计客面])|(?<![需主重只必不还])要(?!求|点|闻|么|紧|不是|回)|准备|打算|考虑|计划|拟|保留|随时|必要时|不排除|"
    r"(?:同意|愿意|可以|答应)[^,。]{0,14}(?:后|时)$|别等我|别让我|等我|不惜|只好|只能|只得|想(?!不)|不得不|有权|可以|即将|马上|下一步|去找|别怪|别逼|逼我|坚决|一定|必(?:定|将|会)|我就|考虑到|希望|建议|(?<![申邀聘提敬])请|大不了|不怕|宁愿|宁可|哪怕|信不信"
)
_DONE = re.compile(
    r"已经|已|曾|(?:采访|报道|投诉|反映|举报|起诉|报案|报警|曝光|立案|受理|介入|咨询|委托|聘请|联系|递交|提交|提起|发帖|发布|发|找|去|到|来|告|寄|打|拨)(?:过|了)|"
    r"昨[天日]|前[天日]|今[天日早晨]|日前|上(?:周|个?月)|(?:\d|[一二三四五六七八九十])+日|(?:目前|现)?正在|回执|刊登|播出|受理(?:编)?号|了解情况|转来|转办|交办"
)
_OFFENDER_ME = re.compile(
    r"(?:认定|指责|说(?:是)?|称|怪|诬陷|污蔑|诬蔑|诬告|以|因|责怪|怀疑|反咬|冤枉|质疑|硬说|声称)(?:是)?(?:我|本人|投诉人|客户|我方|我们|我司|你)(?:们)?(?:自己|的)?"
    r"(?:存在|有|是|属于|系|涉嫌|构成|在|因|的账户)?(?:恶意|故意|进行)?[^,。]{0,4}$|(?:我|本人)(?:自己|自行|也)(?:承认|确实)?[^,。]{0,4}$"
    r"|(?:贵|你|该)(?:公司|司|们|方)[^,。我]{0,4}(?:认为|觉得)(?:我|本人|客户|投诉人|我方|我们|我司)[^,。]{0,6}$"
)
_TOLD_TO = re.compile(
    r"(?:让|叫|(?<![需主重只必不])要|(?<![申邀聘提敬])请(?!问|教)|劝|喊|随便|尽管|随你|有本事|爱|任(?:由|凭))(?:我|你|客户|投诉人)?(?:们)?(?:自己|自行|随便|尽管|爱)?(?:去|找|走|怎么)?[^,。]{0,4}$"
)
_SAYS = re.compile(
    r"(?:说|称|表示|道|讲|回答|回复|答复|告诉(?:我|本人)?|声称|扬言|叫嚣|(?:威胁|恐吓|警告)(?:我|本人)?(?:说)?|写道|承诺)[:,]?[“\"「『']?[^”\"」』']{0,30}$"
)
_STAFF_SAYS = re.compile(
    rf"{STAFF}[^,。我]{{0,10}}(?:说|称|表示|道|讲|回答|回复|答复|告诉|声称|扬言|叫嚣|威胁|恐吓|警告|承诺|写道)"
)


_PRESSED = re.compile(r"(?:不要|别|休|莫|休要)逼|别以为|不要以为|不怕")
_REPORTED = re.compile(r"(?:听|据|从).{0,12}(?:说|讲|称|反映|介绍|透露|得知|传)[,:，]?|消息说|网传|坊间传")
_FUTURE = re.compile(
    r"必将|必然|势必|将会|迟早|难免|可能会|(?:如遇|遇到|遇有|发生)$|(?<!即)将(?:会)?(?:严重)?$|会(?:严重)?$"
)
_MY_OWN = re.compile(r"(?:我|本人|我们)(?:自己|自行|亲自|已|已经|曾|后来|昨天|今天)?$")
_ACTIVE = re.compile(r"把|将|挪用|转走|划走|取走|提走|操作|私自|擅自|伪造|篡改|代签|泄露|透露|卖给|虚假")


def stance(text: str, start: int, end: int, mode: Mode) -> Stance:
    """Return how ``text[start:end]`` (0-based, end exclusive, folded text of one sentence) is meant."""
    clause_start = max(text.rfind(c, 0, start) for c in ",;:。!?") + 1
    clause_end = min((i for i in (text.find(c, end) for c in ",;。!?") if i >= 0), default=len(text))
    head, tail = text[clause_start:start], text[end:clause_end]
    if denial := _denial(text, start, end, (head, mode)):
        return denial
    if mode is Mode.STATE:
        return Stance.FACT
    if _spoken_by_staff(text, start) and mode in (Mode.ACT, Mode.SPEECH, Mode.DISPUTE):
        return Stance.NONE
    if mode is Mode.SPEECH:
        return Stance.UNCLEAR if _HEARSAY.search(head) or _QUESTION.search(head) else Stance.FACT
    if mode in (Mode.ACT, Mode.DISPUTE) and _elsewhere(text, start, end, tail):
        return Stance.NONE
    if mode is Mode.DISPUTE:
        return _act(text, start, head, text[start:end] + tail)
    if mode is Mode.ACT:
        if subject(head) == "staff" and "被" not in head and "逼我" not in head:
            return Stance.NONE
        return _act(text, start, head, text[start:end] + tail)
    if _MY_OWN.search(head) and _ACTIVE.match(text[start:end]):
        return Stance.NONE
    return _wrong(text, start, end, head)


def _denial(text: str, start: int, end: int, around: tuple[str, Mode]) -> Stance | None:
    """Return what a negation makes of the phrase, ``None`` when none holds."""
    head, mode = around
    pressed = _PRESSED.search(head) or _asked_in_scorn(head, text[start:])
    if _denied(head, text[end : end + 24]) and not pressed:
        disputed = mode is Mode.WRONG and _firm_denies(head, text[end:])
        return Stance.UNCLEAR if disputed else Stance.NONE
    if mode is not Mode.STATE and _DENIED_INSIDE.search(text[start:end]):
        return Stance.NONE
    return None


_SCORN = re.compile(r"不是(?P<between>[^,。没不未无]{0,10})$")


def _asked_in_scorn(head: str, rest: str) -> bool:
    """Return whether ``不是…吗`` runs around the phrase: it asserts what it seems to deny."""
    return bool(_SCORN.search(head) and re.match(r"[^,。!?]{0,16}[吗么][!?。]?", rest))


_UNRELATED = re.compile(r"(?:与|跟|和)(?:我|本人|贵|你|此|本|投诉人)[^,。]{0,4}(?:无关|没关系|没有关系|不相干)")


def _elsewhere(text: str, start: int, end: int, tail: str) -> bool:
    """Return whether an act happened between others and is nothing of this complaint."""
    return bool(_UNRELATED.search(tail)) or told_of_others(text, start, end)


_BOUND_TO = re.compile(r"非(?:得|要)?[^,。]{0,6}$")
_OR_ELSE = re.compile(r"^[^,。]{0,10}不(?:可|行|成|罢休)")
"""非…不可 insists."""


def _denied(head: str, after: str) -> bool:
    if _RHETORIC.search(head):
        return False
    if _DENIED_AFTER.search(after):
        return True
    if _BOUND_TO.search(head) and _OR_ELSE.search(after):
        return False
    shielded = _NOT_NEGATION.sub(lambda m: "＊" * len(m.group()), head)
    found = list(_NEGATOR.finditer(shielded))
    if not found:
        return False
    scope = head[found[-1].end() :]
    return len(scope) <= 14 and not _SCOPE_END.search(scope)


def _spoken_by_staff(text: str, start: int) -> bool:
    """Return whether the words before ``start`` make the phrase a remark of the firm's people."""
    before = text[max(0, start - 48) : start]
    says = _SAYS.search(before)
    return bool(says and _STAFF_SAYS.search(before[: says.start() + 3]))


def _act(text: str, start: int, head: str, phrase: str) -> Stance:
    if _TOLD_TO.search(head) and not re.search(rf"{ME}(?:已|就|便|只好)", head):
        return Stance.UNCLEAR if re.search(r"逼我|请你们", head) else Stance.NONE
    done = _DONE.search(head[-14:] + phrase)
    if done and not re.search(r"(?:准备|打算|考虑|保留|将|就)[^,。]{0,10}$", head):
        return Stance.FACT
    if _CONDITION.search(text[:start]) or _PLAN.search(head) or _HEARSAY.search(head) or _QUESTION.search(head):
        return Stance.UNCLEAR
    return Stance.FACT


def _wrong(text: str, start: int, end: int, head: str) -> Stance:
    if _I_ASKED.search(head):
        return Stance.NONE
    victim = _VICTIM.match(text, start)
    if (_OFFENDER_ME.search(head) and not victim) or of_others(text, start, end):
        return Stance.NONE
    if _NORM.search(head) and not _BREACH.search(head):
        return Stance.NONE
    if _RHETORIC.search(head):
        return Stance.FACT
    if _FUTURE.search(head) or _REPORTED.search(text[:start]):
        return Stance.UNCLEAR
    if _QUESTION.search(head) or _HEARSAY.search(head[-22:]) or _CONDITION.search(text[max(0, start - 40) : start]):
        return Stance.UNCLEAR
    return Stance.FACT


_I_ASKED = re.compile(
    r"(?:我|本人)[^,。]{0,6}(?<!疑)(?:问|咨询|打听)(?!题)[^,。]{0,8}(?:是不是|是否|有没有|会不会)[^,。]{0,4}$"
)
_VICTIM = re.compile(r"被|受骗|上当|遭")
_FIRM_DENIES = re.compile(rf"{STAFF}[^,。]{{0,8}}(?:称|说|回复|答复|辩称|声称|坚称|表示|否认)[^,。]{{0,14}}$")
_DISPUTED = re.compile(
    r"不(?:予)?(?:认可|接受|相信|服)|(?:与|和)事实不符|不是事实|不属实|狡辩|撒谎|说谎|瞎话|实际上|事实上|明明|自欺欺人|但(?:是)?|可是|然而|却"
)


def _firm_denies(head: str, after: str) -> bool:
    """Return whether the denial is the firm's own and the writer disputes it."""
    return bool(_FIRM_DENIES.search(head) and _DISPUTED.search(after))


_ACTOR = re.compile(
    rf"(?P<object>[让叫对向给跟逼骗劝为替帮把将被找与和同请由联系])?(?:(?P<me>{ME})|(?P<staff>{STAFF}(?!所在|注册地|属地)))(?P<owner>的)?"
)


def subject(head: str) -> str | None:
    """Return ``customer`` or ``staff``, who acts in the words before a phrase, ``None`` when nobody is named."""
    acting = [m for m in _ACTOR.finditer(head) if not m["object"] and not (m["me"] and m["owner"])]
    if any(m["me"] for m in acting):
        return "customer"
    return "staff" if acting else None
