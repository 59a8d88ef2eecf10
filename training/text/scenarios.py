"""What complaints are about: scenarios for the eight categories of the exchange-member rules.

A scenario is sentences with slots. Slots: {me} the complainant's word for themselves, {org} {branch} {staff} {post}
{who} (staff with post), {account}, {d1} {d2} {d3} dates in order, {amount} the sum in dispute, {deposit} a larger sum
that is not in dispute, {product}, {n} a small number.
"""

from dataclasses import dataclass

MARKETING = "公司营销和代理商营销类的投诉"
ACCOUNT = "开户销户及资料更改类的投诉"
TRADING = "客户交易及客户资产安全类的投诉"
SYSTEM = "信息系统类的投诉"
SERVICE = "服务质量类的投诉"
ADVICE = "投资分析咨询类的投诉"
AGENT = "代理商对公司的投诉"
OTHER = "突发事件及其他类的投诉"
CATEGORIES = (MARKETING, ACCOUNT, TRADING, SYSTEM, SERVICE, ADVICE, AGENT, OTHER)


@dataclass(frozen=True)
class Scenario:
    """One story. `loss` is the range of the sum in dispute in yuan, None where no money is in dispute."""

    key: str
    category: str
    facts: tuple[str, ...]
    requests: tuple[str, ...]
    loss: tuple[int, int] | None = None
    signals: tuple[str, ...] = ()


SCENARIOS = (
    # --- marketing
    Scenario(
        "guaranteed_return",
        MARKETING,
        (
            "{d1}，{branch}的{who}通过微信添加{me}，自称有内部消息，反复推荐{me}参与{product}现货交易。",
            "其在聊天中多次承诺“保本保息、月收益不低于百分之{n}”，并发来所谓盈利截图，却从未提示交易可能亏损。",
            "{me}听信其宣传，于{d2}开立交易账户（账号{account}），先后转入资金{deposit}。",
            "至{d3}，账户亏损{amount}，{me}要求兑现承诺，对方先是推脱，后将{me}拉黑。",
        ),
        ("赔偿{me}的交易损失{amount}", "对{staff}的违规承诺收益行为作出处理并书面答复"),
        (8000, 600000),
    ),
    Scenario(
        "cold_calls",
        MARKETING,
        (
            "自{d1}起，{branch}的推销人员几乎每天给{me}打电话推销{product}交易，有时一天达{n}次，晚上九点以后仍有来电。",
            "{me}已明确表示不需要，并要求将{me}的号码从名单中删除，对方口头答应，但电话照旧。",
            "{d2}，{who}在电话中还出言讥讽，说“没钱就别占着号码”。",
        ),
        ("立即停止电话推销并删除{me}的个人信息", "由{staff}本人书面道歉"),
    ),
    Scenario(
        "false_qualification",
        MARKETING,
        (
            "{d1}，{me}在{branch}举办的投资报告会上听讲，主讲人{who}自称具有国家一级分析师资格，并展示了证书。",
            "会后{me}缴纳会员费{amount}，加入其“金牌跟单群”。",
            "{d2}{me}经查询得知，该证书系伪造，所谓的跟单团队也不存在，{org}的宣传材料与事实严重不符。",
            "{d3}{me}到营业场所要求退费，工作人员称费用已经上交，无法退还。",
        ),
        ("全额退还会员费{amount}", "停止虚假宣传，公开更正宣传材料"),
        (3000, 80000),
    ),
    Scenario(
        "disguised_agent",
        MARKETING,
        (
            "{me}经熟人介绍，于{d1}与{branch}签订居间服务协议，协议写明手续费为万分之{n}。",
            "但{d2}核对账单时发现，实际收取的手续费是约定的三倍，多收部分合计{amount}。",
            "{me}向{who}询问，答复是“代理商统一加收，公司不管”。{me}认为{org}对代理商的营销和收费疏于管理。",
        ),
        ("退还多收的手续费{amount}", "公布代理商收费标准"),
        (2000, 150000),
    ),
    Scenario(
        "gift_marketing",
        MARKETING,
        (
            "{d1}，{org}在其宣传单上写明：新客户入金满五万元即赠送价值两千元的礼品，并免三个月手续费。",
            "{me}于{d2}入金{deposit}，账号为{account}，此后既没有收到礼品，手续费也照常扣收，累计扣收{amount}。",
            "{who}解释说活动名额已满，但宣传单上并没有名额限制的说明，{me}认为这是用虚假优惠招揽客户。",
        ),
        ("兑现宣传单上的承诺，退还手续费{amount}", "今后的营销活动应如实说明条件"),
        (800, 30000),
    ),
    # --- account
    Scenario(
        "closing_refused",
        ACCOUNT,
        (
            "{me}于{d1}在{branch}递交销户申请，账号{account}，账户内已无持仓。",
            "经办人员称系统升级，请{me}等通知。此后{me}于{d2}再次前往，又被要求补交一份原开户时并没有要求的证明。",
            "截至{d3}，销户仍未办结，账户每月还在扣收账户管理费。",
        ),
        ("在三个工作日内办结销户手续", "退还申请之后扣收的管理费"),
    ),
    Scenario(
        "opened_without_consent",
        ACCOUNT,
        (
            "{d1}，{me}收到短信，称{me}名下账户{account}开户成功，而{me}从未申请过开户。",
            "{me}致电客服，被告知开户资料上有{me}的身份证复印件和签名，{me}要求查看，发现签名并非{me}所写。",
            "{me}曾于{d2}在{branch}参加活动时留下过身份证复印件，怀疑{who}为完成开户任务冒用了{me}的资料。",
        ),
        ("立即注销冒名开立的账户{account}", "查明资料外流的经过并追究责任"),
        None,
        ("illegality",),
    ),
    Scenario(
        "phone_change",
        ACCOUNT,
        (
            "{me}因更换手机号码，于{d1}向{branch}提交资料变更申请，并附身份证复印件。",
            "{n}天后查询，账户{account}预留的手机号仍是旧号码，{me}收不到验证码，无法登录，也无法出金。",
            "{d2}{me}再次联系{who}，对方称申请表丢失，需要重新填写。来回跑了三趟，资料至今没有更改。",
        ),
        ("尽快完成手机号码变更", "说明申请表遗失的责任并道歉"),
    ),
    Scenario(
        "bank_binding",
        ACCOUNT,
        (
            "{d1}{me}申请将交易账户{account}绑定的银行卡变更为新卡，{branch}受理后告知两个工作日办结。",
            "然而直到{d2}仍显示旧卡，期间{me}的一笔出金被退回，耽误了{me}的货款支付，产生违约金{amount}。",
            "客服对此的解释前后不一，先说是银行的原因，后又说是{me}填表有误。",
        ),
        ("完成银行卡变更", "承担违约金{amount}"),
        (1000, 40000),
    ),
    Scenario(
        "risk_form_skipped",
        ACCOUNT,
        (
            "{d1}，{who}上门为{me}办理开户，全部资料均由其代填，风险测评的答案也是其一手勾选，{me}只是在最后一页签了字。",
            "直到{d2}{me}调取开户资料（账号{account}），才发现年收入、投资经验等内容与{me}的实际情况完全不符。",
            "{me}认为开户流程流于形式，没有做到逐项告知。",
        ),
        ("更正开户资料中的不实内容", "对代填资料的人员进行处理"),
    ),
    # --- trading and assets
    Scenario(
        "unauthorised_trading",
        TRADING,
        (
            "{me}在{org}开立的交易账户为{account}。{d1}至{d2}期间，该账户出现{n}笔{product}买卖，均非{me}操作，也从未授权任何人代为操作。",
            "经核对交易记录，上述交易造成亏损{amount}，另产生手续费若干。",
            "{me}了解到，{who}掌握{me}的初始密码，{me}认为其私自操作客户账户，涉嫌违规操作。",
            "{d3}{me}向{branch}反映，对方要求{me}“自己先改密码”，没有给出任何调查结果。",
        ),
        ("查明上述交易的操作人和登录地址", "赔偿损失{amount}"),
        (20000, 2000000),
        ("illegality",),
    ),
    Scenario(
        "stolen_funds",
        TRADING,
        (
            "{d1}凌晨，{me}的账户{account}内资金{amount}被分{n}次转出，收款账户{me}并不认识。",
            "{me}当日上午发现后立即拨打客服电话要求冻结，客服让{me}发邮件，直到{d2}才有人回电。",
            "{me}已于{d2}到派出所报案并取得回执。{me}认为{org}的资金划转没有二次验证，对客户资金被盗取负有责任。",
        ),
        ("协助公安机关追回被盗资金{amount}", "说明资金转出的全部流程记录"),
        (10000, 900000),
        ("asset_theft",),
    ),
    Scenario(
        "withdrawal_blocked",
        TRADING,
        (
            "{d1}{me}从账户{account}申请出金{amount}，页面显示“审核中”。",
            "按照规定出金应当在次日到账，但一直到{d2}仍未到账。{me}先后{n}次致电，{who}的答复每次都不一样。",
            "{d3}{me}发现申请被驳回，没有任何理由。这笔钱是{me}家中急用的款项。",
        ),
        ("立即办理出金{amount}", "说明驳回的依据"),
        (5000, 800000),
    ),
    Scenario(
        "forced_liquidation",
        TRADING,
        (
            "{d1}{product}价格波动较大，{me}账户（{account}）风险率尚在百分之八十以上时即被强行平仓。",
            "按照{me}与{org}签订的协议，风险率低于百分之五十方可强平，且应事先通知追加保证金，但{me}没有收到任何通知。",
            "此次强平造成{me}损失{amount}。{d2}{me}要求提供强平时的风险率记录，{branch}以“后台数据不便提供”为由拒绝。",
        ),
        ("提供强行平仓时的完整数据", "赔偿因错误强平造成的损失{amount}"),
        (10000, 1200000),
    ),
    Scenario(
        "price_slip",
        TRADING,
        (
            "{d1}，{me}以限价方式卖出{product}{n}批，账户{account}，成交价却比委托价低了近百元，而行情记录显示当时的最低价高于成交价。",
            "{me}将截图发给{who}，对方说是滑点，属于正常现象。{me}计算差额合计{amount}。",
            "{d2}{me}向深油所客服查询，被告知应当由会员单位核实答复。",
        ),
        ("核对成交价与当时行情并给出书面说明", "补偿差额{amount}"),
        (1500, 60000),
    ),
    Scenario(
        "statement_mismatch",
        TRADING,
        (
            "{me}核对{d1}至{d2}的结算单时发现，账户{account}的期末权益与逐笔交易计算出来的结果不符，少了{amount}。",
            "{me}要求{branch}出具加盖公章的明细，{who}只给了一张没有盖章的表格，其中有两笔手续费重复扣收。",
        ),
        ("逐笔核对账目，退还少计的{amount}", "出具正式的资产说明"),
        (500, 50000),
    ),
    # --- information system
    Scenario(
        "login_failure",
        SYSTEM,
        (
            "{d1}上午开盘后，{org}的交易软件无法登录，反复提示“服务器连接超时”，持续约{n}个小时。",
            "{me}持有{product}多单，账户{account}，眼看价格下跌却无法平仓，待恢复后已经亏损{amount}。",
            "{d2}{me}致电客服，得到的答复是“网络问题，与公司无关”。但同一时段许多客户都无法登录。",
        ),
        ("公布系统故障的原因和时间", "赔偿因系统故障造成的损失{amount}"),
        (3000, 300000),
    ),
    Scenario(
        "duplicate_order",
        SYSTEM,
        (
            "{d1}{me}在手机客户端下单买入{product}一批，点击后页面卡住，没有任何提示。",
            "{me}刷新之后发现同一委托被重复提交{n}次，全部成交，账户{account}的保证金一下子被占满。",
            "{me}当即联系技术支持要求撤销，对方称系统没有记录。随后行情反转，{me}亏损{amount}。",
        ),
        ("调取服务器日志核实重复下单", "承担系统缺陷造成的损失{amount}"),
        (2000, 200000),
    ),
    Scenario(
        "quote_delay",
        SYSTEM,
        (
            "自{d1}软件升级以来，{me}使用的行情客户端报价经常延迟{n}至二十秒，有时画面停住不动。",
            "{me}已向{branch}反映三次，{who}让{me}重装软件、换网络，均没有改善。",
            "{d2}因报价延迟，{me}的账户{account}按错误的价格追涨成交。",
        ),
        ("修复行情延迟问题", "在修复前减免软件使用费"),
    ),
    Scenario(
        "wrong_balance_display",
        SYSTEM,
        (
            "{d1}收盘后，{me}登录账户{account}，发现可用资金显示为负数，第二天又显示为原来的两倍。",
            "{me}担心数据被改动，不敢交易。客服只说“页面显示错误，后台没有问题”，却不能给出任何凭据。",
            "到{d2}为止，交易明细仍无法导出，提示“查询失败”。",
        ),
        ("对交易系统的数据做一次核查并书面答复", "恢复明细查询和导出功能"),
    ),
    Scenario(
        "sms_outage",
        SYSTEM,
        (
            "{d1}以来，{me}登录{org}的交易系统时一直收不到短信验证码，无法进行任何操作。",
            "{me}换了两部手机，问题依旧，说明并非{me}的原因。技术人员约定{d2}处理，到时却没有人联系。",
            "{me}的账户{account}中的持仓因此不能及时止损，亏损{amount}。",
        ),
        ("修复验证码短信系统", "赔偿损失{amount}"),
        (1000, 90000),
    ),
    # --- service quality
    Scenario(
        "rude_staff",
        SERVICE,
        (
            "{d1}下午，{me}到{branch}办理业务，窗口的{who}一边玩手机一边应付，{me}问了三遍才抬头。",
            "{me}请其说明收费标准，其不耐烦地说“墙上写着，自己不会看吗”，并把资料扔在柜台上。",
            "在场的其他客户都可以作证。{me}当场要求见负责人，等了{n}十分钟也没有人出来。",
        ),
        ("由{staff}当面道歉", "对窗口人员进行服务态度的培训和考核"),
    ),
    Scenario(
        "hotline",
        SERVICE,
        (
            "{d1}至{d2}，{me}为查询账户{account}的手续费，先后拨打{org}客服热线{n}次，每次都在排队十几分钟后被自动挂断。",
            "好不容易接通一次，客服{staff}没有听完{me}的问题就说“请找您的经纪人”，随即挂机。",
            "{me}留言要求回电，至今没有任何人回复。",
        ),
        ("安排专人回电并解答{me}的问题", "改进客服热线的接通率"),
    ),
    Scenario(
        "long_wait",
        SERVICE,
        (
            "{d1}{me}按约定时间九点到{branch}办理协议续签，大厅只开了一个窗口，{me}等了近{n}个小时。",
            "轮到{me}时，{who}说打印机坏了，让{me}改天再来，既没有道歉，也没有提前告示。",
            "{d2}{me}第二次前往，又被告知材料清单有变化，白跑一趟。",
        ),
        ("今后一次性告知所需材料", "赔偿{me}两次往返的误工和交通费用{amount}"),
        (200, 3000),
    ),
    Scenario(
        "perfunctory_reply",
        SERVICE,
        (
            "{me}于{d1}就手续费问题提出意见，{branch}的{who}答应三日之内答复。",
            "三日过后没有消息，{me}于{d2}追问，其发来一段与问题毫不相干的格式文字。",
            "{me}再次追问，对方便不再回复。{me}认为这种敷衍、推诿的服务态度不能接受。",
        ),
        ("给出针对{me}问题的正式答复", "更换{me}的客户经理"),
    ),
    Scenario(
        "lost_contract",
        SERVICE,
        (
            "{me}与{org}于{d1}签订的客户协议书一式两份，{who}说盖章后寄给{me}，至今没有寄到。",
            "{me}催问多次，得到的答复先是“在走流程”，后是“找不到了”。",
            "{d2}{me}到现场查询，前台态度冷淡，让{me}自己打电话问。账号：{account}。",
        ),
        ("补发盖章的协议原件", "为服务不到位致歉"),
    ),
    # --- advice
    Scenario(
        "wrong_advice",
        ADVICE,
        (
            "{d1}，{org}的分析师{staff}在直播间喊单，要求学员在当前价位重仓买入{product}，并说“不会有错”。",
            "{me}按照其建议操作，账户{account}，当日即亏损{amount}。",
            "{me}事后请其说明分析的依据，{staff}先说是消息面突变，后又删除了直播回放。{me}认为该投资建议没有依据，也没有风险提示。",
        ),
        ("说明喊单建议的依据并提供直播记录", "赔偿按建议操作所致的损失{amount}"),
        (5000, 400000),
    ),
    Scenario(
        "paid_signal_group",
        ADVICE,
        (
            "{me}于{d1}缴费加入{branch}开设的投资咨询服务，约定每日提供交易策略和点评。",
            "实际上，从{d2}起策略时有时无，给出的点位经常与行情相反，{n}次建议中仅有一次盈利。",
            "{me}要求退还剩余期间的咨询费{amount}，{who}以“服务已开始”为由拒绝。",
        ),
        ("退还咨询费{amount}", "核实分析师的水平和资格"),
        (2000, 60000),
    ),
    Scenario(
        "opposite_reports",
        ADVICE,
        (
            "{org}分析部在{d1}的早评中建议做多{product}，而当天晚上另一份报告却建议做空，两份报告都署名{staff}。",
            "{me}按早评建仓（账号{account}），夜盘大跌，损失{amount}。",
            "{me}询问为什么同一位分析师给出相反的意见，{branch}答复“仅供参考”。",
        ),
        ("对前后矛盾的分析报告作出解释", "适当补偿损失{amount}"),
        (3000, 100000),
    ),
    Scenario(
        "no_risk_warning",
        ADVICE,
        (
            "{d1}，{who}在电话里指导{me}操作账户{account}，让{me}在亏损时不断加仓摊低成本，并称“扛一扛就回来了”。",
            "{me}没有经验，照其指导操作，至{d2}亏损扩大到{amount}。",
            "通话均有录音，其中没有一句风险提示。{me}认为分析人员的指导不负责任。",
        ),
        ("调取通话录音，核实指导内容", "承担相应的赔偿责任"),
        (10000, 500000),
    ),
    # --- agent against company
    Scenario(
        "commission",
        AGENT,
        (
            "{me}系{org}的签约代理商，双方于{d1}签订代理合作协议，约定按月返还手续费的百分之六十作为佣金。",
            "自{d2}起，{org}连续{n}个月没有结算佣金，累计拖欠{amount}。",
            "{me}多次向渠道部{who}催要，对方均以财务流程为由拖延，至{d3}仍未支付。",
        ),
        ("支付拖欠的代理佣金{amount}", "明确今后的结算日期"),
        (20000, 900000),
    ),
    Scenario(
        "agent_clients_taken",
        AGENT,
        (
            "{me}是{org}在本地的代理商，{d1}以来先后开发客户{n}十余户。",
            "{d2}{me}发现名下客户被{org}的{who}私下划转至直营团队，代理关系在系统中被改为“无归属”。",
            "此举违反代理协议第八条。据{me}估算，由此减少佣金收入{amount}。",
        ),
        ("恢复被划转客户的代理归属", "补发佣金{amount}"),
        (10000, 300000),
    ),
    Scenario(
        "agent_deposit",
        AGENT,
        (
            "{me}于{d1}向{org}缴纳代理保证金{amount}，协议期满后可以退还。",
            "协议已于{d2}到期，{me}按要求提交了退款申请和收据，{org}却以清理客户纠纷为名一直不退。",
            "{me}代理期间没有任何违规记录，{org}作为会员单位拒不退款，没有合同依据。",
        ),
        ("退还代理保证金{amount}并支付逾期利息",),
        (20000, 500000),
    ),
    Scenario(
        "agent_support",
        AGENT,
        (
            "{me}作为{org}的代理商，自{d1}起没有得到协议约定的培训、宣传物料和系统权限。",
            "后台代理商端口于{d2}被无故关闭，{me}无法查询客户的交易和佣金数据。",
            "{me}向{who}反映，对方称总部政策调整，却拿不出任何书面文件。",
        ),
        ("恢复代理商后台权限", "按代理协议提供支持，并就政策调整给出书面说明"),
    ),
    # --- emergency and other
    Scenario(
        "branch_closed",
        OTHER,
        (
            "{d1}，{me}到{branch}办理业务，发现大门上锁，门口贴着“内部装修”的告示，电话也无人接听。",
            "据隔壁商户说，该处人员几天前就已搬空。聚集在门口的客户有几十人，现场一度混乱，属于突发事件。",
            "{me}的账户{account}里还有资金{amount}，不知道是否安全。",
        ),
        ("说明该营业场所关闭的原因", "保证客户资金{amount}可以正常出金"),
        (5000, 300000),
        ("emergency",),
    ),
    Scenario(
        "power_fire",
        OTHER,
        (
            "{d1}，{branch}所在大楼因电路起火停电，{org}没有启动应急预案，全天电话和网站中断。",
            "{me}当天需要交割{product}，因联系不上任何人而错过时间，账户{account}被扣违约金{amount}。",
            "{d2}{me}询问时，{who}称属于不可抗力，一概不负责。",
        ),
        ("就此次突发事故的应急处置作出说明", "免除违约金{amount}"),
        (1000, 50000),
        ("emergency",),
    ),
    Scenario(
        "policy_change",
        OTHER,
        (
            "{d1}，{org}突然公告提高{product}的保证金比例，当日生效，没有给客户留出准备时间。",
            "{me}的账户{account}因此被要求追加资金，{me}不理解为什么没有提前通知，也不清楚协议中是否有这样的约定。",
            "{d2}{me}去电询问，{who}只说看协议，没有作进一步解释。",
        ),
        ("对照客户协议书和风险揭示书说明调整的依据", "今后重大调整应提前通知"),
    ),
    Scenario(
        "mail_lost",
        OTHER,
        (
            "{me}于{d1}以挂号信寄给{org}一份材料原件，查询显示由前台签收，但{branch}称没有收到。",
            "材料中有{me}与案外人的购销合同原件，补办需要费用{amount}。",
            "此事不属于交易问题，{me}不知道应当由哪个部门负责，故来信反映。",
        ),
        ("查找签收的材料并归还", "如确已遗失，承担补办费用{amount}"),
        (300, 5000),
    ),
)
