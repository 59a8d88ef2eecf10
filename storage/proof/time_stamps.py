"""Time stamps of an authority (RFC 3161) over the text of a head. The only module that knows rfc3161-client.

A response is believed when its message imprint is ours, its nonce is ours, and its signature leads to a certificate
that the house trusts and that may stamp. Kept responses are checked again without the nonce, at the time they state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ConfigurationError
from domain.proof import TimeStamp
from storage.proof.errors import TimeStampError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse, VerifierBuilder

PATIENCE_S = 10.0
"""Seconds for connecting, and for each piece of the answer."""
LARGEST = 64 * 1024
"""Bytes; a response with its certificates has a few thousand."""
_LATER = "树头已签名并保存；请稍后用 archive head --stamp 重试，或检查 JUANZONG_TSA 与证书文件"


@dataclass(frozen=True, slots=True)
class Authority:
    """A time stamping authority.

    Attributes:
        url: where it takes requests (``JUANZONG_TSA``), ``None``: kept stamps are only checked.
        certificates: PEM file of the certificates that are trusted: roots, and whatever lies between.
    """

    url: str | None
    certificates: Path

    def stamp(self, data: bytes) -> TimeStamp:
        """Have ``data`` stamped, and check the stamp.

        Raises:
            TimeStampError: no answer, a refusal, or a stamp that cannot be trusted.
            ConfigurationError: the file of certificates cannot be used.
        """
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerifierBuilder

        if self.url is None:
            raise TimeStampError("没有设置时间戳服务的地址", "请设置 JUANZONG_TSA")
        request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
        answer = _post(self.url, request)
        response = self._checked(VerifierBuilder.from_request(request), answer, data)
        return TimeStamp(at=response.tst_info.gen_time, authority=self.url, response=answer)

    def check(self, data: bytes, stamp: TimeStamp) -> None:
        """Raise TimeStampError when ``stamp`` is not one over ``data``, or states another time than was kept."""
        from rfc3161_client import VerifierBuilder

        response = self._checked(VerifierBuilder(), stamp.response, data)
        if response.tst_info.gen_time != stamp.at:
            raise TimeStampError(
                f"时间戳记录的时间应为 {response.tst_info.gen_time}，实为 {stamp.at}", "请从备份恢复数据库"
            )

    def _checked(self, verifier: VerifierBuilder, answer: bytes, data: bytes) -> TimeStampResponse:
        from rfc3161_client import VerificationError, decode_timestamp_response

        for certificate in _load(self.certificates):
            own = certificate.issuer == certificate.subject
            add = verifier.add_root_certificate if own else verifier.add_intermediate_certificate
            verifier = add(certificate)
        try:
            response = decode_timestamp_response(answer)
            verifier.build().verify_message(response, data)
        except (VerificationError, ValueError) as error:
            raise TimeStampError(f"时间戳不可信：{error}", _LATER) from error
        return response


def _post(url: str, request: TimeStampRequest) -> bytes:
    import httpx  # here, as opening an archive must not wait for it

    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with httpx.stream("POST", url, content=request.as_bytes(), headers=headers, timeout=PATIENCE_S) as answer:
            pieces, size = [], 0
            for piece in answer.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST:
                    raise TimeStampError(f"时间戳服务 {url} 的应答超过 {LARGEST} 字节", _LATER)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TimeStampError(f"时间戳服务 {url} 没有应答：{error}", _LATER) from error
    if answer.status_code != httpx.codes.OK:
        raise TimeStampError(f"时间戳服务 {url} 拒绝了请求：HTTP {answer.status_code}", _LATER)
    return b"".join(pieces)


def _load(file: Path) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"无法读取时间戳证书文件 {file}：{error}", "请检查 JUANZONG_TSA_CERTIFICATES 指向的 PEM 文件"
        ) from error
