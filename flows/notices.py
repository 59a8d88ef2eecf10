"""Notices and the coordination package of a stored case: made, recorded with the case, written as files."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from domain.case import Case
from domain.documents import ObjectRef
from domain.records import SentNotice
from flows.commands import load_case
from flows.settings import Settings, load_settings
from flows.wiring import Services, open_services
from flows.writing import check_name, terminal_user, today, write_new
from outgoing.docx_pdf import docx_pdf
from outgoing.filling import fill, template_path
from outgoing.notices import NoticeKind, make_notice, unclear_materials, unconfirmed_materials
from outgoing.package import TITLE, coordination_package
from storage.errors import OutputExistsError
from storage.notices import NewNotice

PACKAGE = "package"
"""Kind of the coordination package, beside those of ``NoticeKind``."""


@dataclass(frozen=True)
class MadePaper:
    """A notice or package as made.

    Attributes:
        docx: ``None`` for a package.
        undrawn: characters that the PDF's font does not have.
    """

    kind: str
    title: str
    docx: bytes | None
    pdf: bytes
    undrawn: str


def make_paper(services: Services, kind: str, case: Case) -> MadePaper:
    """Make a notice or the package of ``case``; nothing is kept.

    Raises:
        NoticeRefusedError: the case gives no ground for it.
        NoticeTemplateError, StorageError: as named.
    """
    policy, templates = services.policies.adopted(case.policy), services.settings.templates
    if kind == PACKAGE:
        template = template_path(PACKAGE, templates)
        copy = coordination_package(case, policy, lambda ref: _original(services, ref), template, today())
        return MadePaper(kind, TITLE, None, copy.content, copy.undrawn)
    notice = make_notice(NoticeKind(kind), case, policy, today())
    content = fill(template_path(kind, templates), notice)
    copy = docx_pdf(content)
    return MadePaper(kind, notice.title, content, copy.content, copy.undrawn)


def record_paper(services: Services, case: Case, paper: MadePaper, made_by: str) -> SentNotice:
    """Keep ``paper`` with its case: the files in the store, the record beside the case."""
    return services.storage.desk.notices.record(
        NewNotice(
            case_id=case.id,
            revision=case.revision,
            kind=paper.kind,
            title=paper.title,
            made_by=made_by,
            docx=paper.docx,
            pdf=paper.pdf,
        )
    )


def write_notice(kind: NoticeKind, number: str, out: Path, settings: Settings) -> None:
    """Write a notice of case ``number`` into the folder ``out``, as DOCX and PDF, and record it with the case.

    Raises:
        NoticeRefusedError: the case gives no ground for it; nothing was written or recorded.
        NoticeTemplateError, OutputExistsError, UnknownCaseError, StorageError: as named.
    """
    services = open_services(settings)
    try:
        case = load_case(services, number)
        paper = make_paper(services, kind.value, case)
        name = f"{paper.title}-{case.number}"
        targets = {out / f"{name}.docx": paper.docx or b"", out / f"{name}.pdf": paper.pdf}
        _refuse_existing(tuple(targets))
        record_paper(services, case, paper, terminal_user())
        for target, written in targets.items():
            write_new(target, written)
    finally:
        services.close()
    _warn_of_undrawn(paper.undrawn)
    if kind is NoticeKind.DEFICIENCY:
        sys.stderr.writelines(f"{warning}\n" for warning in unconfirmed_warnings(case))


def write_package(number: str, out: Path, settings: Settings) -> None:
    """Write the coordination package of case ``number`` to the PDF file ``out`` and record it with the case.

    Raises:
        NoticeRefusedError: the pack knows no coordination, or the case has none of its papers.
        NoticeTemplateError, OutputExistsError, UnknownCaseError, StorageError: as named.
    """
    check_name(out, ".pdf")
    services = open_services(settings)
    try:
        case = load_case(services, number)
        paper = make_paper(services, PACKAGE, case)
        _refuse_existing((out,))
        record_paper(services, case, paper, terminal_user())
        write_new(out, paper.pdf)
    finally:
        services.close()
    _warn_of_undrawn(paper.undrawn)


def notice_settings(adoption: Path | None, templates: Path | None) -> Settings:
    """Return the settings with the folder of templates given on the command line, if any."""
    settings = load_settings(adoption)
    return settings.model_copy(update={"templates": templates.absolute()}) if templates else settings


def _original(services: Services, ref: ObjectRef) -> Path:
    services.storage.objects.verify(ref)
    return services.storage.objects.path(ref.key)


def unconfirmed_warnings(case: Case) -> tuple[str, ...]:
    """Return what a person should look at before a deficiency notice of ``case`` goes out."""
    listed, left_out = unconfirmed_materials(case), unclear_materials(case)
    found = []
    if listed:
        found.append(f"所列材料中有 {listed} 项是系统的判断，尚未经人工确认；请核对后再发出。")
    if left_out:
        found.append(f"另有 {left_out} 项材料待人工确认，未列入通知书；请在审核网页中确认后再决定是否重新出具。")
    return tuple(found)


def _refuse_existing(targets: tuple[Path, ...]) -> None:
    for target in targets:
        if target.exists():
            raise OutputExistsError(f"{target} 已存在，没有覆盖", "请换一个文件夹，或先移走旧文件")


def _warn_of_undrawn(characters: str) -> None:
    if characters:
        sys.stderr.write(f"PDF 的内置字体没有以下字，请改用 DOCX 打印：{'、'.join(characters)}\n")
