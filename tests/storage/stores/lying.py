"""A tiny S3 server that lies: it says that it locks, keeps versions and compares checksums, and does not.

Without lies it is honest enough to pass the conformance check, so that each refusal is due to its one lie. Signatures
are not looked at.
"""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

Lie = Literal[
    "drops the lock",
    "drops the hold",
    "deletes what is locked",
    "deletes what is held",
    "shortens",
    "overwrites",
    "deletes without version",
    "any checksum",
    "no checksum",
    "no versioning",
    "no locking",
    "null version",
    "strange date",
]
MARKER = b""


@dataclass
class _Version:
    id: str
    content: bytes
    headers: dict[str, str]
    is_marker: bool = False

    def is_locked(self, lies: set[Lie]) -> bool:
        until = self.headers.get("x-amz-object-lock-retain-until-date")
        retained = until is not None and datetime.fromisoformat(until) > datetime.now(UTC)
        held = self.headers.get("x-amz-object-lock-legal-hold") == "ON"
        return (retained and "deletes what is locked" not in lies) or (held and "deletes what is held" not in lies)


@dataclass
class LyingServer:
    """``refusals``: status and code that every creation (PUT) or removal (DELETE) of an object is answered with."""

    endpoint: str
    lies: set[Lie] = field(default_factory=set)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    objects: dict[str, list[_Version]] = field(default_factory=dict)
    count: int = 0


@contextmanager
def lying_server() -> Iterator[LyingServer]:
    state = LyingServer("")

    class Handler(_Handler):
        it = state

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.endpoint = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    it: LyingServer

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        name, query = self._asked()
        if "versioning" in query:
            status = "" if "no versioning" in self.it.lies else "<Status>Enabled</Status>"
            self._say(200, f"<VersioningConfiguration>{status}</VersioningConfiguration>")
        elif "object-lock" in query:
            if "no locking" in self.it.lies:
                self._refuse(404, "ObjectLockConfigurationNotFoundError")
            else:
                self._say(200, "<ObjectLockConfiguration/>")
        elif "versions" in query:
            self._list(query.get("prefix", ""))
        else:
            self._give(name, query)

    def do_HEAD(self) -> None:
        self._give(*self._asked())

    def do_PUT(self) -> None:
        name, query = self._asked()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "retention" in query:
            self._retain(self._find(name, query), body.decode())
        elif "legal-hold" in query:
            self._find(name, query).headers["x-amz-object-lock-legal-hold"] = "ON" if b">ON<" in body else "OFF"
            self._say(200)
        elif "PUT" in self.it.refusals:
            self._refuse(*self.it.refusals["PUT"])
        else:
            self._put(name, body)

    def do_DELETE(self) -> None:
        name, query = self._asked()
        versions = self.it.objects.get(name, [])
        if "DELETE" in self.it.refusals:
            self._refuse(*self.it.refusals["DELETE"])
            return
        if "versionId" not in query:
            if "deletes without version" in self.it.lies:
                versions.clear()
            self._add(name, MARKER, {}, is_marker=True)
        elif self._find(name, query).is_locked(self.it.lies):
            self._refuse(403, "AccessDenied")
            return
        else:
            versions.remove(self._find(name, query))
        self._say(204)

    def _put(self, name: str, body: bytes) -> None:
        given = {k.lower(): v for k, v in self.headers.items() if k.lower().startswith("x-amz-")}
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if given.get("x-amz-checksum-sha256") != digest and "any checksum" not in self.it.lies:
            self._refuse(400, "BadDigest")
            return
        kept = {k: v for k, v in given.items() if k.startswith(("x-amz-object-lock", "x-amz-checksum"))}
        if "drops the lock" in self.it.lies:
            kept = {k: v for k, v in kept.items() if "retain" not in k and "mode" not in k}
        if "drops the hold" in self.it.lies:
            kept.pop("x-amz-object-lock-legal-hold", None)
        if "no checksum" in self.it.lies:
            kept.pop("x-amz-checksum-sha256", None)
        if "strange date" in self.it.lies and "x-amz-object-lock-retain-until-date" in kept:
            kept["x-amz-object-lock-retain-until-date"] = "tomorrow"
        if "overwrites" in self.it.lies:
            self.it.objects.pop(name, None)
        added = self._add(name, body, kept)
        self._say(200, headers={"x-amz-version-id": "null" if "null version" in self.it.lies else added.id})

    def _retain(self, version: _Version, body: str) -> None:
        found = re.search("<RetainUntilDate>(.*)</RetainUntilDate>", body)
        assert found is not None
        present = version.headers.get("x-amz-object-lock-retain-until-date")
        if present and found[1] < present and "shortens" not in self.it.lies:
            self._refuse(403, "AccessDenied")
            return
        version.headers["x-amz-object-lock-retain-until-date"] = found[1]
        version.headers["x-amz-object-lock-mode"] = "COMPLIANCE"
        self._say(200)

    def _add(self, name: str, body: bytes, headers: dict[str, str], *, is_marker: bool = False) -> _Version:
        self.it.count += 1
        added = _Version(f"v{self.it.count}", body, headers, is_marker)
        self.it.objects.setdefault(name, []).append(added)
        return added

    def _asked(self) -> tuple[str, dict[str, str]]:
        url = urlsplit(self.path)
        _, _, name = unquote(url.path).lstrip("/").partition("/")
        return name, {k: v[0] for k, v in parse_qs(url.query, keep_blank_values=True).items()}

    def _find(self, name: str, query: dict[str, str]) -> _Version:
        versions = self.it.objects.get(name, [])
        wanted = query.get("versionId")
        return next((v for v in versions if v.id == wanted), versions[-1])

    def _give(self, name: str, query: dict[str, str]) -> None:
        versions = self.it.objects.get(name, [])
        wanted = query.get("versionId")
        found = [v for v in versions if v.id == wanted] if wanted else versions[-1:]
        if not found or found[0].is_marker:
            self._refuse(404, "NoSuchKey")
            return
        headers = {**found[0].headers, "x-amz-version-id": found[0].id}
        self._say(200, found[0].content.decode("latin-1"), headers, encoding="latin-1")

    def _list(self, prefix: str) -> None:
        rows = "".join(
            f"<{tag}><Key>{name}</Key><VersionId>{v.id}</VersionId><IsLatest>false</IsLatest></{tag}>"
            for name, versions in self.it.objects.items()
            if name.startswith(prefix)
            for v in reversed(versions)
            for tag in ["DeleteMarker" if v.is_marker else "Version"]
        )
        self._say(200, f"<ListVersionsResult><Name>b</Name><IsTruncated>false</IsTruncated>{rows}</ListVersionsResult>")

    def _refuse(self, status: int, code: str) -> None:
        self._say(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>")

    def _say(self, status: int, body: str = "", headers: dict[str, str] | None = None, encoding: str = "utf-8") -> None:
        data = body.encode(encoding)
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
