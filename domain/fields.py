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
    QTY = "qty"


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
    accepted_at 受理时间 date
    form_signed_date 签字日期 date
    due_date_agreed 约定办结日期 date
    complainant_name 投诉人姓名 person
    complainant_type 投诉人类型 enum
    complainant_gender 性别 enum
    complainant_ethnicity 民族 text
    complainant_birth_date 出生日期 date
    complainant_role 投诉人身份 text
    relation_to_insured 与被保险人关系 text
    contact_name 联系人姓名 person
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
    event_time_place_course 时间、地点、经过 longtext
    complaint_source 投诉来源 enum
    complaint_category 投诉分类 enum
    claim_report_no 报案号 text
    project 项目 text
    area 区域 text
    building 楼栋 text
    unit 单元 text
    room 房间 text
    product 产品或服务 text
    batch_no 批次 text
    order_no 订单编号 text
    part_no 料号 text
    ship_date 交运日期 date
    quantity 数量 qty
    defect_quantity 不良数量 qty
    approved_return_qty 核定退货量 qty
    actual_return_qty 实退量 qty
    unit_price 单价 money
    return_reason 退货原因 text
    return_basis 退回依据 text
    suggestion 意见和建议 longtext
    amount_involved 涉及金额 money
    assistance_request 协助处理要求 longtext
    verification 情况核实 longtext
    is_substantiated 是否属实 enum
    handling_process 处理过程 longtext
    handling_opinion 处理意见 longtext
    department_opinions 各部门意见 list
    handling_method 处理方式 text
    negotiation_result 交涉结果 longtext
    handling_progress 处理进度 text
    handling_result 处理结果 longtext
    handled_at 处理时间 date
    reply_at 回复时间 date
    communication_result 沟通结果 text
    advice_to_client 对客户的建议 longtext
    complainant_view_of_result 投诉人对处理结果的意见 text
    accountability 责任追究情况 longtext
    lessons_rectification 整改措施 longtext
    responsible_party 责任方 org
    handling_department 经办部门 org
    handler_name 经办人 person
    handler_phone 经办人电话 phone
    approved_by 核准人 person
    callback 客户回访 longtext
    submitted_materials 已提交资料 list
    member_process_opinion 会员处理流程及意见 longtext
    no_consensus_reason 未达成共识原因 longtext
    member_confirm_seal 会员单位盖章 seal
    withdrawal_reason 撤诉原因 text
    forwarded_by 转来单位 org
    forwarding_no 转来文号 text
    forwarding_date 转来日期 date
    issuing_unit 来单部门 org
    """
)
"""Every field that a reader may produce, by name. ``id_valid_until`` is an ISO date or ``长期``."""
