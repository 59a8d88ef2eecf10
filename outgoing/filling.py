"""The only module that knows docxtpl: a template and a notice make a filled DOCX.

A house replaces templates by files of the same names in a folder of its own; what is not there comes from ours. The
language of templates is sandboxed, and what was read on paper is text in it, never a command.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel

from outgoing.errors import NoticeTemplateError
from outgoing.words import xml_text

TEMPLATES = Path(__file__).resolve().parent / "templates"

_UNUSABLE = (OSError, KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile, PackageNotFoundError)
"""What the libraries raise for files that are no DOCX and for marks in the wrong place (broken XML: SyntaxError)."""


def template_path(name: str, folder: Path | None) -> Path:
    """Return the template ``name`` of the house's folder, or ours.

    Raises:
        NoticeTemplateError: the folder does not exist.
    """
    if folder is None:
        return TEMPLATES / f"{name}.docx"
    if not folder.is_dir():
        raise NoticeTemplateError(f"没有模板文件夹 {folder}", "请改正 JUANZONG_TEMPLATES 或 --templates")
    own = folder / f"{name}.docx"
    return own if own.is_file() else TEMPLATES / own.name


def fill(template: Path, content: BaseModel) -> bytes:
    """Return the DOCX made from ``template`` and ``content``.

    Raises:
        NoticeTemplateError: the template cannot be read, or names something that ``content`` does not have.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    stream = io.BytesIO()
    try:
        document = DocxTemplate(template)
        document.render(_clean(content.model_dump(mode="json")), environment)
        document.save(stream)
    except _UNUSABLE as error:
        raise NoticeTemplateError(f"模板 {template} 不能使用：{error}", "请换成 Word 的 DOCX 文件") from error
    except TemplateError as error:
        raise NoticeTemplateError(
            f"模板 {template} 有误：{error.message}", "可用的名称见 docs/papers-out.md，请改正模板"
        ) from error
    return stream.getvalue()


def _clean(value: Any) -> Any:
    """Return ``value`` without characters that XML does not allow."""
    if isinstance(value, str):
        return xml_text(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value
