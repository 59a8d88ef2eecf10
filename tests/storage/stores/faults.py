"""A proxy before the real server that fails on order: errors, silence, half bodies, lost answers, lies."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

Kind = Literal["500", "503", "silence", "reset", "lost answer", "half body", "flipped byte", "no lock", "no checksum"]


@dataclass
class Fault:
    """What goes wrong, with which requests, how often."""

    kind: Kind
    methods: tuple[str, ...] = ("GET", "HEAD", "PUT", "POST", "DELETE")
    times: int = 1_000_000
    suffered: int = 0


@dataclass
class Faults:
    """The proxy's address and the fault in force; ``None`` for none."""

    endpoint: str
    fault: Fault | None = None
    seen: list[str] = field(default_factory=list)
    struck: threading.Event = field(default_factory=threading.Event)
    end_silence: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, method: str) -> Kind | None:
        """Return what goes wrong with this request."""
        with self.lock:
            self.seen.append(method)
            fault = self.fault
            if fault is None or method not in fault.methods or fault.suffered >= fault.times:
                return None
            fault.suffered += 1
            self.struck.set()
            return fault.kind


@contextmanager
def fault_proxy(behind: str, certificate: Path | None = None) -> Iterator[Faults]:
    """Run the proxy before the server at ``behind`` (host:port); with a certificate (PEM with key) it speaks TLS."""
    faults = Faults("")

    class Handler(_Handler):
        server_behind, plan = behind, faults

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        faults.endpoint = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield faults
        finally:
            faults.end_silence.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_behind: str
    plan: Faults

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.plan.next(self.command)
        if kind in ("500", "503"):
            self._refuse(int(kind))
        elif kind in ("reset", "silence"):
            if kind == "silence":
                self.plan.end_silence.wait(30)
            self.close_connection = True
        else:
            self._answer(kind, *self._ask(body))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve

    def log_message(self, *_: object) -> None:
        pass

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.server_behind, timeout=30)
        # The Host of the proxy goes on to the server: the signature covers it.
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        try:
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _answer(self, kind: Kind | None, status: int, headers: dict[str, str], body: bytes) -> None:
        if kind == "lost answer":
            self.close_connection = True
            return
        lies: dict[str, Callable[[str], bool]] = {
            "no lock": lambda name: name.startswith("x-amz-object-lock"),
            "no checksum": lambda name: name == "x-amz-checksum-sha256",
        }
        is_lie = lies.get(kind or "", lambda _: False)
        if kind == "flipped byte" and body and "xml" not in headers.get("Content-Type", ""):
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection") and not is_lie(name.lower()):
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        if kind == "half body":
            self.close_connection = True
            body = body[: len(body) // 2]
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status: int) -> None:
        body = b"" if self.command == "HEAD" else b"<Error><Code>InternalError</Code></Error>"
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", "3600")
        self.end_headers()
        self.wfile.write(body)
