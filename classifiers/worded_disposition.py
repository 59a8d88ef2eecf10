"""What the words alone make of the papers: complaint, question or neither, by weighted wordings."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

from classifiers.language import Mode, Stance, stance
from classifiers.narrative import VOICE_KINDS, Sentence
from classifiers.nature import NatureFound, find_nature
from classifiers.producers import DISPOSITION
from domain.documents import DocumentText
from domain.evidence import Evidence
from domain.policy import AdoptedPolicy
from domain.verdicts import DispositionVerdict
from domain.vocabulary import DispositionValue, DocumentKind, Nature

_K = DocumentKind
_V = DispositionValue
LETTER_PRIOR = 1.2
"""What the kind of paper alone says for a complaint; a registration form says far more."""

LEAST_SCORE = 1.5
LEAST_WORDS = 0.8
"""Below these the words say too little, whatever the paper is."""

_FORMS = frozenset({_K.APPLICATION_FORM, _K.COORDINATION_APPLICATION, _K.COMPLAINT_REPORT_FORM})

_SLIPS = frozenset({_K.WORK_ORDER, _K.HANDLING_SLIP, _K.EVENT_SLIP, _K.LIAISON_SLIP, _K.REMINDER_SLIP})

_GRIEVANCE = (
    (
        3,
        r"投诉(?!热线|电话|渠道|邮箱|流程|方式|指南|须知|部门|中心|处理)|举报|控告|强烈不满|严重(?:损害|侵害|侵犯)|侵(?:害|犯)(?:了)?.{0,6}(?:权益|利益|权利)|讨(?:回|个|要)?(?:公道|说法)|"
        r"(?:要求|请求|恳请|责令|请|希望|须|应).{0,24}(?:赔偿|退还|返还|赔付|退款|补偿|道歉|严肃处理|查处|追究|退回|归还|纠正|整改|停止侵|处分|惩处|给(?:我|本人)?(?:一个)?(?:说法|交代))",
    ),
    (
        2,
        r"欺(?:骗|诈)|诈骗|诱导|误导|违规|违法|私自|擅自|推诿|推脱|敷衍|拖延|态度(?:恶劣|差|生硬|蛮横|极差|傲慢)|辱骂|拒绝|拒不|不予(?:处理|理睬|办理|退)|被(?:盗|骗|扣|强平|转走|挂断)|"
        r"(?:造成|导致|致使|蒙受|遭受).{0,14}(?:损失|亏损)|损失(?:惨重|巨大|\d)|(?:一直|至今|迟迟|始终|仍)(?:未|没|不|无)(?!想)|无人(?:处理|接听|理会|答复|负责)|不(?:给|肯|愿)(?:我)?(?:办|退|解决|处理|说明)|"
        r"故障|卡顿|无法(?:登录|下单|平仓|交易|出金|提现|联系)|掉线|瘫痪|闪退|多(?:扣|收)|乱收|克扣|拖欠|不兑现|未兑现|泄露|骚扰|强(?:行|制)平仓|不到账|未到账|滑点|不满|气愤|愤怒|失望|忍无可忍|霸王|不合理|不公平|不作为|"
        r"骗|亏(?:了|损|光|掉)|爆仓|没人(?:接|管|理)|打不开|卡死|断线|中断|丢失|收不到|连接超时|没有(?:反应|公告|告知|给我|办法|人)|没(?:有)?办(?:好|成)|没改成|没法|办不(?:了|成|下来)|退回|迟迟|拖(?:了|延|着|欠)|踢皮球|"
        r"挂(?:断|了)|骂|嘲笑|讽刺|不耐烦|无人|等了.{0,6}(?:小时|天|月)|克扣|不退|违约|少了|(?:重复|多)扣|套(?:牢|住)|被套|喊单|受伤|摔倒|扰民|起火|强平|不给|隐瞒|夸大|承诺.{0,10}(?:保|收益)|不知情|没有一次准|错误百出|前后矛盾|"
        r"心寒|寒心|手续繁琐|无下文|还没(?:有)?办|没有(?:任何)?(?:下文|音信|结果)|杳无音信|不了了之|擅改|取消我|划转给|更正|查(?:明|清)|说明(?:去向|原因|资金)|修复|书面道歉|三番五次|离谱|不归(?:她|他|我)管|烧毁|不是我(?:做|操作)|被(?:卖|买|平)",
    ),
    (1, r"问题|亏损|损失|解决|处理|反映|严重|错误|延误|不当|差"),
)
_INQUIRY = (
    (
        3,
        r"咨询(?:函|信|一下|以下|如下|贵|有关|关于|问题|几个|下列|业务)|(?:特|现|想|拟|欲|向.{0,8})(?:此|向)?.{0,8}咨询|业务咨询|请问|(?:想|希望|需要|欲|拟)(?:了解|请教|知道|问|询问|弄清|搞清|打听)|请教|求教|敬请(?:解答|释疑|指教)|(?:请|烦请|恳请|望|盼)(?:您|你们|予以|贵司|贵公司|你司|给予)?.{0,8}(?:解答|释疑|指导|解惑|说明一下|告知.{0,14}(?:规定|流程|条件|材料|标准|时间|手续))",
    ),
    (
        2,
        r"(?:如何|怎样|怎么|怎么样)(?:办理|申请|开通|计算|收取|开户|销户|变更|查询|操作|修改|提交|规定|处理(?:税|节假))|(?:需要|须|要|应)(?:准备|提供|提交|带|携带)?(?:哪些|什么|何种)(?:材料|资料|手续|证件|条件|文件)|是否(?:可以|允许|需要|能够|支持|收取|必须|适用|要)|能否(?:办理|开通|告知|提供|申请)|有(?:何|什么|哪些)(?:规定|要求|区别|条件|限制|政策)|(?:收费|手续费|保证金)(?:标准|比例|率)?(?:是)?(?:多少|几|如何|怎么|怎样)|(?:法规|政策|规定|规则|条款|协议|公告|标准|意思|含义|具体).{0,10}(?:疑问|不(?:太|大|是很)?(?:明白|清楚|了解|理解|懂)|怎么|如何|解读)|什么(?:时候|时间)(?:可以|能|开始)|适用(?:哪|什么|何)|具体是(?:多少|什么|指)|(?:不太|不大|不是很)(?:明白|清楚|了解|理解|懂)|是否适用|(?:望|请|盼)(?:予以)?(?:解释|说明|明示)|是什么(?:意思|含义)|从(?:哪|何)(?:天|日|时)|是什么意思|多长时间|几个工作日",
    ),
    (1, r"[??]|吗[。?;]|呢[。?]|了解|疑问|解释"),
)
_OTHER = (
    (
        4,
        r"感谢信|表扬信|致谢|(?:衷心|由衷|深表|万分|非常|十分|特此|诚挚)(?:的|地)?(?:感谢|表扬|谢意|致谢|赞扬)|锦旗|特提出表扬|建议书|合理化建议|邀请函|邀请贵|招聘|求职|简历|应聘|报价单|产品介绍|推广|采购|招标|投标|会议(?:通知|纪要)|培训通知|放假通知|工作(?:总结|汇报|报告|计划)|自查(?:报告|情况)|检查(?:报告|情况)|风险排查|请示|函告|对账(?:单|函)|询价|发票抬头|广告(?!灯|牌|箱|电话)|中奖|恭喜您|祝(?:贺|福)",
    ),
    (
        2,
        r"建议(?:贵|公司|增加|开设|优化|改进|能)|表扬|感谢|谢谢(?!.{0,6}处理)|赞扬|优质服务|热情(?:周到|服务)|耐心(?:细致|解答|讲解)|合作(?:意向|洽谈|共赢)|优惠|促销|详情请|欢迎(?:垂询|来电|选购)",
    ),
)
_NOT_COMPLAINING = re.compile(
    r"(?:不是|并非|不属于|不算|无意|不想|没有要|并不是|不打算|非)(?:要|来|想)?(?:进行)?(?:投诉|举报|告状)"
)


@dataclass(frozen=True)
class _Weight:
    score: float
    evidence: tuple[Evidence, ...]


def worded_disposition(
    policy: AdoptedPolicy, spoken: tuple[Sentence, ...], texts: tuple[DocumentText, ...]
) -> DispositionVerdict:
    """Return what the papers are, with the sentences that say so."""
    kinds = {t.kind for t in texts}
    voices = kinds & VOICE_KINDS
    if not spoken:
        return _without_words(policy, kinds, texts)
    if voices == {_K.WITHDRAWAL_STATEMENT}:
        evidence = spoken[0].evidence(0, len(spoken[0].text))
        return _verdict(policy, _V.NOT_COMPLAINT, 0.85, "来件只有撤诉文书，须核实是否自愿并归入原案", evidence)
    nature = find_nature(policy, spoken, kinds)
    if nature is not None and (settled := _by_nature(policy, nature)):
        return settled
    grievance, inquiry, other = (_weigh(spoken, table) for table in (_GRIEVANCE, _INQUIRY, _OTHER))
    prior = 4.0 if kinds & _FORMS else (LETTER_PRIOR if voices else 0.0)
    disclaimed = any(_NOT_COMPLAINING.search(s.text) for s in spoken)
    scores = {
        _V.COMPLAINT: (0.0 if disclaimed else grievance.score) + prior,
        _V.INQUIRY: inquiry.score,
        _V.NOT_COMPLAINT: other.score,
    }
    chosen = max(scores, key=lambda v: scores[v])
    if scores[chosen] < LEAST_SCORE or grievance.score + inquiry.score + other.score < LEAST_WORDS:
        return _with_nature(policy, _weak(policy, kinds, spoken), nature)
    shares = {v: math.exp(min(s, 14) / 1.4) for v, s in scores.items()}
    probability = min(0.99, shares[chosen] / sum(shares.values()) * (1 - math.exp(-scores[chosen] / 1.1)))
    evidence = {_V.COMPLAINT: grievance, _V.INQUIRY: inquiry, _V.NOT_COMPLAINT: other}[chosen].evidence
    found = _verdict(policy, chosen, probability, REASONS[_NATURES[chosen]], evidence)
    return _with_nature(policy, found, nature)


def _by_nature(policy: AdoptedPolicy, found: NatureFound) -> DispositionVerdict | None:
    """Return the verdict where the nature alone says it; withdrawals and crimes always go to a person."""
    if found.nature is Nature.WITHDRAWAL:
        verdict = _verdict(policy, _V.NOT_COMPLAINT, 0.85, REASONS[found.nature], found.evidence)
    elif found.nature is Nature.STAFF_CRIME:
        verdict = _verdict(policy, _V.NOT_COMPLAINT, 0.7, REASONS[found.nature], found.evidence)
    elif found.nature is Nature.FORWARDED:
        verdict = _verdict(policy, _V.COMPLAINT, 0.9, REASONS[found.nature], found.evidence)
    else:
        return None
    refer_to = receiver(policy, verdict.value, found.nature)
    return verdict.model_copy(update={"nature": found.nature, "accepted": False, "refer_to": refer_to})


def receiver(policy: AdoptedPolicy, value: DispositionValue | None, nature: Nature | None) -> str | None:
    """Return who gets such a paper: told by its nature, else by not being a complaint."""
    named = [r for r in policy.pack.referrals if nature is not None and r.nature is nature]
    others = [r for r in policy.pack.referrals if r.nature is None and r.disposition is value is not _V.COMPLAINT]
    return next((r.refer_to for r in (*named, *others)), None)


def _with_nature(policy: AdoptedPolicy, verdict: DispositionVerdict, found: NatureFound | None) -> DispositionVerdict:
    """Say what exactly a complaint or a question is, and what the regime makes of suggestions and questions."""
    pack = policy.pack
    if verdict.value is _V.INQUIRY and pack.inquiries == "complaint":
        update = {"value": _V.COMPLAINT, "nature": Nature.INQUIRY, "reason": "来件为咨询，本制度列入投诉范围"}
        return verdict.model_copy(update={**update, "refer_to": None})
    if found and found.nature is Nature.SUGGESTION and (verdict.value is not _V.INQUIRY):
        counts = pack.suggestions == "complaint"
        reason = "来件为意见和建议，本制度列入投诉范围" if counts else "来件为意见和建议，未反映须处理的问题"
        value = _V.COMPLAINT if counts else _V.NOT_COMPLAINT
        changes = {"value": value, "nature": Nature.SUGGESTION, "reason": reason}
        return verdict.model_copy(
            update={**changes, "accepted": False, "refer_to": receiver(policy, value, Nature.SUGGESTION)}
        )
    if verdict.value is _V.COMPLAINT and found and found.nature is Nature.REPEAT:
        return verdict.model_copy(
            update={"nature": Nature.REPEAT, "reason": f"{verdict.reason}；此前已反映过，应与前案关联"}
        )
    return verdict.model_copy(update={"nature": _NATURES.get(verdict.value) if verdict.value else None})


_NATURES = {_V.COMPLAINT: Nature.COMPLAINT, _V.INQUIRY: Nature.INQUIRY, _V.NOT_COMPLAINT: Nature.NOT_COMPLAINT}


REASONS = {
    Nature.COMPLAINT: "来件反映问题并提出请求，属于投诉",
    Nature.INQUIRY: "来件为业务或法规政策疑问，作答复，不按投诉办理",
    Nature.NOT_COMPLAINT: "来件未反映本机构、代理商及其工作人员的问题，不属于投诉",
    Nature.SUGGESTION: "来件为意见和建议",
    Nature.STAFF_CRIME: "反映诈骗或工作人员谋取私利，制度规定不作投诉处理",
    Nature.WITHDRAWAL: "投诉人表示撤诉，须核实是否自愿并归入原案",
    Nature.REPEAT: "来件反映问题并提出请求，属于投诉；此前已反映过，应与前案关联",
    Nature.FORWARDED: "由有关单位转来的投诉，答复时一并回复转来单位",
}
"""Why a paper counts as what it is, in Chinese."""


def _weak(policy: AdoptedPolicy, kinds: set[DocumentKind], spoken: tuple[Sentence, ...]) -> DispositionVerdict:
    """Few words either way: a letter or a slip is proposed as a complaint, other papers are not; a person decides."""
    evidence = spoken[0].evidence(0, len(spoken[0].text))
    if kinds & (VOICE_KINDS | _SLIPS):
        return _verdict(policy, _V.COMPLAINT, 0.6, "来件文字中没有明确的投诉事实或请求，暂按投诉，待人工判断", evidence)
    return _verdict(policy, _V.NOT_COMPLAINT, 0.6, "来件中没有投诉书或投诉登记表，文字未反映问题", evidence)


def _without_words(
    policy: AdoptedPolicy, kinds: set[DocumentKind], texts: tuple[DocumentText, ...]
) -> DispositionVerdict:
    lines = ((t, p) for t in texts for p in t.pages if p.lines)
    evidence = tuple(
        Evidence(document_id=t.document_id, page=p.number, bbox=p.lines[0].bbox, quote=p.lines[0].text)
        for t, p in lines
    )[:2]
    if kinds <= {_K.BLANK, _K.ENVELOPE, _K.FAX_COVER, _K.OTHER}:
        return _verdict(policy, _V.NOT_COMPLAINT, 0.5, "来件为空白页或无关材料，没有投诉内容", evidence)
    return _verdict(policy, None, 0.3, "来件只有附件，没有投诉书或投诉登记表，待人工判断", evidence)


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)


def _weigh(spoken: tuple[Sentence, ...], table: tuple[tuple[int, str], ...]) -> _Weight:
    total, shown = 0.0, []
    for weight, words in table:
        count = 0
        for sentence in spoken:
            for match in _pattern(words).finditer(sentence.text):
                if stance(sentence.text, match.start(), match.end(), Mode.STATE) is Stance.NONE:
                    continue
                count += 1
                if count <= 2:
                    shown.append((weight, sentence))
        total += weight * math.log1p(count) * 1.2
    shown.sort(key=lambda pair: -pair[0])
    sentences = list({id(s): s for _, s in shown}.values())[:3]
    return _Weight(total, tuple(e for s in sentences for e in s.evidence(0, len(s.text))))


def _verdict(
    policy: AdoptedPolicy,
    value: DispositionValue | None,
    probability: float,
    reason: str,
    evidence: tuple[Evidence, ...],
) -> DispositionVerdict:
    sure = value is not None and round(1 - probability, 6) <= policy.error_budget("disposition")
    return DispositionVerdict(
        value=value,
        probability=round(probability, 4),
        producer=DISPOSITION,
        reason=reason,
        evidence=evidence,
        accepted=sure,
        refer_to=receiver(policy, value, _NATURES.get(value) if value else None),
    )
