"""What people write into the forms of every regime: field name -> (normal form, as written)."""

import datetime as dt
from collections.abc import Callable
from random import Random

from training import numbers, personas
from training.text.complaint import make_complaint, write_date
from training.values import Values, form_values, same

STORIES: dict[str, tuple[str, ...]] = {
    "auto": (
        "车辆于上月二十日在贵处维修后仍有异响，两次返修均未解决，前台答复要自行承担费用。",
        "本人报案后查勘员两天未到现场，定损金额与修理厂报价相差六千余元，多次沟通无果。",
        "业务员承诺赠送的保养券至今没有兑现，打电话询问时态度生硬并挂断电话。",
        "理赔材料交了三次，每次都说缺一份，却不一次讲清，至今已过四十五天。",
    ),
    "hotel": (
        "入住当晚空调不制冷，报修两次无人上门，凌晨一点才换房，影响休息。",
        "早餐鸡蛋有异味，服务员不肯更换，还说大家都吃了没事。",
        "退房后发现充电器和一件衬衣遗落在衣柜，客房部答复没有看到。",
        "卫生间地面积水，本人滑倒致手臂擦伤，前台没有及时提供药品。",
    ),
    "property": (
        "反映卧室外墙渗水，墙纸起泡，报修三次无人处理，要求尽快处理。",
        "反映夜间岗亭保安睡觉，担心安全，要求加强管理。",
        "反映产权证办理时间一拖再拖，要求给出明确日期。",
        "反映收到多家装修公司电话，怀疑信息被泄露，要求说明。",
        "反映可视对讲不能使用，验房时已登记，至今未修。",
    ),
    "pcb": (
        "板面阻焊起泡，经高温后脱落，不良率约百分之六，已影响上线。",
        "孔铜厚度不足，客户切片只有十四微米，要求说明原因并退货处理。",
        "成品外形偏大零点三毫米，无法装配，客户停线四小时。",
    ),
    "pharma": (
        "开封后发现片剂有裂片，同盒共三片，顾客担心影响服用。",
        "服药后第二天出现皮疹，停药后好转，顾客询问是否与药品有关。",
        "瓶内干燥剂破损，粉末混入药片，要求更换。",
        "外盒批号模糊不清，药店拒绝退货，请厂家确认真伪。",
    ),
    "bank": (
        "柜台办理存单挂失排队近两小时，只开一个窗口，询问大堂经理答复不耐烦。",
        "自动取款机吞卡后联系网点，三天仍未取回，往返多次。",
        "贷款结清后抵押注销手续拖延二十天，客户经理一直推说忙。",
    ),
}
WISHES = (
    "要求更换并书面道歉。",
    "要求退还费用三千二百元，并在三日内答复。",
    "请尽快派人处理，赔偿损失。",
    "希望核实情况，给出明确说法。",
    "全部退货，重新补货，运费由贵司承担。",
)
FOUND = (
    "经向当班人员了解并调取监控，情况基本属实。",
    "经核对工单与通话录音，投诉事项部分属实，客户对流程有误解。",
    "抽查同批留样三盒，外观与检验结果均合格。",
    "现场检查与客户描述一致，原因为前处理药水浓度偏低。",
)
OPINIONS = (
    "向客户致歉，由责任部门限期整改。",
    "同意退换，费用从部门列支，相关人员扣发当月绩效。",
    "建议折让处理，后续加强首件检查。",
    "对当事人批评教育，组织重新培训。",
)
RESULTS = (
    "已于当日完成更换，客户表示满意。",
    "已与客户协商一致，补偿餐券两张。",
    "已退款并电话告知，客户接受。",
    "已完成维修，业主签字确认。",
)
DEPARTMENTS = ("理赔部", "客服部", "城东修理厂", "查勘一组", "车险业务二部", "城南营业网点")
PRODUCTS = ("复方丹参片", "盐酸二甲双胍片", "阿莫西林胶囊", "板蓝根颗粒", "维生素C片")
PROJECTS = ("云溪花园", "海棠湾", "锦绣江南", "观澜府")
UNITS = ("城关信用社", "河西分社", "县联社稽核监察部", "市办事处")


def theme_of(policy: str) -> str:
    """Return which stories suit a regime."""
    themes = {"auto-insurance": "auto", "hotel": "hotel", "property-ledger": "property", "pcb-manufacturer": "pcb"}
    return themes.get(policy, "pharma" if policy == "pharma" else "bank")


def answers(rng: Random, policy: str) -> Values:
    """Return a value for every field that a form of ``policy`` may ask; forms take what they print."""
    complaint = make_complaint(rng)
    values = form_values(rng, complaint)
    theme = theme_of(policy)
    if policy != "exchange-member":
        person = personas.make_person(rng)
        values["complainant_name"] = same(person.name)
        values["complaint_facts"] = same("".join(rng.sample(STORIES[theme], rng.choice((1, 1, 2)))))
        values["complaint_request"] = same(rng.choice(WISHES))
        values["complainant_gender"] = same(person.gender)
        values["respondent_org"] = same(rng.choice(UNITS))
        values["respondent_staff"] = same(personas.make_person(rng).name)
        values["respondent_branch"] = same(rng.choice(DEPARTMENTS))
        values["complainant_address"] = same(person.contact_address)
    if policy == "pcb-manufacturer":
        values["complainant_name"] = same(personas.make_firm(rng, ("电子", "通信设备", "仪器")).name)
    return values | {name: make(rng) for name, make in MAKERS.items() if name not in values}


def _text(*choices: str) -> Callable[[Random], tuple[str, str]]:
    return lambda rng: same(rng.choice(choices))


def _person(rng: Random) -> tuple[str, str]:
    return same(personas.make_person(rng).name)


def _day(rng: Random) -> tuple[str, str]:
    day = dt.date(2026, 1, 5) + dt.timedelta(days=rng.randrange(320))
    return day.isoformat(), write_date(day, rng.randrange(5))


def _count(rng: Random) -> tuple[str, str]:
    number = str(rng.choice((12, 35, 80, 260, 500, 1200, 3600, 15000)))
    return same(number + rng.choice(("", "", "片", "PCS", "件")))


def _phone(rng: Random) -> tuple[str, str]:
    return same(
        numbers.mobile(rng) if rng.random() < 0.6 else numbers.landline(rng, rng.choice(("0571", "010", "0757")))
    )


MAKERS: dict[str, Callable[[Random], tuple[str, str]]] = {
    "accepted_at": _day,
    "complainant_role": _text("车主", "被保险人", "投保人"),
    "relation_to_insured": _text("本人", "配偶", "父子", "朋友"),
    "contact_name": _person,
    "complaint_cause": _text("维修质量", "理赔时效", "服务态度", "定损金额争议", "药水浓度偏低"),
    "event_time_place_course": _text(
        "3月12日晚八点，在二楼餐厅，等位四十分钟后被告知已停止点餐。", "5月2日上午于大堂，办理入住时排队一小时。"
    ),
    "complaint_source": _text("呼叫中心", "其他部门转达", "微信", "论坛监控"),
    "complaint_category": _text("销售管理", "客户服务", "物业服务", "工程质量"),
    "claim_report_no": lambda rng: same(
        f"{rng.choice(('', 'RD', 'BA'))}{numbers.digits(rng, rng.choice((10, 12, 16)))}"
    ),
    "project": _text(*PROJECTS),
    "area": _text("一期", "二期", "A区", "B区", "南区"),
    "building": lambda rng: same(rng.choice(("{}栋", "{}", "{}号楼")).format(rng.randrange(1, 28))),
    "unit": lambda rng: same(rng.choice(("{}单元", "{}")).format(rng.randrange(1, 5))),
    "room": lambda rng: same(f"{rng.randrange(1, 28)}0{rng.randrange(1, 9)}"),
    "product": _text(*PRODUCTS),
    "batch_no": lambda rng: same(f"2{rng.randrange(4, 7)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"),
    "order_no": lambda rng: same(f"PO{numbers.digits(rng, 8)}"),
    "part_no": lambda rng: same(
        f"{rng.choice('ABDFHKM')}{numbers.digits(rng, 4)}-{numbers.digits(rng, 2)}{rng.choice('ABC')}"
    ),
    "ship_date": _day,
    "quantity": _count,
    "defect_quantity": _count,
    "approved_return_qty": _count,
    "actual_return_qty": _count,
    "unit_price": _text("3.50元", "12.80元", "128元"),
    "amount_involved": _text("4480元", "12600元", "358.40元"),
    "return_reason": _text("阻焊起泡", "孔铜不足", "外形超差", "批号模糊"),
    "return_basis": _text("客户抱怨处理表及统一发票影印本", "销货退回证明单"),
    "suggestion": _text("早餐品种可以再多一些，叫醒服务要准时。", "前台办理速度慢，建议增加人手；房间隔音不好。"),
    "verification": _text(*FOUND),
    "is_substantiated": _text("属实", "部分属实", "不属实"),
    "handling_process": _text(
        "当日联系客户，次日约至现场检查，与维修主管一同试车。", "先电话沟通，后上门说明，并留存记录。"
    ),
    "handling_opinion": _text(*OPINIONS),
    "department_opinions": _text(*OPINIONS),
    "handling_method": _text("折让", "赔款", "退货", "重处理"),
    "negotiation_result": _text("客户同意折让百分之五，下批补货。", "客户接受重处理，七日内交回。"),
    "handling_progress": _text("处理中", "已办结", "待回访"),
    "handling_result": _text(*RESULTS),
    "handled_at": _day,
    "reply_at": _day,
    "communication_result": _text("客户表示理解。", "客户不接受，要求再次核实。"),
    "advice_to_client": _text("建议今后通过官方渠道查询进度。", "建议保留票据，便于核对。"),
    "complainant_view_of_result": _text("满意", "基本满意", "不满意", "非常满意"),
    "accountability": _text("对责任人通报批评，扣发当月绩效二百元。", "责令作出书面检查，调离柜面岗位。"),
    "lessons_rectification": _text("加强柜面管理，高峰时段增开窗口。", "完善首问负责制，每月组织一次服务培训。"),
    "handler_name": _person,
    "handler_phone": _phone,
    "approved_by": _person,
    "issuing_unit": _text(*UNITS),
    "callback": _text("客户表示满意。", "已回访，客户无异议。"),
    "member_head_name": _person,
    "member_head_title": _text("总经理", "董事长", "风控总监"),
    "member_head_phone": _phone,
    "member_head_email": lambda rng: same(personas.make_email(rng)),
    "member_process_opinion": _text("我司接到投诉后由风控部调查，提出退还部分手续费的处理意见，客户不接受。"),
    "no_consensus_reason": _text("客户坚持要求全额赔偿，与核实的责任比例不一致。"),
    "assistance_request": _text("请协调中心组织三方会谈，核对客户交易记录。"),
}
EXTRA_LABELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("年龄", ("36", "52", "41岁")),
    ("民族", ("汉", "回族", "满")),
    ("邮政编码", ("310012", "528200")),
    ("职业", ("教师", "个体", "司机")),
    ("文化程度", ("大专", "高中", "本科")),
    ("QQ号", ("38820417", "902714463")),
    ("车牌号", ("浙A3K27P", "粤E81Q05")),
    ("传真", ("0571-86320015", "010-62218830")),
    ("来访人数", ("1", "3人")),
    ("备注", ("无附件", "已附照片三张", "")),
)
"""Labels that no description knows, with values that must not become any field's."""
