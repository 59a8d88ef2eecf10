"""Words of these pages; the templates translate them."""

from __future__ import annotations

from domain.disposal import Capacity, ListState

STATE = {
    ListState.REVIEW: "待审查",
    ListState.APPROVING: "待第二人批准",
    ListState.APPROVED: "已批准",
    ListState.DESTROYING: "销毁中",
    ListState.DONE: "已销毁",
}
CAPACITY = {Capacity.ARCHIVIST: "档案员", Capacity.AUDITOR: "监销人"}
KEYS = (
    "保管与销毁",
    (
        ("H", "保全案件：转到案件编号"),
        ("L", "转到编制销毁清册"),
        ("G", "转到下一步：批准或销毁"),
        ("↑ ↓", "上一行 / 下一行，Enter 打开"),
    ),
)
