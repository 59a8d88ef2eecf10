"""A batch as it is now: files, pages, cases, sheets, papers that look alike, and what still keeps it open."""

from __future__ import annotations

from dataclasses import dataclass

from domain.mailroom import MailBatch, SheetCount, Upload, UploadState, count_sheets
from flows.mail_pages import PageFacts, PageReadings
from flows.reading_process import MOST_TRIES
from flows.wiring import Services
from review_ui.mailroom.backend import (
    Answered,
    BatchView,
    CaseLine,
    DuplicateLine,
    FileLine,
    PageLine,
    PaperSide,
    ReadingState,
    Remark,
)
from storage.mail_rows import DuplicateAnswer, LookAlike, MailNote

Facts = dict[str, dict[int, PageFacts]]


@dataclass(frozen=True)
class _Known:
    """What is known about the accepted files of a batch.

    Attributes:
        unassembled: cases that wait for a revision.
        stuck: why cases could not be read, by id.
        replaced: name of the new scan by (case, hash of the file, page).
        crashed: pages without a reading in cases that were read, with the reason, by (case, file name, page).
    """

    facts: Facts
    unassembled: frozenset[str]
    stuck: dict[str, str]
    replaced: dict[tuple[str, str, int], str]
    crashed: dict[tuple[str, str, int], str]


def batch_view(services: Services, readings: PageReadings, batch: MailBatch) -> BatchView:
    """Return everything about ``batch``."""
    uploads = services.storage.mail_uploads.of_batch(batch.id)
    accepted = tuple(u for u in uploads if u.state is UploadState.ACCEPTED)
    known = _known(services, readings, accepted)
    notes = services.storage.mail_batches.notes(batch.id)
    counted = [n.sheets for n in notes if n.kind == "counted"]
    sheets = _sheets(batch, accepted, known, counted[-1] if counted else batch.order.expected_sheets)
    files = tuple(FileLine(upload=u, pages=_pages(u, known)) for u in uploads)
    cases = tuple(_case_line(files, known, case_id) for case_id in dict.fromkeys(u.case_id for u in accepted))
    duplicates = _duplicates(services, uploads, tuple(case.id for case in cases))
    explanations = [n for n in notes if n.kind == "explained" and n.sheets == sheets.difference]
    explained = explanations[-1] if explanations and sheets.difference else None
    closed = next((n for n in notes if n.kind == "closed"), None)
    return BatchView(
        batch=batch,
        sheets=sheets,
        files=files,
        cases=cases,
        duplicates=duplicates,
        remarks=tuple(_remark(n) for n in notes),
        explanation=_remark(explained) if explained else None,
        closed=_remark(closed) if closed else None,
        obstacles=_obstacles(uploads, cases, duplicates, sheets, explained),
    )


def _known(services: Services, readings: PageReadings, accepted: tuple[Upload, ...]) -> _Known:
    pages = services.storage.mail_pages
    case_ids = tuple(dict.fromkeys(u.case_id for u in accepted if u.case_id))
    facts = readings.of_uploads(accepted)
    unassembled = pages.unassembled(case_ids)
    names = {u.order.sha256: u.order.name for u in accepted}
    replaced = {
        (r.case_id, r.old_sha256, r.old_page): names.get(r.new_sha256, "另一批次的新扫描")
        for case_id in case_ids
        for r in pages.replacements(case_id)
    }
    lacking = {u.case_id for u in accepted if len(facts[u.id]) < (u.pages or 0)} - unassembled
    loaded = (services.storage.cases.load_case(case_id) for case_id in sorted(filter(None, lacking)))
    crashed = {
        (case.id, f.file, f.page): f"{f.reason}。{f.next_step}"
        for case in loaded
        if case is not None
        for f in case.failures
        if f.page is not None
    }
    return _Known(facts, unassembled, _stuck(services, unassembled), replaced, crashed)


def _stuck(services: Services, unassembled: frozenset[str]) -> dict[str, str]:
    stuck = {}
    for case_id, tried in services.storage.mail_pages.tries(tuple(sorted(unassembled))).items():
        if tried.tries < MOST_TRIES:
            continue
        fact = tried.fact or f"识别进程 {tried.tries} 次在读取本案时中断"
        stuck[case_id] = f"{fact}。{tried.next_step or '原件已妥善保存；请点“再读一次”，仍不行请报告给维护者'}"
    return stuck


def _sheets(batch: MailBatch, accepted: tuple[Upload, ...], known: _Known, expected: int | None) -> SheetCount:
    """Count the sheets; a scan that takes the place of a page is the same sheet again."""
    files = [
        (u.pages or 0, {n: facts.seen for n, facts in known.facts[u.id].items()})
        for u in accepted
        if u.order.replaces is None
    ]
    return count_sheets(expected, batch.order.sides, files)


def _pages(upload: Upload, known: _Known) -> tuple[PageLine, ...]:
    if upload.state is not UploadState.ACCEPTED:
        return ()
    return tuple(_page(upload, number, known) for number in range(1, (upload.pages or 0) + 1))


def _page(upload: Upload, number: int, known: _Known) -> PageLine:
    case_id = upload.case_id or ""
    facts = known.facts[upload.id].get(number)
    failure = facts.failure if facts else known.crashed.get((case_id, upload.order.name, number))
    replaced = known.replaced.get((case_id, upload.order.sha256, number))
    poor = failure is not None or (facts is not None and not facts.seen.usable)
    return PageLine(
        upload_id=upload.id,
        number=number,
        seen=facts.seen if facts else None,
        failure=failure,
        rescan=poor and replaced is None,
        replaced_by=replaced,
    )


def _case_line(files: tuple[FileLine, ...], known: _Known, case_id: str | None) -> CaseLine:
    mine = [f for f in files if f.upload.case_id == case_id and f.pages]
    pages = [page for file in mine for page in file.pages]
    read = sum(page.seen is not None for page in pages)
    upload = mine[0].upload
    state = ReadingState.RESCAN if any(page.rescan for page in pages) else ReadingState.READY
    if upload.case_id in known.stuck:
        state = ReadingState.FAILED
    elif upload.case_id in known.unassembled:
        state = ReadingState.READING if read else ReadingState.RECEIVED
    return CaseLine(
        id=upload.case_id or "",
        number=upload.case_number or "",
        state=state,
        pages=len(pages),
        read=read,
        failure=known.stuck.get(upload.case_id or ""),
    )


def _duplicates(
    services: Services, uploads: tuple[Upload, ...], case_ids: tuple[str, ...]
) -> tuple[DuplicateLine, ...]:
    same = tuple(u for u in uploads if u.state is UploadState.DUPLICATE)
    pairs = services.storage.mail_pages.look_alikes(case_ids)
    answers = services.storage.mail_pages.answers(tuple(u.id for u in same), tuple(p.id for p in pairs))
    lines = [_same_bytes(services, u, answers.get(u.id)) for u in same]
    return (*lines, *(_alike(services, p, answers.get(p.id)) for p in pairs))


def _same_bytes(services: Services, upload: Upload, answer: DuplicateAnswer | None) -> DuplicateLine:
    held = services.storage.intake.case_row(upload.case_id or "")
    name = next(f.source.name for f in held.files if f.source.object.sha256 == upload.order.sha256)
    side = PaperSide(case_id=held.id, case_number=held.number, page=1, name=name, upload_id=upload.id)
    return DuplicateLine(
        subject=f"upload:{upload.id}",
        mine=side.model_copy(update={"name": upload.order.name}),
        other=side,
        answered=_answered(answer),
    )


def _alike(services: Services, pair: LookAlike, answer: DuplicateAnswer | None) -> DuplicateLine:
    def side(case_id: str, number: str, document: str, page: int) -> PaperSide:
        case = services.storage.cases.load_case(case_id)
        found = case.document(document) if case is not None else None
        name = found.source.name if found else ""
        return PaperSide(case_id=case_id, case_number=number, page=page, name=name, document_id=document)

    return DuplicateLine(
        subject=f"pair:{pair.id}",
        mine=side(pair.case_id, pair.case_number, pair.document_id, pair.page),
        other=side(pair.other_case_id, pair.other_case_number, pair.other_document_id, pair.other_page),
        score=pair.score,
        answered=_answered(answer),
    )


def _answered(answer: DuplicateAnswer | None) -> Answered | None:
    if answer is None:
        return None
    return Answered(answer=answer.answer, actor=answer.actor, at=answer.at, case_number=answer.case_number)


def _remark(note: MailNote) -> Remark:
    return Remark(kind=note.kind, actor=note.actor, at=note.at, sheets=note.sheets, text=note.text)


def _obstacles(
    uploads: tuple[Upload, ...],
    cases: tuple[CaseLine, ...],
    duplicates: tuple[DuplicateLine, ...],
    sheets: SheetCount,
    explained: MailNote | None,
) -> tuple[str, ...]:
    """Return why the batch cannot be closed."""
    unsent = sum(u.state is UploadState.OPEN for u in uploads)
    waits = sum(c.pages - c.read for c in cases if c.state in (ReadingState.RECEIVED, ReadingState.READING))
    unanswered = sum(d.score is None and d.answered is None for d in duplicates)
    difference = sheets.difference
    found = (
        (unsent, f"还有 {unsent} 个文件没有传完"),
        (waits, f"还有 {waits} 页正在识别，空白页尚未分开"),
        (difference is None, "还没有登记手工点数的张数"),
        (unanswered, f"有 {unanswered} 个文件与已收文件完全相同，还没有答复"),
        (difference and explained is None, f"{difference_words(difference)}，请补扫或说明原因"),
    )
    return tuple(words for applies, words in found if applies)


def difference_words(difference: int | None) -> str:
    """Return a difference for people."""
    if not difference:
        return "张数相符"
    return f"比点数少 {-difference} 张" if difference < 0 else f"比点数多 {difference} 张"
