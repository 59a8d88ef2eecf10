"""Words of the pages for other systems."""

from __future__ import annotations

from domain.access import Scope
from domain.webhooks import EventType

SCOPE = {
    Scope.CASES_READ: "读取案件（个人信息遮盖）",
    Scope.CASES_REVEAL: "案件、图像与原件不遮盖个人信息（记入审计日志）",
    Scope.DECISIONS_WRITE: "提交审核决定",
    Scope.FILES_READ: "读取页面图像与原件",
    Scope.POLICIES_READ: "读取制度包",
    Scope.QUEUE_READ: "读取待办队列与失败清单",
    Scope.SEARCH_READ: "检索",
    Scope.UPLOADS_WRITE: "上传材料",
    Scope.WEBHOOKS_MANAGE: "管理推送地址",
}
EVENT = {
    EventType.CASE_RECEIVED: "案件已受理",
    EventType.CASE_FILED: "案件首次归档",
    EventType.CASE_AMENDED: "案件再次归档（更正）",
    EventType.CASE_FAILED: "案件无法识读",
}
TOKEN_STATE = {"valid": "有效", "expired": "已过期", "revoked": "已吊销"}
DELIVERY_STATE = {"pending": "等待推送", "delivered": "已送达", "dead": "已放弃"}
TOKEN_INCOMPLETE = "请填写系统名称，并至少选择一项权限。"
NO_EVENT = "请至少选择一种事件。"
DAYS = ((30, "30 天"), (90, "90 天"), (365, "1 年"), (730, "2 年"))
"""How long a token may be good, in days."""
