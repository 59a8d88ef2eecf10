"""Who a letter complains about: firms, branches, introducers and staff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.surnames import COMPOUND_SURNAMES
from extractors.letters.closing import from_closing
from extractors.letters.firm import from_letterhead
from extractors.letters.found import Found
from extractors.letters.label_table import Party
from extractors.letters.labels import claimed_by, from_labels
from extractors.letters.names import (
    could_be_name,
    cut_name,
    ends_in_speech,
    has_known_surname,
    is_likely_name,
    is_no_name,
)
from extractors.letters.orgs import BRANCH_ENDING, HAN, find_branches, find_houses, find_orgs, firm_of_branch
from extractors.letters.parties import from_introductions
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

_NOT_RESPONDENT = re.compile(
    r"交易所|协调中心|监管局|监督管理|证监|银保监|金融办|金融局|消费者|消协|消保委|信访|公安|法院|人民政府|"
    r"市长|媒体|电视台|报社|仲裁"
    r"|行业协会|12345|人民银行|律师|会计师|公证|公估|征信中心|检察|纪委"
)
_SUED = re.compile(r"(?:投诉|举报|控告|反映|状告)(?:的是|对象(?:是|为)|了)?\s*$")
_DEALT = re.compile(r"(?:在|对|会员单位|会员企业|与|和|到|向|通过|由|经|于|是|为|系|你们|贵公司|贵司)\s*[（(“\"]?\s*$")
_DEALT_AFTER = re.compile(
    r"\s*(?:[（(][^）)]{1,20}[）)])?\s*(?:开户|开立|签订|签署|签约|入金|注册|交易|从事|投资|的(?:客户|业务|工作|"
    r"员工|经理|分析|平台|会员)|工作人员|员工|客户经理|业务员|客服)"
)
_SELDOM = 0.5
_TO = (
    "致|送|主送|(?:寄给|寄|给|呈)(?=[^，。]{4,40}$)|TO|To|受文者|收文|收函单位|收信人|收信单位|"
    "收件人|收件单位|收件公司|收件|受理行|受理机构"
)
_HOUSE = re.compile(
    rf"(?:^(?:致(?![远达诚信胜和])|尊敬的)?|致|尊敬的|[：:\s])(?P<name>[{HAN}]{{2,12}}(?:酒店|宾馆|饭店|旅馆|民宿|4S店|汽修厂|物业|商场|超市|联社|证券|期货|保险|财险|人寿|信托))"
    rf"(?=(?:的)?(?:总?经理|领导|负责人|客服|前台|投诉|管理|[{HAN}]{{1,6}}店|公司|服务|总部|信用卡|[：:，,\s]|$))",
    re.M,
)
_INTRODUCER = re.compile(r"(?:居间商|居间人|居间机构|居间公司|居间|代理商|代理机构|代理公司|介绍商)[“\"（(是为：:]*\s*")
_POSTS = (
    "(?:销售|购车|置业|投资|理财|保险|服务|投保|财富|课程)顾问|顾问|客户经理|理财经理|大堂经理|业务经理|信贷员|查勘员|定损员|柜员|柜台|大堂|会计|服务顾问|保险顾问|投保顾问|保险员|推销员|"
    "服务员|支行行长|行长|主任|信贷部主任|催收员|柜组长|网点主任|店长|推介人|经办人|项目经理|"
    "业务员|分析师|讲师|客服专员|客服人员|客服|团队长|市场部主管|营业部负责人|负责人|"
    "理财经理|理财顾问|投资顾问|投顾|操盘手|指导老师|老师"
    "|结算岗|结算员|合规专员|风控专员|保安队长|队长|业务代表|客户代表|代办员|协办员|客房服务员|保洁阿姨|保洁员|保洁|大堂副理|副理|清收组长|组长|承办人|"
    "坐席|座席|接线员|话务员|理赔员|核赔员|仓管员|仓管|值班员|管家|前台|领班|副行长|副主任|经办员|销售经理|区域经理|催收专员|贷后专员|"
    "客服代表|业务代理|片区主管|片区经理|主办会计|接待员|接待|教练|交易员|代理员|审核员|评估师|公估师|勘查员|接待的?|值班的?|经办的?"
    "|值班人员|值班经理|收银员|营业员|保安|调查员|专管员|业务主管|店员|客服主管|网点负责人|总经理|副总经理|风控总监|财务负责人|市场总监|经理|主管|总监|员工|工作人员|销售人员|销售|专员|"
    "居间人|经纪人|助理"
)
_STAFF = re.compile(rf"(?:{_POSTS})(?:叫|名叫|是|为|，|：|:|（|\(|“)?\s*")
_SURNAME_ONLY = re.compile(
    rf"(?<![我本])姓(?P<name>[{HAN}])的(?:一?[个名位])?(?:{_POSTS}|姑娘|小姐|女士|先生|男子|女子|人|同志)"
)
_CALLED = re.compile(rf"(?:自称|真名叫?|本名叫?|名叫|叫做?|一个叫|一位叫|一名叫|姓名为)(?:是|为)?(?:{_POSTS})?\s*")

# Firms of these trades bring clients to a member, they are seldom the member.
_AGENT_TRADE = re.compile(
    r"(?<!理财)咨询|商务服务|企业管理|营销策划|信息服务|文化传播|财富管理|(?<!期货)(?<!证券)经纪|保险代理|代理有限|居间"
)
_ACTS = (
    '称|说|表示|告诉|告知|声称|承诺|答应|保证|上门|以“|以"|只说|要求我|让我|叫我|向我|给我|拒绝|推诿|推脱|一直|始终|多次|不仅|未经|擅自|私自|利用|诱导|指导|建议|催|电话|微信|多次'
    r"|却|竟|一边|泄露|当面|失联|辞职|离职|于\d|在\d|的(?:行为|指导|建议|操作|诱导|承诺|微信|电话|态度)"
)
_FRAMED = re.compile(
    rf"(?:{_POSTS}|名叫|叫做?|写着|工号|[一那这]位|年轻的|[的由经被向和与，,。、])\s*"
    rf"(?P<name>(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{HAN}]{{2,3}})"
    rf"(?=先生|女士|小姐|同志|姑娘|[（(](?:工号|真名|真姓|她真叫|他真叫|姓|女|男|已离职|现已|理赔|客服|柜员|业务|理财|主管|经理))"
)
_NOT_FRAMED = re.compile(
    r"客服|这位|那位|一位|该位|贵|接线|柜台|值班|前台|当事|工作|人员|女性|男性|年轻|自称|姓|某|我|你|他|她|这|那|们|"
    r"多次|再次|第[一二三]|当面|当众|开具|受伤|迟延|每次|电话|态度|当时|当场|随后|自己|立即|马上|一直|反复|直接|口头|仍|依然|却|竟|居然|突然|后来|现在|"
    r"通过|利用|只|又|还|都|就|也|不|没|要|让|叫|可|能|会|先|后|再|才|称|说|与|和|在|是|有|的|了|向|对|把|被|因|为|及|等|个|中|上|下|长|时|给|去|来|到|已|竟|未|各|其|均|应当|伤|拒|推|签|办|领"
)
_POST_ACTS = re.compile(
    rf"(?:{_POSTS})(?P<name>[{HAN}]{{2,3}}?)"
    r"(?=说|称|答复|答称|表示|告诉我|承认|解释|竟|扬言|拍胸脯|回复|微信|来电|[，,]?始终|至今|在电话|在现场|在打扫|站在|已经?辞职|已离职|失联|[（(])"
)
_ACTOR = re.compile(rf"(?<=[，,。；;\n：:“”])(?=[{HAN}])")
_BELONGS = re.compile(rf"(?:公司|中心|银行|信用社|{BRANCH_ENDING})的(?:一[个名位])?|署名(?:为|是)?|真名(?:为|是)?")
_TARGET = re.compile(
    r"(?:发给|联系|询问|问|找到|找|打给|窗口的?|被|由|对(?!方)|向|经|跟|听信|关于|要求|处理|处分|开除|追究|叫)\s*"
)
_TARGET_AFTER = re.compile(rf"(?:{_ACTS}|有关|等人|[，,。；、]|本人|道歉|的投诉)")


def from_salutation(letter: LetterText) -> Iterator[Found]:
    """Give the firm that the letter is addressed to; authorities and exchanges are addressees, not respondents."""
    span = _addressed_firm(letter)
    if span is not None:
        yield Found("respondent_org", *span, Source.LINE, 0.86, "salutation")


def _addressed_firm(letter: LetterText) -> tuple[int, int] | None:
    for start, end in letter.paragraphs()[:8]:
        words = letter.text[start:end]
        addressed = re.match(rf"\s*(?:{_TO})\s*[：:]?|\s*尊敬的|\s*[^，。]{{4,40}}[：:]\s*$", words)
        if not addressed or re.search(r"投诉(?:人|单位|方)|姓\s*名|申请人|代表人|电话|地址|住所", words):
            continue
        house = _HOUSE.search(letter.text, start, end)
        orgs = find_orgs(letter.text, start, end)
        for org in orgs or ((house.span("name"),) if house else ()):
            if not _NOT_RESPONDENT.search(letter.text[org[0] : org[1]]):
                return org
    return None


def from_sentences_about_firms(letter: LetterText) -> Iterator[Found]:
    """Give firms the story is about: 投诉××公司, 在××公司开户, ××公司的客户经理.

    Beside an addressed firm, a second one that brings clients is the introducer.
    """
    own = _own_firms(letter)
    spans = [s for s in find_orgs(letter.text) if not _is_other(letter.text[s[0] : s[1]], own)]
    addressed = _addressed_firm(letter)
    members = [letter.text[a:b] for a, b in ((addressed,) if addressed else spans)]
    first = next((m for m in members if not _AGENT_TRADE.search(m)), members[0] if addressed else None)
    for start, end in spans:
        name = letter.text[start:end]
        prior, rule = _standing(letter.text, start, end)
        agent = bool(_AGENT_TRADE.search(name))
        if agent and first is not None and name != first:
            yield Found("respondent_branch", start, end, Source.SENTENCE, 0.5 + 0.3 * prior, "second_firm")
        else:
            yield Found("respondent_org", start, end, Source.SENTENCE, min(prior, 0.5) if agent else prior, rule)
    if not spans:
        for start, end in find_houses(letter.text):
            if not _is_other(letter.text[start:end], own):
                yield Found("respondent_org", start, end, Source.SENTENCE, 0.7, "house")


def _is_other(name: str, own: frozenset[str]) -> bool:
    return name in own or bool(_NOT_RESPONDENT.search(name))


def _own_firms(letter: LetterText) -> frozenset[str]:
    sources = (from_labels(letter), from_closing(letter), from_letterhead(letter), from_introductions(letter))
    own = ("complainant_name", "legal_representative", "contact_name")
    found = (f for source in sources for f in source if f.field in own)
    return frozenset(letter.text[a:b] for f in found for a, b in f.places)


def _standing(text: str, start: int, end: int) -> tuple[float, str]:
    """Return how likely a firm in a sentence is the one complained about, and by which words."""
    before = text[max(0, start - 8) : start]
    if _SUED.search(before):
        return 0.9, "complains_about"
    if _DEALT_AFTER.match(text, end) and not re.search("我|本人|投诉单位", before[-3:]):
        return 0.8, "dealt_with"
    return (0.6 if _DEALT.search(before) else 0.4), "mentioned"


def from_branches(letter: LetterText) -> Iterator[Found]:
    """Give branches and introducers named in sentences."""
    for match in _INTRODUCER.finditer(letter.text):
        orgs = find_orgs(letter.text, match.end(), match.end() + 36)
        if orgs and orgs[0][0] == match.end():
            yield Found("respondent_branch", *orgs[0], Source.SENTENCE, 0.9, "introducer")
    spans = find_branches(letter.text)
    names = {letter.text[a:b] for a, b in spans if firm_of_branch(letter.text, a, b) is None}
    for start, end in spans:
        name = letter.text[start:end]
        if _NOT_RESPONDENT.search(name) or any(o != name and _abbreviates(name, o) for o in names):
            continue
        firm = firm_of_branch(letter.text, start, end)
        own = firm[1] if firm is not None else start
        yield Found("respondent_branch", own, end, Source.SENTENCE, 0.85, "branch")
        if firm is not None and not _NOT_RESPONDENT.search(letter.text[firm[0] : firm[1]]):
            yield Found("respondent_org", *firm, Source.SENTENCE, 0.8, "firm_of_branch")


def _abbreviates(short: str, long: str) -> bool:
    """Tell whether a name leaves out parts of another one (漕溪北路营业部, 上海漕溪北路证券营业部)."""
    rest = iter(long)
    return len(short) < len(long) and short[0] in long and all(sign in rest for sign in short)


def from_staff(letter: LetterText) -> Iterator[Found]:
    """Give members of staff; who is spoken of seldom beside one who is spoken of often is less likely meant."""
    own = {n for n in _own_firms(letter) if len(n) <= 6}
    found = [f for f in _staff(letter) if letter.text[f.start : f.end] not in own]
    often = max((letter.text.count(letter.text[f.start : f.end]) for f in found), default=0)
    for item in found:
        seldom = 2 * letter.text.count(letter.text[item.start : item.end]) < often
        yield replace(item, prior=item.prior * _SELDOM) if seldom else item


def _staff(letter: LetterText) -> Iterator[Found]:
    """Give members of staff: 客户经理张伟, 自称分析师的李…, 张伟（业务员）, and people who act in the story."""
    agents = claimed_by(letter.text, frozenset({Party.AGENT}))
    for pattern, prior, rule in ((_STAFF, 0.85, "post_name"), (_CALLED, 0.8, "called")):
        for match in pattern.finditer(letter.text):
            end = cut_name(letter.text, match.end())
            if (
                end is None
                or re.search("(?:我|本人)(?:的?名字)?$", letter.text[max(0, match.start() - 5) : match.start()])
                or any(a <= match.end() < b for a, b in agents)
                or letter.text[end : end + 2] == "公司"
                or is_no_name(letter.text[match.end() : end])
            ):
                continue
            titled = re.search("[总某姐哥工]$", letter.text[match.end() : end])
            yield Found("respondent_staff", match.end(), end, Source.SENTENCE, 0.3 if titled else prior, rule)
    for match in _SURNAME_ONLY.finditer(letter.text):
        yield Found("respondent_staff", *match.span("name"), Source.SENTENCE, 0.6, "surname_only")
    for match in re.finditer(rf"[（(](?:{_POSTS})", letter.text):
        begin = _name_before(letter.text, match.start())
        if begin is not None:
            yield Found("respondent_staff", begin, match.start(), Source.SENTENCE, 0.85, "name_post")
    yield from (f for f in _framed_names(letter.text) if not any(a <= f.start < b for a, b in agents))
    yield from _people_in_the_story(letter)


def _framed_names(text: str) -> Iterator[Found]:
    """Give names whose surname may be on no list, where the words on both sides say that a person is named."""
    for match in _FRAMED.finditer(text):
        name = match["name"]
        if _NOT_FRAMED.search(name) or is_no_name(name):
            continue
        known = has_known_surname(name)
        yield Found("respondent_staff", *match.span("name"), Source.SENTENCE, 0.8 if known else 0.7, "framed")
    for match in _POST_ACTS.finditer(text):
        name = match["name"]
        if not (_NOT_FRAMED.search(name) or is_no_name(name) or has_known_surname(name)):
            yield Found("respondent_staff", *match.span("name"), Source.SENTENCE, 0.5, "post_acts")


def _name_before(text: str, end: int) -> int | None:
    """Return where a name begins that ends at ``end``: after punctuation or after 公司, 的, 由 …."""
    for length in (4, 3, 2):
        begin = end - length
        name, before = text[max(begin, 0) : end], text[max(begin - 2, 0) : max(begin, 0)]
        long_enough = length < 4 or bool(re.match(COMPOUND_SURNAMES, name))
        fits = begin >= 0 and long_enough and bool(re.fullmatch(rf"[{HAN}]+", name)) and could_be_name(name)
        if fits and re.search(rf"(?:^|[^{HAN}]|公司|司|的|由|和|与|是|向|部|对)$", before):
            return begin
    return None


def _people_in_the_story(letter: LetterText) -> Iterator[Found]:
    """Give names that act (李明称…) or are dealt with (发给李明), less sure; the writer's own name is none of them."""
    own = {n for n in _own_firms(letter) if len(n) <= 6}
    for match in _ACTOR.finditer(letter.text):
        end = _acting_name(letter.text, match.end(), rf"(?:{_ACTS})")
        if end is not None and letter.text[match.end() : end] not in own:
            yield Found("respondent_staff", match.end(), end, Source.SENTENCE, 0.6, "acts")
    for match in _BELONGS.finditer(letter.text):
        end = cut_name(letter.text, match.end())
        if end is not None and is_likely_name(letter.text[match.end() : end]):
            yield Found("respondent_staff", match.end(), end, Source.SENTENCE, 0.7, "belongs")
    for match in _TARGET.finditer(letter.text):
        end = _acting_name(letter.text, match.end(), _TARGET_AFTER.pattern)
        if end is not None and letter.text[match.end() : end] not in own:
            yield Found("respondent_staff", match.end(), end, Source.SENTENCE, 0.5, "target")


def _acting_name(text: str, start: int, after: str) -> int | None:
    compound = re.compile(COMPOUND_SURNAMES).match(text, start)
    for length in (4, 3) if compound else (3, 2):
        name = text[start : start + length]
        if length > (3 if compound else 2) and ends_in_speech(name):
            continue
        if re.fullmatch(rf"[{HAN}]+", name) and is_likely_name(name) and re.compile(after).match(text, start + length):
            return start + length
    return None
