"""Words that tell the kind of a paper by its structure (catalogue table C); titles are in ``titles``."""

from __future__ import annotations

import re
from typing import Final

from domain.vocabulary import DocumentKind as Kind

Marks = tuple[tuple[re.Pattern[str], ...], int, float]


def _marks(least: int, strength: float, *patterns: str) -> Marks:
    return tuple(re.compile(pattern) for pattern in patterns), least, strength


# kind -> (patterns, how many different ones must occur, strength when they do)
STRUCTURE: Final[dict[Kind, tuple[Marks, ...]]] = {
    Kind.COMPLAINT_LETTER: (
        _marks(2, 0.75, r"此致", r"敬礼", r"尊敬的|您好|你好", r"特此投诉|现投诉|特向贵|向贵.{0,6}投诉|提出投诉"),
        _marks(
            3,
            0.8,
            r"投诉",
            r"此致|敬礼|特此|望.{0,8}(?:处理|答复|解决)",
            r"我(?:是|于|在|司|公司|单位)|本人|本公司",
            r"请求|诉求|恳请|要求|希望|望贵",
            r"被投诉(?:人|单位|方)|贵(?:公司|司|单位|所|中心)",
        ),
        _marks(2, 0.7, r"投诉人[:：]", r"被投诉(?:人|单位|方|机构)[:：]", r"(?:投诉)?(?:请求|事由|诉求|事项)[:：]"),
        # who complains, of whom, in the first person: whatever else the story mentions, it is a letter
        _marks(
            4,
            0.9,
            r"投诉人(?:姓名)?[:：]|投诉人[（(]?签",
            r"被投诉(?:人|单位|方|机构)[:：]",
            r"尊敬的|致[:：]|您好|此致|特此投诉|提出投诉|现投诉",
            r"我(?:是|于|在|的|司|公司|单位)|本人|本公司",
            r"请求|诉求|恳请|要求|希望|望贵",
        ),
    ),
    Kind.TRADE_STATEMENT: (
        _marks(
            4,
            0.9,
            r"成交价|成交价格",
            r"手续费",
            r"盈亏",
            r"平仓|开仓|开/平",
            r"买/卖|买卖|方向",
            r"品种|合约",
            r"结存|权益|保证金",
        ),
    ),
    Kind.EVIDENCE: (
        _marks(
            4,
            0.85,
            r"付款人|付款方",
            r"收款人|收款方",
            r"金额.{0,4}大写|人民币.{0,12}[元圆]整",
            r"回单|流水号|交易时间",
            r"摘要|用途|附言",
        ),
        _marks(3, 0.85, r"主叫|被叫|呼[入出]|未接", r"\d+分\s?\d+秒|通话时长", r"通话(?:详单|记录|清单)"),
        # screens and slips of one payment: each label opens a row
        _marks(
            3,
            0.75,
            r"(?m)^\s*(?:收款(?:方|人|账[户号])|对方(?:账[户号]|户名)|付款(?:方|人|账[户号]))",
            r"(?m)^\s*(?:付款方式|支付方式|交易方式|转账方式|收款方式)",
            r"(?m)^\s*(?:转账时间|交易时间|付款时间|支付时间|创建时间|到账时间)",
            r"(?m)^\s*(?:交易单号|转账单号|商户单号|订单号|流水号|凭证号|回单编号|交易流水)",
            r"(?:转账|交易|支付|付款)成功|当前状态|交易状态|已(?:到账|收款|存入)",
        ),
        _marks(
            3,
            0.75,
            r"今?收到|兹收到",
            r"交来|缴来|系付|事由|收款事由",
            r"(?:人民币)?[（(]?大写[)）]?",
            r"收款人|经手人|收款单位|开票人",
        ),
        _marks(
            4,
            0.7,
            r"佣金|返佣|提成|返点",
            r"结算|明细",
            r"合计|总计|小计",
            r"应[付收]|已[付收]|实[付收]|未[付收]",
            r"月份|期间",
        ),
        _marks(
            2,
            0.7,
            r"微信|QQ|聊天",
            r"(?:上午|下午|昨天|星期.)?\s?\d{1,2}[:：]\d{2}\s*(?:\n|$)",
            r"以上是打招呼的内容|撤回了一条消息|\[图片\]|\[语音\]",
        ),
    ),
    Kind.ACCOUNT_OPENING_FILE: (
        _marks(3, 0.75, r"开户", r"风险承受能力|风险测评|投资经验", r"银行账户|绑定银行", r"开户日期|开户机构|开户人"),
    ),
    Kind.INTERVIEW_RECORD: (_marks(3, 0.85, r"问[:：]", r"答[:：]", r"笔录|谈话", r"以上.{0,6}(?:看过|属实|记录)"),),
    Kind.CONTRACT_RISK_DISCLOSURE: (
        _marks(
            3, 0.7, r"甲方", r"乙方", r"第[一二三四五六七八九十]+条", r"违约责任|争议解决", r"风险揭示|揭示.{0,4}风险"
        ),
    ),
    Kind.WITHDRAWAL_STATEMENT: (
        _marks(
            2,
            0.85,
            r"撤回.{0,12}投诉|撤销.{0,12}投诉|撤诉",
            r"自愿|不再追究|已(?:经)?(?:解决|协商一致|达成)",
            r"特此(?:声明|申请)",
        ),
    ),
    Kind.POLICE_REPORT: (
        # a victim's own story names police and report too: the paper of the police also has its number
        _marks(
            4,
            0.85,
            r"公安(?:局|分局)|派出所",
            r"报案|报警|受案|立案",
            r"案件编号|案号|回执|字[〔\[(（]\d{4}",
            r"民警|经办人|受理单位",
        ),
    ),
    Kind.BUSINESS_LICENCE: (
        _marks(
            4,
            0.93,
            r"统一社会信用代码",
            r"法定代表人|负责人|经营者",
            r"注册资本",
            r"经营范围",
            r"成立日期|营业期限",
            r"登记机关",
        ),
    ),
    Kind.AUTHORISATION: (
        _marks(
            3, 0.85, r"兹委托|现委托|特授权|兹授权", r"委托人", r"受托人|代理权限|代理人", r"委托期限|委托事项|代为"
        ),
    ),
    Kind.INVOICE: (
        _marks(
            3, 0.92, r"发票代码", r"发票号码", r"价税合计", r"购买方|购方|购货单位", r"销售方|销货单位", r"税率|税额"
        ),
    ),
    Kind.WORK_ORDER: (
        # the intake record of an insurer
        _marks(
            4,
            0.85,
            r"报案号",
            r"被投诉部门",
            r"被投诉人(?:员|姓名)",
            r"缘由",
            r"与被保险人",
            r"投诉人身份",
            r"沟通结果",
        ),
        _marks(3, 0.7, r"工单[号编]", r"坐席|座席", r"派[单发]|转派", r"诉求", r"办结时限|处理时限|办理期限"),
    ),
    Kind.HANDLING_SLIP: (
        _marks(
            2,
            0.7,
            r"现?将.{2,60}转(?:你|贵)",
            r"转[办送派].{0,12}(?:你|贵|承办)",
            r"(?:报|函复|反馈)我(?:局|会|中心|委)",
        ),
        _marks(3, 0.8, r"调查核实情况", r"相关责任人", r"吸取的?教训", r"整改措施", r"来单部门|转办编号"),
    ),
    Kind.REMINDER_SLIP: (
        _marks(
            2,
            0.7,
            r"(?:已|现已)(?:超期|逾期)|逾期\d+[天日]",
            r"(?:尚未|迄今未|至今未).{0,12}(?:回复|反馈|办结|报送|答复)",
            r"催办",
            r"(?:速|抓紧|限期)(?:办理|办结|回复)",
        ),
    ),
    Kind.AUDIO_VIDEO: (
        _marks(3, 0.8, r"录音编号|录音文件|光盘", r"时\s*长|起止时间|通话时间", r"主叫|来电号码", r"内容摘要|录音内容"),
    ),
    Kind.FAX_COVER: (
        _marks(
            4,
            0.85,
            r"收件人|接收人|收\s*件|(?:^|\n)TO[:：]",
            r"发件人|发送人|(?:^|\n)FROM[:：]",
            r"页数|共.{0,3}页",
            r"传\s*真",
            r"急件|请审阅|请答复|URGENT",
            r"事由|主题|RE[:：]",
        ),
    ),
    Kind.ENVELOPE: (
        _marks(2, 0.8, r"[（(]收[)）]|\s收$|收\s*(?:\n|$)|亲启", r"寄$|缄|寄件人|邮政编码|邮编|贴.{0,2}邮.{0,2}票"),
    ),
}

COMMON_FORMS = frozenset(
    {
        Kind.APPLICATION_FORM,
        Kind.COMPLAINT_REPORT_FORM,
        Kind.WORK_ORDER,
        Kind.GUEST_REGISTRATION_FORM,
        Kind.COMPLAINT_RECORD_PHARMA,
        Kind.CLAIM_FORM_PCB,
    }
)
"""Forms that every regime calls something like a record, register or handling of a complaint."""

LETTER_TITLE = re.compile(
    r"^(?:主题|标题|事由)?[:：]?(?:关于|对).{2,40}(?:的投诉(?:书|信|函)?|的举报(?:信)?|的申诉|的情况反映|违规.{0,8}的反映)$"
)
LEGAL_REPRESENTATIVE_COPY = re.compile(r"(?:法定代表人|法人代表|法人|负责人).{0,4}身份证")
AGENT_COPY = re.compile(r"(?:代理人|受托人|被委托人|经办人).{0,4}身份证")
CARD_WORDS = re.compile(r"公民身|身份号码|居民身|签发机关|有效期限|姓\s*名|性\s*别|\d{15}")
OPENING = re.compile(
    r"^(?:尊敬的|致[:：]|敬爱的)"
    r"|^.{2,26}(?:公司|中心|交易所|深油所|部门|客服部|领导|负责人|同志|经理)[：:]$"
)
LATER_PAGE = re.compile(
    r"第\s*(?:[2-9]|1\d|[二三四五六七八九十])\s*页|^[-—–\s]*(?:[2-9]|1\d)\s*[-—–\s]*$"
    r"|(?:^|\s)(?:[2-9]|1\d)\s*/\s*\d{1,2}\s*$|[（(]续[)）表]|续表"
)
FAX_HEADER = re.compile(
    r"(?:FROM|FAX|TO|TEL|NO\.?|传真|发自)\s*[:：]?.*(?:P\.?\s*\d|PAGE|\d{1,2}:\d{2})"
    r"|\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}.{0,6}\d{1,2}:\d{2}.*(?:FROM|FAX|传真|P\.)",
    re.I,
)
