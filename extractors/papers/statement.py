"""Trade statements: whose account it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.evidence import FieldResult
from domain.marks import PageReading
from extractors.papers.labelled import Label, read_labelled

PRODUCER = "statement/1"
LABELS = (
    Label("trading_account_no", re.compile(r"(?:客户|投诉人)?(?:交易|资金)[账帐](?:号|户)(?:号码)?[:：]?")),
    Label("trading_account_no", re.compile(r"(?:客户|资金)(?:[账帐]号|代码|编号|号)[:：]?|[账帐]号[:：]")),
    Label("trading_account_no", re.compile(r"(?<![\u4e00-\u9fff])[账帐]号[:：]?(?=\s*[A-Z0-9])")),
    Label("complainant_name", re.compile(r"(?<![\u4e00-\u9fff])(?:姓名|户名)[:：]?")),
    Label(
        "complainant_name",
        re.compile(r"(?:客户|投诉人|账户|开户人|户主)?(?:姓名|名称)[:：]|客户姓名|客户名称|户名[:：]?"),
    ),
    Label("complainant_name", re.compile(r"(?:客户|投诉人|开户人|持卡人|户主|交易商|乙方)[:：]|交易商名称[:：]?")),
    Label("trading_account_no", re.compile(r"交易商(?:代码|编号)[:：]?|[账帐]号(?=[0-9A-Z])")),
    Label("complainant_name", re.compile(r"姓名(?=[㐀-鿿])")),
    Label("trading_account_no", re.compile(r"(?:交易|资金|客户)?[账帐]户[:：]")),
    Label("respondent_org", re.compile(r"会员(?:单位名称|单位|名称)[:：]?|开户机构[:：]?|代理机构[:：]?")),
    *(
        Label(None, re.compile(word + r"[:：]?"))
        for word in (
            "打印日期",
            "起讫日?期?",
            "打印时间",
            "日期",
            "起止日期",
            "起[讫止]",
            "甲方",
            "查询日期",
            "币种",
            "期初",
            "期末",
            "品种",
            "身份证号?码?",
            "证件号码",
            "联系电话",
            "手机号?码?",
            "结算日期",
            "交易日期",
            "客户权益",
            "营业部",
            "经办人(?:姓名)?",
            "制表人?",
            "第.{1,4}页",
        )
    ),
)


def read_statement(document_id: str, pages: Sequence[PageReading]) -> tuple[FieldResult, ...]:
    """Read account number, client and member of a trade statement; the client's firm name needs no repair."""
    return read_labelled(document_id, pages, LABELS, PRODUCER)
