# ruff: noqa: E501  (lines of HTML)
"""Identity cards, licences, envelopes, screens: papers that are neither letters nor tables."""

import html
from typing import Any

from benchmarks.held_out.markup import Writer, expand_codes

_FACE = (
    '<svg style="position:absolute;left:58mm;top:9mm;width:23mm;height:30mm" viewBox="0 0 100 130">'
    '<rect width="100" height="130" fill="#cfdbe2"/><circle cx="50" cy="48" r="24" fill="#b99a84"/>'
    '<path d="M26 44a24 26 0 0 1 48 0q-8-14-24-14t-24 14" fill="#2b2622"/>'
    '<path d="M8 130q6-46 42-46t42 46" fill="#3c4654"/></svg>'
)
_EMBLEM = (
    '<svg style="position:absolute;left:6mm;top:5mm;width:17mm;height:17mm" viewBox="0 0 100 100">'
    '<circle cx="50" cy="50" r="46" fill="#c8252c"/><circle cx="50" cy="50" r="37" fill="none" stroke="#f0c542" '
    'stroke-width="5"/><path d="M50 22l6 17h18l-14 11 5 18-15-11-15 11 5-18-14-11h18z" fill="#f0c542"/></svg>'
)


def _field(writer: Writer, name: str, words: str) -> str:
    return writer.write(f"[[{name}|{words}]]", pen=False)


def front(card: dict[str, Any], writer: Writer, style: str) -> str:
    """Return the side of a card with the portrait."""
    number = expand_codes(card["id"])
    born = card.get("born") or f"{number[6:10]}年{int(number[10:12])}月{int(number[12:14])}日"
    year, rest = born.split("年")
    month, day = rest.rstrip("日").split("月")
    birth = writer.truth.add_field("complainant_birth_date", born, None)
    gap = "&nbsp;&nbsp;"
    rows = [
        (7, f'<span class=k>姓{gap}名</span>{gap}<b style="font-size:13px">'
            f"{_field(writer, 'complainant_name', card['name'])}</b>"),
        (14, f"<span class=k>性{gap}别</span>{gap}{_field(writer, 'complainant_gender', card['gender'])}"
             f"{gap * 3}<span class=k>民{gap}族</span>{gap}{_field(writer, 'complainant_ethnicity', card['ethnicity'])}"),
        (20.5, f'<span class=k>出{gap}生</span>{gap}<span data-f="{birth}">{year}<span class=k>{gap}年{gap}</span>'
               f"{month}<span class=k>{gap}月{gap}</span>{day}<span class=k>{gap}日</span></span>"),
    ]  # fmt: skip
    out = "".join(f'<div class="t" style="left:6mm;top:{y}mm">{t}</div>' for y, t in rows)
    out += (
        f'<div class="t" style="left:6mm;top:27mm"><span class=k>住{gap}址</span></div>'
        f'<div class="t wrapped" style="left:17mm;top:27mm">{_field(writer, "complainant_address", card["address"])}</div>'
        f'<div class="t" style="left:6mm;top:45mm"><span class=k>公民身份号码</span></div>'
        f'<div class="t" style="left:29mm;top:44.4mm;font-size:14px;letter-spacing:1.2px">'
        f"{_field(writer, 'complainant_id_no', number)}</div>"
    )
    return f'<div class="card {card.get("look", "")}" style="{style}">{_FACE}{out}</div>'


def back(card: dict[str, Any], writer: Writer, style: str) -> str:
    """Return the side of a card with the emblem."""
    start, end = card["valid"].split("-")
    out = (
        '<div class="t" style="left:27mm;top:7mm;font-size:17px;letter-spacing:1.5px">中华人民共和国</div>'
        '<div class="t" style="left:26mm;top:15mm;font-size:23px;letter-spacing:3px;font-weight:bold">居民身份证</div>'
        f'<div class="t" style="left:20mm;top:37mm"><span class=k>签发机关</span>&nbsp;&nbsp;'
        f"{_field(writer, 'id_authority', card['authority'])}</div>"
        f'<div class="t" style="left:20mm;top:44mm"><span class=k>有效期限</span>&nbsp;&nbsp;'
        f"{_field(writer, 'id_valid_from', start)}-{_field(writer, 'id_valid_until', end)}</div>"
    )
    return f'<div class="card {card.get("look", "")}" style="{style}">{_EMBLEM}{out}</div>'


_PLACES = {
    "column": ("left:58mm;top:40mm", "left:58mm;top:118mm"),
    "row": ("left:14mm;top:30mm", "left:108mm;top:30mm"),
    "big": ("left:40mm;top:45mm;transform:scale(1.45);transform-origin:left top",
            "left:40mm;top:150mm;transform:scale(1.45);transform-origin:left top"),
    "sideways": ("left:40mm;top:60mm", "left:40mm;top:170mm;transform:rotate(90deg)"),
    "loose": ("left:22mm;top:28mm;transform:rotate(-4deg)", "left:84mm;top:150mm;transform:rotate(3deg)"),
    "low": ("left:60mm;top:150mm", "left:60mm;top:215mm"),
}  # fmt: skip


def cards_html(paper: dict[str, Any], writer: Writer) -> str:
    """Return a sheet with one or two persons' cards."""
    note = paper.get("note", "")
    words = writer.write(note) if note else ""
    out = ""
    first, second = _PLACES[paper["place"]]
    people = paper["cards"]
    pair = [_PLACES["row"], ("left:14mm;top:110mm", "left:108mm;top:110mm")]
    spots = pair if len(people) == 2 else [(first, second)]
    for card, (one, two) in zip(people, spots, strict=True):
        sides = card.get("sides", "both")
        if sides in ("both", "front"):
            out += front(card, writer, one)
        if sides in ("both", "back"):
            out += back(card, writer, two if sides == "both" else one)
    look = paper.get("sheet_look", "")
    text = f'<div style="position:absolute;left:30mm;top:252mm;font-family:kai;font-size:17px;white-space:nowrap">{words}</div>'
    return f'<section class="sheet a4 {look}">{out}{text}</section>'


def licence_html(paper: dict[str, Any], writer: Writer) -> str:
    """Return a business licence."""
    f = {k: writer.write(str(v), pen=False) for k, v in paper["fill"].items()}
    rows = "".join(
        f'<tr><td style="width:25mm;padding:5px 0">{html.escape(k)}</td><td style="padding:5px 0">{v}</td></tr>'
        for k, v in f.items()
        if k not in ("code", "seal", "date")
    )
    frame = paper.get("frame", "border:7px double #a8842c;")
    return (
        f'<section class="sheet a4l" style="font-family:song;font-size:16px"><div style="position:absolute;inset:10mm;'
        f'{frame}"></div><h1 style="margin-top:26mm;font-size:40px;letter-spacing:.4em">营业执照</h1>'
        f'<div style="text-align:center;font-size:14px">（副 本）</div><div style="position:absolute;left:24mm;top:30mm;'
        f'font-size:13px">统一社会信用代码<br><b style="font-size:16px">{f["code"]}</b></div>'
        f'<table style="position:absolute;left:28mm;top:74mm;width:150mm;border-collapse:collapse">{rows}</table>'
        f'<div style="position:absolute;right:34mm;bottom:34mm;text-align:center;line-height:2">登记机关'
        f'{f.get("seal", "")}<br><br>{f["date"]}</div><div style="position:absolute;right:30mm;top:34mm;width:24mm;'
        f'height:24mm;background:repeating-conic-gradient(#111 0 25%,#fff 0 50%) 0 0/3mm 3mm"></div>'
        f'<div style="position:absolute;left:24mm;bottom:18mm;font-size:11px;color:#555">市场主体应当于每年1月1日至6月30日'
        f"通过公示系统报送上一年度年度报告</div></section>"
    )


def envelope_html(paper: dict[str, Any], writer: Writer) -> str:
    """Return the front of an envelope."""
    boxes = "".join(
        f'<span style="display:inline-block;width:7mm;height:8mm;border:1.5px solid #c33;margin-right:2mm;'
        f'text-align:center;font-size:19px">{writer.write(d)}</span>'
        for d in paper["code"]
    )
    lines = "".join(f'<div style="margin-bottom:5mm">{writer.write(t)}</div>' for t in paper["to"])
    sender = "<br>".join(writer.write(t) for t in paper["from"])
    stamp = '<div style="position:absolute;right:9mm;top:8mm;width:22mm;height:27mm;border:2px dotted #888;padding:2mm;'
    stamp += 'background:#cfe3d6;font-size:12px">中国邮政<br>CHINA<br><br>80分</div>'
    mark = ""
    if paper.get("postmark"):
        mark = (
            '<div style="position:absolute;right:22mm;top:20mm;width:25mm;height:25mm;border:2px solid #333;opacity:.7;'
            'border-radius:50%;text-align:center;font-size:11px;padding-top:6mm;transform:rotate(-14deg)">'
            f"{html.escape(paper['postmark'])}</div>"
        )
    return (
        f'<section class="sheet env" style="font-family:kai;font-size:21px;background:{paper.get("paper", "#fff")}">'
        f'<div style="position:absolute;left:12mm;top:10mm">{boxes}</div>{stamp}{mark}'
        f'<div style="position:absolute;left:42mm;top:36mm">{lines}</div>'
        f'<div style="position:absolute;right:14mm;bottom:9mm;text-align:right;font-size:17px">{sender}</div></section>'
    )


def chat_html(paper: dict[str, Any], writer: Writer) -> str:
    """Return a screenshot of a chat."""
    out = []
    for line in paper["chat"]:
        who, _, words = line.partition(":")
        if who == "time":
            out.append(
                f'<div style="text-align:center;color:#888;font-size:11px;margin:9px">{html.escape(words)}</div>'
            )
            continue
        mine = who == "me"
        colour, side = ("#9be36b", "row-reverse") if mine else ("#fff", "row")
        out.append(
            f'<div style="display:flex;flex-direction:{side};margin:7px 8px"><div style="width:34px;height:34px;'
            f'flex:none;border-radius:5px;background:{"#7a9" if mine else "#c97"}"></div><div style="background:{colour};'
            f'border-radius:6px;padding:7px 9px;margin:0 8px;max-width:62mm">{writer.write(words, pen=False)}</div></div>'
        )
    return (
        '<section class="sheet phone" style="background:#ededed;font-family:hei;font-size:14px;line-height:1.4">'
        f'<div style="font-size:11px;padding:3px 10px">{paper["clock"]}　　　　　　　　　　　　　　　4G ▮▮▯</div>'
        f'<div style="text-align:center;border-bottom:1px solid #ccc;padding:7px;font-size:16px">'
        f"{html.escape(paper['with'])}</div>{''.join(out)}</section>"
    )


def blank_html(paper: dict[str, Any], writer: Writer) -> str:
    """Return an empty back, perhaps with lines or show-through."""
    look = paper.get("look", "")
    inner = ""
    if look == "lines":
        inner = '<div style="position:absolute;inset:24mm;background:repeating-linear-gradient(#fff 0 33px,#bbb 33px 34px)"></div>'
    elif look == "holes":
        dots = "".join(
            f'<div style="position:absolute;left:6mm;top:{y}mm;width:6mm;height:6mm;border-radius:50%;background:#777"></div>'
            for y in (108, 188)
        )
        inner = dots
    elif look == "through":
        inner = (
            '<div style="position:absolute;inset:26mm;transform:scaleX(-1);color:#ececec;font-family:kai;font-size:17px;'
            f'line-height:34px">{html.escape(paper["through"] * 9)}</div>'
        )
    return f'<section class="sheet a4">{inner}</section>'


MAKERS = {
    "id_cards": cards_html,
    "licence": licence_html,
    "envelope": envelope_html,
    "chat": chat_html,
    "blank": blank_html,
}
