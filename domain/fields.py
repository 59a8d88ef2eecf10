"""Field names of the contract with their Chinese labels and types (catalogue table A and design §5)."""

from __future__ import annotations

from enum import StrEnum

from domain.base import Model


class FieldType(StrEnum):
    """Types of catalogue section A."""

    TEXT = "text"
    LONGTEXT = "longtext"
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"
    CN_ID = "cn_id"
    USCC = "uscc"
    ACCOUNT_NO = "account_no"
    ENUM = "enum"
    MONEY = "money"
    PERSON = "person"
    ORG = "org"
    SIGN = "sign"
    SEAL = "seal"
    LIST = "list"


class FieldSpec(Model):
    """One field of the vocabulary."""

    name: str
    label: str
    type: FieldType


def _table(rows: str) -> dict[str, FieldSpec]:
    specs = (
        FieldSpec(name=n, label=label, type=FieldType(t))
        for n, label, t in (r.split() for r in rows.strip().splitlines())
    )
    return {spec.name: spec for spec in specs}


FIELDS: dict[str, FieldSpec] = _table(
    """
    complaint_no 编号 text
    complaint_date 投诉日期 date
    form_signed_date 签字日期 date
    complainant_name 投诉人姓名 person
    complainant_type 投诉人类型 enum
    complainant_gender 性别 enum
    complainant_ethnicity 民族 text
    complainant_birth_date 出生日期 date
    complainant_employer 工作单位 org
    complainant_phone 联系电话 phone
    complainant_mobile 手机号码 phone
    complainant_email 电子邮箱 email
    complainant_address 联系地址 text
    complainant_id_no 身份证号码 cn_id
    id_authority 签发机关 org
    id_valid_from 有效期起 date
    id_valid_until 有效期止 text
    trading_account_no 交易账号 account_no
    complainant_sign_seal 签字盖章 sign
    complainant_notice_ack 须知确认 sign
    legal_representative 法定代表人 person
    uscc 统一社会信用代码 uscc
    respondent_org 被投诉单位 org
    respondent_branch 涉及分支机构或居间 org
    respondent_staff 涉及工作人员 person
    member_head_name 总负责人姓名 person
    member_head_title 总负责人职位 text
    member_head_phone 总负责人电话 phone
    member_head_email 总负责人邮箱 email
    complaint_facts 投诉事实 longtext
    complaint_request 投诉请求 longtext
    complaint_cause 投诉事由 text
    amount_involved 涉及金额 money
    assistance_request 协助处理要求 longtext
    verification 情况核实 longtext
    handling_opinion 处理意见 longtext
    handling_result 处理结果 longtext
    callback 客户回访 longtext
    submitted_materials 已提交资料 list
    member_process_opinion 会员处理流程及意见 longtext
    no_consensus_reason 未达成共识原因 longtext
    member_confirm_seal 会员单位盖章 seal
    forwarded_by 转来单位 org
    """
)
"""Every field that a reader may produce, by name. ``id_valid_until`` is an ISO date or ``长期``."""
