"""The tables that no single resource owns. A resource's own table is declared by its `Collection`.

Every primary key, unique constraint and index of a company's table begins with `company_id`: that is what keeps
companies apart, and what lets the same schema be distributed by company over several servers.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)

from mastro.database.columns import JsonBody, PlainText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INSTALLATION_TABLES = frozenset(
    {
        *("users", "companies", "tokens", "applications", "grants", "sessions", "attempts"),
        *("second_factors", "recovery_codes"),
        *("jobs", "schedules", "backups", "facts", "alembic_version"),
    }
)
"""Tables that belong to the installation. All others belong to a company, and the schema test holds them to that."""

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", PlainText, nullable=False, unique=True),
    Column("name", PlainText, nullable=False),
    Column("first_name", PlainText, nullable=False, server_default=""),
    Column("last_name", PlainText, nullable=False, server_default=""),
    Column("password_hash", PlainText, nullable=False, server_default=""),
    Column("created_at", PlainText, nullable=False),
    Column("language", PlainText, nullable=False, server_default="", comment="it, en; empty: as the browser says"),
    Column("theme", PlainText, nullable=False, server_default="", comment="light, dark; empty: as the browser says"),
)

companies = Table(
    "companies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("created_at", PlainText, nullable=False),
    Column("body", JsonBody, nullable=False, comment="mastro.model.company.Company"),
    Column("settings", JsonBody, nullable=False, comment="how the company wants things done"),
)

deletions = Table(
    "deletions",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("deleted_at", PlainText, nullable=False),
    Column("purge_at", BigInteger, nullable=False, comment="seconds since 1970: until then it can be taken back"),
    Column("members", JsonBody, nullable=False, comment="its memberships, which come back with it"),
)
"""Companies that were deleted and can be taken back. Nobody is in them meanwhile, and their jobs wait."""

facts = Table(
    "facts",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("value", PlainText, nullable=False),
)
"""What the installation must remember of itself."""

applications = Table(
    "applications",
    metadata,
    Column("client_id", PlainText, primary_key=True),
    Column("secret_hash", PlainText, nullable=False, comment="SHA-256: the secret itself is not kept"),
    Column("owner_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", PlainText, nullable=False),
    Column("redirect_uris", PlainText, nullable=False, comment="one a line, compared as they are"),
    Column("device", Boolean, nullable=False, comment="may use the device flow, and refresh such a grant by its id"),
    Column("created_at", PlainText, nullable=False),
)
"""Programs that users may let in."""

grants = Table(
    "grants",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("client_id", PlainText, ForeignKey("applications.client_id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=True),
    Column("company_id", Integer, ForeignKey("companies.id", ondelete="CASCADE"), nullable=True, comment="null: all"),
    Column("scopes", PlainText, nullable=False),
    Column("flow", PlainText, nullable=False, comment="code, device"),
    Column("state", PlainText, nullable=False, comment="pending, approved, denied, active, revoked"),
    Column("code_hash", PlainText, nullable=False, unique=True, comment="of the c/ or d/ code"),
    Column("user_code", PlainText, nullable=True, unique=True, comment="what the user of a device types in"),
    Column("redirect_uri", PlainText, nullable=False, server_default=""),
    Column("challenge", PlainText, nullable=False, server_default="", comment="PKCE, S256"),
    Column("expires_at", BigInteger, nullable=False, comment="of the code; seconds since 1970"),
    Column("polled_at", BigInteger, nullable=False, server_default="0", comment="seconds since 1970"),
    Column("wait", Integer, nullable=False, server_default="5", comment="seconds between two polls"),
    Column("created_at", PlainText, nullable=False),
    Index(None, "user_id"),
    Index(None, "state", "expires_at"),
)
"""What a user let a program do, from the request for it on. All tokens of a grant end together."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", PlainText, primary_key=True, comment="SHA-256 of the token: the token itself is not kept"),
    Column("kind", PlainText, nullable=False, comment="access, refresh"),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("company_id", Integer, ForeignKey("companies.id", ondelete="CASCADE"), nullable=True),
    Column("scopes", PlainText, nullable=False, comment="as granted, separated by spaces"),
    Column("name", PlainText, nullable=False, server_default=""),
    Column("grant_id", PlainText, ForeignKey("grants.id", ondelete="CASCADE"), nullable=True, comment="null: personal"),
    Column("program", PlainText, nullable=False, server_default="personal", comment="client_id of the application"),
    Column("created_at", PlainText, nullable=False),
    Column("expires_at", BigInteger, nullable=True, comment="seconds since 1970"),
    Column("replaced_at", BigInteger, nullable=True, comment="when a refresh token was used; seconds since 1970"),
    Column("revoked", Boolean, nullable=False, comment="its user put the program out"),
    Index(None, "user_id"),
    Index(None, "grant_id"),
    Index(None, "expires_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", PlainText, primary_key=True, comment="SHA-256 of what the cookie holds"),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", PlainText, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="seconds since 1970"),
    Column(
        "waiting", Boolean, nullable=False, server_default=false(), comment="the password was right, the code is due"
    ),
    Column("address", PlainText, nullable=False, server_default="", comment="of the network, where it began"),
    Column("agent", PlainText, nullable=False, server_default="", comment="what the browser calls itself"),
    Index(None, "user_id"),
)
"""Who is signed in with a browser."""

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("secret", PlainText, nullable=False, comment="of the codes, encrypted"),
    Column("confirmed_at", PlainText, nullable=False, comment="empty until a first code was right"),
    Column("last_step", BigInteger, nullable=False, comment="of the last code that was taken: none is taken twice"),
)
"""What makes the codes that a user signs in with besides the password."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("hash", PlainText, primary_key=True, comment="SHA-256: the code itself is not kept"),
)
"""Codes that open once when the device with the second factor is lost; a used one is deleted."""

attempts = Table(
    "attempts",
    metadata,
    Column("key", PlainText, primary_key=True, comment="SHA-256 of what is counted, such as address and account"),
    Column("start", BigInteger, primary_key=True, autoincrement=False, comment="of the window; seconds since 1970"),
    Column("used", Integer, nullable=False),
)
"""Failed sign-ins and the like, counted so that guessing stays slow."""

memberships = Table(
    "memberships",
    metadata,
    Column("company_id", Integer, ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role", PlainText, nullable=False, comment="master, subaccount, employee"),
    Column("permissions", JsonBody, nullable=False, comment="level per section; empty for a master, who may do all"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("company_id", Integer, ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", PlainText, primary_key=True, comment="SHA-256 of what the link holds"),
    Column("email", PlainText, nullable=False),
    Column("role", PlainText, nullable=False, comment="as of a membership"),
    Column("permissions", JsonBody, nullable=False, comment="as of a membership"),
    Column("invited_by", Integer, nullable=False, comment="id of the user"),
    Column("created_at", PlainText, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="seconds since 1970"),
)
"""Who may come into a company and has not yet; deleted when they have."""

counters = Table(
    "counters",
    metadata,
    Column("company_id", Integer, primary_key=True),
    Column("name", PlainText, primary_key=True, comment="collection, or collection:bucket"),
    Column("last_id", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
)
"""Kept in the transaction of each change: a count(*) would grow with the history of the company."""

events = Table(
    "events",
    metadata,
    Column("company_id", Integer, primary_key=True),
    Column("id", BigInteger, primary_key=True, comment="grows with time"),
    Column("type", PlainText, nullable=False),
    Column("resource_id", BigInteger, nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("created_at", PlainText, nullable=False),
    Column("program", PlainText, nullable=False, server_default="", comment="client_id, personal, or a part of ours"),
    Column("token", PlainText, nullable=False, server_default="", comment="name of the personal token"),
    Column("changes", JsonBody, nullable=True, comment="of an update: key → [before, after]"),
    Index(None, "company_id", "resource_id"),
)
"""What happened, written in the transaction in which it happened. Webhooks, mail and the audit trail read it."""

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="of the block; the first is 1"),
    Column(
        "last_id", BigInteger, nullable=False, comment="of its events: those after the last one of the block before"
    ),
    Column("entries", Integer, nullable=False, comment="how many events it seals"),
    Column("digest", PlainText, nullable=False, comment="SHA-256 over the SHA-256 of each of its events"),
    Column("hash", PlainText, nullable=False, comment="SHA-256 of all this and of the hash before"),
    Column("marks", PlainText, nullable=False, comment="base64: id and begin of the hash of each event"),
    Column("sealed_at", PlainText, nullable=False),
)
"""The events in blocks, chained by their hashes: see `mastro.database.seals`."""

bin_ = Table(
    "bin",
    metadata,
    Column("company_id", Integer, primary_key=True),
    Column("collection", PlainText, primary_key=True),
    Column("id", BigInteger, primary_key=True),
    Column("deleted_at", PlainText, nullable=False),
    Column("body", JsonBody, nullable=False),
)
"""Deleted documents, whole, until they are recovered or deleted for good."""


jobs = Table(
    "jobs",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="grows with time"),
    Column("company_id", Integer, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("payload", JsonBody, nullable=False),
    Column("state", PlainText, nullable=False, comment="queued, running, dead; a job that is done is deleted"),
    Column("run_at", PlainText, nullable=False, comment="not before; of a running job: when its worker counts as gone"),
    Column("attempts", Integer, nullable=False),
    Column("error", PlainText, nullable=False, comment="why the last attempt failed"),
    Column("created_at", PlainText, nullable=False),
    Index(None, "state", "run_at"),
)
"""What is to be done after a transaction, written in it: done if and only if it committed, at least once."""

schedules = Table(
    "schedules",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("next_run", PlainText, nullable=False),
)
"""When each periodic task of the installation runs next; whichever worker moves the time on runs it."""

webhook_targets = Table(
    "webhook_targets",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("type", PlainText, primary_key=True, comment="event type without the vendor's prefix"),
    Column("subscription_id", BigInteger, primary_key=True, autoincrement=False),
)
"""Who wants which event: derived from the verified subscriptions, read whenever an event is written."""


idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("key", PlainText, primary_key=True, comment="hash of user, operation and the key that was sent"),
    Column("request", PlainText, nullable=False, comment="hash of the body"),
    Column("answer", JsonBody, nullable=False),
    Column("created_at", PlainText, nullable=False, comment="UTC"),
)
"""Answers to creates, kept for a day: a create that is sent twice is done once."""

quotas = Table(
    "quotas",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("program", PlainText, primary_key=True, comment="application or token that asks; empty for all together"),
    Column("span", PlainText, primary_key=True, comment="short, hour, month"),
    Column("start", PlainText, primary_key=True),
    Column("used", Integer, nullable=False),
)
"""Requests by window, where the vendor's limits are turned on."""


def company_table(
    name: str,
    *columns: Column[Any],
    indexes: tuple[tuple[str, ...], ...] = (),
    unique: tuple[tuple[str, ...], ...] = (),
) -> Table:
    """A table of rows `(company_id, id)` with the resource's JSON in `body`; each index begins with the company."""
    return Table(
        name,
        metadata,
        Column("company_id", Integer, primary_key=True, autoincrement=False),
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        *columns,
        Column("body", JsonBody, nullable=False),
        *(Index(None, "company_id", *names) for names in indexes),
        *(UniqueConstraint("company_id", *names) for names in unique),
    )
