"""Other wordings of printed labels, and how their characters are folded before they are compared."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Wordings that other forms use for the same field (catalogue table A); the pack's own labels come first.
WORDINGS: dict[str, tuple[str, ...]] = {
    "complaint_no": _words(
        "受理编号 登记号 投诉单号 案件编号 NO No 工单号 工单编号 投诉工单号 投诉工单编号 单号 投诉单编号 "
        "受理单号 受理号 编号 投诉编号 投诉号 登记编号 投诉登记号 流水号 受理流水号 事件编号 事件号 案件号 "
        "案号 信访编号 客诉编号 客诉号 督办编号 督办号 催办编号 转办编号 工单流水 "
        "工单流水号 投诉流水号 来信编号 原单编号 原单号 原编号 原工单号 原工单编号 原投诉编号 原事件号"
    ),
    "complaint_date": _words(
        "投诉时间 申请日期 申请时间 填表日期 填写日期 登记日期 投诉日期 来电时间 来电日期 来访时间 来访日期 "
        "来信日期 来函日期 反映时间 反映日期 接诉时间 接诉日期 登记时间 提交日期 提出日期 发生日期 发生时间"
    ),
    "complainant_name": _words(
        "投诉人姓名或名称 投诉人名称 投诉客户 客户名称 申请人 投诉者姓名 本人姓名 客户 投诉人 投诉人姓名 "
        "客户姓名 投诉方 投诉单位 投诉单位名称 申诉人 反映人 反映人姓名 来电人 来电人姓名 来访人 来访人姓名 "
        "来信人 来信人姓名 顾客 顾客姓名 顾客名称 宾客 宾客姓名 客人 客人姓名 业主 业主姓名 住户 住户姓名 "
        "消费者 消费者姓名 回访对象 被回访人 受访人 来信来访人 持卡人 持卡人姓名 投诉客户姓名 投诉客户名称"
    ),
    "complainant_employer": _words("工作单位 单位全称 就职单位 所属单位 现工作单位"),
    "complainant_phone": _words(
        "固定电话 座机号码 座机电话 办公电话 联络电话 联系方式 客户电话 客户联系电话 客户联系方式 投诉人电话 "
        "投诉人联系电话 投诉人联系方式 来电号码 主叫号码 联系电话 联系号码 电话号码 回电号码 回拨号码 住宅电话 "
        "回拨电话 家庭电话 业主电话 宾客电话 顾客电话"
    ),
    "complainant_mobile": _words(
        "手机号 移动电话 手机 手机电话 手机号码 移动电话号码 客户手机 客户手机号 客户手机号码 投诉人手机 投诉人手机号码"
    ),
    "complainant_email": _words("电子信箱 电子邮件 邮箱 邮箱地址 电邮 EMAIL E-mail"),
    "complainant_address": _words(
        "通讯地址 通信地址 家庭住址 现住址 居住地址 联系住址 邮寄地址 联系地址 家庭地址 现住地址 居住地 "
        "投诉人住址 投诉人地址 客户地址 客户住址 住所地址 常住地址 详细地址"
    ),
    "complainant_id_no": _words(
        "居民身份证号码 居民身份证号 身份证件号码 有效证件号码 证件号 公民身份号码 身份证号 身份证号码 证件号码 "
        "有效身份证件号码 有效身份证号码 身份证件号 客户证件号码 客户身份证号 投诉人身份证号"
    ),
    "trading_account_no": _words(
        "交易帐号 交易账户号 交易账户 客户号 资金账号 客户代码 席位账号 账户号码 资金账户 资金账户号 资金帐号 "
        "卡号账号 卡号或账号 账号卡号 账号或卡号 交易账号 客户编号 "
        "客户账号 账户号 分配交易账号 交易编码 投诉账号 投诉账户"
    ),
    "respondent_org": _words(
        "被投诉公司 被投诉机构名称 被投诉企业 被投诉对象 被投诉方名称 被投诉方 会员单位 被投诉单位 "
        "被投诉单位名称 被投诉机构 被投诉银行 被投诉保险公司 被投诉会员 被投诉经营者 经营者名称 涉诉单位 "
        "涉诉机构 被反映单位 被诉单位 被诉方 涉及单位 涉及机构 涉及公司"
    ),
    "respondent_branch": _words(
        "涉及分支机构 分支机构名称 所涉分支机构 居间人 居间名称 涉及营业部 营业部名称 涉及网点 被投诉网点 "
        "被投诉部门 网点 网点名称 营业网点 所属网点 "
        "被投诉单位网点 被投诉网点或部门 分支机构或居间 分支机构居间 发生网点 "
        "涉诉网点 办理网点 涉及部门 被投诉分支机构 "
        "所涉网点 经办网点 投诉网点 涉及支行 发生机构"
    ),
    "respondent_staff": _words(
        "涉及人员 相关工作人员 业务人员 经办人员 被投诉人员姓名 客户经理 被投诉人员 被投诉员工 涉诉人员 "
        "涉诉员工 涉及员工 所涉人员 当事员工 被投诉人姓名 业务员 业务员姓名 客户经理姓名 投资顾问 理财经理 "
        "经纪人 当事人员 涉及工作人员 工作人员"
    ),
    "complaint_facts": _words(
        "投诉事实 事实说明 投诉内容 投诉事项 事实经过 事情经过 事实与理由 情况说明 反映内容 反映问题 反映事项 "
        "反映情况 问题描述 问题及经过 事件描述 事件内容 事件 投诉描述 投诉详情 投诉情况 投诉主要内容 "
        "投诉内容描述 投诉内容摘要 情况描述 抱怨内容 抱怨事项 不良描述 不良现象 不良内容 来电内容 来访内容 "
        "来信内容 具体内容 详细内容 详细情况 投诉事件 投诉问题 投诉经过 投诉事实及理由 投诉事实与理由 "
        "事实及理由 客户陈述 反映的问题 业主反映的问题 客户反映的问题 客户反映 报修内容"
    ),
    "complaint_request": _words(
        "投诉请求 请求说明 诉求 投诉诉求 投诉要求 请求事项 主张与要求 要求 客户诉求 客户要求 投诉人诉求 "
        "投诉人要求 客人要求 宾客要求 业主要求 顾客要求 消费者诉求 诉求事项 投诉主张 期望结果 期望处理结果 "
        "希望结果 希望解决方式 客户期望 客户请求 投诉目的 解决诉求"
    ),
    "complainant_notice_ack": _words("须知 填表须知 填写说明 注意事项 声明 告知事项"),
    "complainant_sign_seal": _words("投诉人签名 投诉人签章 签名 签字 本人签字 本人签名 申请人签字"),
    "form_signed_date": _words("签署日期 签名日期 日期 签字时间"),
    "verification": _words(
        "核实情况 调查情况 调查核实 情况核实 调查核实情况 调查结果 调查结论 调查经过 调查分析 调查情况及结论 "
        "核查情况 核查结果 核实结果 核实经过 查证情况 查实情况 原因分析 品管分析 品质分析 质量分析 品保分析 "
        "品管原因分析 分析结果 初步调查 初步调查情况 初步核实 情况调查 核实 原因调查 调查原因 核查经过"
    ),
    "callback": _words("回访情况 回访结果 回访 客户回访 客户回访情况 回访记录 回访内容 回访意见 电话回访"),
    "member_head_name": _words("总负责人 负责人姓名"),
    "member_head_title": _words("职位 职务"),
    "member_head_phone": _words("负责人电话"),
    "member_head_email": _words("负责人邮箱"),
    "amount_involved": _words(
        "涉及金额 涉案金额 投诉金额 争议金额 诉求金额 索赔金额 损失金额 投诉涉及金额 涉诉金额 争议款项 "
        "纠纷金额 要求赔偿金额 所涉金额"
    ),
    "complainant_gender": _words("客户性别 性別"),
    "complainant_role": _words("投诉人类别 客户类别"),
    "relation_to_insured": _words("与车主的关系 与投保人关系 与出险人关系"),
    "contact_name": _words("联络人 联络人姓名 经办联系人 联系人 联系人姓名"),
    "claim_report_no": _words("报案号码 报案编号 出险报案号 赔案号 理赔案号 报案号"),
    "complaint_cause": _words("投诉原因 投诉起因 事由 缘由 投诉事由 投诉缘由 主题 投诉主题 投诉标题 投诉理由 抱怨原因"),
    "complaint_source": _words("来源 投诉渠道 信息来源 受理方式"),
    "complaint_category": _words("投诉类型 投诉类别 投诉性质 分类"),
    "event_time_place_course": _words("事件经过 发生时间地点及经过 时间地点及经过"),
    "room": _words("房号 房间 房间号 客房号 房间号码"),
    "building": _words("楼栋 楼号 栋号 楼座"),
    "product": _words("产品名称 品名 药品名称 商品名称 产品 品名规格 涉及产品 产品名称规格 投诉产品"),
    "batch_no": _words("产品批号 生产批号 批号 批次 批次号 产品批次"),
    "order_no": _words("订单号 订单号码 合同订单号 订货单号"),
    "part_no": _words("产品料号 物料编号 料件编号 品号"),
    "ship_date": _words("出货日期 发货日期 交货日期"),
    "quantity": _words("交运数量 出货数量 订单数量 总数量"),
    "defect_quantity": _words("不良数量 不良数 不良品数 不良品数量 不合格数量"),
    "approved_return_qty": _words("核定退货数量 核准退货数量"),
    "actual_return_qty": _words("实退数量 实收退货数量"),
    "suggestion": _words(
        "意见建议 意见和建议 意见与建议 建议 其他意见 其它意见 其他建议 其他意见和建议 宝贵意见 意见或建议"
    ),
    "handling_process": _words(
        "处理经过 处理过程 处理情况 处理过程及结果 办理经过 办理过程 处置经过 处置过程 跟进情况 跟进记录 "
        "网点处理 现场处理 现场处理情况"
    ),
    "handling_opinion": _words(
        "处理建议 拟办意见 部门意见 处理意见 处置意见 拟处理意见 部门处理意见 承办意见 承办部门意见 处理方案 "
        "解决方案 处理措施 处理办法"
    ),
    "handling_result": _words(
        "处理结论 办理结果 最终结果 处理结果 投诉处理结果 处理结果说明 办理情况 办结情况 结案情况 结案结果 "
        "最终处理结果 处置结果 答复结果 答复客户 答复客户情况 处理结果及答复"
    ),
    "handling_department": _words("处理部门 承办部门 责任部门 转办部门 办理部门 承办单位"),
    "handler_name": _words(
        "经办 承办人 处理人 受理人 接待人 记录人 登记人 填表人 经办人 经办人员 处理人员 受理人员 受理坐席 "
        "受理员 接听人 接诉人 坐席 坐席姓名 客服代表 客服人员 承办人员 跟进人 接线员 接待人员 记录员"
    ),
    "handler_phone": _words("经办人电话 经办人手机 承办人电话"),
    "handled_at": _words(
        "处理日期 办结日期 办结时间 完成日期 处理时间 投诉处理时间 结案日期 结案时间 办理时间 完成时间 办结"
    ),
    "reply_at": _words("答复时间 答复日期 回复日期 反馈时间 回复时间 反馈日期 回复客户时间 答复客户时间"),
    "accepted_at": _words("受理日期 接收时间 受理时间 收到时间 收件日期 收文日期 收单时间 收单日期"),
    "approved_by": _words("审批人 批准人 核准 审批"),
    "accountability": _words("责任追究 责任人处理意见"),
    "lessons_rectification": _words("整改措施 改进措施 教训及整改措施"),
    "complainant_view_of_result": _words(
        "客户满意程度 客户满意度 满意度 满意程度 客户意见 消费者意见 投诉人意见 客户对处理结果的意见 "
        "投诉人对处理结果的意见 客户是否满意 客户反馈意见 对处理结果意见 客户对处理结果 客户是否接受"
    ),
    "is_substantiated": _words("是否属实 投诉是否属实 是否成立"),
    "issuing_unit": _words("来文单位 转办部门 发单部门 交办单位 来单部门 派单部门 下单部门 交办部门 发单单位 派单单位"),
    "handling_progress": _words("处理进度 办理进度 当前进度 进度 处理状态 当前状态"),
    "advice_to_client": _words("对客户的建议 给客户的建议 对客户建议 对投诉人的建议"),
    "communication_result": _words("沟通结果 与客户沟通结果 沟通情况 与投诉人沟通结果"),
    "negotiation_result": _words("交涉结果 与客户交涉结果 协商结果 协商情况"),
    "handling_method": _words("处理方式 处理对策 改善对策"),
    "project": _words("项目 项目名称 工程名称 小区名称 楼盘名称 楼盘"),
    "area": _words("区域 片区 分区 期区"),
    "unit": _words("单元 单元号"),
    "unit_price": _words("单价"),
    "return_reason": _words("退货原因 退回原因"),
    "responsible_party": _words("责任方 责任单位"),
    "withdrawal_reason": _words("撤诉原因 撤诉理由 撤回原因 撤回理由"),
    "forwarded_by": _words("转来单位 转办单位 转送单位 转来部门 移送单位 转交单位 来函单位 来文机关 转办机关 转来机构"),
}

EXACT_ONLY = frozenset(
    {
        "客户",
        "顾客",
        "宾客",
        "客人",
        "业主",
        "住户",
        "消费者",
        "网点",
        "事件",
        "核实",
        "坐席",
        "产品",
        "批次",
        "主题",
        "单号",
        "编号",
    }
)
"""Wordings that count only when they are all of a label: inside a longer one they say nothing."""
_TRADITIONAL = (
    "訴編號聯絡電話機郵箱證碼賬帳戶稱時間業單與關係緣報險員內處結見經過觀請說實調查覆複訪滿費額類來產訂運數價貨覈審責獎懲應總開關"
    "會門檢質製達協對況資訊據點區樓棟問題層級別連備註標書長專務體職個繫進現圖場認領導種傳發廳廠記辦簽蓋賓損賠償濟爭議"
)
_SIMPLE = (
    "诉编号联络电话机邮箱证码账账户称时间业单与关系缘报险员内处结见经过观请说实调查复复访满费额类来产订运数价货核审责奖惩应总开关"
    "会门检质制达协对况资讯据点区楼栋问题层级别连备注标书长专务体职个系进现图场认领导种传发厅厂记办签盖宾损赔偿济争议"
)
FOLDED = str.maketrans(_TRADITIONAL, _SIMPLE) | str.maketrans("帐曰戶", "账日户")
"""Traditional characters of labels, and look-alikes, to the ones that the wordings are written in; one for one."""
