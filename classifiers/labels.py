"""Chinese names of closed sets, for messages to people."""

from __future__ import annotations

from domain.policy import PolicyPack
from domain.vocabulary import ComplainantType, DispositionValue, DocumentKind, MaterialStatus, SignalCode

DISPOSITION = {
    DispositionValue.COMPLAINT: "投诉",
    DispositionValue.NOT_COMPLAINT: "不属于投诉",
    DispositionValue.INQUIRY: "咨询",
}
COMPLAINANT_TYPE = {
    ComplainantType.NATURAL_PERSON: "自然人",
    ComplainantType.LEGAL_PERSON: "法人",
    ComplainantType.MEMBER_COORDINATION: "会员单位申请协调",
}
_K = DocumentKind
KIND_LABELS: dict[DocumentKind, str] = {
    _K.COMPLAINT_LETTER: "投诉书",
    _K.APPLICATION_FORM: "投诉申请登记表",
    _K.ID_CARD_COPY: "身份证复印件",
    _K.LEGAL_REP_ID_COPY: "法定代表人身份证复印件",
    _K.AGENT_ID: "代理人身份证件",
    _K.EVIDENCE: "证据材料",
    _K.ACCOUNT_OPENING_FILE: "开户资料",
    _K.TRADE_STATEMENT: "交易明细",
    _K.COORDINATION_APPLICATION: "协调投诉申请单",
    _K.MEMBER_OPINION: "会员处理意见",
    _K.INTERVIEW_RECORD: "谈话笔录",
    _K.COMPLAINT_REPORT_FORM: "客户投诉表",
    _K.COORDINATION_REPORT: "投诉总报告",
    _K.CONTRACT_RISK_DISCLOSURE: "协议书或风险揭示书",
    _K.FAX_PRINT: "传真件",
    _K.WITHDRAWAL_STATEMENT: "撤诉文书",
    _K.POLICE_REPORT: "报案材料",
    _K.AUDIO_VIDEO: "录音录像",
    _K.WORK_ORDER: "工单",
    _K.EVENT_SLIP: "事件单",
    _K.HANDLING_SLIP: "处理单",
    _K.LIAISON_SLIP: "联络单",
    _K.REMINDER_SLIP: "催办单",
    _K.OPINION_CARD: "意见卡",
    _K.GUEST_REGISTRATION_FORM: "宾客登记表",
    _K.GUEST_REPORT: "宾客报告",
    _K.CLAIM_FORM_PCB: "客户索赔单",
    _K.ABNORMAL_SAMPLE: "异常样品",
    _K.ABNORMAL_SLIP: "异常单",
    _K.INVOICE: "发票",
    _K.RETURN_OR_ALLOWANCE_PROOF: "退货或折让证明",
    _K.RETURN_SLIP: "退货单",
    _K.MEMO: "备忘录",
    _K.COMPLAINT_RECORD_PHARMA: "药品投诉记录",
    _K.TEST_REPORT: "检验报告",
    _K.OWNER_DOCUMENTS: "业主资料",
    _K.REPAIR_RECORD: "维修记录",
    _K.WARRANTY_LETTER: "保修函",
    _K.LEDGER: "台账",
    _K.QUESTIONNAIRE: "问卷",
    _K.BUSINESS_LICENCE: "营业执照",
    _K.AUTHORISATION: "授权委托书",
    _K.ENVELOPE: "信封",
    _K.FAX_COVER: "传真封面",
    _K.BLANK: "空白页",
    _K.OTHER: "其他材料",
}

STATUS_LABELS = {
    MaterialStatus.PRESENT: "齐备",
    MaterialStatus.MISSING: "缺少",
    MaterialStatus.DEFECTIVE: "有缺陷",
    MaterialStatus.UNCLEAR: "不能确定",
}

_S = SignalCode
SIGNAL_LABELS: dict[SignalCode, str] = {
    _S.AMOUNT: "涉及金额",
    _S.COMPANY_LOSS: "可能对公司造成损失",
    _S.GROUP: "群体投诉",
    _S.MEDIA: "媒体或网络介入",
    _S.REGULATOR: "监管或政府部门介入",
    _S.HEAD_OFFICE: "投诉至上级公司",
    _S.VIP: "重要客户",
    _S.THREAT: "威胁工作人员",
    _S.DISTURBANCE: "场面失控或扬言闹事",
    _S.ILLEGALITY: "涉嫌违法违规违纪",
    _S.FRAUD: "诈骗或以权谋私",
    _S.KEY_POSITION: "涉及重要岗位人员",
    _S.REPUTATION: "性质恶劣或影响声誉",
    _S.EMERGENCY: "重大突发事件",
    _S.PERSONAL_INJURY: "人身伤害",
    _S.PROPERTY_LOSS: "财物损失",
    _S.ADVERSE_REACTION: "不良反应",
    _S.ASSET_THEFT: "资金被盗取或账户被违规操作",
    _S.DATA_LEAK: "个人信息泄露",
    _S.LEGAL_DISPUTE: "法律纠纷",
    _S.AGITATED: "情绪激动",
    _S.URGENT: "紧急",
    _S.REPEAT: "重复投诉或多次反映未果",
    _S.ANONYMOUS: "匿名",
    _S.WITHDRAWAL: "撤回投诉",
    _S.VULNERABLE: "特殊困难投诉人",
}


def signal_label(code: SignalCode) -> str:
    """Return the Chinese name of a signal."""
    return SIGNAL_LABELS[code]


def parameter_label(pack: PolicyPack, name: str) -> str:
    """Return the pack's Chinese name of parameter ``name``, the name itself when the pack does not declare it."""
    declared = pack.parameters.get(name)
    return declared.label if declared else name


def kind_label(kind: DocumentKind) -> str:
    """Return the Chinese name of ``kind``."""
    return KIND_LABELS.get(kind, kind.value)
