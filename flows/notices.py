"""Notices and the coordination package of a stored case, written as files."""

from __future__ import annotations

import sys
from pathlib import Path

from domain.case import Case
from domain.documents import ObjectRef
from flows.commands import load_case
from flows.settings import Settings, load_settings
from flows.wiring import Services, open_services
from flows.writing import check_name, today, write_new
from outgoing.docx_pdf import docx_pdf
from outgoing.filling import fill, template_path
from outgoing.notices import NoticeKind, make_notice, unclear_materials, unconfirmed_materials
from outgoing.package import coordination_package
from storage.errors import OutputExistsError


def write_notice(kind: NoticeKind, number: str, out: Path, settings: Settings) -> None:
    """Write a notice of case ``number`` into the folder ``out``, as DOCX and PDF.

    Raises:
        NoticeRefusedError: the case gives no ground for it; nothing was written.
        NoticeTemplateError, OutputExistsError, UnknownCaseError: as named.
    """
    services = open_services(settings)
    try:
        case = load_case(services, number)
        notice = make_notice(kind, case, services.policies.adopted(case.policy), today())
    finally:
        services.close()
    content = fill(template_path(kind.value, settings.templates), notice)
    copy = docx_pdf(content)
    name = f"{notice.title}-{case.number}"
    targets = {out / f"{name}.docx": content, out / f"{name}.pdf": copy.content}
    for target in targets:
        if target.exists():
            raise OutputExistsError(f"{target} 已存在，没有覆盖", "请换一个文件夹，或先移走旧文件")
    for target, written in targets.items():
        write_new(target, written)
    _warn_of_undrawn(copy.undrawn)
    if kind is NoticeKind.DEFICIENCY:
        _warn_of_unconfirmed(case)


def write_package(number: str, out: Path, settings: Settings) -> None:
    """Write the coordination package of case ``number`` to the PDF file ``out``.

    Raises:
        NoticeRefusedError: the pack knows no coordination, or the case has none of its papers.
        NoticeTemplateError, OutputExistsError, UnknownCaseError, StorageError: as named.
    """
    check_name(out, ".pdf")
    services = open_services(settings)
    try:
        case = load_case(services, number)
        policy = services.policies.adopted(case.policy)
        template = template_path("package", settings.templates)
        copy = coordination_package(case, policy, lambda ref: _original(services, ref), template, today())
    finally:
        services.close()
    write_new(out, copy.content)
    _warn_of_undrawn(copy.undrawn)


def notice_settings(adoption: Path | None, templates: Path | None) -> Settings:
    """Return the settings with the folder of templates given on the command line, if any."""
    settings = load_settings(adoption)
    return settings.model_copy(update={"templates": templates.absolute()}) if templates else settings


def _original(services: Services, ref: ObjectRef) -> Path:
    services.storage.objects.verify(ref)
    return services.storage.objects.path(ref.key)


def _warn_of_unconfirmed(case: Case) -> None:
    listed, left_out = unconfirmed_materials(case), unclear_materials(case)
    if listed:
        sys.stderr.write(f"所列材料中有 {listed} 项是系统的判断，尚未经人工确认；请核对后再发出。\n")
    if left_out:
        sys.stderr.write(f"另有 {left_out} 项材料待人工确认，未列入通知书；请在审核网页中确认后再决定是否重新出具。\n")


def _warn_of_undrawn(characters: str) -> None:
    if characters:
        sys.stderr.write(f"PDF 的内置字体没有以下字，请改用 DOCX 打印：{'、'.join(characters)}\n")
