"""Sentences that word lists get wrong: denial, condition, hearsay, quotation, norms, other people, notices."""

from __future__ import annotations

import pytest

from classifiers.narrative import narrative
from classifiers.worded_signals import worded_signals
from domain.verdicts import Signal
from domain.vocabulary import DocumentKind, SignalCode
from tests.classifiers.papers import adopted, case_of, document, signature, text_of, value

FACT, OPEN, NONE = "fact", "open", "none"


def found(words: str, kind: DocumentKind = DocumentKind.COMPLAINT_LETTER) -> dict[str, Signal]:
    texts = (text_of(words, kind),)
    return {code.value: s for code, s in worded_signals(case_of(), narrative(texts), adopted()).items()}


def state(words: str, code: str) -> str:
    signal = found(words).get(code)
    if signal is None:
        return NONE
    return FACT if signal.certain else OPEN


SENTENCES = [
    # media: fact, plan, denial, advertising, staff's words
    ("media", "昨天都市报记者已来我家采访此事。", FACT),
    ("media", "电视台的民生栏目已经对此作了报道。", FACT),
    ("media", "我已将此事发到微博上曝光，转发上万。", FACT),
    ("media", "再不处理我就找媒体曝光。", OPEN),
    ("media", "如贵公司继续推诿，本人将向新闻媒体反映。", OPEN),
    ("media", "否则我只好在抖音上发视频揭露你们。", OPEN),
    ("media", "到目前为止我没有向媒体反映过此事。", NONE),
    ("media", "本人从未联系过记者，也未在网上发帖。", NONE),
    ("media", "我并不想找媒体，只想把钱要回来。", NONE),
    ("media", "贵公司在电视台做广告，我看到电视广告才开的户。", NONE),
    ("media", "客服说你有本事就去找媒体曝光好了。", NONE),
    ("media", "业务员天天在朋友圈发布盈利截图。", NONE),
    ("media", "不排除向媒体反映的可能。", OPEN),
    ("media", "我保留向媒体披露的权利。", OPEN),
    ("media", "本人姓贺，微信公众号上看到贵公司的开户链接。", NONE),
    # regulator
    ("regulator", "我已于9月3日向证监局书面举报。", FACT),
    ("regulator", "我打了12345热线，工单已转贵公司。", FACT),
    ("regulator", "消费者协会已受理我的投诉。", FACT),
    ("regulator", "不解决我就去信访局上访。", OPEN),
    ("regulator", "若十日内没有答复，我将向金融监管局投诉。", OPEN),
    ("regulator", "目前尚未向任何监管部门投诉。", NONE),
    ("regulator", "贵公司宣称是经证监会批准的正规平台。", NONE),
    ("regulator", "我在工商银行柜台办理了转账。", NONE),
    ("regulator", "根据证监会的规定，公司应当如实告知。", NONE),
    ("regulator", "你们叫我去找消协，可这明明是你们的责任。", NONE),
    # legal dispute
    ("legal_dispute", "我已委托律师向法院提起诉讼。", FACT),
    ("legal_dispute", "我已向派出所报案并取得回执。", FACT),
    ("legal_dispute", "本人保留追究法律责任的权利。", OPEN),
    ("legal_dispute", "逾期不退，我将起诉贵公司。", OPEN),
    ("legal_dispute", "以上内容属实，如有虚假，本人愿承担法律责任。", NONE),
    ("legal_dispute", "我不打算起诉，只希望协商解决。", NONE),
    # illegality: fact, hearsay, question, norm, other firm, customer accused, denial
    ("illegality", "业务员承诺保本保息，月收益不低于8%。", FACT),
    ("illegality", "祁若岚未经我同意擅自操作我的账户。", FACT),
    ("illegality", "该代理商没有相关资质却公开招揽客户。", FACT),
    ("illegality", "你公司的行为涉嫌违法违规。", FACT),
    ("illegality", "客户经理代客操作，导致我亏损。", FACT),
    ("illegality", "他伪造我的签名办理了变更。", FACT),
    ("illegality", "你们违反了不得代客操作的规定。", FACT),
    ("illegality", "难道这不是欺诈吗？", FACT),
    ("illegality", "我怀疑平台在后台操纵价格。", OPEN),
    ("illegality", "听说贵公司有人挪用客户资金。", OPEN),
    ("illegality", "请贵公司调查是否存在违规操作。", OPEN),
    ("illegality", "如果业务员存在违规行为，应当严肃处理。", OPEN),
    ("illegality", "没有发现业务员有违规操作的情况。", NONE),
    ("illegality", "业务员并未承诺保本，我对亏损没有意见。", NONE),
    ("illegality", "公司规定严禁代客操作。", NONE),
    ("illegality", "新闻上报道过其他平台诈骗客户。", NONE),
    ("illegality", "客服反而说我违规，冻结了我的账户。", NONE),
    ("illegality", "希望加强管理，防止违规行为。", NONE),
    ("illegality", "系统卡顿，我无法平仓，损失三千元。", NONE),
    ("illegality", "客服态度生硬，挂断我的电话。", NONE),
    # fraud
    ("fraud", "他利用职务之便弄虚作假，谋取私利。", FACT),
    ("fraud", "经理私下收受回扣。", FACT),
    ("fraud", "我感觉自己上当受骗了。", OPEN),
    ("fraud", "我没有说你们诈骗，只是要求退费。", NONE),
    # asset theft, data leak
    ("asset_theft", "9月2日我账户里的资金被人转走五万元。", FACT),
    ("asset_theft", "我的账户被违规操作。", FACT),
    ("asset_theft", "担心资金被盗，我修改了密码。", OPEN),
    ("asset_theft", "经查账户资金没有被盗。", NONE),
    ("data_leak", "贵公司员工把我的身份证信息卖给了贷款公司。", FACT),
    ("data_leak", "我的手机号码被泄露，每天接到几十个推销电话。", FACT),
    ("data_leak", "我怀疑个人信息被泄露。", OPEN),
    # key position
    ("key_position", "总经理顾砚秋亲自向我承诺保本。", FACT),
    ("key_position", "风控总监骆承泽参与了此事。", FACT),
    ("key_position", "尊敬的总经理：您好！", NONE),
    ("key_position", "我已向贵公司总经理反映此事。", NONE),
    ("key_position", "本人系某贸易公司总经理。", NONE),
    ("key_position", "客户经理拒绝给我退款。", NONE),
    ("key_position", "希望总经理能亲自过问。", NONE),
    # reputation, emergency
    ("reputation", "此事性质恶劣，在客户中造成很坏影响，影响恶劣。", FACT),
    ("reputation", "你们的做法严重损害了公司的社会声誉。", FACT),
    ("reputation", "客服态度十分恶劣。", NONE),
    ("reputation", "这件事影响了我的个人信用和名誉。", NONE),
    ("reputation", "天气恶劣，我没能到场。", NONE),
    ("emergency", "营业部发生火灾，有人员伤亡。", FACT),
    ("emergency", "9月8日交易系统大面积瘫痪。", FACT),
    ("emergency", "9月8日交易系统瘫痪了二十分钟。", OPEN),
    ("emergency", "软件闪退，我登录不上。", NONE),
    # threat and disturbance: who speaks to whom
    ("threat", "你们再不退钱，我就找人收拾你们业务员。", FACT),
    ("threat", "我要让他付出血的代价。", FACT),
    ("threat", "业务员威胁我，说要打断我的腿。", NONE),
    ("threat", "我从来没有威胁过工作人员。", NONE),
    ("disturbance", "再不解决，我就带人去你们公司门口拉横幅。", FACT),
    ("disturbance", "已有二十多名客户围堵营业部大门。", FACT),
    ("disturbance", "我们不会闹事，会理性维权。", NONE),
    # people
    ("group", "我们共12名客户联名投诉贵公司。", FACT),
    ("group", "包括我在内的三十余名投资者都受骗了。", FACT),
    ("group", "集体投诉书，签名附后。", FACT),
    ("group", "当天有3名工作人员接待了我。", NONE),
    ("group", "我和爱人两人一起去了营业部。", NONE),
    # states
    ("repeat", "我已多次向客服反映，至今没有解决。", FACT),
    ("repeat", "这是我第三次来信投诉。", FACT),
    ("repeat", "业务员多次打电话劝我入金。", NONE),
    ("urgent", "请立即冻结该账户，情况十分紧急。", FACT),
    ("urgent", "请尽快答复。", NONE),
    ("agitated", "对此我表示强烈不满和愤慨。", FACT),
    ("agitated", "我并不气愤，只想讲道理。", NONE),
    ("vulnerable", "我母亲今年78岁，患有老年痴呆。", FACT),
    ("anonymous", "本人不便透露姓名，请予保密。", FACT),
    ("anonymous", "本投诉为实名，并非匿名投诉。", NONE),
    ("withdrawal", "现双方已协商一致，本人自愿撤回投诉。", FACT),
    ("withdrawal", "客服逼我撤诉，我不同意。", OPEN),
    ("withdrawal", "问题不解决我绝不撤诉。", NONE),
    ("head_office", "我已向集团总公司投诉。", FACT),
    ("head_office", "不处理我就向总公司反映。", OPEN),
    ("personal_injury", "保安动手打了我，致我骨折住院。", FACT),
    ("personal_injury", "我的感情受到伤害。", NONE),
    ("personal_injury", "他们打了我好几次电话。", NONE),
    ("property_loss", "争执中我的手机被摔坏。", FACT),
    ("property_loss", "手机客户端打不开。", NONE),
    ("company_loss", "此漏洞可能给贵公司造成8万元损失。", FACT),
    ("company_loss", "请公司赔偿我的损失。", NONE),
]

# Written after the tables, in other voices.
LATER_SENTENCES = [
    ("media", "本地晚报的记者前天来我单位了解了情况，准备见报。", FACT),
    ("media", "若三日内仍无结果，我会把全部录音和聊天记录交给电视台。", OPEN),
    ("media", "你们不要逼我去网上曝光。", OPEN),
    ("media", "我没有把事情捅给媒体，是想给贵公司留面子。", NONE),
    ("media", "网上关于贵公司的负面新闻很多。", NONE),
    ("media", "我已在黑猫投诉平台发布了投诉帖。", FACT),
    ("media", "我不怕把事情闹大，大不了上新闻。", OPEN),
    ("media", "我有权将此事公之于众。", OPEN),
    ("regulator", "我上周到市金融办反映了情况，他们让我先找贵公司。", FACT),
    ("regulator", "省证监局来函要求贵公司说明情况。", FACT),
    ("regulator", "请于七日内答复，否则我将依法向有关监管部门举报。", OPEN),
    ("regulator", "我不希望惊动监管部门。", NONE),
    ("regulator", "贵公司如此行为难道不怕监管部门查处吗？", NONE),
    ("regulator", "平台号称受监管机构全程监管。", NONE),
    ("regulator", "已拨打12386热线登记。", FACT),
    ("regulator", "如果得不到妥善解决，我会一级一级往上反映，直到国家信访局。", OPEN),
    ("legal_dispute", "贵公司法务给我发了律师函。", FACT),
    ("legal_dispute", "我咨询过律师，律师说可以起诉。", FACT),
    ("legal_dispute", "如协商不成，只能对簿公堂。", OPEN),
    ("legal_dispute", "法院已经立案。", FACT),
    ("legal_dispute", "根据法律法规的规定，贵公司应承担赔偿责任。", NONE),
    ("legal_dispute", "我没有报警。", NONE),
    ("legal_dispute", "我必将通过法律途径维护自己的权益。", OPEN),
    ("illegality", "其工作人员微信里明确写着“本金亏了公司赔”。", FACT),
    ("illegality", "经理向我保证每个月百分之十的固定回报。", FACT),
    ("illegality", "账户一直由业务员代为操作。", FACT),
    ("illegality", "他要了我的密码，替我下单，一天交易四十多次。", FACT),
    ("illegality", "业务员从未向我作过任何保本承诺。", NONE),
    ("illegality", "合同里没有写明保本。", NONE),
    ("illegality", "请说明贵司的业务是否违法。", OPEN),
    ("illegality", "该员工收受客户好处费。", FACT),
    ("illegality", "公司内部有人修改后台数据，我亲眼看到了截图。", FACT),
    ("illegality", "不知道是不是有人在后台操控行情。", OPEN),
    ("illegality", "我认为贵公司的行为已构成欺诈。", FACT),
    ("illegality", "贵公司应当依法合规经营，不得误导客户。", NONE),
    ("illegality", "开户合同上的签名不是我本人所签，系他人代签。", FACT),
    ("illegality", "听其他客户讲，他们也遇到过代客操作。", OPEN),
    ("illegality", "我操作失误，与业务员无关。", NONE),
    ("illegality", "业务员夸大收益，诱导我加仓。", OPEN),
    ("illegality", "公司取得了合法的经营资质。", NONE),
    ("illegality", "违规的不是我，是你们。", FACT),
    ("illegality", "如查实有违规，请严肃处理。", OPEN),
    ("illegality", "手续费收取标准不合理。", NONE),
    ("illegality", "退款流程太慢，希望改进。", NONE),
    ("fraud", "这就是一个彻头彻尾的骗局，骗走了我全部积蓄。", FACT),
    ("fraud", "冒用我的名义开立账户。", FACT),
    ("fraud", "我差点被电信诈骗分子骗了。", NONE),
    ("asset_theft", "卡上八万块钱凭空消失了。", FACT),
    ("asset_theft", "有人用我的密码登录把余额转走。", FACT),
    ("asset_theft", "业务员挪用了我的保证金。", FACT),
    ("asset_theft", "我把资金转走了，不想再做。", NONE),
    ("data_leak", "刚开完户就有自称别家平台的人叫出我的姓名和持仓，显然是你们把资料卖了。", FACT),
    ("data_leak", "请不要泄露我的个人信息。", NONE),
    ("key_position", "分公司总经理当场拍桌子骂我。", FACT),
    ("key_position", "我要求见总经理，前台不让见。", NONE),
    ("key_position", "该公司董事长带头承诺兜底。", FACT),
    ("key_position", "请转交总经理。", NONE),
    ("key_position", "副总经理在电话里答应退款，后来又反悔。", FACT),
    ("reputation", "该事件已经造成了极坏的社会影响。", FACT),
    ("reputation", "你们的态度非常恶劣，性质也很严重。", FACT),
    ("reputation", "为了不影响贵公司声誉，我先私下反映。", NONE),
    ("reputation", "长此以往必将损害贵公司形象。", OPEN),
    ("emergency", "我老伴得知后一时想不开，喝农药被送医院抢救。", FACT),
    ("emergency", "如遇突发事件怎么办，请告知应急预案。", NONE),
    ("emergency", "当天所有客户都无法登录，平台全线停摆。", FACT),
    ("threat", "信不信我一把火烧了你们营业部。", FACT),
    ("threat", "客服主管恐吓我说让我走着瞧。", NONE),
    ("threat", "走着瞧，我跟你们没完。", OPEN),
    ("disturbance", "明天我就带全家老小坐到你们大厅里，不给钱不走。", FACT),
    ("disturbance", "现场秩序良好，没有发生闹事。", NONE),
    ("group", "我们七户人家都买了，都亏了。", FACT),
    ("group", "同批受害的还有十几个老年客户，名单附后。", FACT),
    ("group", "我一个人反映问题。", NONE),
    ("group", "现有甲、乙、丙等五人联名反映。", FACT),
    ("repeat", "我打了三次客服电话，每次都说会回复。", NONE),
    ("repeat", "此前我曾于7月15日书面投诉，未获答复。", FACT),
    ("repeat", "第一次写信，望重视。", NONE),
    ("urgent", "父亲手术急需用钱，恳请今日内放款。", FACT),
    ("agitated", "简直是土匪行径，欺人太甚！", FACT),
    ("vulnerable", "我是一名残疾人，靠低保生活。", FACT),
    ("vulnerable", "我今年45岁，身体健康。", NONE),
    ("anonymous", "一名知情客户敬上。", FACT),
    ("withdrawal", "经沟通，我对处理结果满意，特申请撤销投诉。", FACT),
    ("withdrawal", "请撤销我的挂单。", NONE),
    ("head_office", "我把材料寄给了集团总部。", FACT),
    ("head_office", "我已去信总公司纪检部门。", FACT),
    ("personal_injury", "我母亲气得血压升高住进医院。", FACT),
    ("personal_injury", "我没有受伤。", NONE),
    ("property_loss", "寄存的行李箱丢失。", FACT),
    ("company_loss", "由于系统漏洞，贵公司可能损失上百万元。", OPEN),
    ("media", "请贵公司不要等到被媒体曝光才重视。", NONE),
    ("media", "有记者朋友劝我把此事写成稿子，我暂时没有答应。", NONE),
    ("media", "该事件已登上同城热搜。", FACT),
    ("media", "我将保留向社会公开的权利。", OPEN),
    ("regulator", "区消保委调解无果。", FACT),
    ("regulator", "贵司的交易规则经省金融办备案。", NONE),
    ("regulator", "本人已同时抄送市市场监督管理局。", FACT),
    ("legal_dispute", "劳烦尽快处理，免得走到打官司那一步。", NONE),
    ("legal_dispute", "法庭上见。", OPEN),
    ("legal_dispute", "双方已在仲裁庭达成调解。", FACT),
    ("illegality", "合同约定手续费万分之三，实收万分之八。", NONE),
    ("illegality", "你们涉嫌虚假宣传，违反《广告法》。", FACT),
    ("illegality", "我没有违规，为何限制我的账户？", NONE),
    ("illegality", "贵公司以我违反交易规则为由冻结账户。", NONE),
    ("illegality", "业务员明知我不符合条件，仍替我在风险测评上代答代签。", FACT),
    ("illegality", "我要求查明是否有人篡改我的成交记录。", OPEN),
    ("illegality", "该平台根本没有牌照，属于非法经营。", FACT),
    ("illegality", "我从未授权任何人操作我的账户，却出现了十几笔交易。", FACT),
    ("illegality", "讲师反复强调跟着他做稳赚不赔。", FACT),
    ("fraud", "财务人员利用职务便利侵吞客户返佣。", FACT),
    ("asset_theft", "出金时提示余额不足，里面的六万元不知去向。", FACT),
    ("key_position", "公司法定代表人拒不露面。", NONE),
    ("key_position", "你们的财务总监当面说这钱不退。", FACT),
    ("key_position", "恳请总经理先生百忙之中关注。", NONE),
    ("reputation", "我相信贵公司的声誉和品牌。", NONE),
    ("emergency", "电梯发生事故，有人受伤被困。", OPEN),
    ("emergency", "恰逢突发行情，价格波动剧烈。", NONE),
    ("threat", "我会一直投诉下去，直到解决为止。", NONE),
    ("threat", "谁也别想好过，大家同归于尽。", FACT),
    ("disturbance", "请保安维持秩序，当时大厅里有人吵闹。", NONE),
    ("group", "我们小区二十三户联名要求说明情况。", FACT),
    ("repeat", "上月我已投诉过一次，处理人答应三天内回复却没有下文。", FACT),
    ("urgent", "希望早日得到答复。", NONE),
    ("vulnerable", "老人今年八十二岁，耳朵不好。", FACT),
    ("withdrawal", "在问题解决之前，我不同意撤诉。", NONE),
    ("data_leak", "客服当众念出我的身份证号码。", NONE),
    ("head_office", "请总公司给个说法。", NONE),
]


@pytest.mark.parametrize(("code", "words", "expected"), [*SENTENCES, *LATER_SENTENCES])
def test_sentence(code: str, words: str, expected: str) -> None:
    assert state(words, code) == expected


def test_a_letter_that_shouts_is_agitated_and_a_polite_one_is_not() -> None:
    shouting = "钱呢！三个月了！一句准话没有！谁来管管！你们电话也不接！到底给不给！"
    signal = found(shouting)["agitated"]
    assert "感叹号" in signal.detail
    assert len(signal.evidence) >= 3
    polite = "您好！我想问出金的进度！谢谢！辛苦了！祝工作顺利！此致敬礼！"
    assert "agitated" not in found(polite)
    one_cry = "我六月开户。七月入金。八月出金未到账。九月再问，答复在审核。请尽快处理！！"
    assert "agitated" not in found(one_cry)


@pytest.mark.parametrize(
    "words",
    [
        "被投诉会员单位名称 衡川石油化工商品经营有限公司 总负责人姓名 顾砚秋 总负责人职位 总经理",
        "会员单位总负责人：顾砚秋，职务：总经理，电话：010-88661234。",
        "部门主管意见：同意退款。骆承泽",
    ],
)
def test_the_members_own_head_in_a_printed_field_is_not_complained_of(words: str) -> None:
    assert "key_position" not in found(words, DocumentKind.COORDINATION_APPLICATION)


def test_the_interviewer_is_not_complained_of_but_whom_the_answer_names_is() -> None:
    record = "谈话笔录\n询问人：骆承泽，风控部。记录人：顾砚秋。\n问：你反映什么问题？\n答：多扣了手续费。"
    assert "key_position" not in found(record, DocumentKind.INTERVIEW_RECORD)
    accused = record + "\n问：谁答应你退的？\n答：是骆承泽当面答应的，后来又不认账。"
    assert found(accused, DocumentKind.INTERVIEW_RECORD)["key_position"].certain


def test_questions_of_a_record_are_not_the_complainants_words() -> None:
    denied = "问：你有没有联系过媒体记者曝光此事？\n答：没有。"
    assert "media" not in found(denied, DocumentKind.INTERVIEW_RECORD)
    affirmed = "问：业务员承诺过保本？\n答：是的，他亲口说的。"
    assert "illegality" in found(affirmed, DocumentKind.INTERVIEW_RECORD)


def test_a_letter_without_name_or_signature_is_anonymous() -> None:
    words = "尊敬的领导：\n你们的客户经理天天打电话推销，我不胜其烦，请管一管。\n此致\n敬礼\n2026年8月2日"
    texts = (text_of(words),)
    case = case_of((document(DocumentKind.COMPLAINT_LETTER),), {}, None)
    signals = {c.value: s for c, s in worded_signals(case, narrative(texts), adopted()).items()}
    assert not signals["anonymous"].certain  # a person looks whether a name was overlooked
    signed = case_of((document(DocumentKind.COMPLAINT_LETTER, signatures=(signature(None),)),), {}, None)
    assert "anonymous" not in {c.value for c in worded_signals(signed, narrative(texts), adopted())}
    named = (text_of(words.replace("2026年", "投诉人：申屠朗\n2026年")),)
    assert "anonymous" not in {c.value for c in worded_signals(case, narrative(named), adopted())}


@pytest.mark.parametrize(
    ("words", "yuan"),
    [
        ("这批板子害我们返工，损失三十八万六，请贵司承担。", "386000"),
        ("请把多收的六千八退给我。", "6800"),
        ("货款十五万九千八至今没有结清，要求立即支付。", "159800"),
    ],
)
def test_sums_as_people_say_them(words: str, yuan: str) -> None:
    assert found(words)["amount"].detail.startswith(f"{yuan} 元")


@pytest.mark.parametrize(
    "words", ["我们厂二千五百人都知道这件事。", "我家住第三千五号楼。", "这部四千八的手机放在房里。"]
)
def test_numbers_that_are_no_sums(words: str) -> None:
    assert "amount" not in found(words)


def test_a_sum_that_a_person_entered_counts_whatever_the_sentences_say() -> None:
    from classifiers.network.hearing import hear
    from classifiers.signals import find_signals

    texts = (text_of("请尽快办理。"),)
    spoken = narrative(texts)
    field = value("amount_involved", "123456.00").model_copy(update={"producer": "person:贺"})
    case = case_of(fields={}).model_copy(update={"fields": {"amount_involved": field}})
    (amount,) = [s for s in find_signals(case, spoken, texts, adopted(), hear(spoken)) if s.signal == "amount"]
    assert amount.certain and amount.detail.startswith("123456.00 元")


def test_a_sum_read_as_the_one_in_dispute_is_never_passed_over() -> None:
    from classifiers.network.hearing import hear
    from classifiers.signals import find_signals

    texts = (text_of("合同上写的是单价3元，别的没有提到。"),)
    spoken = narrative(texts)
    case = case_of(fields={}).model_copy(update={"fields": {"amount_involved": value("amount_involved", "668422")}})
    found_signals = find_signals(case, spoken, texts, adopted(), hear(spoken))
    (amount,) = [s for s in found_signals if s.signal == "amount"]
    assert not amount.certain and amount.detail.startswith("668422 元")


@pytest.mark.parametrize(
    ("office", "told"),
    [("澧兰区信访局", "由澧兰区信访局转来（澧信转〔2026〕31号，2026-11-02）"), ("澜庭湾二期地", None)],
)
def test_who_passed_it_on_is_told_with_number_and_day_unless_it_is_no_office(office: str, told: str | None) -> None:
    from classifiers.worded_signals import plain_signals

    read = {"forwarded_by": office, "forwarding_no": "澧信转〔2026〕31号", "forwarding_date": "2026-11-02"}
    case = case_of(fields={}).model_copy(update={"fields": {name: value(name, v) for name, v in read.items()}})
    signal = plain_signals(case, (), adopted(), {}).get(SignalCode.REGULATOR)
    assert (signal and signal.detail) == told


def test_what_the_clause_denies_is_no_signal_whoever_hears_it() -> None:
    from classifiers.network.hearing import hear
    from classifiers.signals import find_signals

    texts = (text_of("我要说明的是账户资金没有被盗，只是客服不接电话。"),)
    spoken = narrative(texts)
    found_codes = {s.signal.value for s in find_signals(case_of(), spoken, texts, adopted(), hear(spoken))}
    assert "asset_theft" not in found_codes
