"""What names of people look like inside Chinese sentences."""

from __future__ import annotations

import re

from domain.surnames import COMMON_SURNAMES, COMPOUND_SURNAMES, SURNAMES
from extractors.letters.orgs import HAN

MINORITY_NAME = rf"[{HAN}]{{1,8}}(?:\s?[·•・‧∙.．]\s?[{HAN}]{{1,10}})+"
LABELLED_NAME = rf"(?:{MINORITY_NAME}|(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{HAN}](?:[ 　]{{0,4}}[{HAN}]){{1,3}})"
PLAIN_NAME = rf"(?:{MINORITY_NAME}|(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{HAN}]{{2,4}})"

_SPEECH = re.compile(
    r"(?:曾(?:经|多|向|在|于|与|通|被|为|要|两|三|先|因)|向(?:贵|你|您|该|其|客|公|有|上|我|本)|于(?:是|今|本|"
    r"上|去|次|同|贵|前|近)|强(?:烈|调)|全(?:部|程|权|家|额|力|体)"
    r"|常(?:年|常)|应(?:该|当|贵|你|客)|成(?:为|立|功)|时[常至]|万(?:分|般)|计(?:划|算)|连(?:续|同|夜)|明(?:确|"
    r"知|白)|安(?:全|排)|关(?:于|注)|解(?:决|释)|原(?:本|系|为|先|来|是)"
    r"|高(?:度|额)|任(?:何|职)|方(?:便|可|才)|初(?:次|步)|查(?:询|看|明|实)|单(?:位|独|方)|包(?:括|含)|和|与|"
    r"在|经|因|自|由|从|被|把|将|已|就|并|不|没|无|为|是|系|对|要|想|愿|现|多|再|又|也|都|认|请|希|恳|根|通|购|"
    r"上(?:个|次|周|月|面|述|门|午|海|级|诉|访|交|班|报|了)|门(?:口|店|市|面|外|诊)|展(?:示|开|期|览)|占(?:用|有|本|到)|敬(?:请|启|上|礼)|融(?:资|券)|银(?:行|监|保)|申(?:请|诉|报|购|办)(?![小姐先女])|丰(?:富|厚)|隆(?:重)|索(?:赔|要)|勾(?:结)|危(?:险|害|机)(?![一-鿿])|乐(?:意|观|于|得|趣)|容(?:许|纳|忍|不)|买(?:入|了|卖)|参|开|签|发|收)"
)
_BORNE = frozenset({"成功"})
"""Words of speech that people are called."""
_NOT_IN_NAMES = re.compile(
    r"贵公|贵司|公司|顾问|客户|会员|单位|人员|经理|先生|女士|老师|我们|你们|他们|领导|部门|平台|交易|投诉|金额|账户|"
    r"多次|名称|姓名|签名|签字|盖章|电话|地址|日期|身份|代表|此致|敬礼|附件|中心|材料|复印|情况|以上|如下|上述|"
    r"陈情人|具信人|具呈人|执笔|承诺人|陈述人|提交人|记录人|打印人|召集人|发文者|受文者|居士|老兵|"
    r"请求|要求|事实|理由|本人|同志|尊敬|您好|你好|敬启|谢谢|感谢|盼复|为盼|特此"
)
# Parts of names of firms and places, which no person bears.
_NO_PERSON = re.compile("保险|银行|证券|期货|协会|联社|支行|法定|推选|群众|全体|省|县|几名|住户")
_FOLLOWS_NAME = frozenset(
    "的在向说称告承多以给于是对让电打推介就为与和拉诱误代操私擅未违用主建带声联通加曾将把被从也又却还都要便及等先女老经总主并当发自则没不口谎表"
    "宣指教喊安鼓催索收人同沟交协热解致反处接答回所们那这会能请故恶只仅微提签办要再每亲因掌"
)

# Words that follow a name in a story and begin with a sign that may also end a name.
_FOLLOWING_WORDS = re.compile(
    r"小姐|女士|先生|同志|老师|经理|主任|借口|借故|一口|一直|一再|一边|一起|一同|一味|一下|一个|居然|突然|随后|立即|立刻|马上|先后|每次|每天|"
    r"拿走|拿出|拿着|拿我|伪造|蒙骗|哄骗|收了|收取|收过|骗|答复|当时|当场|当天|来电|来到|来我|来过|来看|陪|带我|带着|带领|态度|明确|明知|开始|"
    r"始终|后来|亲自|亲口|私下|私自|私刻|从中|通过|未经|冒用|冒充|挪用|侵吞|截留|出具|出示|出面|出来|上门|上菜|上班|下班|值班|辱骂|恐吓|威胁|"
    r"大声|长期|长年|[他她](?:说|让|叫|把|的|给|们|答|讲|又|还|就|也|拿|要|回|总)|到(?:房|场|店|了|来|家|现场)|赶(?:到|来)|答称|"
    r"承认|扬言|站在|给了|仍|刚|自称|只给|只说|一次|每次|以“|当着|抢|偷|哭|笑|走|坐|站|隐瞒|谎称|诱导|开机|开始|清点|反复|通过|在电话|在微信|"
    r"在直播|做(?:了|得)|避而|的原话|受理|接待|经手|推荐|发来|催促|出言|冷笑|不耐烦|两次|三次|多次|把我|叫我|让我|给我|对我|向我|跟我|问我|"
    r"劝我|骂我"
)


_TITLE_FOLLOWS = re.compile(r"小姐|女士|先生|同志|老师")
_AFTER_DOTTED = frozenset("的在向说称告承以给于是对让就为与和将把被从也又却还都要到去来问答叫打带收签办用先每")


def has_known_surname(name: str) -> bool:
    """Tell whether a name begins with a surname of the list, or is a name with ·."""
    return "·" in name or name[:1] in SURNAMES or bool(re.match(COMPOUND_SURNAMES, name))


def could_be_name(text: str) -> bool:
    """Tell whether Han characters standing alone may be somebody's name: known surname, no word of speech."""
    bare = re.sub(r"\s", "", text)
    if len(bare) < 2 or not has_known_surname(bare) or _NO_PERSON.search(bare):
        return False
    return not _SPEECH.match(bare) and not _NOT_IN_NAMES.search(bare)


def is_word_of_speech(text: str) -> bool:
    """Tell whether a text is wholly a word that opens with a surname and is hardly anybody's name (高度, 任何)."""
    return _SPEECH.fullmatch(text) is not None and text not in _BORNE


def is_likely_name(text: str) -> bool:
    """Tell whether Han characters in the middle of a sentence are likely a name: a frequent or compound surname."""
    frequent = text[:1] in COMMON_SURNAMES or re.match(COMPOUND_SURNAMES, text) or "·" in text
    return bool(frequent) and could_be_name(text)


def could_bear_title(text: str) -> bool:
    """Tell whether Han characters before 先生 or 小姐 may be somebody's name, be they a word of speech (申诉小姐)."""
    return len(text) >= 2 and has_known_surname(text) and not _NOT_IN_NAMES.search(text)


def without_echo(text: str, start: int, end: int) -> int:
    """Return the end of a name that stands twice, printed and signed (毛俊毛俊)."""
    half = (end - start) // 2
    twice = half >= 2 and text[start : start + half] == text[start + half : end]
    return start + half if twice else end


def ends_in_speech(name: str) -> bool:
    """Tell whether the last character of a would-be name usually begins the next word."""
    return name[-1:] in _FOLLOWS_NAME


def is_no_name(text: str) -> bool:
    """Tell whether a labelled value is certainly something else (a label, a title, a firm)."""
    return bool(_NOT_IN_NAMES.search(re.sub(r"\s", "", text)))


def _minority_end(text: str, start: int, end: int) -> int:
    """Return the end of a name with a dot in running text: before a word of the story, not inside the name."""
    last = start + max(text.rfind(dot, start, end) - start for dot in "·•・‧∙.．")
    for offset in range(last + 3, end):
        if _FOLLOWING_WORDS.match(text, offset) or text[offset] in _AFTER_DOTTED:
            return offset
    return end


def cut_name(text: str, start: int) -> int | None:
    """Return the end of the name that begins at ``text[start]`` inside running text, ``None`` when there is none.

    Two or three characters (three or four with a compound surname): the longer one unless its last character
    usually begins the next word; the whole text votes by how often each length stands before punctuation.
    """
    minority = re.compile(MINORITY_NAME).match(text, start)
    if minority and "·" in re.sub("[•・‧∙]", "·", minority.group()):
        return _minority_end(text, start, minority.end())
    compound = re.compile(COMPOUND_SURNAMES).match(text, start)
    if not compound and text[start : start + 1] not in SURNAMES:
        return None
    least = start + (3 if compound else 2)
    run = re.compile(rf"[{HAN}]+").match(text, start)
    if run is None or run.end() < least:
        return None
    if run.end() == least:
        return least if could_be_name(text[start:least]) else None
    longer = text[least]
    if _TITLE_FOLLOWS.match(text, least) and could_bear_title(text[start:least]):
        return least
    if _FOLLOWING_WORDS.match(text, least):
        return least if could_be_name(text[start:least]) else None
    if (
        _FOLLOWING_WORDS.match(text, least + 1)
        and longer not in _FOLLOWS_NAME
        and could_be_name(text[start : least + 1])
    ):
        return least + 1
    if run.end() - least == 1 and longer not in _FOLLOWS_NAME:
        end = least + 1
    else:
        alone = len(re.findall(re.escape(text[start:least]) + rf"(?![{HAN}])", text))
        longer_alone = len(re.findall(re.escape(text[start : least + 1]) + rf"(?![{HAN}])", text))
        seldom = text.count(text[start : least + 1]) < text.count(text[start:least])
        end = least if longer in _FOLLOWS_NAME or alone > longer_alone or seldom else least + 1
    return end if could_be_name(text[start:end]) else None
