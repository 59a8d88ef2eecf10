"""Answers shown in the description of the interface. All people, systems and papers are invented."""

from __future__ import annotations

from typing import Any

from domain.errors import DecisionError, JuanzongError, StaleRevisionError, UnknownCaseError
from domain.system_errors import (
    RevisionMismatchError,
    RevisionRequiredError,
    ScopeMissingError,
    TokenRefusedError,
    UploadTooLargeError,
)
from review_ui.problems import InvalidPart, plain_problem, problem_of

_SHA256 = "9f2c5e0b7a4d4c1e8f6a3b2d1c0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e"
_SM3 = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809"
_DOCUMENT = "doc-9f2c5e0b7a4d-1-1"
_MOMENT = "2026-11-20T01:30:00Z"
_HOOK, _EVENT = "wh_4f1d2c3b5a69", "evt_7c9e6679742540de944be07fc1f90ae7"
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_PLACE = {"document_id": _DOCUMENT, "page": 1, "bbox": [212.0, 640.0, 530.0, 688.0], "quote": "***********"}

_CASE: dict[str, Any] = {
    "case_id": "case-0a1b2c3d4e5f60718293",
    "case_number": "EXM-2026-000001",
    "policy": "exchange-member",
    "status": "filed",
    "disposition": {"value": "complaint", "probability": 0.97, "reason": "要求退还手续费", "evidence": []},
    "documents": [
        {
            "document_id": _DOCUMENT,
            "source_file": "投诉信.pdf",
            "sha256": _SHA256,
            "sm3": _SM3,
            "kind": "complaint_letter",
            "kind_probability": 0.98,
            "pages": [
                {
                    "number": 1,
                    "source_page": 1,
                    "width": 1654,
                    "height": 2339,
                    "dpi": 200.0,
                    "turned": 0,
                    "skew": 0.3,
                    "blank": False,
                    "quality": None,
                }
            ],
            "id_sides": None,
            "signatures": [],
            "seals": [],
            "failures": [],
        }
    ],
    "fields": {
        "complainant_mobile": {
            "value": "*******8000",
            "raw": "*******8000",
            "probability": 0.99,
            "accepted": True,
            "producer": "letter/3",
            "evidence": [_PLACE],
            "candidates": [],
        },
        "complainant_email": {"value": None, "missing": "not_found"},
    },
    "mismatches": [],
    "materials": None,
    "category": None,
    "severity": None,
    "deadlines": [{"duty": "办结", "due_at": "2026-12-04T16:00:00Z", "basis": "第十六条"}],
    "review": {"needed": False, "reasons": []},
    "archive": {"objects": [], "log_index": 7, "root": _SHA256},
}
_CASES = {"schema": "juanzong.case/1", "cases": [_CASE], "failures": []}
_ENTRY = {
    "id": "case-0a1b2c3d4e5f60718293",
    "number": "EXM-2026-000001",
    "revision": 1,
    "policy": "exchange-member",
    "channel": "letter",
    "status": "awaiting_review",
    "received_at": _MOMENT,
    "complainant": "欧*",
    "level": "一般投诉",
    "grave": False,
    "due_at": "2026-12-04T16:00:00Z",
    "reasons": [{"code": "low_probability", "subject": "field:complainant_mobile", "message": "请核对手机号码"}],
    "pages": 3,
    "finished": False,
    "answered": False,
    "asked_since": "2026-11-20T01:30:00Z",
    "place": None,
    "lease": None,
    "for_expert": False,
    "remarks": [],
}
_LINE = {
    "id": "case-0a1b2c3d4e5f60718293",
    "number": "EXM-2026-000001",
    "revision": 1,
    "policy": "exchange-member",
    "channel": "letter",
    "status": "awaiting_review",
    "received_at": _MOMENT,
    "accepted_at": _MOMENT,
    "complainant": "欧*",
    "level": "一般投诉",
    "category": None,
    "pages": 3,
    "review_items": 1,
    "finished": False,
}
_UPLOAD = {
    "status_url": "/api/v1/uploads/up_3b241101e2bb42558caf4136c566a962",
    "upload": {
        "id": "up_3b241101e2bb42558caf4136c566a962",
        "accepted_at": _MOMENT,
        "state": "waiting",
        "cases": [
            {
                "case_id": "case-0a1b2c3d4e5f60718293",
                "case_number": "EXM-2026-000001",
                "created": True,
                "state": "waiting",
            }
        ],
        "failures": [],
    },
}
_WEBHOOK = {
    "id": _HOOK,
    "url": "https://crm.example.com/juanzong",
    "events": ["case.amended", "case.filed"],
    "created_at": _MOMENT,
    "created_by": "周敏",
    "disabled_at": None,
    "disabled_because": None,
}
_DELIVERY = {
    "endpoint_id": _HOOK,
    "event": {
        "id": _EVENT,
        "type": "case.filed",
        "occurred_at": _MOMENT,
        "case_id": "case-0a1b2c3d4e5f60718293",
        "case_number": "EXM-2026-000001",
        "revision": 1,
        "status": "filed",
    },
    "state": "pending",
    "attempts": 1,
    "next_attempt_at": "2026-11-20T01:30:10Z",
    "last_status": 503,
    "last_error": "HTTP 503",
}

ANSWERS: dict[str, Any] = {
    "api.queue": {
        "counts": {
            "waiting": 1,
            "grave": 0,
            "fitting": 1,
            "cases": 12,
            "failed": 0,
            "by_reason": {"low_probability": 1},
            "by_policy": {"exchange-member": 1},
            "by_status": {"awaiting_review": 1},
            "by_channel": {"letter": 1},
            "by_kind": {"complaint_letter": 1},
            "by_level": {"一般投诉": 1},
            "by_holder": {},
            "nobody": 1,
            "for_expert": 0,
            "for_reviewer": 1,
        },
        "cases": [_ENTRY],
    },
    "api.cases": {"total": 12, "cases": [_LINE], "next": "WyJuZXdlc3QiLCAiMjAyNi0xMS0yMFQwMTozMDowMCswMDowMCJd"},
    "api.case": _CASES,
    "api.decide": _CASES,
    "api.check": {
        "value": "110105199003071239",
        "checks": [{"name": "cn_id_check_digit", "passed": True, "message": "校验位正确"}],
    },
    "api.documents": {
        "case_id": "case-0a1b2c3d4e5f60718293",
        "case_number": "EXM-2026-000001",
        "revision": 1,
        "documents": [
            {
                "document_id": _DOCUMENT,
                "kind": "complaint_letter",
                "source_file": "投诉信.pdf",
                "sha256": _SHA256,
                "sm3": _SM3,
                "size": 184320,
                "media_type": "application/pdf",
                "pages": 1,
            }
        ],
    },
    "api.failures": {
        "failures": [
            {
                "failure": {
                    "file": "扫描0007.pdf",
                    "error": "EncryptedPdfError",
                    "reason": "PDF 设有密码",
                    "next_step": "请取得密码后重新导入",
                    "page": None,
                },
                "received_at": _MOMENT,
                "case_number": None,
            }
        ]
    },
    "api.search": {
        "hits": [
            {
                "case_id": "case-0a1b2c3d4e5f60718293",
                "case_number": "EXM-2026-000001",
                "source": "page",
                "document_id": _DOCUMENT,
                "page": 1,
                "snippet": "请退还手续费，电话 *******8000",
                "marks": [[3, 6]],
                "bbox": None,
            }
        ]
    },
    "api.policies": {"policies": [{"id": "exchange-member", "title": "公司客户投诉处理制度", "cases": 12}]},
    "api.policy": {
        "policy_title": "公司客户投诉处理制度",
        "categories": ["服务质量"],
        "levels": ["重大投诉", "一般投诉"],
        "materials": {"complaint_letter": "投诉信"},
    },
    "api.upload": _UPLOAD,
    "api.upload_state": _UPLOAD,
    "api.webhooks": {"webhooks": [_WEBHOOK]},
    "api.webhook_add": {"webhook": _WEBHOOK, "secret": _SECRET},
    "api.webhook": _WEBHOOK,
    "api.webhook_switch": _WEBHOOK,
    "api.webhook_rotate": {"webhook": _WEBHOOK, "secret": _SECRET},
    "api.deliveries": {"deliveries": [_DELIVERY]},
    "api.send_again": _DELIVERY,
}
"""An answer of each operation that answers in JSON."""


def _told(error: JuanzongError) -> dict[str, Any]:
    return problem_of(error).model_dump(mode="json")


_NOT_TAKEN = plain_problem(415, "HTTPException", "不接受 text/plain", "请用 multipart/form-data")
_NOT_AS_DESCRIBED = plain_problem(
    422, "RequestValidationError", "请求的内容不完整或不合规", "请按 invalid 所列逐项改正"
).model_copy(
    update={"invalid": (InvalidPart(where="query.limit", message="Input should be less than or equal to 1000"),)}
)

PROBLEMS: dict[int, dict[str, Any]] = {
    400: _told(DecisionError("案件没有信号 vip", "请刷新页面后再操作")),
    401: _told(TokenRefusedError("令牌已过期", "请用 juanzong token create 新建令牌")),
    403: _told(ScopeMissingError("令牌缺少权限 cases:read", "请新建包含 cases:read 的令牌", "cases:read")),
    404: _told(UnknownCaseError("没有案件 EXM-2026-999999", "请核对编号")),
    409: _told(StaleRevisionError("案件已是第 4 版，您看到的是第 3 版", "请在最新版本上重新操作")),
    412: _told(RevisionMismatchError("案件已是第 4 版，您看到的是第 3 版", "请在最新版本上重新操作")),
    413: _told(UploadTooLargeError("上传内容超过 512 MiB", "请分几次上传")),
    415: _NOT_TAKEN.model_dump(mode="json"),
    422: _NOT_AS_DESCRIBED.model_dump(mode="json"),
    428: _told(RevisionRequiredError("请求没有说明依据哪一版作出决定", "请用 If-Match 带上案件的 ETag")),
}
"""A problem of each status."""
