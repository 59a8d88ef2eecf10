"""What the tagger of letters tells apart."""

from __future__ import annotations

from pathlib import Path

LABELS = (
    "complainant_name",
    "contact_name",
    "legal_representative",
    "respondent_org",
    "respondent_branch",
    "respondent_staff",
    "complainant_address",
    "complainant_employer",
    "complainant_phone",
    "trading_account_no",
    "claim_report_no",
    "amount_involved",
    "complaint_date",
    "forwarded_by",
)
"""Fields by their contract names; the mobile number counts as ``complainant_phone``."""
TAGS = ("O", *(f"{mark}-{label}" for label in LABELS for mark in "BI"))
"""B begins a mention, I goes on, O is nothing."""
SECTIONS = ("other", "complaint_facts", "complaint_request")
"""Which running text a character belongs to."""
WEIGHTS = Path(__file__).with_name("tagger.onnx")
