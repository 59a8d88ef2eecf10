"""QR and Code 128 as SVG without styles: the pages allow none."""

from __future__ import annotations

import io

import segno

from domain.code128 import code128_bars, code128_modules

BAR_HEIGHT = 60


def qr_svg(text: str) -> str:
    """Return ``text`` as a QR code (level Q: a quarter of it may be lost)."""
    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, svgclass="qr", lineclass=None, nl=False
    )
    return out.getvalue().decode()


def code128_svg(text: str) -> str:
    """Return ``text`` as a Code 128, one unit a module, quiet zones included."""
    bars = "".join(f"M{start} 0h{width}v{BAR_HEIGHT}h-{width}z" for start, width in code128_bars(text))
    size = f'viewBox="0 0 {code128_modules(text)} {BAR_HEIGHT}" preserveAspectRatio="none"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" class="bars" {size} aria-hidden="true"><path d="{bars}"/></svg>'
