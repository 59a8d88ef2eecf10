"""``archive head|rotate-key|consistency|certificate``: proof for people outside."""

from __future__ import annotations

import sys
from pathlib import Path

from domain.errors import ConfigurationError
from domain.proof import SignedHead
from flows.settings import load_settings
from flows.wiring import open_services
from flows.writing import write_new
from outgoing.certificate import certificate_pdf
from review_ui.times import local_time
from storage.proof.certificates import certificate_json, consistency_json


def sign_head(*, stamp: bool) -> None:
    """Sign the log as it is, have the head stamped when asked, and print it."""
    heads = open_services(load_settings()).storage.proof.heads
    head = heads.sign()
    if head is None:
        sys.stdout.write("存证日志为空，没有可签名的内容。\n")
        return
    _say(head)
    if stamp:
        made = heads.stamp(head)
        sys.stdout.write(f"时间戳：{local_time(made.at)}，{made.authority}（已核验）\n")


def rotate_key() -> None:
    """Make a new signing key, signed by the present one, and sign a head with it."""
    proof = open_services(load_settings()).storage.proof
    key = proof.keys.rotate()
    sys.stdout.write(f"新的签名密钥：{key.key.id}\n已由上一把密钥签发；旧公钥保留在 {proof.keys.folder}。\n")
    head = proof.heads.sign()
    if head is not None:
        _say(head)


def write_certificate(case: str, out: Path) -> None:
    """Write the certificate of a case as JSON, for the script, and as PDF, for people."""
    certificate = open_services(load_settings()).storage.proof.certificates.of_case(case)
    write_new(out / f"{certificate.case_number}.存证证明.json", certificate_json(certificate))
    write_new(out / f"{certificate.case_number}.存证证明.pdf", certificate_pdf(certificate))


def write_consistency(older: int, newer: int | None, out: Path) -> None:
    """Write the proof that the log only grew between two signed heads, given by their sizes."""
    heads = open_services(load_settings()).storage.proof.heads
    newest = heads.sign()
    if newest is None:
        raise ConfigurationError("存证日志为空", "请先归档案件")
    proof = heads.consistency(older, newer or newest.head.size)
    name = f"consistency-{proof.older.head.size}-{proof.newer.head.size}.json"
    write_new(out / name, consistency_json(proof))


def _say(head: SignedHead) -> None:
    said = head.head
    sys.stdout.write(
        f"签名树头 {head.position}：前 {said.size} 项，{local_time(said.at)}\n根 {said.root}\n"
        f"日志 {said.log}\n密钥 {said.key}\n"
    )
    if said.note:
        sys.stdout.write("注意：本机时钟早于上一个树头的时间，已在树头中注明。请校准时钟。\n")
