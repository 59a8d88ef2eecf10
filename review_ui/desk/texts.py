"""Words of these pages; the templates translate them."""

from __future__ import annotations

from domain.words import FILED_ROLE

NOTICE = {"receipt": "受理通知书", "deficiency": "补正通知书", "referral": "转办函", "package": "协调材料"}

ROLE = FILED_ROLE

COMPARISON = {
    "sha256": "SHA-256（重新计算）",
    "sm3": "SM3（重新计算）",
    "size": "大小（字节）",
    "listed": "归档清单所载 SM3",
    "manifest": "归档清单的 SHA-256（日志所载）",
    "leaf": "日志叶子哈希",
    "inclusion": "日志包含证明（当前根）",
}

SIGNAL_STATE = {"certain": "明确", "unclear": "不明确", "confirmed": "成立", "rejected": "划去"}

BAND = {
    "1": "1 天以内",
    "3": "2—3 天",
    "7": "4—7 天",
    "15": "8—15 天",
    "30": "16—30 天",
    "older": "30 天以上",
}
RISK = {"over": "已超期", "today": "今日到期", "soon": "三个工作日内到期"}
ANSWER_REASON = {"accepted": "机器已自动通过（主动改动）", "open": "未要求核对（主动核对）"}
UNDECIDED_LEVEL = "未定级"
STAGE = {
    "describe": "清点页数",
    "read": "识别页面",
    "understand": "识别种类与字段",
    "searchable": "可检索副本",
}
SOURCE_PERSON = "（人工）"
ASSEMBLED = "读取材料"
JUDGED_AGAIN = "因其他改动重新评定"
EMPTY_VALUE = "（无）"
BAD_PERIOD = "起始日期晚于截止日期，已对调"
LONG_PERIOD = "最多统计 400 天，已从截止日期往前取 400 天"
CLOCK = {"pause": "暂停", "resume": "恢复"}
HELD = "本单位已有"
AMENDED = {
    "audit": "抽检发现有误",
    "decision": "人工改动",
    "papers": "补充或调整材料",
    "refiled": "重新识读或归档",
}
PLACE = {"card": "证件或整页", "number": "号码、邮箱", "signature": "签名"}
NOTICE_NUMBER = "文书 {number}"
TAKEN = {
    "original": "原件",
    "copy": "副本、文书",
    "reading": "阅览副本",
    "redacted": "涂黑副本",
    "broken": "已损坏，没有完整交出",
}
