"""Every word that the pages say, in one place."""

from __future__ import annotations

from classifiers.labels import COMPLAINANT_TYPE as COMPLAINANT_TYPE
from classifiers.labels import DISPOSITION as DISPOSITION
from domain.vocabulary import (
    DocumentKind,
    MaterialStatus,
    MissingReason,
    SignalCode,
)
from domain.words import CASE_STATUS as CASE_STATUS
from domain.words import CHANNEL as CHANNEL
from review_ui.paper_texts import PAPER_ACTION, PAPER_KEYS
from review_ui.retention.texts import KEYS as RETENTION_KEYS
from review_ui.typing.texts import KEYS as TYPING_KEYS

LOOPBACK_BANNER = "未启用登录，仅限本机访问"
NAVIGATION = (
    ("queue.show", "/", "待办队列"),
    ("mailroom.list", "/mailroom", "收发"),
    ("cases.list", "/cases", "全部案件"),
    ("archive.search", "/archive", "归档"),
    ("retention.show", "/archive/retention", "保管与销毁"),
    ("four_eyes.list", "/four-eyes", "复核与抽检"),
    ("papers.rescans", "/rescans", "待重扫"),
    ("dashboard.show", "/dashboard", "看板"),
    ("statistics.show", "/statistics", "统计"),
    ("health.show", "/health", "运行"),
    ("audit.list", "/audit", "审计"),
    ("accounts.show", "/admin/accounts", "帐号"),
    ("token.list", "/admin/tokens", "接口"),
)
"""Operation, path and name of the links on top of every page; each is shown to those who may use it."""

SYSTEM = "system"
THEMES = {SYSTEM: "跟随系统", "light": "浅色", "dark": "深色"}
"""Colours of the pages, by what ``data-theme`` says."""

FOREIGN_HOST = (
    "只接受本机地址（127.0.0.1、localhost）或 JUANZONG_PUBLIC_URL 所设主机名的访问。请用正确的地址打开本页面。"
)
FOREIGN_ORIGIN = "拒绝来自其他网站的操作。请在卷宗自己的页面上操作。"
DEFAULT_ACTOR = "本机审核员"

UNSURE_SIGNAL = "说法不明确，请确认成立或划去"
UNDECIDED_VERDICT = "尚未确定"
STALE_NOTICE = (
    "他人已修改本案：您看到的是第 {seen} 版，现为第 {now} 版。"
    "页面已换成最新内容，您的操作未执行，录入的内容仍在输入框中（标为“未保存”），请核对后再确认。"
)
CHECK_NOTICE = "{label}：{message}。原件如此的话，请再确认一次。"
EMPTY_NOTICE = "{label}没有内容。请录入，或选择“无法辨认”“未提供”。"
UNNORMAL_NOTICE = "{label}：{message}。请改正；原件如此的话，请再确认一次。"

MATERIAL_STATUS = {
    MaterialStatus.PRESENT: "齐备",
    MaterialStatus.MISSING: "缺少",
    MaterialStatus.DEFECTIVE: "有缺陷",
    MaterialStatus.UNCLEAR: "待确认",
}

COMPLAINANT_TYPES: dict[str | None, str] = {kind.value: label for kind, label in COMPLAINANT_TYPE.items()}

MISSING_REASON = {
    MissingReason.NOT_FOUND: "未找到",
    MissingReason.BLANK_ON_FORM: "表上空白",
    MissingReason.ILLEGIBLE: "无法辨认",
    MissingReason.CHECK_FAILED: "校验未通过",
    MissingReason.NO_DOCUMENT: "没有相应材料",
}

CONFIRMED_MISSING = {
    MissingReason.NOT_FOUND: "未提供（人工确认）",
    MissingReason.ILLEGIBLE: "无法辨认（人工确认）",
}

REASON = {
    "low_probability": "把握不足",
    "check_failed": "校验未通过",
    "mismatch": "材料不一致",
    "possible_major": "可能重大",
    "undecided_rule": "规则未决",
    "materials": "材料",
    "category": "类别",
    "disposition": "是否投诉",
    "kind": "材料种类",
    "page_quality": "页面质量",
    "failure": "读取失败",
    "missing_field": "缺少字段",
    "second_keying": "待盲录",
    "keying_differs": "两人不一致",
}

SIGNAL = {
    SignalCode.AMOUNT: "涉及金额",
    SignalCode.COMPANY_LOSS: "公司损失",
    SignalCode.GROUP: "群体投诉",
    SignalCode.MEDIA: "媒体曝光",
    SignalCode.REGULATOR: "监管介入",
    SignalCode.HEAD_OFFICE: "上级交办",
    SignalCode.VIP: "重要客户",
    SignalCode.THREAT: "人身威胁",
    SignalCode.DISTURBANCE: "扬言闹事",
    SignalCode.ILLEGALITY: "涉嫌违法违规",
    SignalCode.FRAUD: "涉嫌欺诈",
    SignalCode.KEY_POSITION: "重要岗位人员",
    SignalCode.REPUTATION: "声誉影响",
    SignalCode.EMERGENCY: "突发事件",
    SignalCode.PERSONAL_INJURY: "人身伤害",
    SignalCode.PROPERTY_LOSS: "财产损失",
    SignalCode.ADVERSE_REACTION: "不良反应",
    SignalCode.ASSET_THEFT: "资金被盗",
    SignalCode.DATA_LEAK: "信息泄露",
    SignalCode.LEGAL_DISPUTE: "法律纠纷",
    SignalCode.AGITATED: "情绪激动",
    SignalCode.URGENT: "要求紧急",
    SignalCode.REPEAT: "重复投诉",
    SignalCode.ANONYMOUS: "匿名",
    SignalCode.WITHDRAWAL: "撤回投诉",
    SignalCode.VULNERABLE: "特殊群体",
}

DOCUMENT_KIND = {
    DocumentKind.COMPLAINT_LETTER: "投诉书",
    DocumentKind.APPLICATION_FORM: "投诉申请登记表",
    DocumentKind.ID_CARD_COPY: "身份证复印件",
    DocumentKind.LEGAL_REP_ID_COPY: "法定代表人身份证复印件",
    DocumentKind.AGENT_ID: "代理人身份证件",
    DocumentKind.EVIDENCE: "相关证据",
    DocumentKind.ACCOUNT_OPENING_FILE: "开户资料",
    DocumentKind.TRADE_STATEMENT: "交易明细",
    DocumentKind.COORDINATION_APPLICATION: "协调投诉申请单",
    DocumentKind.MEMBER_OPINION: "会员单位意见",
    DocumentKind.INTERVIEW_RECORD: "谈话笔录",
    DocumentKind.AUDIO_VIDEO: "录音录像",
    DocumentKind.COMPLAINT_REPORT_FORM: "客户投诉表",
    DocumentKind.COORDINATION_REPORT: "投诉总报告",
    DocumentKind.CONTRACT_RISK_DISCLOSURE: "协议书、风险揭示书",
    DocumentKind.FAX_PRINT: "传真件",
    DocumentKind.WORK_ORDER: "工单",
    DocumentKind.EVENT_SLIP: "事件单",
    DocumentKind.HANDLING_SLIP: "处理单",
    DocumentKind.LIAISON_SLIP: "联络单",
    DocumentKind.REMINDER_SLIP: "催办单",
    DocumentKind.OPINION_CARD: "意见卡",
    DocumentKind.GUEST_REGISTRATION_FORM: "宾客登记表",
    DocumentKind.GUEST_REPORT: "宾客投诉报告",
    DocumentKind.WITHDRAWAL_STATEMENT: "撤诉书",
    DocumentKind.POLICE_REPORT: "报警回执",
    DocumentKind.CLAIM_FORM_PCB: "索赔单",
    DocumentKind.ABNORMAL_SAMPLE: "异常样品",
    DocumentKind.ABNORMAL_SLIP: "异常单",
    DocumentKind.INVOICE: "发票",
    DocumentKind.RETURN_OR_ALLOWANCE_PROOF: "退货折让证明",
    DocumentKind.RETURN_SLIP: "退货单",
    DocumentKind.MEMO: "备忘录",
    DocumentKind.COMPLAINT_RECORD_PHARMA: "药品投诉记录",
    DocumentKind.TEST_REPORT: "检验报告",
    DocumentKind.OWNER_DOCUMENTS: "业主资料",
    DocumentKind.REPAIR_RECORD: "维修记录",
    DocumentKind.WARRANTY_LETTER: "保修书",
    DocumentKind.LEDGER: "台账",
    DocumentKind.QUESTIONNAIRE: "问卷",
    DocumentKind.BUSINESS_LICENCE: "营业执照",
    DocumentKind.AUTHORISATION: "授权委托书",
    DocumentKind.ENVELOPE: "信封",
    DocumentKind.FAX_COVER: "传真封面",
    DocumentKind.BLANK: "空白页",
    DocumentKind.OTHER: "其他",
}

ACTION = {
    "accept": "确认",
    "correct": "改正",
    "illegible": "标为无法辨认",
    "not_present": "标为未提供",
    "confirm": "确认",
    "reject": "划去",
    "set": "选定",
    "key": "盲录",
    "comment": "备注",
    "finish": "办结归档",
    **PAPER_ACTION,
}

SUBJECT = {
    "case": "全案",
    "severity": "级别",
    "category": "类别",
    "disposition": "是否投诉",
    "complainant_type": "投诉人类型",
    "clock": "计时",
    "rule:agent": "代理人",
}

SCOPE = {"signal": "信号", "materials": "材料", "document": "文件", "rule": "规则", "failure": "读取失败"}

SEARCH_SOURCE = {"number": "编号", "file": "文件名", "page": "页面文字"}

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "字段",
        (
            ("Enter", "保存并确认，转到下一个待核对项"),
            ("Shift+Enter", "回到上一个待核对项（不保存）"),
            ("Tab / Shift+Tab", "下一个 / 上一个字段"),
            ("Alt+1 … Alt+9", "采用第几个候选值"),
            ("Alt+X", "无法辨认"),
            ("Alt+N", "未提供"),
            ("Alt+U", "显示被遮盖的内容（记入审计日志）"),
            ("Alt+Enter", "长文字中换行"),
            ("Esc", "放弃未保存的录入，重新遮盖已显示的内容"),
        ),
    ),
    (
        "原件",
        (
            ("Alt+PageDown / Alt+PageUp", "下一页 / 上一页"),
            ("Alt+= / Alt+-", "放大 / 缩小"),
            ("Alt+0", "整页"),
            ("Alt+R / Alt+Shift+R", "顺时针 / 逆时针旋转"),
            ("Alt+Shift+U", "显示本页被遮盖的图像"),
            ("Alt+Y", "选择显示遮盖内容的理由"),
            ("Alt+V", "进入原件视图，用方向键移动；Esc 回到字段"),
        ),
    ),
    (
        "案件",
        (
            ("Alt+J", "转到第一个待核对项"),
            ("Alt+G", "转到级别与信号"),
            ("Alt+M", "转到材料清单"),
            ("Ctrl+Enter", "办结并归档"),
            ("Alt+L", "下一件"),
            ("Alt+Q", "回到待办队列"),
            ("? 或 F1", "打开或关闭本说明"),
        ),
    ),
    *TYPING_KEYS,
    PAPER_KEYS,
    RETENTION_KEYS,
    ("案卷、归档", (("J K", "下一节 / 上一节（案卷）"), ("S", "到审核台（案卷）"), ("P", "打印（案卷）"))),
)
