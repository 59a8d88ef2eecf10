"""A signed head as text and as file: what is signed, byte for byte, and how it is read back.

The signed text is canonical JSON (RFC 8785) with the schema ``juanzong.head/1``::

    {"schema", "log", "size", "root", "at", "key", "note": text|null}

A file of a head holds ``{"schema": "juanzong.signed-head/1", "position", "head": text, "signature"}``.
"""

from __future__ import annotations

import json
from datetime import UTC

from domain.base import iso
from domain.proof import SignedHead, TreeHead
from storage.canonical import canonical_json

HEAD_SCHEMA = "juanzong.head/1"
SIGNED_SCHEMA = "juanzong.signed-head/1"
CLOCK_SET_BACK = "clock-set-back:"


def head_text(head: TreeHead) -> str:
    """Return the text that is signed."""
    said = head.model_dump(exclude={"at"}) | {"at": iso(head.at.astimezone(UTC)), "schema": HEAD_SCHEMA}
    return canonical_json(said).decode()


def parse_head(position: int, text: str, signature: str) -> SignedHead:
    """Return the head that ``text`` states; its signature is not checked here.

    Raises:
        ValueError: it is no head.
    """
    said = json.loads(text)
    if not isinstance(said, dict) or said.pop("schema", None) != HEAD_SCHEMA:
        raise ValueError("no head of ours")
    return SignedHead(position=position, text=text, signature=signature, head=TreeHead.model_validate(said))


def head_file(head: SignedHead) -> bytes:
    """Return the file of a head."""
    return canonical_json(
        {"schema": SIGNED_SCHEMA, "position": head.position, "head": head.text, "signature": head.signature}
    )


def parse_head_file(data: bytes) -> SignedHead:
    """Return the head of a file; its signature is not checked here.

    Raises:
        ValueError: it is no file of a head.
    """
    said = json.loads(data)
    if not isinstance(said, dict) or said.get("schema") != SIGNED_SCHEMA:
        raise ValueError("no file of a head")
    try:
        return parse_head(said["position"], said["head"], said["signature"])
    except (KeyError, TypeError) as error:
        raise ValueError("no file of a head") from error
