"""Words of second keying and of audit samples."""

from __future__ import annotations

from domain.calibration import FieldClass

NOTICE = {"agreed": "两人录入一致", "differs": "两人录入不一致，已转专家核定"}

CLASS: dict[str, str] = {
    "all": "全部",
    FieldClass.ID_NUMBER: "证件号码",
    FieldClass.AMOUNT: "金额",
    FieldClass.NAME: "姓名",
    FieldClass.NUMBER: "其他号码",
    FieldClass.DATE: "日期",
    FieldClass.ORGANISATION: "单位名称",
    FieldClass.TEXT: "文字",
}
"""Classes of fields that error rates are measured for."""
