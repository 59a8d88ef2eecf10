"""Documents, page pictures and originals of a case, failed inputs, search, and the policy packs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import Field

from domain.access import Scope
from domain.audit import Operation, Result, document_subject, page_subject
from domain.base import Model, Sha256, Sm3
from domain.case import Case
from domain.documents import Document, SourceFile, originals_of
from domain.errors import ForbiddenError
from domain.system_errors import ScopeMissingError
from domain.vocabulary import DocumentKind
from review_ui.accounts.visitor import visitor
from review_ui.audit.trail import Act, Trail
from review_ui.backend import Choices, FailedInput, PolicyName, ReviewBackend, SearchHit
from review_ui.pictures import THUMBNAIL_WIDTHS, PictureCache, WantedPage, original_answer, page_answer
from review_ui.systems.access import readable, reveal_to_system
from review_ui.systems.paths import CaseKey, DocumentKey, PolicyKey, answers

_BYTES = {"schema": {"type": "string", "format": "binary"}}
_PICTURES: dict[str, Any] = {
    "content": {"image/jpeg": _BYTES, "image/png": _BYTES, "image/webp": _BYTES},
    "headers": {"ETag": {"description": "hash of the picture", "schema": {"type": "string"}}},
}
_DIGEST = {"description": "`sha-256=:…:` of the file, RFC 9530", "schema": {"type": "string"}}
_ORIGINAL: dict[str, Any] = {
    "content": {"*/*": _BYTES},
    "headers": {"Repr-Digest": _DIGEST, "Content-Digest": _DIGEST},
}


class FileLine(Model):
    """One more file that a paper has pages of.

    Attributes:
        page: first page of the paper, from 1, that comes from it.
        size: bytes.
    """

    page: int = Field(ge=1)
    source_file: str
    sha256: Sha256
    sm3: Sm3
    size: int = Field(ge=0)
    media_type: str


class DocumentLine(Model):
    """A paper of a case.

    Attributes:
        source_file: name of the file its first page stands in.
        size: bytes of that file.
        pages: number of pages.
        more_files: other files that a person put pages of behind it.
    """

    document_id: str
    kind: DocumentKind
    source_file: str
    sha256: Sha256
    sm3: Sm3
    size: int = Field(ge=0)
    media_type: str
    pages: int = Field(ge=0)
    more_files: tuple[FileLine, ...] = ()


class DocumentsAnswer(Model):
    """The papers of a case in their order."""

    case_id: str
    case_number: str
    revision: int
    documents: tuple[DocumentLine, ...]


class FailuresAnswer(Model):
    """Inputs that could not be read and were not dealt with, the newest first."""

    failures: tuple[FailedInput, ...]


class SearchAnswer(Model):
    """Where the words were found, best first; personal data around them are masked, except the words themselves."""

    hits: tuple[SearchHit, ...]


class PoliciesAnswer(Model):
    """The packs, those with the most cases first."""

    policies: tuple[PolicyName, ...]


def file_routes(router: APIRouter, backend: ReviewBackend) -> None:
    """Add the routes of documents, pictures, originals, failures, search and packs."""
    _paper_routes(router, backend)
    _other_routes(router, backend)


def _paper_routes(router: APIRouter, backend: ReviewBackend) -> None:
    pictures = PictureCache(backend)

    @router.get("/cases/{key}/documents", name="api.documents", tags=["files"], responses=answers(404))
    def get_documents(request: Request, key: CaseKey) -> DocumentsAnswer:
        """Return the papers of a case: kind, file and digests."""
        case = backend.case(key)
        Trail.of(request).view_case(request, case)
        lines = tuple(_line(d) for d in readable(request, case).documents)
        return DocumentsAnswer(case_id=case.id, case_number=case.number, revision=case.revision, documents=lines)

    @router.get(
        "/cases/{key}/documents/{document_id}/pages/{page}",
        name="api.page",
        tags=["files"],
        response_class=Response,
        responses=answers(404) | {200: _PICTURES, 304: {"description": "still the same"}},
        dependencies=[Depends(_seen)],
    )
    def get_page(
        request: Request,
        key: CaseKey,
        document_id: DocumentKey,
        page: Annotated[int, Path(description="from 1", ge=1, le=100_000)],
        width: Annotated[
            int | None,
            Query(description="pixels across, for a small picture", ge=THUMBNAIL_WIDTHS[0], le=THUMBNAIL_WIDTHS[1]),
        ] = None,
    ) -> Response:
        """Return a page as an upright picture; boxes of evidence are pixels of it.

        Places of personal data, and identity papers, are made unreadable unless the token has `cases:reveal`.
        """
        case = backend.case(key)
        reveal_to_system(request, case, page_subject(document_id, page))
        return page_answer(request, pictures, case, WantedPage(document_id, page, width))

    @router.get(
        "/cases/{key}/documents/{document_id}/original",
        name="api.original",
        tags=["files"],
        response_class=Response,
        responses=answers(404) | {200: _ORIGINAL},
    )
    def get_original(
        request: Request,
        key: CaseKey,
        document_id: DocumentKey,
        page: Annotated[int, Query(ge=1, description="page of the document whose file is wanted")] = 1,
    ) -> Response:
        """Return the file as it was handed in, verified against its hash, with its digest in the header.

        A document may have pages of several files: `more_files` of the list of documents says from which page on.

        A file with personal data on it is handed out only to tokens with `cases:reveal`, and to persons who have had
        the document shown at the station.
        """
        case = backend.case(key)
        _refuse_hidden(request, case, document_id)
        return original_answer(request, backend, case, (document_id, page))


def _seen(
    if_none_match: Annotated[str | None, Header(description="an ETag seen before; answers 304 if it holds")] = None,
) -> None:
    """Describe the header; the picture's answer looks at it."""


def _refuse_hidden(request: Request, case: Case, document_id: str) -> None:
    """Refuse the original of a document on which something is hidden from whoever asks.

    Raises:
        ScopeMissingError: the token may not see personal data.
        ForbiddenError: the person did not say why the document must be seen.
    """
    subject, trail = document_subject(document_id), Trail.of(request)
    reveal_to_system(request, case, subject)
    if trail.shows_all(request, case, document_id):
        return
    trail.record(request, Act(Operation.DOWNLOAD_ORIGINAL, subject, result=Result.REFUSED), case)
    fact = "原件上有个人信息，不能直接取得"
    if visitor().system is not None:
        raise ScopeMissingError(fact, f"请新建包含 {Scope.CASES_REVEAL} 的令牌", Scope.CASES_REVEAL)
    raise ForbiddenError(fact, "请先在审核台写明理由并显示该文件")


def _other_routes(router: APIRouter, backend: ReviewBackend) -> None:
    @router.get("/failures", name="api.failures", tags=["cases"], responses=answers())
    def get_failures(request: Request) -> FailuresAnswer:
        """Return inputs that could not be read and were not dealt with."""
        return FailuresAnswer(failures=Trail.of(request).failures(backend.failures()))

    @router.get("/search", name="api.search", tags=["cases"], responses=answers(400))
    def search(
        request: Request,
        q: Annotated[
            str,
            Query(description="words, numbers, dates; all must be in the case", min_length=1, max_length=200),
        ],
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> SearchAnswer:
        """Return the places where the words were found, best first."""
        words, trail = q.strip(), Trail.of(request)
        hits = backend.search(words, limit)
        trail.search(request, words, len(hits))
        return SearchAnswer(hits=trail.hits(hits, words, backend))

    @router.get("/policies", name="api.policies", tags=["policies"], responses=answers())
    def get_policies() -> PoliciesAnswer:
        """Return the policy packs."""
        return PoliciesAnswer(policies=backend.policies())

    @router.get("/policies/{policy}", name="api.policy", tags=["policies"], responses=answers(404))
    def get_policy(
        policy: Annotated[PolicyKey, Path(description="id of a pack", examples=["exchange-member"])],
    ) -> Choices:
        """Return the labels of a pack: categories, levels, materials."""
        return backend.choices(policy)


def _line(document: Document) -> DocumentLine:
    source = document.source
    return DocumentLine(
        document_id=document.id,
        kind=document.kind.kind,
        source_file=source.name,
        sha256=source.object.sha256,
        sm3=source.object.sm3,
        size=source.object.size,
        media_type=source.object.media_type,
        pages=len(document.pages),
        more_files=tuple(_file(page, source) for page, source in originals_of(document)[1:]),
    )


def _file(page: int, source: SourceFile) -> FileLine:
    return FileLine(
        page=page,
        source_file=source.name,
        sha256=source.object.sha256,
        sm3=source.object.sm3,
        size=source.object.size,
        media_type=source.object.media_type,
    )
