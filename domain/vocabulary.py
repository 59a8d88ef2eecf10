"""Closed sets: document kinds (catalogue table C), signals, states. Values are the contract's spelling."""

from __future__ import annotations

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a paper is (catalogue table C, plus the kinds that design §5 adds)."""

    COMPLAINT_LETTER = "complaint_letter"
    APPLICATION_FORM = "application_form"
    ID_CARD_COPY = "id_card_copy"
    LEGAL_REP_ID_COPY = "legal_rep_id_copy"
    AGENT_ID = "agent_id"
    EVIDENCE = "evidence"
    ACCOUNT_OPENING_FILE = "account_opening_file"
    TRADE_STATEMENT = "trade_statement"
    COORDINATION_APPLICATION = "coordination_application"
    MEMBER_OPINION = "member_opinion"
    INTERVIEW_RECORD = "interview_record"
    AUDIO_VIDEO = "audio_video"
    COMPLAINT_REPORT_FORM = "complaint_report_form"
    COORDINATION_REPORT = "coordination_report"
    CONTRACT_RISK_DISCLOSURE = "contract_risk_disclosure"
    FAX_PRINT = "fax_print"
    WORK_ORDER = "work_order"
    EVENT_SLIP = "event_slip"
    HANDLING_SLIP = "handling_slip"
    LIAISON_SLIP = "liaison_slip"
    REMINDER_SLIP = "reminder_slip"
    OPINION_CARD = "opinion_card"
    GUEST_REGISTRATION_FORM = "guest_registration_form"
    GUEST_REPORT = "guest_report"
    WITHDRAWAL_STATEMENT = "withdrawal_statement"
    POLICE_REPORT = "police_report"
    CLAIM_FORM_PCB = "claim_form_pcb"
    ABNORMAL_SAMPLE = "abnormal_sample"
    ABNORMAL_SLIP = "abnormal_slip"
    INVOICE = "invoice"
    RETURN_OR_ALLOWANCE_PROOF = "return_or_allowance_proof"
    RETURN_SLIP = "return_slip"
    MEMO = "memo"
    COMPLAINT_RECORD_PHARMA = "complaint_record_pharma"
    TEST_REPORT = "test_report"
    OWNER_DOCUMENTS = "owner_documents"
    REPAIR_RECORD = "repair_record"
    WARRANTY_LETTER = "warranty_letter"
    LEDGER = "ledger"
    QUESTIONNAIRE = "questionnaire"
    BUSINESS_LICENCE = "business_licence"
    AUTHORISATION = "authorisation"
    ENVELOPE = "envelope"
    FAX_COVER = "fax_cover"
    BLANK = "blank"
    OTHER = "other"


class SignalCode(StrEnum):
    """Severity and escalation signals (design §5; words in catalogue table B)."""

    AMOUNT = "amount"
    COMPANY_LOSS = "company_loss"
    GROUP = "group"
    MEDIA = "media"
    REGULATOR = "regulator"
    HEAD_OFFICE = "head_office"
    VIP = "vip"
    THREAT = "threat"
    DISTURBANCE = "disturbance"
    ILLEGALITY = "illegality"
    FRAUD = "fraud"
    KEY_POSITION = "key_position"
    REPUTATION = "reputation"
    EMERGENCY = "emergency"
    PERSONAL_INJURY = "personal_injury"
    PROPERTY_LOSS = "property_loss"
    ADVERSE_REACTION = "adverse_reaction"
    ASSET_THEFT = "asset_theft"
    DATA_LEAK = "data_leak"
    LEGAL_DISPUTE = "legal_dispute"
    AGITATED = "agitated"
    URGENT = "urgent"
    REPEAT = "repeat"
    ANONYMOUS = "anonymous"
    WITHDRAWAL = "withdrawal"
    VULNERABLE = "vulnerable"


class CaseStatus(StrEnum):
    """Where a case stands on the paper side."""

    AWAITING_REVIEW = "awaiting_review"
    AWAITING_MATERIALS = "awaiting_materials"
    FILED = "filed"
    REFERRED = "referred"
    FAILED = "failed"


class DispositionValue(StrEnum):
    """Is it a complaint at all?"""

    COMPLAINT = "complaint"
    NOT_COMPLAINT = "not_complaint"
    INQUIRY = "inquiry"


class Nature(StrEnum):
    """What a paper is, finer than its disposition."""

    COMPLAINT = "complaint"
    INQUIRY = "inquiry"
    SUGGESTION = "suggestion"
    STAFF_CRIME = "staff_crime"
    WITHDRAWAL = "withdrawal"
    REPEAT = "repeat"
    FORWARDED = "forwarded"
    NOT_COMPLAINT = "not_complaint"


class MaterialStatus(StrEnum):
    """State of one required material."""

    PRESENT = "present"
    MISSING = "missing"
    DEFECTIVE = "defective"
    UNCLEAR = "unclear"


class ComplainantType(StrEnum):
    """Whose materials list applies."""

    NATURAL_PERSON = "natural_person"
    LEGAL_PERSON = "legal_person"
    MEMBER_COORDINATION = "member_coordination"


class Channel(StrEnum):
    """How the paper arrived (catalogue table F)."""

    LETTER = "letter"
    FAX = "fax"
    EMAIL = "email"
    IN_PERSON = "in_person"
    UPLOAD = "upload"
    HISTORICAL = "historical"


class MissingReason(StrEnum):
    """Why a field has no value."""

    NOT_FOUND = "not_found"
    BLANK_ON_FORM = "blank_on_form"
    ILLEGIBLE = "illegible"
    CHECK_FAILED = "check_failed"
    NO_DOCUMENT = "no_document"


class IdSide(StrEnum):
    """Side of an identity card: the front carries the person, the back the issuing authority."""

    FRONT = "front"
    BACK = "back"


class SealColour(StrEnum):
    """Ink of a seal as seen on the page; black covers black-and-white copies and faxes."""

    RED = "red"
    BLUE = "blue"
    BLACK = "black"


class SealShape(StrEnum):
    """Outline of a seal."""

    ROUND = "round"
    OVAL = "oval"
    SQUARE = "square"
    UNKNOWN = "unknown"
