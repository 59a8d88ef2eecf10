"""Wordings of labels in letters, and the fields they give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Party(Enum):
    """Whose block of labels this is."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    AGENT = "agent"


@dataclass(frozen=True)
class Label:
    """A group of wordings.

    Attributes:
        kind: what the value is: a key of ``FIELDS_OF`` and ``_READERS``.
        words: wordings.
        opens: the party whose block begins here; ``None`` leaves the party as it is.
        fixed: the party it always speaks of, whatever block it stands in.
        strict: words of every sentence, which are labels only before a colon or where the value fills the line.
    """

    kind: str
    words: str
    opens: Party | None = None
    fixed: Party | None = None
    strict: bool = False


@dataclass(frozen=True)
class Spot:
    """A label in the text: its group, where it begins, where its value may begin."""

    label: Label
    start: int
    value: int
    marked: bool


_ME, _THEM, _AGENT = Party.COMPLAINANT, Party.RESPONDENT, Party.AGENT
LABELS: tuple[Label, ...] = (
    Label(
        "party",
        "投诉人 投诉者 投诉方 申请人 反映人 申诉人 举报人 来信人 写信人 投诉单位 投诉公司 投诉人姓名 "
        "投诉人名称 投诉单位名称 投诉客户 客户姓名 客户名称 申请人姓名 控告人 投诉人代表 投诉代表 "
        "联名投诉人 反映者 来访人 声明人 持卡人 "
        "业主 业主姓名 车主 "
        "委托人 授权人 委托单位 授权单位 委托方 委托人名称 委托人姓名 具函单位 撤诉人 储户姓名 户主",
        opens=_ME,
    ),
    Label("party", "投诉人签名 投诉人签字 投诉人签章 投诉人签字盖章 投诉人盖章 签名 签字 落款 具名人 署名", opens=_ME),
    Label(
        "party",
        "提交人 提交者 打印人 记录人 陈情人 具信人 具呈人 发文者 发函人 发文 承诺人 陈述人 陈述者 信访人 来电人 寄信人 "
        "写信者 商户 商户名称 消费者 消费者姓名 保户 住客 旅客 游客 房客 车主兼驾驶员 车主兼驾驶人 驾驶员 驾驶人 "
        "推举联系人 推选联系人 推举代表 推选代表 领头人 召集人 牵头人 牵头户 校方 村民 客户 店名 学员 家长 患者 "
        "租户 租客 承租人 承租方 孩子母亲 孩子父亲 学生家长 患者家属 病人家属 储户 存款人 投保人 股民 投资者 投资人 "
        "交易商 用户 用户姓名 乘客 顾客 顾客姓名 会员姓名 借款人 贷款人 摊主 司机 车主姓名 寄件人 来函人 去信人 诉求人 "
        "求助人 发信人",
        opens=_ME,
        strict=True,
    ),
    Label("name", "姓名 本人姓名 真实姓名 我的名字 我的姓名 名字"),
    Label(
        "opponent",
        "被投诉人 被投诉方 被投诉单位 被投诉公司 被投诉机构 被投诉会员单位 被投诉会员 被投诉会员单位名称 "
        "被投诉单位名称 被投诉人名称 被投诉对象 投诉对象 被申请人 被反映单位 被反映人 被举报人 被控告人 "
        "被告 被举报单位 "
        "投诉机构 被投诉银行 被投诉网点 被投诉方名称 涉诉单位 涉诉机构 投诉的单位",
        opens=_THEM,
    ),
    Label(
        "opponent",
        "酒店 宾馆 物业 物业公司 保险公司 银行 券商 证券公司 期货公司 厂家 厂商 生产厂家 生产企业 供应商 供货商 承保 "
        "承保公司 承保机构 收单行 收单机构 开户券商 对象 平台 交易平台 交易所 商家 责任单位 "
        "涉事单位 涉及单位 承办单位 承办",
        fixed=_THEM,
        strict=True,
    ),
    Label(
        "staff",
        "推销人 推销员 片区主管 管家 接待人 接待人员 接线员 经手人 承办人 主管 销售 销售员 责任人 涉事人 当事人员 "
        "讲师 老师 分析师 投顾 顾问 代理人员 保险代理人 联系的人",
        fixed=_THEM,
        strict=True,
    ),
    Label("branch", "居间 网点 门店 经销商 服务站 支行 营业网点 分公司 支公司", fixed=_THEM, strict=True),
    Label(
        "staff",
        "被投诉人员 被投诉员工 涉及工作人员 涉及人员 涉事人员 涉事员工 涉及工作人员信息 相关工作人员 责任人员 "
        "经办业务员 业务员 客户经理 业务经理 被投诉人姓名 被投诉工作人员 经办柜员 理财经理 经办人员 "
        "经办人 当事员工 涉诉人员",
        fixed=_THEM,
    ),
    Label(
        "branch",
        "涉及分支机构 涉及分支机构或居间名称 涉及分支机构或居间 分支机构 居间商 居间人 居间机构 居间名称 "
        "代理商 代理机构 所属营业部 营业部 开户营业部 涉及营业部 被投诉部门 涉及代理商 涉及会员 涉及会员单位 涉及网点 "
        "涉事网点 经办网点 开户网点 开户机构 办理网点 经办机构",
        fixed=_THEM,
    ),
    Label(
        "agent",
        "委托代理人 代理人 受托人 证人 见证人 介绍人 紧急联系人 受委托人 被委托人 被授权人 代书人 代笔人 "
        "承办律师 律师 经办律师 "
        "代理律师 法定代理人 监护人 诉讼代理人",
        opens=_AGENT,
    ),
    Label("contact", "联系人 联系人姓名 联络人 联络人姓名 联络窗口 联系窗口 对接人 接洽人", fixed=_ME),
    Label("handler", "经办 我方经办 我司经办 经手", fixed=_ME, strict=True),
    Label("sender", "发件人 From FROM 寄件人", fixed=_ME),
    Label("claim", "报案 报案单", fixed=_ME, strict=True),
    Label("order", "PO P/O", fixed=_ME, strict=True),
    Label("part", "料号 物料号 物料编码 品号 产品料号 P/N", fixed=_ME),
    Label("batch", "批号 产品批号 生产批号 批次号 批次", fixed=_ME),
    Label("product", "产品 产品名称 品名 药品 药品名称 商品名称", fixed=_ME, strict=True),
    Label("claim", "报案号 报案号码 报案编号 报案受理号 保险报案号 报案单号 赔案号 赔案编号 理赔报案号", fixed=_ME),
    Label("order", "订单编号 订单号 订单号码 采购单号 采购订单号 订单", fixed=_ME),
    Label(
        "foreign",
        "保单号 保险单号 保单号码 保险合同号 合同号 合同编号 保险凭证号 车牌号 车牌号码 车牌 车架号 "
        "发动机号 工单编号 工单号 病历号 "
        "执业证号 执业证书号 快递单号 邮件编号 凭证号 流水号 立案号 案号 受案号 回执号 合同编码",
        fixed=_ME,
    ),
    Label(
        "phone",
        "联系电话 电话 联系方式 固定电话 座机 电话号码 联系号码 办公电话 家庭电话 投诉人联系电话 投诉人电话 "
        "本人电话 客户电话 来电号码 Tel TEL 联络电话 连络电话 计调电话 住客电话 Phone",
    ),
    Label("phone", "联系 联络 联系不变", strict=True),
    Label("mobile", "手机 手机号码 手机号 移动电话 投诉人手机号码 投诉人手机 本人手机 手机号码为"),
    Label(
        "email",
        "电子邮箱 邮箱 电子邮件 电邮 邮箱地址 电子信箱 常用电子邮箱 投诉人常用电子邮箱 常用邮箱 E-mail Email "
        "email E-Mail EMAIL Mail MAIL E-MAIL QQ邮箱 电子邮箱地址",
    ),
    Label(
        "address",
        "联系地址 通讯地址 通信地址 住址 地址 家庭住址 家庭地址 现住址 现住地址 住所 住所地 注册地址 居住地址 "
        "投诉人联系地址 常住地址 现住 住 办公地址 经营地址 公司地址 单位地址 户籍地址 户籍地 居住地 联系住址 家庭住所",
    ),
    Label(
        "id_no",
        "身份证号码 身份证号 身份证 公民身份号码 公民身份证号码 证件号码 证件号 投诉人身份证号码 "
        "居民身份证号码 身份证编号 身份号码 证件 证号",
    ),
    Label(
        "account",
        "交易账号 交易账户 交易帐号 交易账户号 交易账号为 客户账号 客户帐号 客户号 账户 交易商代码 客户代码 "
        "客户编号 资金账号 资金帐号 "
        "投诉人交易账号 投诉客户账号 账号 帐号 账户号码 账户号 交易编码 开户账号 会员账号 交易商账号 "
        "交易商编号 基金账号 资金账户 "
        "资金号 Account 账户号码 户口号码 投资账号 "
        "证券账号 证券账户 信用账户 客户号码 存折账号 存折号 折子号 贷款账号 股东账号 股东代码 存单号 存单号码",
    ),
    Label("card", "卡号 银行卡号 银行账号 银行账户 信用卡号 信用卡卡号 借记卡号 储蓄卡号 银行卡 借记卡 信用卡 储蓄卡"),
    Label(
        "bank",
        "收款账号 收款账户 收款卡号 开户行 开户银行 退款账号 退款账户 户名 账户名称 账户名 微信号 微信 QQ QQ号 支付宝",
    ),
    Label(
        "legal_rep",
        "法定代表人 法人代表 法定代表 法人 法定代表人姓名 企业法人 负责人 "
        "法人代表签字 法人代表签名 法定代表人签字 法定代表人签名 负责人签字 法人签字 法定代表人签章",
    ),
    Label("legal_rep", "经营者 经营者姓名 老板 店主", strict=True),
    Label("uscc", "代码 统一代码 机构代码 税号", strict=True),
    Label("uscc", "统一社会信用代码 社会信用代码 信用代码 统一信用代码"),
    Label("gender", "性别"),
    Label("nation", "民族"),
    Label("birth", "出生日期 出生年月 出生年月日 生日 出生"),
    Label("employer", "单位 任职单位", strict=True),
    Label("employer", "工作单位 单位名称 就职单位 所在单位 投诉人工作单位名称 工作单位名称"),
    Label(
        "amount",
        "涉及金额 涉案金额 投诉金额 损失金额 争议金额 索赔金额 涉诉金额 投诉涉及金额 要求赔偿金额 赔偿金额 退款金额",
        fixed=_ME,
    ),
    Label("date", "投诉日期 投诉时间 填写日期 写信日期 Date DATE 发函日期 申请日期", fixed=_ME),
    Label("sent", "发送时间 发件时间 发送日期 发件日期 时间 寄件日期", fixed=_ME),
    Label("signed", "签字日期 签名日期 签署日期 日期", fixed=_ME),
    Label(
        "number", "投诉编号 编号 受理编号 回执编号 受理回执编号 受理号 投诉单号 来信编号 登记编号 案件编号", fixed=_ME
    ),
    Label(
        "forwarder",
        "转来单位 转办单位 来文单位 转交单位 转送单位 转自 来文机关 转办机关 "
        "转送机关 转交机关 来单部门 来单单位 派发单位 派单单位 转递单位 交办单位 来函单位",
        fixed=_ME,
    ),
    Label(
        "other",
        "附件 附 抄送 主题 标题 此致 事由 职务 职业 年龄 邮编 邮政编码 传真 网址 备注 币种 主送 收件人 "
        "抄报 To TO 金额单位 受文者 收文 收文单位 收件 收件公司 收件单位 收信人 收信单位 收函单位 收函人 受理行 FR "
        "Subject 开户人 理赔员 定损员 查勘员 委托期限 授权期限 委托事项 代理权限",
    ),
)

FIELDS_OF: dict[tuple[str, Party], tuple[str, ...]] = {
    ("party", _ME): ("complainant_name",),
    ("name", _ME): ("complainant_name",),
    ("name", _THEM): ("respondent_staff",),
    ("opponent", _THEM): ("respondent_org",),
    ("staff", _THEM): ("respondent_staff",),
    ("branch", _THEM): ("respondent_branch",),
    ("phone", _ME): ("complainant_phone",),
    ("mobile", _ME): ("complainant_mobile",),
    ("email", _ME): ("complainant_email",),
    ("address", _ME): ("complainant_address",),
    ("id_no", _ME): ("complainant_id_no",),
    ("account", _ME): ("trading_account_no",),
    ("account", _THEM): ("trading_account_no",),
    ("legal_rep", _ME): ("legal_representative",),
    ("legal_rep", _AGENT): ("legal_representative",),
    ("uscc", _ME): ("uscc",),
    ("gender", _ME): ("complainant_gender",),
    ("nation", _ME): ("complainant_ethnicity",),
    ("birth", _ME): ("complainant_birth_date",),
    ("employer", _ME): ("complainant_employer",),
    ("amount", _ME): ("amount_involved",),
    ("contact", _ME): ("contact_name",),
    ("sender", _ME): ("complainant_name",),
    ("claim", _ME): ("claim_report_no",),
    ("order", _ME): ("order_no",),
    ("part", _ME): ("part_no",),
    ("batch", _ME): ("batch_no",),
    ("product", _ME): ("product",),
    ("handler", _ME): ("contact_name",),
    ("card", _ME): ("trading_account_no",),
    ("card", _THEM): ("trading_account_no",),
    ("account", _AGENT): ("trading_account_no",),
    ("card", _AGENT): ("trading_account_no",),
    ("date", _ME): ("complaint_date",),
    ("sent", _ME): ("complaint_date",),
    ("signed", _ME): ("form_signed_date", "complaint_date"),
    ("number", _ME): ("complaint_no",),
    ("forwarder", _ME): ("forwarded_by",),
}
