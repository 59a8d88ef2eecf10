"""Characters folded one for one, so that offsets stay: half-width signs, simplified forms."""

from __future__ import annotations

from domain.spans import to_half_width

_TRADITIONAL = (
    "訴诉 書书 開开 戶户 銷销 資资 變变 賬账 帳账 號号 電电 話话 務务 員员 經经 騙骗 詐诈 欺欺 違违 規规 證证 監监 "
    "會会 媒媒 體体 記记 者者 報报 導导 曝曝 網网 絡络 誘诱 誤误 傳传 虛虚 購购 買买 賣卖 貨货 幣币 萬万 億亿 圓圆 "
    "損损 失失 賠赔 償偿 還还 錢钱 賺赚 額额 餘余 險险 隱隐 瞞瞒 偽伪 簽签 冒冒 竄窜 內内 動动 場场 鬧闹 脅胁 傷伤 "
    "殘残 老老 醫医 總总 團团 級级 門门 風风 處处 理理 調调 復复 覆复 撤撤 銀银 間间 時时 實实 絕绝 無无 沒没 們们 "
    "個个 這这 讓让 說说 聽听 從从 與与 為为 將将 對对 難难 憤愤 強强 氣气 惡恶 劣劣 態态 質质 儘尽 盡尽 緊紧 請请 "
    "業业 專专 顧顾 問问 師师 講讲 課课 單单 點点 價价 數数 據据 統统 統统 斷断 線线 機机 術术 維维 護护 權权 檢检 "
    "關关 係系 應应 當当 給给 約约 協协 議议 條条 達达 後后 來来 過过 進进 遠远 現现 見见 視视 認认 識识 許许 諾诺 "
    "營营 銷销 廣广 產产 東东 華华 麼么 樣样 幾几 歲岁 親亲 寫写 張张 裡里 裏里 衝冲 穩稳 獲获 稱称 聯联 繫系 於于 "
    "樓楼 區区 縣县 國国 長长 嚴严 懇恳 劃划 轉转 帶带 擅擅 盜盗 佔占 貪贪 賄贿 洩泄 販贩 倒倒 罵骂 辱辱 毆殴 殺杀 "
)
_FOLD = {ord(pair[0]): ord(pair[1]) for pair in _TRADITIONAL.split()}
_FOLD |= {ord("；"): ord(";"), ord("，"): ord(","), ord("："): ord(":"), ord("｡"): ord("。"), ord("﹐"): ord(",")}


def fold(text: str) -> str:
    """Return ``text`` half-width and simplified, of the same length (capital letters and spaces stay)."""
    folded = to_half_width(text).translate(_FOLD)
    return folded if len(folded) == len(text) else text
