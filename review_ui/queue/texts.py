"""Words of the queue."""

from __future__ import annotations

ACTS = {"skip": "跳过", "to_expert": "转专家", "from_expert": "专家交回", "take_over": "接管"}

MINE, NOBODY, NAME = "mine", "nobody", "name:"
"""Values of the filter ``assignee``: one's own cases, those in nobody's hands, those of ``name:NAME``."""

MINE_LABEL, NOBODY_LABEL = "我", "无人办理"
EXPERT_LABEL, REVIEWER_LABEL = "待专家", "未转专家"
"""Names of the choices of ``assignee`` and ``expert``."""

NO_REASON = "没有写明理由"
NO_REASON_STEP = "请填写理由后再操作，其他人会在队列中看到"
NO_NAME = "筛选没有名称"
NO_NAME_STEP = "请为筛选起一个名称后再保存"
NOTHING_NEXT = "没有可领取的案件：其余待办由他人办理中、已转专家，或您刚跳过"

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "队列",
        (
            ("N 或 Alt+L", "领取下一件"),
            ("↑ ↓ 或 K J", "上一件 / 下一件"),
            ("Enter", "打开案件"),
            ("F", "转到筛选"),
            ("1 … 9", "第几个视图"),
            ("M", "显示更多"),
            ("/", "转到检索框"),
        ),
    ),
    (
        "办理",
        (
            ("Alt+S", "跳过本件（写明理由）"),
            ("Alt+E", "转专家，或由专家交回（写明理由）"),
            ("Alt+O", "放回队列"),
            ("Alt+T", "接管他人办理中的案件（写明理由）"),
        ),
    ),
)
