"""How to reach a bucket: plain values, so that nothing of S3 is imported where objects lie in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SseMode = Literal["none", "s3", "c"]


@dataclass(frozen=True, slots=True)
class BucketAccess:
    """How to reach a bucket.

    Attributes:
        endpoint: ``host:port`` without scheme.
        tls: https; ``False`` only for a server on the same machine or behind a tunnel.
        ca_file: certificates of the house's own authority, ``None`` for the usual ones.
        prefix: what stands before every key, "" or ending with a slash.
        sse: encryption by the server: none, with its own key (SSE-S3), or with ``sse_key`` (SSE-C, 32 bytes).
        timeout_s: seconds without a byte after which a request counts as failed.
        pause_s: seconds of the shortest pause before a request is sent again; every further pause is twice as long.
    """

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str = "us-east-1"
    prefix: str = ""
    tls: bool = True
    ca_file: Path | None = None
    sse: SseMode = "none"
    sse_key: bytes | None = field(default=None, repr=False)
    timeout_s: float = 60.0
    pause_s: float = 0.2
