"""Words that scripts say (``static/words.js``): the pages carry their translations."""

from __future__ import annotations

import json

from review_ui.language import CHINESE, language, translate

SCRIPT_TEXTS = (
    "{count} 个文件",
    "{file} 无法读取（文件夹，或已被移走）。请重新选择文件。",
    "{file} 有 {size}，超过上限 {limit}。请分成几个文件。",
    "{file}：已放弃",
    "{page} 的图像无法显示，请下载原件查看。",
    "{reason}，恢复后自动续传",
    "与案件 {number} 中的文件相同",
    "依据 {number}/{count}",
    "存为：{value}",
    "存疑字 {number}/{count}“{text}”",
    "已受理 {number}",
    "手画的框",
    "删除",
    "已重新遮盖 {count} 处。",
    "已填入“{value}”，按 Enter 保存。",
    "框内读作“{value}”；框里的内容已另行改动，没有填入。",
    "换成“{text}”（Alt+{number}）",
    "操作未执行（{status}），请刷新页面后再试。",
    "有 {count} 处录入还没有保存，不会进入归档。",
    "服务器拒绝（{status}）",
    "服务器暂时无法接收",
    "服务器没有回应",
    "本案已由{holder}办理，至 {until} 止。您未保存的录入还在框中，不能再提交。",
    "校验通过",
    "框内没有认出文字，请重新画框，或对照原件键入。",
    "正在识别框内文字…",
    "没有其他读法，请对照原件键入",
    "没有显示：审计日志没有写入，或没有连上服务。请稍后再试。",
    "没有连上服务，框内文字没有识别。",
    "没有连上服务，这次操作没有保存。录入的内容还在，请确认服务正在运行后再试。",
    "没有连上服务，这次操作没有保存。请确认服务正在运行后再试。",
    "浏览器在此地址下不能计算 SHA-256",
    "画框填入“{field}”：用鼠标拉框，或方向键移动、Shift+方向键改大小，Enter 识别，Esc 取消。",
    "知道了",
    "等待上传",
    "计算 SHA-256",
    "请先把光标放进要填写的字段，再画框。",
    "请刷新页面后重试",
    "请用 HTTPS 或本机地址打开本页",
    "还有录入没有保存，请先确认，或按 Esc 放弃。",
)


def script_words() -> str:
    """Return the translations of what scripts say, as JSON; nothing where they speak Chinese anyway."""
    if language.get() == CHINESE:
        return "{}"
    return json.dumps({text: translate(text) for text in SCRIPT_TEXTS}, ensure_ascii=False)
