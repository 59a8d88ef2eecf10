"""Documents, page pictures and originals of a case, failed inputs, search, and the policy packs."""

from __future__ import annotations

import base64
import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import Field

from domain.access import Scope
from domain.base import Model, Sha256, Sm3
from domain.documents import Document
from domain.masking import mask_text
from domain.vocabulary import DocumentKind
from review_ui.backend import Choices, FailedInput, PolicyName, ReviewBackend, SearchHit
from review_ui.pictures import THUMBNAIL_WIDTHS, PictureCache, original_headers, picture_response
from review_ui.systems.access import caller_of
from review_ui.systems.masked import masked_failure, masked_hit
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


class DocumentLine(Model):
    """A paper of a case.

    Attributes:
        source_file: name of the file it stands in.
        size: bytes of that file.
        pages: number of pages.
    """

    document_id: str
    kind: DocumentKind
    source_file: str
    sha256: Sha256
    sm3: Sm3
    size: int = Field(ge=0)
    media_type: str
    pages: int = Field(ge=0)


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
    """Where the words were found, best first; without `cases:reveal` the words around are left out."""

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
        lines = tuple(_line(d, plain=caller_of(request).may(Scope.CASES_REVEAL)) for d in case.documents)
        return DocumentsAnswer(case_id=case.id, case_number=case.number, revision=case.revision, documents=lines)

    @router.get(
        "/cases/{key}/documents/{document_id}/pages/{page}",
        name="api.page",
        tags=["files"],
        response_class=Response,
        responses=answers(404) | {200: _PICTURES, 304: {"description": "still the same"}},
    )
    def get_page(
        key: CaseKey,
        document_id: DocumentKey,
        page: Annotated[int, Path(description="from 1", ge=1, le=100_000)],
        width: Annotated[
            int | None,
            Query(description="pixels across, for a small picture", ge=THUMBNAIL_WIDTHS[0], le=THUMBNAIL_WIDTHS[1]),
        ] = None,
        if_none_match: Annotated[str | None, Header(description="an ETag seen before")] = None,
    ) -> Response:
        """Return a page as an upright picture; boxes of evidence are pixels of it."""
        place = (backend.case(key).id, document_id, page)
        picture = pictures.page(place) if width is None else pictures.thumbnail(place, width)
        return picture_response(picture, if_none_match)

    @router.get(
        "/cases/{key}/documents/{document_id}/original",
        name="api.original",
        tags=["files"],
        response_class=Response,
        responses=answers(404) | {200: _ORIGINAL},
    )
    def get_original(key: CaseKey, document_id: DocumentKey) -> Response:
        """Return the file as it was handed in, verified against its hash, with its digest in the header."""
        original = backend.original(backend.case(key).id, document_id)
        digest = base64.b64encode(hashlib.sha256(original.content).digest()).decode()
        headers = original_headers(original) | {
            "Repr-Digest": f"sha-256=:{digest}:",
            "Content-Digest": f"sha-256=:{digest}:",
        }
        return Response(original.content, media_type=original.media_type, headers=headers)


def _other_routes(router: APIRouter, backend: ReviewBackend) -> None:
    @router.get("/failures", name="api.failures", tags=["cases"], responses=answers())
    def get_failures(request: Request) -> FailuresAnswer:
        """Return inputs that could not be read and were not dealt with."""
        found = backend.failures()
        if not caller_of(request).may(Scope.CASES_REVEAL):
            found = tuple(masked_failure(f) for f in found)
        return FailuresAnswer(failures=found)

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
        hits = backend.search(q.strip(), limit)
        if not caller_of(request).may(Scope.CASES_REVEAL):
            hits = tuple(masked_hit(h) for h in hits)
        return SearchAnswer(hits=hits)

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


def _line(document: Document, *, plain: bool) -> DocumentLine:
    source = document.source
    return DocumentLine(
        document_id=document.id,
        kind=document.kind.kind,
        source_file=source.name if plain else mask_text(source.name),
        sha256=source.object.sha256,
        sm3=source.object.sm3,
        size=source.object.size,
        media_type=source.object.media_type,
        pages=len(document.pages),
    )
