"""What names of firms, banks and their branches look like inside Chinese sentences."""

from __future__ import annotations

import re

HAN = r"㐀-鿿"
# 银行 ends a bank's name only where the name is not going on and no bank in general is meant (银行卡, 银行账户).
_BANK = (
    r"(?:银行|銀行)(?!股份|有限|集团|业|卡|账|帐|柜|方|人|员|职|系|保|监|流|转|汇|利|存|贷|扣|网|短|理|客|"
    r"代|自|工|经|领|行|回|同|规|内|里|还|说|不|没|也|都|就|是|要|应|一)"
)
ORG_ENDING = (
    r"(?:有限责任公司|股份有限公司|集团有限公司|有限公司|有限合伙|集团公司|股份公司|总公司|公司|联合社|合作社(?!联合社)|"
    r"事务所|交易所|"
    rf"交易中心|商行|经营部(?![门分])|贸易行|加油站|工厂(?![{HAN}（(])|厂(?![{HAN}（(])|"
    rf"信用合作联?社|农村信用(?:联)?社|信用联社|{_BANK})"
)
_ORG = re.compile(rf"[{HAN}A-Za-z0-9（）()·]{{2,34}}?{ORG_ENDING}(?![{HAN}]{{0,2}}(?:有限|责任|股份公司))")
_TRADES = "证券|期货|财险|人寿|寿险|财产保险|保险|信托|基金|消费金融|汽车金融|小贷|支付"
BRANCH_ENDING = (
    "中心支公司|支公司|分公司|证券营业部|营业部|营业所|营业厅|储蓄所|分理处|分社|营销服务部|服务部|服务中心|代理处|办事处|分支机构|"
    "运营中心|体验中心|支行|分行|(?<!农村)信用社|網點|支行|營業部"
)
_BRANCH = re.compile(
    rf"(?P<head>[{HAN}（）()]{{1,40}}?)(?P<tail>{BRANCH_ENDING})(?![{HAN}]{{0,2}}公司|社区|区|长|营业部|証券)"
)
_VAGUE_BRANCH = re.compile(
    r"[贵本该此你我其哪各某]|客服$|客户$|(?:^|一家|这家|那家|附近|当地|旗下|下属|下面|所在|开户|各地|分支|上级|外地|异地)$"
)
# Words of the sentence that stand before a firm's name; the look-arounds keep 经营, 和平, 中和, 致远 … inside names.
_ORG_CUT = re.compile(
    r"(?:会员(?!单位|企业|商|中心)|(?:TO|To|FR|FROM|From)[:：]?\s*(?=[㐀-鿿])|投诉|投訴|反映|起诉|举报|控告|尊敬的|尊敬|介绍的?|下属的?|所属的?|旗下的?|代理商|居间商|居间人|居间机构|居间|"
    r"会员单位|会员企业|我单位|我公司|我司|存[进入在到]|打[进入到]|汇入|转入|办理|贵司|贵社|贵店|贵院|贵中心|贵行|你行|我行|贵支行|贵社|贵集团|你们|他们|咱们|我们|我县|我市|我区|我镇|我村|"
    r"签约的?|所谓的?|加入了?|进入|来自|询问|现就|以及|或者|但是|因为|如果|要求|请求|希望|恳请|名为|叫做|一家|"
    r"并转|转交|抄送|督促|责令|登录|下载|致电|拨打|打给|找到|投保|通过|根据|关于|贵公司|你公司|该公司|自称|前往|位于|入住|预订了?|下榻|住进了?|购买|接受|联系|现在|当时|之前|"
    r"经(?![营贸纪济典纬开])|"
    r"(?<=[司行部我你他她们人家方社店厂生士理员户款])和|"
    r"致(?![远达诚信胜和])|(?<![㐀-鿿])致(?=和)|(?<![㐀-鿿])呈[送报]?|"
    r"在(?!线)|对(?!外)|向(?![阳荣上日])|系(?!统)|与|跟|被|由|是|到(?!家)|给|从(?!容)|称|即(?!墨)|及(?!时)|了|"
    r"于(?![都田洪])|为(?!民)|叫|该|入|至(?![诚信臻善尚])|把|将(?!军|乐)|找(?!钢)|"
    r"让(?!胡)|去(?!哪)|某|就|但|因|而|若(?![羌尔水])|并(?!州)|的|咨询(?![（(]|有限|股份|公司|服务|管理|集团|顾问|策划))"
)
# At the very front these are the first sign of a place or a firm (和平, 新…), no word of the sentence.
_NOT_FIRST = frozenset("和于为")
# Begins in the middle of a name: the front was not read, or a gap stands in it.
_FRAGMENT = re.compile(
    r"司|险股|份有|限公|限责|股份|有限|责任|(?:经营|保险|证券|期货|人寿|服务|交易)(?:股份)?有限|融有|村合作|村商业|业银行|理有|务有"
)
_GENERIC_BANK = re.compile(
    r"(?:手机|网上|电话|开户|收款|付款|商业|人民|中央|外资|国有|发卡|代销|其他|其它|对方|他|各|某|贵|我|你|该|这家|那家|"
    r"此|本|一家|几家|多家|所有|经办|直销|原|私人|投资|政策性|股份制|承兑|放款|贷款)(?:商业)?[银銀]行"
)
_VAGUE_ORG = re.compile(
    r"(?:贵|本|该|我|你|此|这家|那家|分|子|母|总|某|我们|你们|他们|一家|上述|原|其|有限|有限责任|股份有限|保险|财险|证券|"
    r"期货|信托|基金|物业|中介|外包|催收|担保|外地|正规|上市)公司|"
    r".*(?:某|贵|你们?|该|本|我们?|那家|这家)公司|.*某.*公司"
)


_HOUSE_ENDING = "大酒店|酒店|宾馆|大饭店|饭店|旅馆|旅社|客栈|山庄|度假村|民宿|招待所"
_HOUSE = re.compile(
    rf"[{HAN}·]{{2,14}}?(?:{_HOUSE_ENDING})(?!管理|有限|集团|公司|股份|业|式|的?(?:客房)?用品|[{HAN}]{{0,2}}(?:酒店|山庄))"
)
_VAGUE_HOUSE = re.compile(
    r".*(?:贵|你们?|他们|她们|该|本|我们?|我|这家?|那家?|某|此|其|一家|各|家|的|间|了|星级|五星|四星|三星)"
    r"(?:大?酒店|宾馆|饭店|旅馆|客栈|民宿|山庄|度假村|旅社)|"
    rf"(?:国际|快捷|商务|连锁|度假|经济型?|星级|高档|附近|当地|温泉|主题|亲子){{1,2}}(?:{_HOUSE_ENDING})"
)
_SHOP = re.compile(
    rf"[{HAN}A-Za-z0-9（）()·]{{3,30}}(?:{_HOUSE_ENDING}|店|药房|商行|商社|旅行社|批发部|经营部|门市部|工作室|超市|菜馆|餐厅|饭馆|面馆|茶馆|"
    r"理发馆|维修部|加工厂|制品厂|电器厂|农场|养殖场|诊所|卫生室|卫生院|医院|学校|小学|中学|大学|学院|幼儿园|寺|教会|"
    r"村民委员会|村委会|居民委员会|居委会|业主委员会|合作社|工会委员会|工会)"
)


def is_house(words: str) -> bool:
    """Tell whether words are the whole name of a hotel (云鹤商务酒店), which no form of company ends."""
    found = _HOUSE.fullmatch(words)
    return found is not None and not _VAGUE_HOUSE.fullmatch(words)


def is_shop(words: str) -> bool:
    """Tell whether words are the whole name of a shop, a school or another house that may complain in its own name."""
    return _SHOP.fullmatch(words) is not None and not re.search(r"[贵你我该本某]|们|有限|股份", words)


def find_houses(text: str, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of names of hotels in sentences; 贵酒店 and 商务酒店 are none."""
    spans = []
    for match in _HOUSE.finditer(text, start, len(text) if end is None else end):
        first = cut_front(text, match.start(), match.end())
        if match.end() - first >= 4 and is_house(text[first : match.end()]):
            spans.append((first, match.end()))
    return tuple(spans)


# What is left of 贵公司 before a branch's name when its first sign was misread (实公司福州营业部).
_TORN_ADDRESS = re.compile(rf"[{HAN}]?公司(?=[{HAN}]{{2,}})")


def find_orgs(text: str, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of full names of firms and banks in ``text[start:end]``; 贵公司 and 某公司 are none."""
    spans = []
    for match in _ORG.finditer(text, start, len(text) if end is None else end):
        first = cut_front(text, match.start(), match.end())
        name = text[first : match.end()]
        if _is_full_name(name):
            spans.append((first, match.end()))
    return tuple(spans)


def _is_full_name(name: str) -> bool:
    if _FRAGMENT.match(name):
        return False
    if re.search("[银銀]行$", name):
        return len(name) >= 4 and not _GENERIC_BANK.fullmatch(name) and not name.endswith("人民银行")
    return (
        len(name) >= 5
        and not _VAGUE_ORG.fullmatch(name)
        and not re.fullmatch(rf"[{HAN}]+(?<!有限公司)(?<!集团)分公司", name)
    )


def find_branches(text: str, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of branches with a name of their own, with their firm's name where it stands before."""
    spans = []
    for match in _BRANCH.finditer(text, start, len(text) if end is None else end):
        first = cut_front(text, match.start(), match.end())
        tail = match.start("tail")
        orgs = find_orgs(text, first, tail)
        own = text[orgs[-1][1] if orgs and orgs[-1][0] == first else first : tail]
        if (
            2 <= len(own) <= 14
            and not _VAGUE_BRANCH.search(own)
            and not re.search("(?:有限|股份)$", own)
            and match.end() - first >= 4
            and not _FRAGMENT.match(text[first : match.end()])
        ):
            spans.append((first, match.end()))
    return tuple(spans)


def firm_of_branch(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the firm's part of a branch's name (鹏湾银行股份有限公司 in 鹏湾银行股份有限公司前海支行)."""
    orgs = find_orgs(text, start, end)
    return orgs[0] if orgs and orgs[0][0] == start and orgs[0][1] < end else None


def cut_front(text: str, start: int, end: int) -> int:
    """Return where a name of a firm or branch begins: behind the words of the sentence, never inside a bracket."""
    first, brackets = start, [m.span() for m in re.finditer("[（(][^（）()]*[）)]", text[start:end])]
    for cut in _ORG_CUT.finditer(text, start, end - 2):
        if cut.start() == start and cut.group() in _NOT_FIRST:
            continue
        if not any(a <= cut.start() - start < b for a, b in brackets):
            first = cut.end()
    torn = _TORN_ADDRESS.match(text, first, end)
    first = torn.end() if torn else first
    digits = re.compile(r"[0-9\-]+[日号]?").match(text, first, end)
    return _balanced(text, digits.end() if digits else first, end)


def _balanced(text: str, start: int, end: int) -> int:
    """Move the start behind a bracket that closes something before the name."""
    depth = 0
    for offset in range(start, end):
        if text[offset] in "（(":
            depth += 1
        elif text[offset] in "）)":
            depth -= 1
            if depth < 0:
                start, depth = offset + 1, 0
    return start + 1 if depth > 0 and text[start] in "（(" else start
