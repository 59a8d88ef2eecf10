"""Words of the pages about people."""

from __future__ import annotations

from domain.people import Role

ROLE = {
    Role.MAILROOM: "收发",
    Role.REVIEWER: "审核",
    Role.EXPERT: "专家",
    Role.ARCHIVIST: "档案",
    Role.AUDITOR: "稽核",
    Role.ADMIN: "管理",
}

ROLE_HELP = {
    Role.MAILROOM: "登记和扫描来件",
    Role.REVIEWER: "核对字段、定级、办结",
    Role.EXPERT: "审核，并裁定疑难与不一致",
    Role.ARCHIVIST: "查找、调阅归档案卷",
    Role.AUDITOR: "查看案件与操作记录，不改动",
    Role.ADMIN: "管理帐号，不因此看到案件",
}

NO_ACCOUNTS = (
    "还没有管理员。请打开 juanzong serve（或 demo）启动时在控制台上打印的一次性链接，建立第一名管理员；"
    "链接 24 小时内有效，过期请重新启动服务。"
)
SESSION_ENDED = "登录已经结束，这次操作没有保存；录入的内容还在。"
PAGE_OUTDATED = "页面已经过期，这次操作没有保存；录入的内容还在，请再确认一次。"
SIGN_IN_AGAIN = "在新标签页登录后，回到本页再确认"
CHANGED = "已保存。"
SESSION_GONE = "会话已结束。"
