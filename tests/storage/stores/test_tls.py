"""The way production speaks with a bucket: TLS, with certificates of the house's own authority."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.archive.seaweed import Weed
from storage.errors import StoreUnavailableError
from storage.stores.access import BucketAccess
from storage.stores.bucket import SINGLE
from storage.stores.conformance import check_bucket
from storage.stores.s3 import S3ObjectStore
from tests.storage.stores.faults import fault_proxy


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "house")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "house.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture
def encrypted_line(weed: Weed, access: BucketAccess, certificate: Path) -> Iterator[BucketAccess]:
    with fault_proxy(weed.endpoint, certificate) as proxy:
        yield replace(access, endpoint=proxy.endpoint, tls=True, ca_file=certificate, pause_s=0.0)


@pytest.mark.parametrize("size", [0, 1000, SINGLE + 1])
def test_store_over_tls(encrypted_line: BucketAccess, tmp_path: Path, size: int) -> None:
    store = S3ObjectStore(encrypted_line, tmp_path / "cache", first_lock=timedelta(days=1))
    content = os.urandom(size)
    ref = store.put(content, "image/tiff")
    assert store.put(content, "image/tiff") == ref
    assert store.read(ref.key) == content
    assert store.hold(ref.key).hold


def test_conformance_over_tls(encrypted_line: BucketAccess) -> None:
    assert encrypted_line.bucket in check_bucket(encrypted_line)


def test_server_with_a_strange_certificate_is_not_spoken_with(encrypted_line: BucketAccess, tmp_path: Path) -> None:
    store = S3ObjectStore(replace(encrypted_line, ca_file=None), tmp_path / "cache")
    with pytest.raises(StoreUnavailableError):
        store.put(b"letter", "text/plain")
