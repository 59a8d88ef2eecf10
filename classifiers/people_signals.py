"""Signals about people: how many complain, who is complained about, who complains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from classifiers.language import ME, Mode, Stance, stance
from classifiers.lexicon import NUMBER
from classifiers.narrative import Sentence
from classifiers.producers import SIGNALS
from domain.case import Case
from domain.evidence import Evidence, FieldMissing, FieldValue
from domain.numerals import parse_number
from domain.policy import AdoptedPolicy
from domain.verdicts import Signal
from domain.vocabulary import DocumentKind, SignalCode

GROUP_LEAST = 3
"""三人以上 includes three; what a level makes of it is the pack's matter."""

_WHO = (
    r"(?:客户|投资者|投资人|受害者|受害人|业主|投诉人|用户|会员|散户|群众|股民|储户|住户|代理商|同胞|亲友|"
    r"老人|老汉|老太太?|乡亲|村民|邻居)"
)
_COUNTED = re.compile(
    rf"(?:我们|本人|我|笔者|投诉人)(?:等|这)?(?:一行|一共|共|总共|共计|合计|全体)?(?P<a>{NUMBER})(?:余|多)?(?:名|位|个|户)?(?:人|{_WHO})"
    rf"|(?:我们|俺们|咱们)(?:村|小区|楼|单位|群|厂|院|社区)(?:子)?(?:里|上)?(?:有|共|一共)?(?P<g>{NUMBER})(?:余|多)?(?:名|位|个|户)(?:人|{_WHO})"
    rf"|等(?:一行|共|共计)?(?P<b>{NUMBER})(?:余|多)?(?:名|位|个|户)?(?:人|{_WHO})"
    rf"|(?P<c>{NUMBER})(?:余|多)?(?:名|位|个|户)?(?:人家?|{_WHO})[^,。]{{0,8}}(?:联名|集体|共同|一起|一致|联合|签名|均|都|先后|受骗|被骗|遭遇|受害|要求|投诉|维权|反映|上访)"
    rf"|(?:涉及|还有|另有|尚有|包括|已有|共有|有|连同|联合|超过|多达|近)(?P<d>{NUMBER})(?:余|多)?(?:名|位|个|户)[^,。]{{0,4}}{_WHO}"
    rf"|(?:受害|受骗|被骗|遭遇相同|同样遭遇|联名|签名|维权)[^。;]{{0,14}}(?:达|共有|共|计|有|达到|已有)(?P<f>{NUMBER})(?:余|多)?(?:名|位|个|户|人)"
    rf"|(?:投诉人|签名人|联名人|签字人)[^,。]{{0,4}}(?:共|共计|合计)(?P<e>{NUMBER})(?:名|位|人|户)"
)
_UNCOUNTED = re.compile(
    rf"联名|群诉|群访|集体(?:投诉|上访|维权|反映|签名|诉讼|起诉|举报|信访|退)|群体性(?:事件|投诉|上访|维权|纠纷)|"
    rf"(?:众多|多名|许多|大量|大批|广大|数名|数十名|上百名|几十名|一批|全体)(?:的)?{_WHO}[^,。]{{0,10}}(?:联名|集体|共同|一起|维权|投诉|受骗|被骗|受害|聚集|上访|要求|反映)"
)
_NOT_GROUP = re.compile(r"员工|工作人员|业务员|客服|名经理|小时|分钟|天内|桌|手$")


def group_signal(case: Case, spoken: tuple[Sentence, ...]) -> Signal | None:
    """Return a group complaint of at least three; people from words, names or signatures."""
    for count, sentence, start, end in _counts(spoken):
        if count >= GROUP_LEAST:
            number = f"{count:g} 人"
            return _signal(SignalCode.GROUP, f"{number}共同投诉或受影响", sentence.evidence(start, end), 0.93)
    names = _names(case)
    if len(names[0]) >= GROUP_LEAST:
        return _signal(SignalCode.GROUP, f"{len(names[0])} 人共同投诉：{'、'.join(names[0])}", names[1], 0.93)
    for sentence in spoken:
        for match in _UNCOUNTED.finditer(sentence.text):
            meant = stance(sentence.text, match.start(), match.end(), Mode.ACT)
            if meant is not Stance.NONE:
                evidence = sentence.evidence(match.start(), match.end())
                return _signal(SignalCode.GROUP, f"群体投诉：{match.group()}", evidence, 0.85, meant is Stance.FACT)
    return None


def _counts(spoken: tuple[Sentence, ...]) -> Iterator[tuple[float, Sentence, int, int]]:
    for sentence in spoken:
        for match in _COUNTED.finditer(sentence.text):
            words = next(g for g in match.groups() if g)
            count = _people(words)
            denied = stance(sentence.text, match.start(), match.end(), Mode.STATE) is Stance.NONE
            if count and not denied and not _NOT_GROUP.search(sentence.text[match.end() - 3 : match.end() + 4]):
                yield count, sentence, match.start(), match.end()


def _people(words: str) -> float | None:
    if words in ("数", "几"):
        return float(GROUP_LEAST)
    number = parse_number(words.replace("几", "").replace("数", "").replace("两", "二"))
    return float(number) if number is not None else None


def _names(case: Case) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Return the complainants' distinct names by field, else by signatures on the letter."""
    field = case.fields.get("complainant_name")
    if isinstance(field, FieldValue):
        listed = tuple(dict.fromkeys(n for n in re.split(r"[、,，;；/]", field.value) if n))
        if len(listed) >= GROUP_LEAST:
            return listed, field.evidence
    signed = {
        s.name: Evidence(document_id=d.id, page=s.page, bbox=s.bbox, quote=s.name)
        for d in case.documents
        if d.kind.kind in (DocumentKind.COMPLAINT_LETTER, DocumentKind.APPLICATION_FORM)
        for s in d.signatures
        if s.name and s.probability >= 0.5
    }
    return tuple(signed), tuple(signed.values())


SENIOR = (
    "董事长",
    "副董事长",
    "总经理",
    "副总经理",
    "总裁",
    "副总裁",
    "财务总监",
    "风控总监",
    "合规总监",
    "首席风险官",
    "分公司经理",
    "营业部经理",
    "法定代表人",
)
"""Titles that leave the question to a person while the adoption lists none."""

_AS_RECEIVER = re.compile(
    r"(?:尊敬的|敬爱的|致|呈|此致|向|找|请|给|报告?|让|联系|求见|要求|恳请|希望|盼|求|叫|见|跟|同|与|和|通过|建议)[^,。;:]{0,14}$"
)
_ADDRESSED = re.compile(
    r"^\s*(?:先生|女士|同志)?\s*[:：]|^(?:信箱|邮箱|热线|办公室(?:收|电话)?|接待日|台鉴|收|亲启|出面|亲自(?:处理|过问|出面)|处反映|反映|汇报|投诉)"
)
_OWN_TITLE = re.compile(rf"{ME}(?:是|系|为|任|担任|作为|公司的?|的)?[^,。]{{0,10}}$|法定代表人.{{0,6}}$")


def key_position_signal(case: Case, spoken: tuple[Sentence, ...], policy: AdoptedPolicy) -> Signal | None:
    """Return that the complaint concerns a person in a key position of the firm or an agent.

    With the adoption's list the match is certain; without one a senior title is left to a person.
    """
    adoption = policy.adoption
    titles = adoption.key_positions if adoption else ()
    names = tuple(p.name for p in adoption.key_staff) if adoption else ()
    certain = bool(titles or names)
    field = case.fields.get("respondent_staff")
    for word in sorted((*names, *(titles or SENIOR)), key=len, reverse=True):
        if isinstance(field, FieldValue) and _whole(word, field.value) >= 0:
            detail = f"被投诉人员涉及重要岗位：{word}"
            return _signal(SignalCode.KEY_POSITION, detail, field.evidence, 0.95, certain)
    for sentence in spoken:
        if _ASKED.match(sentence.text):
            continue
        for word in sorted((*names, *(titles or SENIOR)), key=len, reverse=True):
            found = _concerned(sentence, word, word in names)
            if found:
                detail = f"涉及重要岗位人员：{word}"
                return _signal(SignalCode.KEY_POSITION, detail, sentence.evidence(*found), 0.93, certain)
    return None


@cache
def _holder(word: str) -> re.Pattern[str]:
    """Return the pattern of a title or name that is not the tail of another title (总经理 in 副总经理)."""
    return re.compile(rf"(?<![副原前大助]){re.escape(word)}(?!助理|秘书|办公室)")


def _whole(word: str, text: str) -> int:
    """Return where ``word`` stands in ``text`` as a holder, else -1."""
    match = _holder(word).search(text)
    return match.start() if match else -1


_DOES = re.compile(
    r"承诺|保证|拍(?:的|了)?板|说|称|要求|指使|授意|默许|纵容|包庇|参与|操作|挪用|威胁|恐吓|骗|欺|骂|打|收(?:受|取|了)|拒绝|推诿|隐瞒|诱导|误导|伪造|签|亲自|出面|"
    r"主导|策划|批准|同意|勾结|知情|态度|辱骂|违规|违法|私自|擅自|利用|拍桌|敷衍|答应|表示|让|叫|逼|扣|拖|侵占|涉嫌|带领|组织|劝|推荐|向我|对我|给我|将我|把我|不予|不肯|的行为|的做法|投诉"
)


_ASKED = re.compile(r"^\W*问\W")
"""A question of an interview record: the interviewer speaks."""

_IN_OFFICE = re.compile(
    r"(?:总?负责人|经办人?|受理人?|接待人?|询问人|谈话人|被?调查人员|记录人?|主持人|参加人员?|在场人员?|审批人?|审核人?|复核人?|"
    r"签发人?|处理人|核实人|回访人|部门主管|主管领导|联系人|填表人|我是|我们是|本人是)(?:员)?(?:的?姓名|签字|签名|意见)?\W{0,4}"
    r"(?:[\u4e00-\u9fff]{0,8}(?:公司|部|处|科|室|中心))?\W{0,3}$"
)
"""Names in these places handle the complaint or sign for the member: nobody complains of them."""

_PRAISED = re.compile(
    r"^[^。;!?但]{0,10}(?:态度(?:很|非常|十分|挺|也|倒)*(?:好|和蔼|诚恳|热情|端正)|耐心|热情|客气|周到|帮了我)"
)
_MEMBER_VOICE = frozenset({DocumentKind.COORDINATION_APPLICATION, DocumentKind.COMPLAINT_REPORT_FORM})


def _concerned(sentence: Sentence, word: str, is_name: bool) -> tuple[int, int] | None:
    """Return the span of ``word`` where the person acts or is complained about, not merely addressed."""
    text = sentence.text
    for match in _holder(word).finditer(text):
        clause = max(text.rfind(c, 0, match.start()) for c in ",;。!?") + 1
        head, after = text[clause : match.start()], text[match.end() : match.end() + 24]
        accused = bool(
            re.search(r"(?:投诉|举报|控告|状告|检举|追究|处分|查处|处理|是|系|由|被|遭|经)[^,。]{0,14}$", head)
        )
        if _ADDRESSED.search(after) or (_AS_RECEIVER.search(head) and not accused) or _OWN_TITLE.search(head):
            continue
        if _IN_OFFICE.search(text[: match.start()]) and (not accused or sentence.kind in _MEMBER_VOICE):
            continue
        if _PRAISED.search(after) and not accused:
            continue
        named = is_name and sentence.kind not in _MEMBER_VOICE and len(text) > len(word) + 4
        if accused or named or _DOES.search(re.split(r"[。;!?]", after)[0]):
            return match.start(), match.end()
    return None


LOUD = 5
"""Exclamation marks from which a letter shouts, when they close at least a quarter of its sentences."""

_COURTESY = re.compile(r"此致|敬礼|您好|你好|谢谢|感谢|祝|辛苦|拜托|顺颂")


def agitated_signal(spoken: tuple[Sentence, ...], worded: Signal | None) -> Signal | None:
    """Return that the letter shouts: many exclamation marks besides greetings; strong words come first."""
    if worded is not None:
        return None
    loud = [s for s in spoken if "!" in s.text and not _COURTESY.search(s.text)]
    marks = sum(s.text.count("!") for s in loud)
    if marks < LOUD or 4 * len(loud) < len(spoken):
        return None
    evidence = tuple(e for s in loud[:3] for e in s.evidence(0, len(s.text)))
    return _signal(SignalCode.AGITATED, f"情绪激动：全文 {marks} 个感叹号", evidence, 0.85)


def vip_signal(case: Case, policy: AdoptedPolicy) -> Signal | None:
    """Return that the complainant stands on the adoption's list of important clients."""
    listed = policy.adoption.vip if policy.adoption else ()
    for name in ("complainant_name", "complainant_employer", "trading_account_no"):
        field = case.fields.get(name)
        if isinstance(field, FieldValue) and field.value in listed:
            detail = f"投诉人在重要客户名单中：{field.value}"
            return _signal(SignalCode.VIP, detail, field.evidence, field.probability)
    return None


_REACHED_BY = (
    "complainant_phone",
    "complainant_mobile",
    "complainant_id_no",
    "trading_account_no",
    "complainant_address",
)
_SIGNS_OFF = re.compile(
    r"(?:投诉人|签名|签字|署名|姓名|申请人|具名|立信人|写信人|反映人|举报人|客户)(?:签[名字])?\s*[:：(（]\W*(?!日期|电话|联系|年)[\u4e00-\u9fff·]{2,8}"
    r"|^\W*[\u4e00-\u9fff·]{2,4}\s*(?:敬上|谨上|上|呈|拜上)\W*$"
)
_NAME_ALONE = re.compile(
    r"^\W*(?:[\u4e00-\u9fff]{2,12}\s*)?[\u4e00-\u9fff·]{2,4}(?:\s*[（(]?(?:手印|按印|印|签|盖章|代写|口述)[）)]?)?\W*"
    r"(?:[\d〇○零一二三四五六七八九十年月日号初廿农历./\-\s]{0,16})$"
)
"""A short closing line with a name, perhaps the day behind it (养蜂的 暴春生 四月十九)."""
_NO_NAME = re.compile(r"此致|敬礼|谢谢|您好|(?:一|1)(?:名|位|个|群)|客户|受害|投资者|群众|消费者|知情")
_LETTERS = frozenset({DocumentKind.COMPLAINT_LETTER, DocumentKind.FAX_PRINT, DocumentKind.OTHER})


def anonymous_signal(case: Case, spoken: tuple[Sentence, ...], worded: Signal | None) -> Signal | None:
    """Return that nobody signs with a name: words say so, or a letter carries neither name nor signature."""
    named = isinstance(case.fields.get("complainant_name"), FieldValue)
    if worded is not None:
        return worded.model_copy(update={"certain": worded.certain and not named})
    field = case.fields.get("complainant_name")
    confirmed = isinstance(field, FieldMissing) and field.accepted
    heard = {p.document_id for s in spoken for p in s.places if s.kind in _LETTERS}
    letters = [d for d in case.documents if d.id in heard]
    reachable = any(isinstance(case.fields.get(n), FieldValue) for n in _REACHED_BY)
    signs = any(_SIGNS_OFF.search(s.text) and not _NO_NAME.search(s.text) for s in spoken[-6:])
    signs = signs or any(_NAME_ALONE.match(s.text) and not _NO_NAME.search(s.text) for s in spoken[-2:])
    if named or reachable or signs or not letters or not spoken or any(d.signatures for d in letters):
        return None
    last = spoken[-1]
    evidence = last.evidence(0, len(last.text))
    return _signal(SignalCode.ANONYMOUS, "来信没有署名，也未见签名", evidence, 0.7, confirmed)


def _signal(
    code: SignalCode, detail: str, evidence: tuple[Evidence, ...], probability: float, certain: bool = True
) -> Signal:
    return Signal(
        signal=code, detail=detail, evidence=evidence, certain=certain, probability=probability, producer=SIGNALS
    )
