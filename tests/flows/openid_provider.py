"""A small OpenID provider on loopback that can also be wrong in every way a client must notice."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, SECRET = "juanzong", "the client's own secret"
Change = Callable[[dict[str, Any]], None]


class OpenIdProvider:
    """Vouches for ``claims``; ``change`` spoils the statement, ``sign_with`` the signature.

    Attributes:
        asked: what the authorization page was asked with, last.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "first", "use": "sig", "alg": "RS256"})
        self.sign_with = self.key
        self.claims: dict[str, Any] = {"sub": "s-1", "name": "周敏", "preferred_username": "zhou"}
        self.change: Change = lambda claims: None
        self.asked: dict[str, str] = {}
        self.told_issuer: str | None = None
        self._codes: dict[str, dict[str, str]] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(self._app(), log_level="warning", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def _app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self._discovery, methods=["GET"])
        app.add_api_route("/keys", self._keys, methods=["GET"])
        app.add_api_route("/authorize", self._authorize, methods=["GET"], response_model=None)
        app.add_api_route("/token", self._token, methods=["POST"], response_model=None)
        return app

    def _discovery(self) -> dict[str, str]:
        return {
            "issuer": self.told_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def _keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def _authorize(self, request: Request) -> Response:
        self.asked = dict(request.query_params)
        code = f"code-{len(self._codes)}"
        self._codes[code] = self.asked
        back = urlencode({"code": code, "state": self.asked["state"]})
        return RedirectResponse(f"{self.asked['redirect_uri']}?{back}")

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims
        self.change(claims)
        statement = jwt.encode({"alg": "RS256", "kid": self.sign_with.kid}, claims, self.sign_with)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": statement})
