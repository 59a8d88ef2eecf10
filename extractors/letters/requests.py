"""What is asked, where no heading says so: the sentences near the end that ask for a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters.text import LetterText

_REMEDY = (
    r"退还|退回|退给|退到|退款|退货|退保|退钱|退我|全额退|归还|还给|还我|返还|偿还|赔偿|赔付|赔我|赔给|理赔|照赔|补偿|补发|补足|补齐|补多少|支付|兑付|给付|"
    r"道歉|赔礼|说法|说明|解释|撤销|注销|解除|恢复|更正|改正|纠正|更换|换一|修复|修好|维修|停止|删除|查清|查明|查处|彻查|调查|核实|追究|追回|处分|处理|处罚|"
    r"问责|整改|答复|回复|回函|公布|出具|提供|出示|办结|办理|销户|入账|到账|打到|打回|取消|免除|减免|垫付|扣减|张贴|开除|严惩|主持公道|承担|派员|"
    r"重新(?:定损|核定|核损|计算|鉴定|处理|办理|审核|评估|认定)"
)
_REMEDIES = re.compile(_REMEDY)
_ASKS_FIRST = re.compile(
    r"\s*(?:第?[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．，,]\s*)?(?:为此|因此|综上所述|综上|据此|故此|故|所以|现在?|鉴于此|特此|最后|另外|此外|同时|并且)?[，,]?\s*"
    r"(?:(?:我们|我|本人|我司|我公司|投诉人|俺|咱)(?:们)?(?:的)?(?:只|就|现|在此|强烈|郑重|仅|也|不要[^，。]{1,8}[，,]\s*只?)?)?"
    r"(?:请|恳请|恳求|敬请|烦请|务请|要求|请求|强烈要求|希望|盼望?|望|求|只求|要的?|要你们|只要|想要|诉求|必须|务必|应当|责令|督促)"
)
_VERB_FIRST = re.compile(
    rf"\s*(?:[（(]?[一二三四五六七八九十\d]{{1,2}}[）)、.．]\s*)?(?:立即|尽快|全额|如数|依法|整批|足额|全部|马上|当面|书面|公开|限期)*(?:{_REMEDY})"
)
_ENUMERATED = re.compile(
    r"\s*[（(]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})[）)、.．](?!\d)|\s*[①-⑨]|\s*[第其][一二三四五][，,、]"
)
# Told, not asked: what others wanted, what was refused, what was said.
_TOLD = re.compile(
    r"(?:他|她|对方|他们|其|该\S{0,4}|客服|经理|业务员|工作人员|银行|公司|柜员|又|还|却)(?:多次|一再|强行|反复)?(?:要求|让|叫|请)(?:我|本人|投诉人|客户|我司|学员)|"
    r"(?:我|本人)(?:多次|曾|当场|当时|随即|向[^，。]{1,12})(?:要求|请求)|拒绝|不予|置之不理|推诿|说[：“]|称[：“]|答应|承诺|如果|若|否则|请我|请教|请假|请客|请查收|附上|包涵|谅解"
)
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?”]*")
_COURTESY = re.compile(
    r"(?:望|盼|请)[^，。]{0,14}(?:答复|回复|重视|为盼|支持|受理|谅解)[^，。]{0,6}[。！]?\s*$|(?:特此|以上)[^。]{0,14}[。]?\s*$"
)


def find_request(letter: LetterText, start: int, end: int) -> tuple[int, int] | None:
    """Return the last run of asking sentences in ``text[start:end]``, ``None`` when nobody asks."""
    sentences = list(_sentences(letter.text, start, end))
    scores = [_score(letter.text[a:b]) for a, b in sentences]
    run: tuple[int, int] | None = None
    for index in range(len(sentences) - 1, -1, -1):
        if scores[index] >= _ASKING and sentences[index][0] >= start + 0.25 * (end - start):
            first = index
            while first and _goes_with(letter.text, sentences[first - 1], scores[first - 1]):
                first -= 1
            if run is None or courteous(letter.text[run[0] : run[1]]):
                run = (sentences[first][0], _last(letter.text, sentences, scores, index))
            if not courteous(letter.text[run[0] : run[1]]):
                break
    return run


_ASKING, _ADDING = 2.0, 1.0


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text, start, end):
        if match.group().strip():
            yield match.span()


def _score(words: str) -> float:
    """Return how much a sentence asks: 2 and more ask for themselves, 1 goes along with its neighbours."""
    remedies = len(_REMEDIES.findall(words))
    score = 0.0
    if _ASKS_FIRST.match(words):
        score += 1.5
    elif _VERB_FIRST.match(words) or re.search(r"要么[^。]{2,30}要么", words):
        score += 1.6
    elif re.search(r"[，,；;](?:请|恳请|要求|请求|希望|只求|我要|必须|你们必须)", words) or re.search(
        r"必须|一分不少|务必", words
    ):
        score += 1.4
    score += min(remedies, 3) * 0.6 + (1.0 if remedies and _ENUMERATED.match(words) else 0.0)
    return score - (1.5 if _TOLD.search(words) else 0.0)


def _goes_with(text: str, sentence: tuple[int, int], score: float) -> bool:
    words = text[sentence[0] : sentence[1]]
    return score >= _ASKING or (score >= _ADDING and bool(_ENUMERATED.match(words) or _VERB_FIRST.match(words)))


def _last(text: str, sentences: list[tuple[int, int]], scores: list[float], index: int) -> int:
    """Return where the request ends: list items and asking sentences that follow belong to it."""
    last = index
    while last + 1 < len(sentences):
        words = text[sentences[last + 1][0] : sentences[last + 1][1]]
        if not (_ENUMERATED.match(words) and scores[last + 1] > 0) and scores[last + 1] < _ASKING:
            break
        last += 1
    return sentences[last][1]


def courteous(words: str) -> bool:
    """A closing formula (望尽快答复为盼) asks for nothing of its own."""
    return len(words) < 26 and bool(_COURTESY.search(words))
