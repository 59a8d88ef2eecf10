"""What the words a title is made of say, where no list has the whole title: what is withdrawn, passed on, urged.

The first pattern that meets decides. A title that a list has word for word goes before (``rules``).
"""

from __future__ import annotations

import re
from typing import Final

from domain.vocabulary import DocumentKind as Kind

_PAPER = r"[^。，]{0,6}(?:表|单|簿|册|卡|清单|目录|记录|笔录|材料|资料)"

HEADS: Final[tuple[tuple[re.Pattern[str], Kind, float], ...]] = tuple(
    (re.compile(pattern), kind, strength)
    for pattern, kind, strength in (
        (
            r"(?<!未)(?:撤诉|撤回|撤销|取消|息诉|放弃|终止).{0,8}(?:投诉|申诉|举报|声明|申请|登记|确认|承诺)",
            Kind.WITHDRAWAL_STATEMENT,
            0.95,
        ),
        (r"投诉.{0,4}(?:撤回|撤销|撤诉|取消)|^撤诉|撤诉.{0,2}[书信函]$", Kind.WITHDRAWAL_STATEMENT, 0.95),
        (r"工单.{0,6}$", Kind.WORK_ORDER, 0.92),
        (
            r"催[办复告促缴]|跟催|督促.{0,6}(?:函|书|通知|单)|(?:逾期|超期|超时|时限).{0,4}(?:提醒|提示|预警)",
            Kind.REMINDER_SLIP,
            0.92,
        ),
        (
            r"(?:转[办送交派督]|交办|督办|分办|批办|移[送交])[^。]{0,4}(?:通知书?|单|函|书|笺|告知)[^。]{0,4}$"
            r"|(?:收文|来文|来信|来件).{0,2}(?:处理|办理|批办)(?:单|笺)",
            Kind.HANDLING_SLIP,
            0.9,
        ),
        (
            rf"(?:录音|录像|视听|音像|音视频|双录|监控)(?:{_PAPER}|[^。]{{0,6}}(?:整理|文字|摘[要录]|标签|说明|登记|调[取听阅]))",
            Kind.AUDIO_VIDEO,
            0.9,
        ),
        (r"律师(?:函|催告函|信)$", Kind.COMPLAINT_LETTER, 0.92),
        (
            r"(?:快递|速递|快件|特快|邮件|挂号|邮政|包裹|运单).{0,10}(?:单|收据|回执|凭证|证明|面单)$|^运单$",
            Kind.OTHER,
            0.92,
        ),
        (r"(?:信用卡|银行卡|借记卡|储蓄卡|存折).{0,8}(?:账单|流水|明细)|交易凭条|(?:存|取)款凭条", Kind.EVIDENCE, 0.93),
        (r"(?:门诊|急诊|住院|医疗|医药|挂号|诊疗).{0,8}(?:票据|收据|清单|费用)", Kind.EVIDENCE, 0.93),
        (r"报价单|定损单|估损单|维修清单|结算清单|证人证言|证词|证言", Kind.EVIDENCE, 0.85),
        (r"^(?:情况|事实)?证明(?:书|材料)?$", Kind.EVIDENCE, 0.85),
        (r"(?:交割|货款|资金|出入金|成交|持仓|委托|交易).{0,8}(?:流水|明细|对账)[表单]?$", Kind.TRADE_STATEMENT, 0.88),
        (r"笔录$", Kind.INTERVIEW_RECORD, 0.9),
        (
            r"(?:抱怨|客诉|投诉).{0,8}(?:追踪表|管制表|汇总表|一览表|明细表|日报|登记簿|登记册|台[账帐])",
            Kind.LEDGER,
            0.9,
        ),
        (r"台[账帐]|登记[簿册]", Kind.LEDGER, 0.9),
        (r"业主.{0,8}(?:意见|回访|满意|征询|反馈|验房)", Kind.OWNER_DOCUMENTS, 0.9),
        (r"(?:意见|评价|评议|建议|留言)(?:反馈)?(?:卡|簿|本)$", Kind.OPINION_CARD, 0.9),
        (r"授权.{0,4}(?:书|函|表)$|委托(?:书|函)$", Kind.AUTHORISATION, 0.9),
        (r"事件.{0,6}(?:单|快报)$|现场.{0,6}(?:记录|处置|处理)", Kind.EVENT_SLIP, 0.85),
        (
            r"(?:投诉|申诉|举报|控诉|控告|维权|求助|异议|喊冤)(?:申请|请求|诉求|书|信|函|状|材料)?$",
            Kind.COMPLAINT_LETTER,
            0.88,
        ),
        (
            r"(?:值班|放假|停[水电气]|会议|培训|营业时间|搬迁|招聘|招租|安全).{0,8}(?:通知|公告|告示|启事|安排)",
            Kind.OTHER,
            0.9,
        ),
    )
)


def head_of(words: str) -> tuple[Kind, float] | None:
    """Return the kind a title's words tell and how surely, ``None`` when they tell none.

    Args:
        words: a title without spacing and punctuation, in simplified characters.
    """
    if not 2 <= len(words) <= 28:
        return None
    return next(((kind, strength) for pattern, kind, strength in HEADS if pattern.search(words)), None)
