"""What things of the case model are called in Chinese, on pages, in papers and on the command line alike."""

from __future__ import annotations

from domain.vocabulary import CaseStatus, Channel

CASE_STATUS = {
    CaseStatus.AWAITING_REVIEW: "待审核",
    CaseStatus.AWAITING_MATERIALS: "待补材料",
    CaseStatus.FILED: "已归档",
    CaseStatus.REFERRED: "已转办",
    CaseStatus.FAILED: "读取失败",
}
CHANNEL = {
    Channel.LETTER: "信函",
    Channel.FAX: "传真",
    Channel.EMAIL: "电子邮件",
    Channel.IN_PERSON: "来访",
    Channel.UPLOAD: "网页上传",
    Channel.HISTORICAL: "历史档案",
}
FILED_ROLE = {
    "original": "原件",
    "searchable_pdf": "可检索副本",
    "page_image": "页面图像",
    "text": "文字",
    "case": "案件记录",
    "manifest": "归档清单",
}
"""What an object of a filing is."""
