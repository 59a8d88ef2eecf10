"""What asks for a signature: words of labels, and words that say that something else is asked for."""

from __future__ import annotations

import re

ROLE = (
    r"(?:[投报技役极授]\s*[诉訴訢]\s*人|申\s*请\s*人|法定代表人?|法人代表|负责人|委托代理人|委\s*托\s*人|受\s*托\s*人|代\s*理\s*人|授权人|被授权人"
    r"|写信人|来信人|联名人|联合投诉人|举报人|信访人|反映者|投诉者|声明人|承诺人|说明人|立据人|报告人|申诉人|监护人"
    r"|经\s*办\s*人|承办人|当事人|本\s*人|客\s*户|被询问人|谈话人|签收人|确认人|具名人|反映人|报[案失]人|会员单位"
    r"|移交人|接收人|交接人|见证人|询问人|车\s*主|业\s*主|住\s*户|旅\s*客|顾\s*客|宾\s*客|[甲乙丙]\s*方)"
)
_HAND = r"[签簽答笺]"
_SIGN = (
    rf"(?:亲笔)?(?:{_HAND}\s*[名字]\s*按\s*[印手]印?|{_HAND}\s*[字宇]|{_HAND}\s*名|[签簽]\s*章|[签簽]\s*署|[签簽]\s*字\s*盖\s*章"
    r"|[签簽]\s*[收认]|盖\s*章|手\s*印|按\s*[印指]印?)"
)
"""签字 in a hand is often read as 答字."""
SIGN_LABEL = re.compile(
    rf"(?:{ROLE}|[\u4e00-\u9fff]{{0,24}}?)[（(]?{_SIGN}(?:[或/、和及]?{_SIGN})*[)）]?(?:确认)?[)）]?\s*(?=[:：_＿—\-]|$)"
)
ROLE_SIGN_LABEL = re.compile(rf"{ROLE}\s*[（(]{_SIGN}(?:[或/、和及]?{_SIGN})*[)）]")
"""Brackets end the label by themselves: the colon after them is often lost."""
ROLE_LABEL = re.compile(rf"^\W*(?P<label>{ROLE}(?:[（(][^)）]{{1,6}}[)）])?)\s*(?:[:：]|$)")
_OF_THEM = (
    r"(?:回访|服务|意见|要求|反映|姓名|名称|编号|类[型别]|联系|电话|地址|单位|信息|[诉需]求|陈述|描述|投诉|满意|评价|须知|代表"
    r"|关系|身份|性别|年龄|职业|资料)"
)
"""Behind a role these make another label: 客户回访."""
RUN_TOGETHER = re.compile(
    rf"^\W*(?P<label>{ROLE}?[（(]?(?:[\u4e00-\u9fff]{{0,4}}?{_HAND}[字名宇])[)）]?|{ROLE}(?!{_OF_THEM}))"
    r"(?=[\u4e00-\u9fffA-Za-z·]{2,14}\W?$)"
)
"""A label that was read in one with the names after it; only badly read lines are asked."""
_OFFICE = (
    r"(?:经理室?|主任|领导|主管|总监|行长|厂长|部长|科长|处长|所长|院长|店长|[班组]长|队长|总经办"
    r"|负责人|责任人|经[办手]人?|承办人?|审\s*[核批]\s*人?|批\s*准\s*人?|核准人?|核对人?|复核人?|校对人?|制[表单]人?|填[表报写]人"
    r"|录入人|登记人?|受理人?|处理人|接[待听]人?|记录人?|调查人|回访人|编制人?|拟稿人?|签发人?|检[验测][人员]?|质检员?|化验员?|主检|品[管保质]部?"
    r"|仓库|仓管员?|库管员?|保管[员人]?|验收人?|点收人?|收货|签收人?|接收人|移交人|交接人|送货人|领[取料]人|会签|确认人?|见证人|查验人?"
    r"|医[师生]|药师|护士长?|民警|律师|书记员|法官|服务经理|(?:业务|质管|质量)部门?|业务员?|财务[部]?|会计|出纳|采购[部员]?|生产部?|工程部?|维修[人员]|安装[人员]|施工人|技术[部员]|值班员?|营业员|柜员|查勘员?|定损员?)"
)
_TRUE_COPY = r"(?:[\u4e00-\u9fff]{0,4}与原件(?:核对)?(?:一致|无误|相符|相同))"
OFFICE_LABEL = re.compile(rf"\W*(?:[\u4e00-\u9fff]{{0,4}}?{_OFFICE}|{_TRUE_COPY})\W*")
"""Labels of a table's cell beside which the officer, or who received something, signs."""
LAST_LABEL = re.compile(rf"(?P<label>(?:[\u4e00-\u9fff]{{0,4}}?{_OFFICE}(?=\s*[:：])|{_TRUE_COPY}))\s*[:：]?\s*$")
"""The last label of a row outside of tables; beside it there is no more print on its line."""
ANY_ROLE = re.compile(r"^\W*(?P<label>[\u4e00-\u9fff]{1,4}人)\s*[:：]")
"""Whoever writes may call himself what he likes, and a written label may be misread but for its end."""
NO_SIGNER = re.compile(r"联\s*系|收[件款信货]|寄件|开户|持[卡票]|户[名主]|法人|受益|[被保]保险|抄送|证明|投诉对象")
NO_PERSON = re.compile(r"会员单位")
"""A firm seals where this stands alone."""
PERSON_LABEL = re.compile(r"^\W*(?P<name>[\u4e00-\u9fff·]{2,6})[（(]签(?:字|名|章)[)）]")
OTHER_LABEL = re.compile(
    r"^\W*(?:日\s*期|时\s*间|年\s*月\s*日|电\s*话|联系|手机|盖\s*章|公\s*章|身份证|地\s*址|备\s*注|职\s*务)|[:：]\s*$"
)
DATE = re.compile(r"[0-9〇零一二三四五六七八九十oOlI]\s*[年月日号]|年\s*月|月\s*日|\d{2,4}\s*[./\-—]\s*\d{1,2}")
CLOSING = re.compile(
    r"此致|敬礼|敬上|谨启|顺颂|商祺|特此|附件|附：|抄送|盼复|望予|望.{0,6}(?:处理|答复)|^\W*[年月日]\W*$|公司|地址|电话"
)
"""A name may hold 年, 月 or 日: alone they belong to a date."""
SENTENCE = re.compile(r"[由应须]|提交|证据|方可")
HAND_WORD = re.compile(r"[签簽答]|[手指]\s*印|按\s*印")
CONFIRMED = re.compile(r"^\W*(?:投诉人|本人|会员单位).{0,6}(?:确认|知晓)")
JOINT = re.compile(r"联[名合]|名人\W|全体|共同|各[位户]|我们|(?<!定)代表(?!人)|[二两三四五六七八九十几多]\s*[人户家]")
DATE_OR_NUMBER = re.compile(rf"{DATE.pattern}|\d.*\d")
LONG_LINE = 12
