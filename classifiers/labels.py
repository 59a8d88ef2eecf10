"""Chinese names of document kinds, for messages to people."""

from __future__ import annotations

from domain.vocabulary import DocumentKind, MaterialStatus

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


def kind_label(kind: DocumentKind) -> str:
    """Return the Chinese name of ``kind``."""
    return KIND_LABELS.get(kind, kind.value)
