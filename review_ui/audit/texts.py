"""Every word of masking, revealing and the auditor's desk."""

from __future__ import annotations

from collections.abc import Mapping

from domain.audit import Detail, Operation, Result, RevealReason
from domain.fields import FIELDS
from review_ui.language import translate

OPERATION = {
    Operation.VIEW_CASE: "查看案件",
    Operation.VIEW_PAGE: "查看页面",
    Operation.REVEAL_FIELD: "显示字段",
    Operation.REVEAL_PAGE: "显示页面",
    Operation.REVEAL_DOCUMENT: "显示文件",
    Operation.REVEAL_CASE: "显示全案",
    Operation.CHANGE: "修改",
    Operation.DOWNLOAD_ORIGINAL: "下载原件",
    Operation.DOWNLOAD_COPY: "下载副本",
    Operation.HAND_OUT: "交出副本",
    Operation.DAMAGE_FOUND: "发现原件损坏",
    Operation.UPLOAD: "上传",
    Operation.SEARCH: "检索",
    Operation.EXPORT: "导出",
    Operation.PRINT: "打印",
    Operation.SIGN_IN: "登录",
    Operation.SIGN_IN_FAILED: "登录失败",
    Operation.SIGN_OUT: "退出",
    Operation.ACCOUNT_CHANGED: "账号变更",
    Operation.TOKEN_CHANGED: "令牌变更",
    Operation.WEBHOOK_CHANGED: "推送地址变更",
    Operation.HOLD_CHANGED: "保全变更",
    Operation.DISPOSAL_CHANGED: "销毁变更",
    Operation.AUDIT_READ: "查阅审计日志",
    Operation.AUDIT_VERIFIED: "校验审计日志",
}

RESULT = {Result.ALLOWED: "允许", Result.REFUSED: "拒绝"}

REVEAL_REASON = {
    RevealReason.REVIEW: "审核",
    RevealReason.IDENTITY: "核实身份",
    RevealReason.CONTACT: "联系投诉人",
    RevealReason.INQUIRY: "答复查询",
    RevealReason.HANDOVER: "移送、协调",
    RevealReason.AUDIT: "审计检查",
}

FAULT = {
    "missing": "第 {number} 条缺失：其后紧接第 {got} 条",
    "content": "第 {number} 条的内容与其哈希不符：记为 {expected}，重算为 {got}",
    "link": "第 {number} 条接不上前一条：前一条的哈希为 {expected}，本条记为 {got}",
    "cut": "第 {number} 条起被截去：您记下的末条是第 {expected} 条，现只有 {got} 条",
    "head": "第 {number} 条不是您记下的那一条：记下的哈希为 {expected}，现为 {got}",
}

MASKED_VALUE = "{label}仍被遮盖，看不见的内容不能确认"
MASKED_NEXT = "请先显示该字段（Alt+U），或把内容完整重新录入"

NO_SUBJECT = "案件没有 {subject}"

COLUMNS = ("序号", "时间", "人员", "地址", "操作", "结果", "案件", "对象", "理由", "细节", "前一条哈希", "哈希")


DETAIL = {
    "revision": "版本",
    "action": "动作",
    "hits": "命中",
    "query_digest": "检索词摘要",
    "query_length": "字数",
    "query_terms": "词数",
    "actor": "人员",
    "case": "案件",
    "operation": "操作",
    "since": "自",
    "until": "至",
    "refused": "只看被拒绝的",
    "offset": "略过",
    "head": "末条",
    "entries": "条数",
    "token": "令牌",
    "change": "变更",
    "scopes": "权限",
    "cases": "案件数",
    "files": "文件数",
    "copy": "副本",
    "requester": "取件人",
    "boxes": "涂黑处",
    "left_open": "未涂黑的个人信息",
    "error": "错误",
}
"""Names of details; one that is not here is shown as it is."""


def detail_words(details: Mapping[str, Detail]) -> str:
    """Return the details of an entry, for people."""
    return translate("；").join(f"{translate(DETAIL.get(name, name))} {value}" for name, value in details.items())


def subject_words(subject: str | None) -> str:
    """Return what an entry is about, for people."""
    if subject is None:
        return ""
    scope, _, name = subject.partition(":")
    if scope == "field":
        return translate(FIELDS[name].label) if name in FIELDS else name
    if scope == "page":
        document, _, page = name.rpartition(":")
        return f"{document} {translate('第{page}页').format(page=page)}"
    return {"case": translate("全案"), "document": name}.get(scope, subject)


def reason_words(reason: str | None) -> str:
    """Return why, for people."""
    known = {code.value: words for code, words in REVEAL_REASON.items()}
    return translate(known[reason]) if reason in known else reason or ""
