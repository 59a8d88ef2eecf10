"""Sentences in many voices: others' conduct, questions, quotations, everyday words that only look like signals."""

from __future__ import annotations

import pytest

from tests.classifiers.test_signals import FACT, NONE, OPEN, state

OTHERS_CONDUCT = [
    ("media", "前阵子电视台曝光了一批黑平台，我当时还庆幸自己选了正规会员。", NONE),
    ("media", "据媒体报道，行业内有个别会员单位被处罚，我相信贵公司不在其中。", NONE),
    ("media", "我是看了报纸上的报道才知道有原油交易的。", NONE),
    ("asset_theft", "听闻某些平台挪用客户保证金，我不认为贵公司也是这样。", NONE),
    ("asset_theft", "网上说有的会员单位把客户的钱卷走了，与贵公司无关。", NONE),
    ("illegality", "业内个别机构存在违规操作，本人无意将贵公司与之相提并论。", NONE),
    ("illegality", "这个行业里有些人搞代客理财，我一向不碰。", NONE),
    ("illegality", "我以前的老东家因为虚假宣传被罚过款，所以我对合同看得很仔细。", NONE),
    ("illegality", "市面上的黑平台很多，我才找到你们这家正规公司。", NONE),
    ("illegality", "隔壁那家公司私自替客户下单，出了事，我不希望在你们这里也碰到。", NONE),
    ("illegality", "同行业其他会员单位已有因虚假宣传受处罚的先例，而贵公司的业务员同样承诺保本。", FACT),
    ("illegality", "别家公司都没有这样做，唯独你们的经理擅自更改我的资料。", FACT),
    ("fraud", "新闻里天天讲诈骗，我没说你们也是。", NONE),
    ("fraud", "某某公司卷款的事闹得沸沸扬扬，我不过是担心。", NONE),
    ("data_leak", "快递公司把我的电话号码泄露过一次，所以我很谨慎。", NONE),
    ("emergency", "去年外地一家平台跑路，这件事跟贵司没关系。", NONE),
    ("reputation", "同业某机构的做法影响恶劣，投诉人认为贵公司与其不同。", NONE),
    ("regulator", "银行那件事我已经向人民银行反映过，今天只说贵公司多扣手续费。", FACT),
]

QUESTIONS = [
    ("illegality", "想请问指导老师有没有分析师资格，我好心里有数。", NONE),
    ("illegality", "你们的讲师有没有证券从业资格证？", NONE),
    ("illegality", "贵公司有无相关资质，烦请出示。", NONE),
    ("illegality", "请告知开展此项业务是否合法。", NONE),
    ("illegality", "这样收费合不合规，请给个明白话。", NONE),
    ("illegality", "老师没有从业资质，这是他自己说的。", FACT),
    ("illegality", "该讲师既无投资咨询资格，也没有在公司登记。", FACT),
    ("illegality", "我要问一句，没有资质也能上岗吗？", FACT),
    ("fraud", "你们说说，这算不算骗局？", OPEN),
    ("media", "能不能不找媒体就把事情办了？", NONE),
    ("legal_dispute", "请问打官司需要多长时间？", OPEN),
]

EVERYDAY = [
    ("illegality", "该退的退，该赔的赔，我不多要一分。", NONE),
    ("illegality", "亏了我认，赔我自己担着，只请把多收的手续费退回来。", NONE),
    ("illegality", "赔也赔了，我只求把账算清楚。", NONE),
    ("illegality", "公司赔不赔是公司的事，我只要原始成交记录。", NONE),
    ("illegality", "他拍着胸口讲，亏了算公司的，赚了归我。", FACT),
    ("illegality", "亏多少公司赔多少，这话是业务员亲口讲的。", FACT),
    ("personal_injury", "那天我在院里陪孙子踢毽子，没接到电话。", NONE),
    ("personal_injury", "我平时爱踢足球，手机常放在更衣室。", NONE),
    ("personal_injury", "你们各部门像踢球一样把我踢来踢去。", NONE),
    ("personal_injury", "业务员一天打了我八遍，我没法上班。", NONE),
    ("personal_injury", "他换了三个号码打了我二十多个，吵得全家不得安生。", NONE),
    ("personal_injury", "从早到晚打我手机，一直打到关机。", NONE),
    ("personal_injury", "保安冲出来打了我两巴掌。", FACT),
    ("personal_injury", "他们的人一脚踢在我腰上，验伤单附后。", FACT),
    ("personal_injury", "工作人员把我推倒在台阶上，胳膊擦破了。", FACT),
    ("personal_injury", "我因前年骨折住院，行动不便，委托女儿代寄此信。", NONE),
    ("property_loss", "我的手机换了新号，旧卡已丢失，请更新预留号码。", NONE),
    ("threat", "你们的软件一出数据就杀我的仓位。", NONE),
    ("threat", "再这样下去，我的养老钱就要了命了。", NONE),
    ("emergency", "行情像爆炸一样，几分钟就走完了。", NONE),
    ("urgent", "不着急，等你们忙完国庆再答复也行。", NONE),
    ("repeat", "这是头一回给贵公司写信。", NONE),
]

ANGER = [
    ("agitated", "我真是受够了！！！你们还要拖到什么时候！！", FACT),
    ("agitated", "今天我非把这口恶气出了不可！", FACT),
    ("agitated", "活了六十年，没受过这种窝囊气。", FACT),
    ("agitated", "话憋在心里，不说不痛快，实在咽不下这口气。", FACT),
    ("agitated", "你们还有没有王法！还讲不讲良心！", FACT),
    ("agitated", "简直欺负人欺负到家了！", FACT),
    ("agitated", "太过分了！太不把客户当人了！", FACT),
    ("agitated", "恳请贵公司依约办理。", NONE),
    ("agitated", "谢谢你们！祝生意兴隆！", NONE),
    ("agitated", "您好！我想问一下出金的事！谢谢！", NONE),
    ("agitated", "我不生气，也没有发火的意思。", NONE),
    ("agitated", "贵公司该行为令本公司极为不满。", FACT),
]

DISTURBANCE = [
    ("disturbance", "我一气之下把柜台上的电脑显示器砸了。", FACT),
    ("disturbance", "我当时火了，掀了你们接待室的桌子。", FACT),
    ("disturbance", "我把营业厅的玻璃门踹碎了，要赔多少我认。", FACT),
    ("disturbance", "同去的老乡和保安推推搡搡，大厅乱成一团，来了警察才散。", FACT),
    ("disturbance", "前台那位姑娘当着众人把我的材料摔在地上。", NONE),
    ("disturbance", "我没有砸东西，也没有吵闹，一直在排队。", NONE),
    ("disturbance", "柜台被搬家公司砸了个角，与我无关。", NONE),
    ("disturbance", "我请假在门口等了一上午。", NONE),
    ("disturbance", "我气得把自己的手机砸了。", NONE),
    ("disturbance", "砸锅卖铁凑的钱都投进去了。", NONE),
]

NAMELESS = [
    ("anonymous", "我就不留名字了，怕给自己惹麻烦。", FACT),
    ("anonymous", "名字不写也罢，你们心里清楚。", FACT),
    ("anonymous", "姓名恕不奉告。", FACT),
    ("anonymous", "一个被你们坑惨的散户", FACT),
    ("anonymous", "请原谅我不能说出自己是谁。", FACT),
    ("anonymous", "表格上的名字写错了，请改成“晏”字。", NONE),
    ("anonymous", "业务员不肯告诉我他的名字。", NONE),
    ("anonymous", "本人实名投诉，姓名、电话均如上。", NONE),
    ("anonymous", "我是贵公司的一名普通客户，姓名、账号见附表。", NONE),
]

BUSINESS = [
    ("legal_dispute", "若贵司于收函后十个工作日内未予书面答复，我司将提请仲裁。", OPEN),
    ("legal_dispute", "我司法务已就此事向有管辖权的人民法院提交诉状。", FACT),
    ("legal_dispute", "贵司与案外人之间的诉讼与我司无关。", NONE),
    ("company_loss", "若继续如此，贵司或将面临二十万元的赔偿。", FACT),
    ("regulator", "我司暂不考虑向监管部门反映。", NONE),
    ("head_office", "本函同时抄送贵集团总部，贵公司如有异议可径行申诉。", FACT),
    ("illegality", "贵司如认为我司违规，请出具依据。", NONE),
    ("illegality", "经我司核查，贵司居间人伪造了三份授权书。", FACT),
    ("fraud", "我司并未指控贵司诈骗，仅要求按约结算。", NONE),
    ("key_position", "贵司总经理于会谈中明确拒绝履约。", FACT),
    ("key_position", "我司总经理已授权本人全权处理。", NONE),
]


# Written after the fixes for the tables above, before their own.
LATER_VOICES = [
    ("media", "我儿子在电视台上班，他让我别声张。", NONE),
    ("media", "去年贵公司被曝光过一次，怎么还不改？", FACT),
    ("media", "报纸上登过某平台坑人的事，没想到你们也一样，擅自扣款。", NONE),
    ("illegality", "报纸上登过某平台坑人的事，没想到你们也一样，擅自扣款。", FACT),
    ("illegality", "其他客户也反映你们的讲师承诺保本。", FACT),
    ("illegality", "有些业务员私自替客户下单，公司却睁一只眼闭一只眼。", FACT),
    ("illegality", "贵公司个别员工存在违规代客操作的行为。", FACT),
    ("illegality", "贵公司下属的一家代理商没有资质。", FACT),
    ("illegality", "该公司伪造我的签名。", FACT),
    ("illegality", "上述公司未经我同意擅自操作账户，涉嫌违规。", FACT),
    ("illegality", "与其他平台不同，你们居然挪用客户保证金。", FACT),
    ("illegality", "我不是说贵公司违法，只是请你们解释。", NONE),
    ("illegality", "客服说这与你们公司无关，可代客操作的正是你们的人。", FACT),
    ("illegality", "一位老师在群里承诺稳赚不赔。", FACT),
    ("illegality", "业务员说亏了他赔，现在又不认账。", FACT),
    ("illegality", "业务员向我保证，亏了我来赔。", FACT),
    ("illegality", "这笔钱亏了我不怨别人。", NONE),
    ("illegality", "要求贵公司对我的亏损由公司承担。", NONE),
    ("illegality", "你们有没有资质我不管，我只要退款。", NONE),
    ("illegality", "答：他没有跟我讲过有没有从业资格。", NONE),
    ("fraud", "如今电信诈骗多，我接到电话先核实了工号。", NONE),
    ("fraud", "要不是派出所拦着，我早被别的平台骗了。", NONE),
    ("asset_theft", "我的钱被你们公司的人转走了。", FACT),
    ("asset_theft", "银行告诉我，这笔款是被贵公司划走的。", FACT),
    ("data_leak", "快递单上印着我的电话，是你们把地址透露给了推销公司。", FACT),
    ("personal_injury", "业务员踢了我一脚。", FACT),
    ("personal_injury", "保安上来就踢，把我踢倒在地。", FACT),
    ("personal_injury", "保安打了我三次，派出所有记录。", FACT),
    ("personal_injury", "客服踢皮球，把我当球踢。", NONE),
    ("personal_injury", "吵起来后，那个经理扇了我一耳光。", FACT),
    ("personal_injury", "热得电扇坏了，大厅里也没人管。", NONE),
    ("agitated", "承蒙贵公司关照，惟此事令人遗憾。", NONE),
    ("agitated", "请不要生气，我只是说说想法。", NONE),
    ("agitated", "良心话，你们的前台服务还是不错的。", NONE),
    ("agitated", "这不是欺负老实人吗！", FACT),
    ("agitated", "我忍不下去了，再拖我就睡到你们门口。", FACT),
    ("disturbance", "我忍不下去了，再拖我就睡到你们门口。", FACT),
    ("disturbance", "昨天有个客户把你们的玻璃门砸了，我也看见了。", FACT),
    ("disturbance", "业务员当着我的面把桌子掀了。", NONE),
    ("disturbance", "装修时不慎把玻璃打碎了。", NONE),
    ("disturbance", "签字时，工作人员把合同推到我面前。", NONE),
    ("disturbance", "我把门推开进去，没有一个人。", NONE),
    ("disturbance", "我把桌子上的材料推给她看。", NONE),
    ("anonymous", "不写名字是怕你们报复。", FACT),
    ("anonymous", "开户时她没让我写名字，直接按了手印。", NONE),
    ("anonymous", "名字不报，电话不留，信不信由你们。", FACT),
    ("anonymous", "一名老客户", FACT),
    ("anonymous", "一名工作人员接待了我。", NONE),
    ("anonymous", "合同上的姓名不写简称，须与身份证一致。", NONE),
    ("legal_dispute", "我儿子是律师，他说这事不用打官司。", NONE),
    ("legal_dispute", "别家公司的客户已经起诉了他们公司，我不想走那一步。", NONE),
    ("regulator", "听说监管部门最近在检查别的会员单位。", NONE),
    ("regulator", "你们自己说已经向监管部门报告过系统故障。", NONE),
    ("emergency", "营业厅着火那天，我正在办业务。", FACT),
    ("emergency", "我老家那边化工厂爆炸，和这事没关系。", NONE),
    ("reputation", "你们砸的是自己的招牌，败坏的是公司的名声。", FACT),
    ("withdrawal", "你们让我先撤诉再谈退款，天下没有这个道理。", OPEN),
    ("vulnerable", "老汉我七十有三，眼睛不济，字写得大些。", FACT),
    ("vulnerable", "我今年六十八岁，老伴常年卧床。", FACT),
    ("urgent", "下周一就要交手术费，务必本周内给钱。", FACT),
    ("repeat", "这事我信也写了，电话也打了，跑了四趟，一点动静没有。", FACT),
    ("group", "我们村里十一个老汉都叫他哄了。", FACT),
    ("head_office", "你们分公司不管，我就往总公司写。", OPEN),
    ("threat", "业务员说再投诉就让我好看。", NONE),
]


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [*OTHERS_CONDUCT, *QUESTIONS, *EVERYDAY, *ANGER, *DISTURBANCE, *NAMELESS, *BUSINESS, *LATER_VOICES],
)
def test_sentence(code: str, words: str, expected: str) -> None:
    assert state(words, code) == expected
