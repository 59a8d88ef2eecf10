"""A time stamping authority of our own: certificates by cryptography, answers by ``openssl ts``, served on loopback."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

OPENSSL = shutil.which("openssl")

_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


@dataclass
class Served:
    """A running authority.

    Attributes:
        url: where it takes requests.
        root: PEM file of its root certificate.
        status: HTTP status of its answers.
        answer: what it answers instead of a stamp, ``None``: it stamps.
        asked: requests so far.
    """

    url: str
    root: Path
    status: int = 200
    answer: bytes | None = None
    asked: int = 0


def make_certificates(folder: Path) -> None:
    """Write a root, and a certificate of an authority that it issued, with their keys."""
    root_key = rsa.generate_private_key(65537, 2048)
    key = rsa.generate_private_key(65537, 2048)
    root = _certificate("测试根证书", root_key, "测试根证书", root_key, authority=True)
    stamping = _certificate("测试时间戳服务", key, "测试根证书", root_key, authority=False)
    for name, certificate in (("root", root), ("tsa", stamping)):
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.key").write_bytes(key.private_bytes(*form))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))


def stamped(folder: Path, query: bytes) -> bytes:
    """Return the TimeStampResp to a request."""
    (folder / "query.tsq").write_bytes(query)
    command = [str(OPENSSL), "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "reply.tsr").read_bytes()


@contextmanager
def served_authority(folder: Path) -> Iterator[Served]:
    """Serve an authority whose files lie in ``folder`` (made there)."""
    folder.mkdir(parents=True)
    make_certificates(folder)
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            with one_at_a_time:
                state.asked += 1
                reply = stamped(folder, query) if state.answer is None else state.answer
            self.send_response(state.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Served(f"http://127.0.0.1:{server.server_port}/tsa", folder / "root.pem")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate(
    name: str, key: rsa.RSAPrivateKey, issuer: str, issuer_key: rsa.RSAPrivateKey, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
        signing = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        builder = builder.add_extension(signing, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())
