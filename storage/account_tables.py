"""Tables of people: accounts, their sessions, one-time links, failed sign-ins. Of every secret only a hash is kept."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from storage.tables import UtcDateTime, digest_check, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("name", String, nullable=False, unique=True),
    # JSON lists of words
    Column("roles", Text, nullable=False),
    Column("duties", Text, nullable=False),
    Column("staff_names", Text, nullable=False),
    # Empty for people who never set one: they sign in through the house's provider, or have a link still to use.
    Column("password_hash", String),
    Column("disabled", Boolean, nullable=False),
    Column("issuer", String),
    Column("subject", String),
    Column("created_at", UtcDateTime, nullable=False),
    Unique("issuer", "subject", name="uq_accounts_subject"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("address", String, nullable=False),
    Column("browser", String, nullable=False),
    digest_check("token_hash"),
    Index("ix_sessions_account", "account_id"),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    # Empty: creates the first admin.
    Column("account_id", ForeignKey("accounts.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    digest_check("token_hash"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    # ``account:HASH`` or ``address:HASH``: what was typed need not be an account, and may be a password.
    Column("key", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    CheckConstraint("failures >= 1", name="ck_sign_in_failures"),
)

provider_visits = Table(
    "provider_visits",
    metadata,
    # Of the state and of the browser's own cookie: neither alone is enough to come back.
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("nonce", String, nullable=False),
    Column("verifier", String, nullable=False),
    Column("target", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    digest_check("state_hash"),
    digest_check("browser_hash"),
)
