"""Every word that the mailroom's pages say from tables."""

from __future__ import annotations

from domain.mailroom import FilesAre, SamePaper, Sides, UploadState
from domain.vocabulary import Channel
from review_ui.mailroom.backend import ReadingState

FILES_ARE = {
    FilesAre.ONE_CASE: "全部文件为一案",
    FilesAre.CASE_EACH: "每个文件为一案",
    FilesAre.EXISTING: "加入已有案件",
}
SIDES = {Sides.ONE: "单面扫描（一页一张）", Sides.BOTH: "双面扫描（两页一张）"}
CHANNELS = (Channel.LETTER, Channel.FAX, Channel.IN_PERSON, Channel.EMAIL, Channel.UPLOAD)
READING_STATE = {
    ReadingState.RECEIVED: "已受理，等待识别",
    ReadingState.READING: "识别中",
    ReadingState.READY: "可审核",
    ReadingState.RESCAN: "请重扫",
    ReadingState.FAILED: "识别失败",
}
UPLOAD_STATE = {
    UploadState.OPEN: "未传完",
    UploadState.ACCEPTED: "已受理",
    UploadState.DUPLICATE: "与已收文件相同",
    UploadState.REFUSED: "不能受理",
    UploadState.GIVEN_UP: "已放弃",
}
SAME_PAPER = {
    SamePaper.SAME: "同一份材料",
    SamePaper.DIFFERENT: "不同材料",
    SamePaper.OTHER_CASE: "属于另一案件",
}
REMARK = {"counted": "手工点数", "explained": "差异说明", "closed": "关闭批次"}
KEYS = (
    ("N", "新建批次"),
    ("U", "选择文件"),
    ("S", "登记点数"),
    ("R", "下一处需重扫"),
    ("D", "下一处疑似重复"),
    ("P", "打印回执"),
    ("B", "回到批次列表"),
)
