"""Other wordings of printed labels, and how their characters are folded before they are compared."""

from __future__ import annotations

# Wordings that other forms use for the same field (catalogue table A); the pack's own labels come first.
WORDINGS: dict[str, tuple[str, ...]] = {
    "complaint_no": ("受理编号", "登记号", "投诉单号", "案件编号", "NO", "No"),
    "complaint_date": ("投诉时间", "申请日期", "申请时间", "填表日期", "填写日期", "登记日期"),
    "complainant_name": ("投诉人姓名或名称", "投诉人名称", "投诉客户", "客户名称", "申请人", "投诉者姓名", "本人姓名"),
    "complainant_employer": ("工作单位", "单位全称", "就职单位", "所属单位", "现工作单位"),
    "complainant_phone": ("固定电话", "座机号码", "座机电话", "办公电话", "联络电话", "联系方式"),
    "complainant_mobile": ("手机号", "移动电话", "手机", "手机电话"),
    "complainant_email": ("电子信箱", "电子邮件", "邮箱", "邮箱地址", "电邮", "EMAIL", "E-mail"),
    "complainant_address": ("通讯地址", "通信地址", "家庭住址", "现住址", "居住地址", "联系住址", "邮寄地址"),
    "complainant_id_no": ("居民身份证号码", "居民身份证号", "身份证件号码", "有效证件号码", "证件号", "公民身份号码"),
    "trading_account_no": (
        "交易帐号",
        "交易账户号",
        "交易账户",
        "客户号",
        "资金账号",
        "客户代码",
        "席位账号",
        "账户号码",
    ),
    "respondent_org": (
        "被投诉公司",
        "被投诉机构名称",
        "被投诉企业",
        "被投诉对象",
        "被投诉方名称",
        "被投诉方",
        "会员单位",
    ),
    "respondent_branch": (
        "涉及分支机构",
        "分支机构名称",
        "所涉分支机构",
        "居间人",
        "居间名称",
        "涉及营业部",
        "营业部名称",
    ),
    "respondent_staff": ("涉及人员", "相关工作人员", "业务人员", "经办人员", "被投诉人员姓名", "客户经理"),
    "complaint_facts": (
        "投诉事实",
        "事实说明",
        "投诉内容",
        "投诉事项",
        "事实经过",
        "事情经过",
        "事实与理由",
        "情况说明",
    ),
    "complaint_request": ("投诉请求", "请求说明", "诉求", "投诉诉求", "投诉要求", "请求事项", "主张与要求", "要求"),
    "complainant_notice_ack": ("须知", "填表须知", "填写说明", "注意事项", "声明", "告知事项"),
    "complainant_sign_seal": ("投诉人签名", "投诉人签章", "签名", "签字", "本人签字", "本人签名", "申请人签字"),
    "form_signed_date": ("签署日期", "签名日期", "日期", "签字时间"),
    "verification": ("核实情况", "调查情况", "调查核实"),
    "callback": ("回访情况", "回访结果", "回访"),
    "member_head_name": ("总负责人", "负责人姓名"),
    "member_head_title": ("职位", "职务"),
    "member_head_phone": ("负责人电话",),
    "member_head_email": ("负责人邮箱",),
    "amount_involved": ("涉及金额", "涉案金额", "投诉金额"),
    "complainant_gender": ("客户性别", "性別"),
    "complainant_role": ("投诉人类别", "客户类别"),
    "relation_to_insured": ("与车主的关系", "与投保人关系", "与出险人关系"),
    "contact_name": ("联络人", "联络人姓名", "经办联系人"),
    "claim_report_no": ("报案号码", "报案编号", "出险报案号", "赔案号", "理赔案号"),
    "complaint_cause": ("投诉原因", "投诉起因", "事由", "缘由"),
    "complaint_source": ("来源", "投诉渠道", "信息来源", "受理方式"),
    "complaint_category": ("投诉类型", "投诉类别", "投诉性质", "分类"),
    "event_time_place_course": ("事件经过", "发生时间地点及经过", "时间地点及经过"),
    "room": ("房号", "房间号", "客房号", "房间号码"),
    "building": ("楼号", "栋号", "楼座"),
    "product": ("产品名称", "品名", "药品名称", "商品名称"),
    "batch_no": ("产品批号", "生产批号", "批号"),
    "order_no": ("订单号", "订单号码", "合同订单号", "订货单号"),
    "part_no": ("产品料号", "物料编号", "料件编号", "品号"),
    "ship_date": ("出货日期", "发货日期", "交货日期"),
    "quantity": ("交运数量", "出货数量", "订单数量", "总数量"),
    "defect_quantity": ("不良数", "不良品数", "不良品数量", "不合格数量"),
    "approved_return_qty": ("核定退货数量", "核准退货数量"),
    "actual_return_qty": ("实退数量", "实收退货数量"),
    "suggestion": ("意见建议", "建议", "宝贵意见", "意见或建议"),
    "handling_process": ("处理经过", "处理过程", "处理情况"),
    "handling_opinion": ("处理建议", "拟办意见", "部门意见"),
    "handling_result": ("处理结论", "办理结果", "最终结果"),
    "handling_department": ("处理部门", "承办部门", "责任部门"),
    "handler_name": ("经办", "承办人", "处理人", "受理人", "接待人", "记录人", "登记人", "填表人"),
    "handler_phone": ("经办人电话", "经办人手机", "承办人电话"),
    "handled_at": ("处理日期", "办结日期", "办结时间", "完成日期"),
    "reply_at": ("答复时间", "答复日期", "回复日期", "反馈时间"),
    "accepted_at": ("受理日期", "接收时间"),
    "approved_by": ("审批人", "批准人", "核准", "审批"),
    "accountability": ("责任追究", "责任人处理意见"),
    "lessons_rectification": ("整改措施", "改进措施", "教训及整改措施"),
    "complainant_view_of_result": ("客户满意程度", "客户满意度", "满意度", "满意程度", "客户意见"),
    "is_substantiated": ("是否属实", "投诉是否属实", "是否成立"),
    "issuing_unit": ("来文单位", "转办部门", "发单部门", "交办单位"),
    "forwarded_by": ("转来单位", "转办单位", "转送单位"),
}

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
