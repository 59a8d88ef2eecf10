"""Settings of proof: where signed tree heads go, and which authority stamps them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import ConfigurationError
from storage import ProofOptions


def load_proof_settings(env: Mapping[str, str] = os.environ) -> ProofOptions:
    """Read ``JUANZONG_HEADS`` (folder), ``JUANZONG_TSA`` (address) and ``JUANZONG_TSA_CERTIFICATES`` (PEM file).

    Raises:
        ConfigurationError: the address is none, or nothing is trusted that could check its stamps.
    """
    heads, authority, certificates = (
        env.get(name) or None for name in ("JUANZONG_HEADS", "JUANZONG_TSA", "JUANZONG_TSA_CERTIFICATES")
    )
    if authority is not None:
        parts = urlsplit(authority)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(
                f"JUANZONG_TSA 应为 http 或 https 地址，实际为 {authority}", "请填写时间戳服务（RFC 3161）的地址"
            )
        if certificates is None:
            raise ConfigurationError(
                "设置了 JUANZONG_TSA，但没有 JUANZONG_TSA_CERTIFICATES",
                "请把该服务的根证书（PEM）存为文件并设置其路径，否则收到的时间戳无从核验",
            )
    return ProofOptions(
        heads=Path(heads).absolute() if heads else None,
        authority=authority,
        certificates=Path(certificates).absolute() if certificates else None,
    )
