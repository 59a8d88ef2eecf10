"""Sentences that word lists get wrong: denial, condition, hearsay, quotation, norms, other people, notices."""

from __future__ import annotations

import pytest

from classifiers.narrative import narrative
from classifiers.signals import find_signals
from domain.verdicts import Signal
from domain.vocabulary import DocumentKind
from tests.classifiers.papers import adopted, case_of, text_of

FACT, OPEN, NONE = "fact", "open", "none"


def found(words: str, kind: DocumentKind = DocumentKind.COMPLAINT_LETTER) -> dict[str, Signal]:
    texts = (text_of(words, kind),)
    return {s.signal.value: s for s in find_signals(case_of(), narrative(texts), texts, adopted())}


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


@pytest.mark.parametrize(("code", "words", "expected"), SENTENCES)
def test_sentence(code: str, words: str, expected: str) -> None:
    assert state(words, code) == expected
