"""Letters as running text with the place of everything said in them: what the tagger of letters learns from.

Texts of the test part share neither stories nor openings, requests, names or firms with the training part.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from random import Random

from training import amounts, names, numbers, personas
from training.text import letter_voices as voices
from training.text.complaint import write_date
from training.text.scenarios import SCENARIOS

Span = tuple[int, int, str]
SLOT = re.compile(r"\{([A-Za-z0-9_]+)\}")
SURNAMES = (
    names.SURNAMES
    + tuple("翟柏卞褚晏阮骆麦庞葛季尤施奚路柴苗凌霍虞柯管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮")
    + names.COMPOUND_SURNAMES
)
GIVEN = (
    "安邦宝冰波博才昌超晨诚春达丹德冬东恩方芬峰福刚高光贵国海涵浩和红宏华辉慧吉佳建江娇杰金静军俊凯康科坤"
    "兰乐磊丽亮林玲龙露梅美敏明鸣娜宁鹏萍平奇琪谦强青清庆秋全荣柔瑞润森山珊善尚深胜诗石世淑树爽顺思松涛天"
    "婷彤万威巍文武希喜霞贤翔晓心欣新信星雄秀轩雪勋雅艳阳烨一怡艺毅银英莹永勇友宇雨玉裕元远月云运泽展哲珍"
    "真振正芝知志智忠舟珠卓子宗祖"
)
PLACES = "青川河东西南北海江湖云山平安临长新永兴宁德泰阳清石玉龙金华富顺昌和文武武定仁怀信义乐会同通城固"
BANKS = [
    "农村商业银行股份有限公司",
    "银行股份有限公司",
    "村镇银行有限责任公司",
    "农村信用合作联社",
    "农村合作银行",
    "商业银行股份有限公司",
    "银行",
]
INSURERS = [
    "财产保险股份有限公司",
    "人寿保险股份有限公司",
    "健康保险股份有限公司",
    "养老保险股份有限公司",
    "保险股份有限公司",
]
OTHERS = [
    "证券股份有限公司",
    "期货有限公司",
    "期货经纪有限公司",
    "基金销售有限公司",
    "消费金融有限公司",
    "小额贷款有限公司",
    "信托有限责任公司",
    "汽车金融有限公司",
    "汽车销售服务有限公司",
    "石化商品经营有限公司",
    "大宗商品交易中心有限公司",
    "支付服务有限公司",
    "融资租赁有限公司",
]
THIRDS = [
    "网络科技有限公司",
    "信息咨询有限公司",
    "保险代理有限公司",
    "投资管理有限公司",
    "律师事务所",
    "文化传播有限公司",
    "资产管理有限公司",
]
BRANCHES = {
    "银": ("{p}支行", "{p}路支行", "{p}分行", "{p}储蓄所", "{p}分理处", "{p}营业部"),
    "信": ("{p}信用社", "{p}分社", "{p}营业部"),
    "保": ("{p}中心支公司", "{p}支公司", "{p}分公司", "{p}营销服务部"),
    "其": ("{p}分公司", "{p}营业部", "{p}证券营业部", "{p}服务中心", "{p}办事处"),
}
POSTS = [
    "客户经理",
    "理财经理",
    "大堂经理",
    "业务员",
    "信贷员",
    "查勘员",
    "投资顾问",
    "柜员",
    "业务经理",
    "服务顾问",
    "主任",
    "行长",
    "分析师",
    "讲师",
    "团队长",
    "客服专员",
    "定损员",
    "保险代理人",
    "营业部负责人",
    "店长",
    "经办人",
]


@dataclass
class Text:
    """A text under construction with its spans."""

    words: str = ""
    spans: list[Span] = field(default_factory=list)

    def add(self, template: str, slots: "Slots") -> None:
        """Append a template with its slots filled."""
        last = 0
        for match in SLOT.finditer(template):
            self.words += template[last : match.start()]
            value, label = slots.fill(match[1])
            if label:
                self.spans.append((len(self.words), len(self.words) + len(value), label))
            self.words += value
            last = match.end()
        self.words += template[last:]


class Slots:
    """Who and what a letter speaks of, the same in all its sentences where it must be."""

    def __init__(self, rng: Random, *, test: bool) -> None:
        self._rng, self._test = rng, test
        self.written = dt.date(rng.randrange(2015, 2026), rng.randrange(1, 13), rng.randrange(1, 28))
        kinds, tails = rng.choice((("银", BANKS), ("保", INSURERS), ("其", OTHERS)))
        org = self._place() + rng.choice(tails)
        org = self._place(rng.choice((0, 2))) + org if rng.random() < 0.3 else org
        kind = "信" if "信用" in org else kinds
        own = rng.choice(BRANCHES[kind]).format(p=self._place())
        self.fixed = {
            "ME": self._person(),
            "AGENT": self._person(),
            "STAFF": self._person(),
            "ORG": org,
            "BRANCH": (org if rng.random() < 0.5 else "") + own,
            "THIRD": self._place() + rng.choice(THIRDS),
            "POST": rng.choice(POSTS),
            "ACCOUNT": self._account(),
            "SUM": self._money(),
            "CLAIM": rng.choice(("", "B", "CX", "90", "RD")) + numbers.digits(rng, rng.choice((10, 12, 16))),
            "POLICY": rng.choice(("PDAA", "GX", "", "10")) + numbers.digits(rng, rng.choice((10, 14, 18))),
            "PHONE": rng.choice(numbers.MOBILE_PREFIXES) + numbers.digits(rng, 8),
            "ADDRESS": personas.make_address(rng, *rng.choice(names.REGIONS)[1:3]),
            "ID": personas.make_person(rng).id_no,
            "SIGNED": write_date(self.written, rng.randrange(6)),
        }

    def fill(self, slot: str) -> tuple[str, str]:
        """Return the words of a slot and its label, empty for words that are not learnt."""
        rng = self._rng
        if slot == "MONEY":
            return self._money(), "MONEY"
        if slot == "DAY":
            day = self.written - dt.timedelta(days=rng.randrange(3, 700))
            return rng.choice(
                (write_date(day, rng.randrange(6)), f"{day.month}月{day.day}日", "去年年底", "上个月")
            ), ""
        if slot == "PERSON":
            return self._person(), "OTHER"
        label = "" if slot in ("POST", "PHONE", "ID", "POLICY", "SIGNED") else slot
        return self.fixed[slot], label

    def _person(self) -> str:
        rng = self._rng
        roll = rng.random()
        if roll < 0.08:
            word = rng.choice(voices.WORDS_AS_NAMES.split())
            return word if (hash_of(word) % 4 == 0) == self._test else self._person()
        if roll < 0.12:
            return rng.choice(names.MINORITY)[2][0] + "·" + rng.choice(names.MINORITY)[3][0]
        given = [c for c in GIVEN if (hash_of(c) % 5 == 0) == self._test]
        count = 1 if rng.random() < 0.3 else 2
        return rng.choice(SURNAMES) + "".join(rng.choice(given) for _ in range(count))

    def _place(self, count: int = 2) -> str:
        signs = [c for c in PLACES if (hash_of(c) % 4 == 0) == self._test or self._rng.random() < 0.2]
        tail = self._rng.choice(("", "", "市", "县")) if count else ""
        return "".join(self._rng.choice(signs) for _ in range(count)) + tail

    def _account(self) -> str:
        rng = self._rng
        return rng.choice(("", "", "62", "KH", "SY", "0")) + numbers.digits(rng, rng.choice((8, 10, 12, 17)))

    def _money(self) -> str:
        rng = self._rng
        value = amounts.pick(rng, 300, rng.choice((5000, 60000, 900000)))
        text = amounts.write(rng, value)
        if value == int(value) and rng.random() < 0.25:
            text = f"{int(value)}{rng.choice(('元', '块', '元钱', '块钱'))}"
        return ("近" if rng.random() < 0.04 else "") + text


def hash_of(text: str) -> int:
    """Return a number that depends on the text alone, the same in every process."""
    return sum(ord(c) * 31**i for i, c in enumerate(text)) % 1009


def _of_exchange(rng: Random) -> tuple[str, ...]:
    """Return a story of the exchange's scenarios in this module's slots."""
    scenario = rng.choice([s for s in SCENARIOS if s.loss])
    words = {
        "me": "我",
        "org": "{ORG}",
        "branch": "{BRANCH}",
        "staff": "{STAFF}",
        "post": "{POST}",
        "who": "{POST}{STAFF}",
    }
    words |= {
        "account": "{ACCOUNT}",
        "amount": "{SUM}",
        "deposit": "{MONEY}",
        "company_loss": "{MONEY}",
        "product": "沥青",
    }
    words |= {"d1": "{DAY}", "d2": "{DAY}", "d3": "{DAY}", "n": str(rng.randrange(3, 9)), "people": "12", "times": "三"}
    return tuple(f.format(**words) for f in scenario.facts)


def make_text(rng: Random, *, test: bool = False) -> tuple[str, list[Span]]:
    """Compose one letter; return its text and (start, end, label) of what it says."""
    part = int(test)

    def pick(pool: voices.Pool) -> str:
        return rng.choice(pool[part])

    slots, text = Slots(rng, test=test), Text()
    end = rng.choice(("\n", "\n", "", "。\n"))
    if rng.random() < 0.6:
        text.add(rng.choice(("投诉书", "投诉信", "情况反映", "关于{BRANCH}的投诉", "")) + "\n", slots)
    text.add(pick(voices.SALUTATIONS) + "\n", slots)
    labelled = rng.random() < 0.35
    if labelled:
        for label, value in voices.LABELLED:
            if rng.random() < 0.5:
                text.add(label + rng.choice("：:　 ") + value + rng.choice("\n，　"), slots)
        text.add("\n", slots)
    elif rng.random() < 0.12:
        text.add(pick(voices.AGENTS), slots)
    else:
        text.add(pick(voices.OPENINGS), slots)
    story = _of_exchange(rng) if not test and rng.random() < 0.3 else rng.choice(voices.STORIES[part])
    for sentence in story:
        text.add(sentence, slots)
        if rng.random() < 0.35:
            text.add(pick(voices.FILLERS), slots)
        if rng.random() < 0.2:
            text.add("\n", slots)
    text.add(rng.choice(("\n", "为此，", "综上，", "诉求：\n", "")) + pick(voices.REQUESTS) + end, slots)
    text.add(rng.choice(("此致\n敬礼\n", "\n", "特此投诉。\n", "望尽快答复。\n")), slots)
    text.add(pick(voices.SIGNS) + rng.choice(("\n", "　")) + "{SIGNED}", slots)
    return noisy(rng, text.words, text.spans) if rng.random() < 0.5 else (text.words, text.spans)


LOOK_ALIKE = {
    "日": "曰",
    "己": "已",
    "末": "未",
    "人": "入",
    "0": "O",
    "1": "l",
    "：": ":",
    "，": ",",
    "。": "．",
    "（": "(",
    "）": ")",
    "土": "士",
}


def noisy(rng: Random, words: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Misread a few signs, lose some marks and break lines as a recogniser does; spans move along."""
    out: list[str] = []
    moved, place = [], 0
    for sign in words:
        moved.append(place)
        out.append(_misread(rng, sign))
        place += len(out[-1])
    moved.append(place)
    text = "".join(out)
    kept = [(moved[a], moved[b], label) for a, b, label in spans]
    return text, [(a, b - (text[b - 1 : b] == " "), label) for a, b, label in kept]


def _misread(rng: Random, sign: str) -> str:
    roll = rng.random()
    if roll < 0.012:
        return LOOK_ALIKE.get(sign, sign)
    if roll < 0.02 and sign in "，。：；、":
        return ""
    if roll < 0.024:
        return sign + " "
    return LOOK_ALIKE[sign] if sign in "：，（）" and rng.random() < 0.15 else sign
