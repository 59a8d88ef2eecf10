"""Repair of PDF files that MuPDF cannot open, through pikepdf (QPDF). The file itself is never written."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pikepdf

from domain.errors import DamagedPdfError, EncryptedPdfError

logging.getLogger("pikepdf").setLevel(logging.CRITICAL)


def repaired_bytes(path: Path) -> bytes:
    """Return the PDF at ``path`` written anew in memory.

    Raises:
        EncryptedPdfError: it opens with a password only.
        DamagedPdfError: QPDF finds no document in it.
    """
    target = io.BytesIO()
    try:
        with path.open("rb") as source, pikepdf.open(source, attempt_recovery=True) as document:
            document.save(target)
    except pikepdf.PasswordError as error:
        raise EncryptedPdfError(f"{path.name} 设有打开密码", "请提供不加密的文件，或去除密码后重新提交") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise DamagedPdfError(f"{path.name} 损坏，无法修复", "请重新扫描或请投诉人重新提交该文件") from error
    return target.getvalue()
