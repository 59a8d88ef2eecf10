"""Titles and salutations: lines at the head of a letter that are no part of its sentences."""

from __future__ import annotations

import re

TITLE = re.compile(
    r"\s*(?:关于[^。！？!?；;\n]{2,40}|[^。，,！？!?；;：:\n]{0,14}(?:投\s*诉|申\s*诉|举\s*报|控\s*告|情\s*况)"
    r"\s*(?:[书信函状]|反映|说明|报告|材料)|再次投诉|二次投诉|(?:投诉|信访|来信)?(?:转办|交办|转送)(?:函|单|通知)|情况反映|情况说明|授权委托书)\s*"
)
_LABELS = (
    r"(?!\s*(?:我|本人|特|现|故|为此|因此)?(?:希?望(?:贵|你|您|能|予|尽|领导|公司)|请|要求|恳|盼|诉求|我的诉求))(?!.{0,8}(?:投诉人|申请人|投诉单位|姓\s*名|电话|地址|住址|日期|编号|性别|民族|身份证|事实|请求|诉求|账号|"
    r"签[名字章署]|盖章|落款|经办|手机|邮箱))"
)
SALUTATION = re.compile(
    rf"{_LABELS}(?:\s*(?:(?:致|送|主送|TO)\s*[：:]?|尊敬的)?[^。，,；;：:\n\d]{{2,40}}[：:]\s*|\s*尊敬的[^。；;\n]{{2,30}}\s*)"
)

NO_STORY = re.compile(
    r"授权委托书|委托书|授权书|推选代表书|(?:撤诉|撤销投诉|撤回投诉|撤销|撤回)(?:申请|声明|投诉)?书?\s*(?:\n|$)|(?:撤诉|撤回投诉|撤销投诉)(?:申请|声明|函)"
)
"""Papers in the form of a letter that tell no story: authorities and statements that take a complaint back."""
AUTHORITY = re.compile(r"授权委托书|委托书|授权书")
"""Its date is the day of the authority, not of a complaint."""
PASSED_ON = re.compile(
    r"(?:^|\n)[^，。：:\n]{0,16}(?:转办|转送|交办|转交|移送|转递|转派)(?:函|单|通知|通知书|书)?(?:（[^）]{1,8}）)?\s*(?:\n|$)|"
    r"现(?:将|转)[^。\n]{0,60}(?:转(?:给|送|交|去|至)?(?:你|贵)|转去)"
)
"""An office passes a complaint on: the words are the office's own, not the complainant's."""
