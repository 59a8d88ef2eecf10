"""What stands in a notice: one model per notice, made from a case, its pack and the adoption.

Nothing is stated that neither pack nor adoption says. A notice for which the case gives no ground is refused.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from classifiers.labels import kind_label
from domain.base import Model
from domain.case import Case
from domain.documents import Document, source_of, sources_of
from domain.evidence import Evidence
from domain.policy import AdoptedPolicy, Referral
from domain.replaced import in_force
from domain.review import decided_by_person
from domain.verdicts import MaterialItem
from domain.vocabulary import DispositionValue, MaterialStatus
from domain.words import CHANNEL
from outgoing.errors import NoticeRefusedError
from outgoing.words import BLANK, chinese_day, material_label

DIGEST_PREFIX = 12
"""Characters of the SHA-256 that are printed."""

_LACKING = {MaterialStatus.MISSING: "缺少", MaterialStatus.DEFECTIVE: "有缺陷"}
UNDECIDED_TITLE = "收件回执"
"""Title of a receipt before somebody has decided that the case is a complaint."""

_REVIEW_FIRST = "请先在审核网页中确认后再出具"


class NoticeKind(StrEnum):
    """Notices; the value names the template and the command."""

    RECEIPT = "receipt"
    DEFICIENCY = "deficiency"
    REFERRAL = "referral"

    @property
    def heading(self) -> str:
        """The notice's name in Chinese."""
        return _TITLES[self]


_TITLES = {
    NoticeKind.RECEIPT: "受理通知书",
    NoticeKind.DEFICIENCY: "补正通知书",
    NoticeKind.REFERRAL: "转办函",
}


class Paper(Model):
    """A paper of the case as a notice lists it.

    Attributes:
        number: from 1.
        file: name of the file it came in.
        digest: first characters of the file's SHA-256.
    """

    number: int
    label: str
    file: str
    pages: int
    digest: str


class Lacking(Model):
    """A required paper that is missing or has a defect.

    Attributes:
        place: file and page where it was seen, ``—`` when there is none.
    """

    number: int
    label: str
    state: str
    reason: str
    place: str


class Notice(Model):
    """What every notice says.

    Attributes:
        adopter: who writes, a blank to fill in when no adoption names the firm.
        complainant: name as read, a blank while nobody has confirmed it.
        basis: the regulation and the article, as far as the pack gives one.
    """

    title: str
    number: str
    adopter: str
    complainant: str
    received: str
    channel: str
    today: str
    basis: str


class Receipt(Notice):
    """受理通知书, or 收件回执 while nobody knows whether the case is a complaint.

    Attributes:
        acceptance: whether the papers are accepted as a complaint.
        expected: when the matter will be dealt with, or that no time is set.
    """

    acceptance: str
    papers: tuple[Paper, ...]
    total_pages: int
    expected: str


class Deficiency(Notice):
    """补正通知书."""

    items: tuple[Lacking, ...]


class ReferralLetter(Notice):
    """转办函."""

    refer_to: str
    ground: str
    papers: tuple[Paper, ...]
    total_pages: int


def make_notice(kind: NoticeKind, case: Case, policy: AdoptedPolicy, today: date) -> Notice:
    """Return the content of a notice.

    Raises:
        NoticeRefusedError: the case gives no ground for it.
    """
    makers = {
        NoticeKind.RECEIPT: receipt,
        NoticeKind.DEFICIENCY: deficiency,
        NoticeKind.REFERRAL: referral_letter,
    }
    return makers[kind](case, policy, today)


def receipt(case: Case, policy: AdoptedPolicy, today: date) -> Receipt:
    """Return the acceptance receipt.

    Raises:
        NoticeRefusedError: it has been decided that the case is no complaint.
    """
    _refuse_others(case)
    disposition = case.judgement.disposition if case.judgement else None
    accepted = disposition is not None and disposition.accepted
    papers = paper_list(case)
    common = _common(NoticeKind.RECEIPT, case, policy, today)
    return Receipt(
        **dict(common) | {"title": common.title if accepted else UNDECIDED_TITLE},
        acceptance=f"依照{common.basis}予以受理" if accepted else "是否按投诉受理尚待审核，本回执仅确认收到材料",
        papers=papers,
        total_pages=sum(p.pages for p in papers),
        expected=expected_time(case, policy) if accepted else "受理后确定。",
    )


def deficiency(case: Case, policy: AdoptedPolicy, today: date) -> Deficiency:
    """Return the deficiency notice: exactly the materials that are missing or defective.

    Raises:
        NoticeRefusedError: nothing is, nobody knows yet which list applies, or the case is no complaint.
    """
    _refuse_others(case)
    report = case.judgement.materials if case.judgement else None
    if report is None or not report.items:
        why = "投诉人类型未定，不知适用哪一份材料清单" if policy.pack.materials else "制度数据包未列材料清单"
        raise NoticeRefusedError(f"案件 {case.number} 无从出具补正通知书：{why}", _REVIEW_FIRST)
    lacking = [item for item in report.items if item.status in _LACKING]
    if not lacking:
        raise NoticeRefusedError(f"案件 {case.number} 没有缺少或有缺陷的材料，无须补正", _next_of(case))
    items = tuple(_lacking(n, item, case, policy) for n, item in enumerate(lacking, start=1))
    common = _common(NoticeKind.DEFICIENCY, case, policy, today)
    article = policy.pack.materials.article if policy.pack.materials else None
    return Deficiency(**dict(common) | {"basis": _basis(policy, article)}, items=items)


def referral_letter(case: Case, policy: AdoptedPolicy, today: date) -> ReferralLetter:
    """Return the referral with its receiver and the article that names them.

    Raises:
        NoticeRefusedError: the pack refers such a case to nobody, or nobody has confirmed the disposition.
    """
    disposition = case.judgement.disposition if case.judgement else None
    rule = _referral_rule(case, policy)
    if disposition is None or rule is None:
        raise NoticeRefusedError(f"案件 {case.number} 没有应当转办的认定，制度数据包未指明受转单位", _REVIEW_FIRST)
    if not disposition.accepted:
        raise NoticeRefusedError(f"案件 {case.number} 的处置尚未经人工确认，不能转办", _REVIEW_FIRST)
    papers = paper_list(case)
    common = _common(NoticeKind.REFERRAL, case, policy, today)
    return ReferralLetter(
        **dict(common) | {"basis": _basis(policy, rule.article)},
        refer_to=rule.refer_to,
        ground=f"{rule.when}：{disposition.reason}",
        papers=papers,
        total_pages=sum(p.pages for p in papers),
    )


def _refuse_others(case: Case) -> None:
    """Refuse notices to complainants where it was decided that there is no complaint."""
    disposition = case.judgement.disposition if case.judgement else None
    if disposition and disposition.accepted and disposition.value not in (None, DispositionValue.COMPLAINT):
        raise NoticeRefusedError(
            f"案件 {case.number} 已认定不按投诉受理：{disposition.reason}", "应转办的，请用 juanzong notice referral"
        )


def unconfirmed_materials(case: Case) -> int:
    """Return how many of the materials in a deficiency notice nobody has confirmed yet."""
    items = case.judgement.materials.items if case.judgement else ()
    return sum(item.status in _LACKING and not decided_by_person(item.producer) for item in items)


def unclear_materials(case: Case) -> int:
    """Return how many materials a person must look at before anybody can say whether they are missing."""
    items = case.judgement.materials.items if case.judgement else ()
    return sum(item.status is MaterialStatus.UNCLEAR for item in items)


def expected_time(case: Case, policy: AdoptedPolicy) -> str:
    """Return when the matter will be dealt with, or that nobody has said so."""
    stated = [r for r in policy.pack.deadlines if not (r.on_spot or r.internal) and r.extends is None]
    if not stated:
        return "现行制度数据包未载明办理期限，本通知书不作期限承诺。"
    rules = [rule for rule in stated if rule.when is None and not rule.agreed]
    if not rules:
        articles = "、".join(dict.fromkeys(rule.article for rule in stated))
        return f"制度设有办理期限（{articles}），适用情形须由人认定或与投诉人约定，本通知书不作期限承诺。"
    found = {d.duty: d for d in case.judgement.deadlines} if case.judgement else {}
    known = [d for d in (found.get(rule.duty) for rule in rules) if d is not None and d.due_at is not None]
    if not known:
        articles = "、".join(dict.fromkeys(rule.article for rule in rules))
        return f"制度设有办理期限（{articles}），但具体时限尚未设定，本通知书不作期限承诺。"
    # the basis goes on about who set the number; its first part is article and counting
    lines = [f"{d.duty}：{chinese_day(d.due_at)}前（{d.basis.split('；')[0]}）" for d in known if d.due_at]
    return "；".join(lines) + "。"


def paper_list(case: Case) -> tuple[Paper, ...]:
    """Return the papers of the case in their order; a sheet that was scanned again is listed once."""
    papers = in_force(case.documents, case.papers)
    return tuple(_paper(n, document) for n, document in enumerate(papers, start=1))


def _paper(number: int, document: Document) -> Paper:
    sources = sources_of(document)
    return Paper(
        number=number,
        label=kind_label(document.kind.kind),
        file="；".join(dict.fromkeys(source.name for source in sources)),
        pages=len(document.pages),
        digest="；".join(source.object.sha256[:DIGEST_PREFIX] for source in sources),
    )


def _common(kind: NoticeKind, case: Case, policy: AdoptedPolicy, today: date) -> Notice:
    return Notice(
        title=kind.heading,
        number=case.number,
        adopter=policy.adoption.adopter if policy.adoption else BLANK,
        complainant=confirmed_name(case),
        received=chinese_day(case.received_at),
        channel=CHANNEL[case.channel],
        today=chinese_day(today),
        basis=_basis(policy, None),
    )


def confirmed_name(case: Case) -> str:
    """Return the complainant's name when it is accepted, a blank to fill in when it is not."""
    found = case.fields.get("complainant_name")
    name = case.field_value("complainant_name")
    return name if found is not None and found.accepted and name else BLANK


def _basis(policy: AdoptedPolicy, article: str | None) -> str:
    return f"《{policy.pack.title}》{article or ''}"


def _next_of(case: Case) -> str:
    unclear = unclear_materials(case)
    return f"另有 {unclear} 项材料待人工确认，请先在审核网页中确认" if unclear else "请核对案件编号"


def _lacking(number: int, item: MaterialItem, case: Case, policy: AdoptedPolicy) -> Lacking:
    listed = case.judgement.materials.list if case.judgement else None
    return Lacking(
        number=number,
        label=material_label(policy.pack, listed, item.material),
        state=_LACKING[item.status],
        reason=item.reason,
        place=_places(item.evidence, case),
    )


def _places(evidence: tuple[Evidence, ...], case: Case) -> str:
    """Return file and page of every place, each once."""
    places = []
    for seen in evidence:
        document = case.document(seen.document_id)
        if document is not None:
            page = next((p for p in document.pages if p.number == seen.page), None)
            name = document.source.name if page is None else source_of(document, page).name
            places.append(f"{name} 第 {seen.page if page is None else page.source_page} 页")
    return "；".join(dict.fromkeys(places)) or "—"


def _referral_rule(case: Case, policy: AdoptedPolicy) -> Referral | None:
    disposition = case.judgement.disposition if case.judgement else None
    if disposition is None or disposition.value is None:
        return None
    same = [rule for rule in policy.pack.referrals if rule.disposition is disposition.value]
    named = [rule for rule in same if rule.refer_to == disposition.refer_to]
    return next(iter(named or same), None)
