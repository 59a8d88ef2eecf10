"""Who writes and about whom, where no label says so: introductions, salutations, firms and staff in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.normal import Span, find_emails, find_id_numbers, find_phones
from extractors.confidence import Source
from extractors.letter_found import Found
from extractors.letter_labels import claimed_by_others
from extractors.letter_names import HAN, PLAIN_NAME, could_be_name, cut_name, find_orgs, is_no_name
from extractors.letter_text import LetterText

# (rule, words before the name, is the name certain whatever its surname)
INTRODUCTIONS: tuple[tuple[str, str, bool], ...] = (
    ("i_am_called", r"(?:我|本人)(?:的)?(?:名字)?(?:叫做?|名叫|姓名是|名为|姓名为|姓名)", True),
    ("undersigned", r"(?:投诉人|申请人|反映人|举报人)(?:我)?(?:叫|是|为|系)?", True),
    ("i_am", r"(?:我是|本人是|本人系|我系|我,|我，|本人[，,]?|客户)", False),
)
_AFTER_NAME = r"(?=\s*(?:[，,。、；;（(：:\n\s]|男|女|系|是|于|在|身份证|，))"
_ADDRESSEE_TAIL = r"(?:[^，。：:\n]{0,14})"
_NOT_RESPONDENT = re.compile(
    r"交易所|协调中心|监管局|监督管理|证监|银保监|金融办|金融局|消费者|消协|消保委|信访|公安|法院|人民政府|"
    r"市长|媒体|电视台|报社|仲裁"
    r"|行业协会|12345"
)
_SUED = re.compile(r"(?:投诉|举报|控告|反映|状告)(?:的是|对象(?:是|为)|了)?\s*$")
_DEALT = re.compile(r"(?:在|对|会员单位|会员企业|与|和|到|向|通过|由|经|于|是|为|系|你们|贵公司|贵司)\s*[（(“\"]?\s*$")
_DEALT_AFTER = re.compile(
    r"\s*(?:[（(][^）)]{1,20}[）)])?\s*(?:开户|开立|签订|签署|签约|入金|注册|交易|从事|投资|的(?:客户|业务|工作|"
    r"员工|经理|分析|平台|会员)|工作人员|员工|客户经理|业务员|客服)"
)
_BRANCH = re.compile(
    rf"(?P<head>[{HAN}]{{2,14}}?)(?P<tail>分公司|营业部|服务中心|代理处|办事处|分支机构|服务部|运营中心|"
    rf"体验中心)(?![{HAN}]{{0,2}}公司)"
)
_INTRODUCER = re.compile(r"(?:居间商|居间人|居间机构|居间公司|居间|代理商|代理机构|代理公司|介绍商)[“\"（(是为：:]*\s*")
_POSTS = (
    "客户经理|业务经理|业务员|分析师|讲师|客服专员|客服人员|客服|团队长|市场部主管|营业部负责人|负责人|"
    "理财经理|理财顾问|投资顾问|投顾|操盘手|指导老师|老师"
    "|总经理|副总经理|风控总监|财务负责人|市场总监|经理|主管|总监|员工|工作人员|销售人员|销售|专员|代理人|"
    "居间人|经纪人|助理"
)
_STAFF = re.compile(rf"(?:{_POSTS})(?:叫|名叫|是|为|，|：|:|（|\(|“)?\s*")
_STAFF_AFTER = re.compile(rf"\s*[（(]?(?:{_POSTS}|某)")
_CALLED = re.compile(rf"(?:自称|名叫|叫做?|一个叫|一位叫|一名叫|姓名为)(?:是|为)?(?:{_POSTS})?\s*")
_THEIR_PHONE = re.compile(
    r"(?:其|他|她|对方|客服|热线|经理|业务员|老师|分析师|讲师|专员|主管|贵公司|贵司|你公司|该公司|陌生|"
    r"微信)[^。；，,\n]{0,12}$"
)
_NAMED_IN_BRACKETS = re.compile(rf"[{HAN}][（(](?:联系)?(?:电话|手机|手机号|微信)?[：:]?\s*$")
_MY_PHONE = re.compile(r"(?:我的?|本人|投诉人|联系|回复|回电|致电|拨打|通知|手机|电话)[^。；\n]{0,10}$")
_FORWARDED = re.compile(
    r"(?:由|经|系|本件由|来信由)?(?P<who>[^\s，。：；、由经系]{3,24}?(?:局|办公室|办|中心|委员会|委|协会|政府|"
    r"公司|部|处))(?:转来|转办|转交|转送|转递|批转|转(?=[\s。，\n]|$))"
)


def from_introductions(letter: LetterText) -> Iterator[Found]:
    """Give the complainant's name from 我叫…, 投诉人…, 本人…."""
    for rule, words, certain in INTRODUCTIONS:
        for match in re.finditer(
            rf"(?<![被委的{HAN if not certain else ''}])(?:{words})\s*(?P<name>{PLAIN_NAME}){_AFTER_NAME}", letter.text
        ):
            name = match["name"]
            if is_no_name(name) or (not could_be_name(name) and (not certain or rule != "i_am_called")):
                continue
            yield Found("complainant_name", *match.span("name"), Source.SENTENCE, 0.95 if certain else 0.9, rule)
    for match in re.finditer(
        r"(?:我单位|我公司|我司|本公司|投诉单位|投诉人)(?:是|为|系|[，,：:（(]|即|名称为)?\s*", letter.text
    ):
        orgs = find_orgs(letter.text, match.end(), match.end() + 36)
        if orgs and orgs[0][0] == match.end():
            yield Found("complainant_name", *orgs[0], Source.SENTENCE, 0.93, "our_firm")


def from_salutation(letter: LetterText) -> Iterator[Found]:
    """Give the firm that the letter is addressed to; authorities and exchanges are addressees, not respondents."""
    for start, end in letter.paragraphs()[:8]:
        words = letter.text[start:end]
        addressed = re.match(r"\s*(?:致|送|主送|TO)\s*[：:]?|\s*尊敬的|\s*[^，。]{4,40}[：:]\s*$", words)
        if not addressed or re.search(r"被?投诉(?:人|单位|方)|姓\s*名|申请人|代表人", words):
            continue
        for org in find_orgs(letter.text, start, end):
            if not _NOT_RESPONDENT.search(letter.text[org[0] : org[1]]):
                yield Found("respondent_org", *org, Source.LINE, 0.86, "salutation")
                return


def from_sentences_about_firms(letter: LetterText) -> Iterator[Found]:
    """Give firms the story is about: 投诉××公司, 在××公司开户, ××公司的客户经理."""
    for start, end in find_orgs(letter.text):
        name, before = letter.text[start:end], letter.text[max(0, start - 8) : start]
        if _NOT_RESPONDENT.search(name) or (_INTRODUCER.search(before + "") and not _SUED.search(before)):
            continue
        if _SUED.search(before):
            yield Found("respondent_org", start, end, Source.SENTENCE, 0.9, "complains_about")
        elif _DEALT_AFTER.match(letter.text, end) and not re.search("我|本人|投诉单位", before[-3:]):
            yield Found("respondent_org", start, end, Source.SENTENCE, 0.8, "dealt_with")
        else:
            prior = 0.6 if _DEALT.search(before) else 0.4
            yield Found("respondent_org", start, end, Source.SENTENCE, prior, "mentioned")


def from_branches(letter: LetterText) -> Iterator[Found]:
    """Give branches and introducers named in sentences."""
    for match in _INTRODUCER.finditer(letter.text):
        orgs = find_orgs(letter.text, match.end(), match.end() + 36)
        if orgs and orgs[0][0] == match.end():
            yield Found("respondent_branch", *orgs[0], Source.SENTENCE, 0.9, "introducer")
    for match in _BRANCH.finditer(letter.text):
        start = _branch_start(letter.text, match)
        if match.end() - start >= 5 and not re.search(
            r"[贵本该此]|客服|某|其他|哪|各", letter.text[start : match.start("tail")]
        ):
            yield Found("respondent_branch", start, match.end(), Source.SENTENCE, 0.85, "branch")


def _branch_start(text: str, match: re.Match[str]) -> int:
    """Cut words of the sentence off the front of a branch's name; a firm's name before it stays out."""
    whole = re.compile(rf"[{HAN}（）()]{{0,30}}$").search(text, max(0, match.end("head") - 30), match.end("head"))
    start = whole.start() if whole else match.start()
    for cut in re.compile(
        r"公司下属的?|公司旗下的?|(?:投诉|在|到|与|向|对|被|由|是|系|给|从|为|称|和|及|通过|经|了|于|名为|"
        r"尊敬的|关于|贵公司的?|贵司的?|你公司的?|该公司的?|公司的|下属的?|所属的?|的)(?=[^公司])"
    ).finditer(text, start, match.end("head") - 1):
        if match.end("head") - cut.end() >= 2:
            start = cut.end()
    return start


def from_staff(letter: LetterText) -> Iterator[Found]:
    """Give members of staff: 客户经理张伟, 自称分析师的李…, 张伟（业务员）."""
    for pattern, prior, rule in ((_STAFF, 0.85, "post_name"), (_CALLED, 0.8, "called")):
        for match in pattern.finditer(letter.text):
            end = cut_name(letter.text, match.end())
            if (
                end is not None
                and not is_no_name(letter.text[match.end() : end])
                and letter.text[end : end + 2] != "公司"
            ):
                yield Found("respondent_staff", match.end(), end, Source.SENTENCE, prior, rule)
    for match in re.finditer(rf"(?<![{HAN}])([{HAN}]{{2,3}})(?=[（(](?:{_POSTS}))", letter.text):
        if could_be_name(match[1]):
            yield Found("respondent_staff", *match.span(1), Source.SENTENCE, 0.85, "name_post")


def from_bare_numbers(letter: LetterText) -> Iterator[Found]:
    """Give phones, ID numbers and e-mail addresses that stand in sentences, when they are not somebody else's."""
    others = claimed_by_others(letter.text)
    for span in find_phones(letter.text):
        if _somebody_elses(letter, span, others):
            continue
        before = letter.text[max(0, span.start - 24) : span.start]
        prior = 0.93 if _MY_PHONE.search(before) else 0.8
        mobile = len(span.value) == 11 and "-" not in span.value
        field = "complainant_mobile" if mobile else "complainant_phone"
        yield Found(field, span.start, span.end, Source.SENTENCE, prior, "phone")
    for span in find_id_numbers(letter.text):
        if _inside(span, others):
            continue
        yield Found("complainant_id_no", span.start, span.end, Source.SENTENCE, 0.93, "id_number")
    for span in find_emails(letter.text):
        before = letter.text[max(0, span.start - 12) : span.start]
        if not _inside(span, others) and not re.search("贵公司|客服|公司邮箱|对方|平台|收件", before):
            yield Found("complainant_email", span.start, span.end, Source.SENTENCE, 0.88, "email")


def _inside(span: Span, others: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= span.start < end for start, end in others)


def _somebody_elses(letter: LetterText, span: Span, others: tuple[tuple[int, int], ...]) -> bool:
    """Tell whether a number belongs to the respondent, a hotline or a person named right before it in brackets."""
    before = letter.text[max(0, span.start - 24) : span.start]
    if _inside(span, others) or re.match(r"[48]00-", span.value):
        return True
    mine = re.search(r"我|本人|投诉人", before)
    return not mine and bool(_THEIR_PHONE.search(before) or _NAMED_IN_BRACKETS.search(before))


def from_descriptions(letter: LetterText) -> Iterator[Found]:
    """Give gender, ethnicity, birth date and address from 张三，男，汉族，1975年3月2日出生，住…."""
    found = re.search(
        rf"(?P<gender>[男女])(?:性)?(?:[，,、\s]+(?P<nation>[{HAN}]{{1,5}})族)?(?:[，,、\s]+(?:生于)?(?P<birth>\d{{4}}年\d{{1,2}}月\d{{1,2}}日)(?:出)?生?)?(?=[，,、。\s])",
        letter.text[:600],
    )
    if found:
        fields = {"gender": "complainant_gender", "nation": "complainant_ethnicity", "birth": "complainant_birth_date"}
        for group, field in fields.items():
            if found[group]:
                yield Found(field, *found.span(group), Source.SENTENCE, 0.9, "description")
    place = (
        rf"(?:家住|现住于?|居住在|居住于|住在|现居|住址为|住址是|联系地址为|地址是|"
        rf"住)\s*(?P<place>[{HAN}]{{2,8}}[省市区县州][^，,。；;\n）)]{{4,50}})"
    )
    for match in re.finditer(place, letter.text):
        yield Found("complainant_address", *match.span("place"), Source.SENTENCE, 0.9, "lives_in")


def from_forwarders(letter: LetterText) -> Iterator[Found]:
    """Give the office that passed the letter on: 由××信访局转来."""
    for match in _FORWARDED.finditer(letter.text):
        yield Found("forwarded_by", *match.span("who"), Source.SENTENCE, 0.85, "forwarded")
