"""What somebody gets who is not, or no longer, let in: the sign-in page, or a notice that keeps unsaved input."""

from __future__ import annotations

from html import escape

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.errors import JuanzongError, RequestForgedError, SignInRequiredError
from review_ui.accounts import texts
from review_ui.accounts.sign_in import sign_in_page
from review_ui.language import translate
from review_ui.security import SAFE_METHODS

_NOTICE_PLACE = "#notices"
"""Where pages show what happened to a request of htmx; nothing else of them is replaced."""


def answer_access(request: Request, error: JuanzongError) -> Response | None:
    """Return the answer to a refused request, ``None`` where the error is shown like any other."""
    if request.url.path.startswith("/api/"):
        return None
    if request.headers.get("hx-request") == "true" and isinstance(error, SignInRequiredError | RequestForgedError):
        return _notice(isinstance(error, SignInRequiredError))
    if isinstance(error, SignInRequiredError):
        target = request.url.path if request.method in SAFE_METHODS else ""
        return RedirectResponse(sign_in_page(f"{target}?{request.url.query}".rstrip("?")), status_code=303)
    return None


def _notice(ended: bool) -> Response:
    words = escape(translate(texts.SESSION_ENDED if ended else texts.PAGE_OUTDATED))
    link = f'<a href="/sign-in" target="_blank">{escape(translate(texts.SIGN_IN_AGAIN))}</a>' if ended else ""
    body = f'<p class="notice" id="notice" role="alert">{words} {link}</p>'
    headers = {"HX-Retarget": _NOTICE_PLACE, "HX-Reswap": "innerHTML"}
    return HTMLResponse(body, status_code=401 if ended else 403, headers=headers)
