"""What happened to a case, in the words of PREMIS 3 (objects, events, agents) as XML.

Names of semantic units and their order follow the data dictionary, version 3.0. Event types are those of the Library
of Congress's vocabulary where it has one, ours where it has none; the schema itself is not part of this system, so
nothing here claims to be validated against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree as Xml

from domain.base import Model, UtcTime, iso
from domain.case import Decision
from domain.records import CheckRecord
from outgoing.words import xml_text
from storage.packages.index import PackageIndex, PackedObject

NAMESPACE = "http://www.loc.gov/premis/v3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
SOFTWARE = "software:juanzong"


class PremisEvent(Model):
    """One event.

    Attributes:
        type: for example ``ingestion``.
        agent: who or what did it.
        outcome: ``success`` or ``failure``.
        objects: identifiers of the objects concerned.
    """

    type: str
    at: UtcTime
    agent: str
    detail: str
    outcome: str = "success"
    objects: tuple[str, ...] = ()


class Happened(Model):
    """What happened to a case beside what the index of its package tells.

    Attributes:
        acts: index of the leaf, name and moment of every act of retention.
    """

    decisions: tuple[Decision, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
    acts: tuple[tuple[int, str, UtcTime], ...] = ()


def premis_document(index: PackageIndex, happened: Happened) -> bytes:
    """Return the XML for a package: every object with its digests, every event in order of time."""
    Xml.register_namespace("premis", NAMESPACE)
    Xml.register_namespace("xsi", _XSI)
    root = Xml.Element(_q("premis"), {"version": "3.0"})
    names = _names(index)
    for packed in index.objects:
        _object(root, packed, names.get(packed.key, packed.path))
    events = sorted(_events(index, happened), key=lambda e: e.at)
    for number, event in enumerate(events, start=1):
        _event(root, number, event)
    for agent in sorted({event.agent for event in events}):
        _agent(root, agent)
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _events(index: PackageIndex, happened: Happened) -> Iterator[PremisEvent]:
    for batch in index.batches:
        keys = tuple(f.key for f in index.files if f.batch_id == batch.id)
        sheets = f"，点数 {batch.expected_sheets} 张" if batch.expected_sheets is not None else ""
        yield PremisEvent(
            type="ingestion",
            at=batch.accepted_at,
            agent=f"person:{batch.operator}" if batch.operator else SOFTWARE,
            detail=f"收件批次 {batch.id}，渠道 {batch.channel}，收件时间 {iso(batch.received_at)}{sheets}",
            objects=keys,
        )
    for revision in index.revisions:
        reading = revision.cause == "assembled"
        yield PremisEvent(
            type="information package creation" if reading else "metadata modification",
            at=revision.saved_at,
            agent=SOFTWARE,
            detail=f"{'识读并组成' if reading else '保存'}第 {revision.number} 版案件记录（{revision.cause}）",
            objects=tuple(f.key for f in index.files) if reading else (),
        )
    yield from (_decided(number, decision) for number, decision in enumerate(happened.decisions, start=1))
    for filing in index.filings:
        yield PremisEvent(
            type="filing",
            at=filing.filed_at,
            agent=SOFTWARE,
            detail=f"第 {filing.revision} 版归档为存证日志第 {filing.seq} 号叶，根 {filing.root_hash}",
            objects=tuple(part.key for part in filing.parts),
        )
    for notice in index.notices:
        keys = tuple(key for key in (notice.docx_key, notice.pdf_key) if key is not None)
        detail = f"出具{notice.title}（{notice.kind}）"
        yield PremisEvent(type="creation", at=notice.made_at, agent=notice.made_by, detail=detail, objects=keys)
    yield from map(_checked, happened.checks)
    for seq, act, at in happened.acts:
        yield PremisEvent(type=act, at=at, agent=SOFTWARE, detail=f"{act}：存证日志第 {seq} 号叶")


def _decided(number: int, decision: Decision) -> PremisEvent:
    detail = f"人工决定 {number}：{decision.action} {decision.subject}"
    return PremisEvent(type="metadata modification", at=decision.at, agent=f"person:{decision.actor}", detail=detail)


def _checked(check: CheckRecord) -> PremisEvent:
    scope = "全部档案" if check.case_id is None else f"案件 {check.case_number}"
    return PremisEvent(
        type="fixity check",
        at=check.finished_at,
        agent=check.made_by,
        detail=f"{scope}：重算对象 {check.objects} 个，不一致 {check.findings} 处",
        outcome="failure" if check.findings else "success",
    )


def _names(index: PackageIndex) -> dict[str, str]:
    names: dict[str, str] = {}
    for key, name in (
        *((f.key, f.name) for f in index.files),
        *((p.key, p.name) for filing in index.filings for p in filing.parts),
    ):
        names.setdefault(key, name)
    return names


def _object(root: Xml.Element, packed: PackedObject, name: str) -> None:
    made = Xml.SubElement(root, _q("object"), {f"{{{_XSI}}}type": "premis:file"})
    _identifier(made, "object", packed.key)
    characteristics = _child(made, "objectCharacteristics")
    for algorithm, digest in (("SHA-256", packed.sha256), ("SM3", packed.sm3)):
        fixity = _child(characteristics, "fixity")
        _child(fixity, "messageDigestAlgorithm", algorithm)
        _child(fixity, "messageDigest", digest)
    _child(characteristics, "size", str(packed.size))
    _child(_child(_child(characteristics, "format"), "formatDesignation"), "formatName", packed.media_type)
    _child(made, "originalName", name)
    storage = _child(made, "storage")
    location = _child(storage, "contentLocation")
    _child(location, "contentLocationType", "path in this package")
    _child(location, "contentLocationValue", packed.path)


def _event(root: Xml.Element, number: int, event: PremisEvent) -> None:
    made = _child(root, "event")
    _identifier(made, "event", f"event-{number:06d}")
    _child(made, "eventType", event.type)
    _child(made, "eventDateTime", _moment(event.at))
    _child(_child(made, "eventDetailInformation"), "eventDetail", event.detail)
    _child(_child(made, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    linking = _child(made, "linkingAgentIdentifier")
    _child(linking, "linkingAgentIdentifierType", "local")
    _child(linking, "linkingAgentIdentifierValue", event.agent)
    for key in dict.fromkeys(event.objects):
        linked = _child(made, "linkingObjectIdentifier")
        _child(linked, "linkingObjectIdentifierType", "local")
        _child(linked, "linkingObjectIdentifierValue", key)


def _agent(root: Xml.Element, agent: str) -> None:
    made = _child(root, "agent")
    _identifier(made, "agent", agent)
    _child(made, "agentName", agent.partition(":")[2] or agent)
    _child(made, "agentType", "software" if agent == SOFTWARE else "person")


def _identifier(parent: Xml.Element, kind: str, value: str) -> None:
    made = _child(parent, f"{kind}Identifier")
    _child(made, f"{kind}IdentifierType", "local")
    _child(made, f"{kind}IdentifierValue", value)


def _child(parent: Xml.Element, name: str, text: str | None = None) -> Xml.Element:
    made = Xml.SubElement(parent, _q(name))
    made.text = None if text is None else xml_text(text)
    return made


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _moment(at: datetime) -> str:
    return at.isoformat()
