"""Under which names the pages answer, and from where they may be changed. Who may do what is asked later.

Three guards: names other than loopback and the public one are refused (a foreign name that resolves to our address
would otherwise reach the pages), changing requests from other origins are refused, and the browser is told to load
nothing from elsewhere.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review_ui import texts

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would make browsers send "Origin: null" with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class HostGuard:
    """ASGI middleware with the three guards.

    Args:
        app: what follows.
        public_host: name under which a proxy offers the pages over https, ``None`` for this machine only.
    """

    def __init__(self, app: ASGIApp, public_host: str | None = None) -> None:
        self._app = app
        self._public_host = public_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = refuse(scope["method"], headers, self._public_host)
        public = host_name(headers.get("host", "")) == self._public_host

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer.setdefault(name, value)
                answer.setdefault("Cache-Control", "no-store")
                if public:
                    answer.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        inner = self._app if refusal is None else refusal
        await inner(scope, receive, send_guarded)


def refuse(method: str, headers: Headers, public_host: str | None) -> PlainTextResponse | None:
    """Return the refusal of a request, ``None`` when it may pass."""
    host = headers.get("host", "")
    if host_name(host) not in LOOPBACK_NAMES | {public_host}:
        return PlainTextResponse(texts.FOREIGN_HOST, status_code=421)
    if method not in SAFE_METHODS and not from_own_page(headers, host):
        return PlainTextResponse(texts.FOREIGN_ORIGIN, status_code=403)
    return None


def host_name(host: str) -> str:
    """Return the name of a Host header, lower case, without port and brackets ("" when it is malformed)."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def from_own_page(headers: Headers, host: str) -> bool:
    """Return False when a browser says that another origin sent the request.

    Programs without a browser send neither header; they are not what cross-origin requests are about.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()
