"""The catalogue's own words (table B), searched for as they stand: what a keyword list finds."""

from __future__ import annotations

from domain.vocabulary import SignalCode

_S = SignalCode
WORDS: dict[SignalCode, tuple[str, ...]] = {
    _S.AMOUNT: ("涉及金额", "涉案金额", "经济损失", "损失"),
    _S.COMPANY_LOSS: ("对公司造成",),
    _S.GROUP: ("群诉", "群体性", "骚动", "联名"),
    _S.MEDIA: ("媒体", "网络", "曝光", "记者", "新闻", "论坛"),
    _S.REGULATOR: ("上访", "消委会", "消保委", "监管", "主管部门", "银监局", "证监局"),
    _S.HEAD_OFFICE: ("集团总公司", "上级社", "上级联社"),
    _S.VIP: ("重要客户",),
    _S.THREAT: ("威胁", "威逼"),
    _S.DISTURBANCE: ("失控", "闹事"),
    _S.ILLEGALITY: ("违法", "违规", "违纪", "金融犯罪", "冒名贷款"),
    _S.FRAUD: ("诈骗", "弄虚作假", "谋取私利"),
    _S.KEY_POSITION: ("总经理", "董事长", "总监", "总裁"),
    _S.REPUTATION: ("性质恶劣", "声誉", "负面影响"),
    _S.EMERGENCY: ("突发事件", "突发事故", "意外事故", "火灾", "系统故障"),
    _S.PERSONAL_INJURY: ("人身", "受伤", "伤害"),
    _S.PROPERTY_LOSS: ("财物", "报失", "丢失"),
    _S.ADVERSE_REACTION: ("不良反应",),
    _S.ASSET_THEFT: ("盗取", "违规操作"),
    _S.DATA_LEAK: ("泄露", "个人信息"),
    _S.LEGAL_DISPUTE: ("法律纠纷", "诉讼", "经济赔偿", "法院", "起诉"),
    _S.AGITATED: ("激动", "强烈不满"),
    _S.URGENT: ("紧急", "尽快处理"),
    _S.REPEAT: ("再次投诉", "多次反映"),
    _S.ANONYMOUS: ("匿名",),
    _S.WITHDRAWAL: ("撤诉",),
    _S.VULNERABLE: ("精神障碍", "心理"),
}


def keyword_signals(text: str) -> frozenset[SignalCode]:
    """Return the signals whose words stand in the text."""
    return frozenset(code for code, words in WORDS.items() if any(w in text for w in words))
