"""The trail of changes: who did what, when, with which program, and what it changed.

It reads the events, which stand in the transaction of each change: nothing is done that it does not know of.
"""

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, literal, not_, or_, select, union

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation, Parameter
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.database.schema import applications, events, memberships, users
from mastro.model.base import Body, Id, Timestamp
from mastro.resources import event_types

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
MAX_ID = 2**63 - 1

RECENT = 1000
"""Entries that are looked through for who did them and with what."""

SCOPES = {
    **{prefix.rpartition(".")[0]: scopes[0][:-2] for prefix, scopes in event_types.SCOPES.items()},
    "price_lists": "products",
    "settings": "settings",
    "emails": "emails",
    "pec.messages": "settings",
    "xml_imports": "settings",
    "bank_statements": "cashbook",
    **{f"recurrences.{name}": f"issued_documents.{name}" for name in DOCUMENT_SCOPES.values()},
}
"""Begin of a type of event → the scope family that its reader needs; the longest that fits counts."""

_OWN_IDS = {
    "received_documents": ("received_documents.pending", "received_documents.e_invoices"),
    "bank_statements": ("bank_statements.lines",),
}
"""Resource → kinds of events under its name whose ids are another resource's."""


class AuditUser(Body):
    """Who did it."""

    id: Id | None = None
    name: str = ""
    """Empty where the user is gone."""


class AuditEntry(Body):
    """Something that was done."""

    id: str = ""
    """Grows with time; a text, because it is longer than the numbers of JavaScript."""
    created_at: Timestamp = ""
    type: str = ""
    """The event, such as `entities.clients.update`."""
    resource: str = ""
    """The event without what was done: `entities.clients`."""
    action: str = ""
    """create, update, delete, purge …"""
    resource_id: Id | None = None
    user: AuditUser = msgspec.field(default_factory=AuditUser)
    program: str = ""
    """`web` for the pages, `personal` for a token made by hand, `mastro` for the server itself; else the client id of
    an application. Empty for what was done before programs were written down."""
    program_name: str = ""
    """Name of the application."""
    token: str = ""
    """Name of the personal token."""
    changes: dict[str, Any] | None = None
    """Of an update: key → before and after; null for a list, which is not kept. Null where nothing is known."""


class AuditProgram(Body):
    """A program that something was done with."""

    program: str = ""
    """As in an entry."""
    name: str = ""
    """Of an application."""


class AuditActors(Body):
    """Who does something in the company, and with what."""

    users: list[AuditUser] = msgspec.field(default_factory=list)
    programs: list[AuditProgram] = msgspec.field(default_factory=list)


def list_audit(call: Call) -> bytes:
    """What was done in the company, the latest first.

    Without the scope `settings:r` only the trail of one thing is answered: name its `resource` and `id`. A token sees
    the trail of what it may read. The `cursor` of the next page stands beside the rows; null on the last page.
    """
    conditions = [events.c.company_id == call.company_id, *_conditions(call)]
    limit = _number(call, "limit", MAX_LIMIT) or DEFAULT_LIMIT
    # the trail of one thing is found by its index and then sorted: SQLite would rather walk through all events in order
    order: ColumnElement[int] = events.c.id + 0 if call.query.get("id") else events.c.id
    found = call.session.rows(
        select(
            events.c.id,
            events.c.created_at,
            events.c.type,
            events.c.resource_id,
            events.c.user_id,
            users.c.name,
            events.c.program,
            applications.c.name,
            events.c.token,
            events.c.changes,
        )
        .outerjoin(users, users.c.id == events.c.user_id)
        .outerjoin(applications, applications.c.client_id == events.c.program)
        .where(*conditions)
        .order_by(order.desc())
        .limit(limit + 1)
    )
    entries = [_entry(*row) for row in found[:limit]]
    cursor = entries[-1].id if len(found) > limit else None
    return encoder.encode({"data": entries, "cursor": cursor})


def _entry(
    id: int,
    created_at: str,
    type: str,
    resource_id: int,
    user_id: int,
    user: str | None,
    program: str,
    application: str | None,
    token: str,
    changes: bytes | None,
) -> AuditEntry:
    resource, _, action = type.rpartition(".")
    return AuditEntry(
        id=str(id),
        created_at=created_at,
        type=type,
        resource=resource,
        action=action,
        resource_id=resource_id,
        user=AuditUser(id=user_id, name=user or ""),
        program=program,
        program_name=application or "",
        token=token,
        changes=msgspec.json.decode(changes) if changes else None,
    )


def _conditions(call: Call) -> list[ColumnElement[bool]]:
    resource, id = call.query.get("resource", "").strip("."), _number(call, "id")
    if not (resource and id):
        call.require("settings", "r")
    conditions = _readable(call)
    if resource:
        conditions.append(_under(resource))
    if id is not None:
        conditions.append(events.c.resource_id == id)
        conditions += [not_(_under(other)) for other in _OWN_IDS.get(resource, ())]
    user_id, cursor = _number(call, "user_id"), _number(call, "cursor")
    if user_id is not None:
        # the column has 32 bits, what was asked for may have more: PostgreSQL compares them, but does not cast one down
        conditions.append(events.c.user_id == literal(user_id, BigInteger))
    if cursor is not None:
        conditions.append(events.c.id < cursor)
    if action := call.query.get("action", ""):
        conditions.append(events.c.type.endswith(f".{action}", autoescape=True))
    if program := call.query.get("program", ""):
        conditions.append(events.c.program == program)
    if first := _day(call, "from"):
        conditions.append(events.c.created_at >= first.isoformat())
    if last := _day(call, "to"):
        conditions.append(events.c.created_at < (last + dt.timedelta(days=1)).isoformat())
    return conditions


def _readable(call: Call) -> list[ColumnElement[bool]]:
    """A condition that hides what the caller may not read; none where that is nothing."""
    hidden = [prefix for prefix, scope in SCOPES.items() if not call.may(scope, "r")]
    if not hidden:
        return []
    allowed = [prefix for prefix in SCOPES if prefix not in hidden]
    shown = or_(*map(_under, allowed)) if allowed else events.c.type == ""
    inner = [prefix for prefix in hidden if any(prefix.startswith(f"{outer}.") for outer in allowed)]
    return [and_(shown, *(not_(_under(prefix)) for prefix in inner))]


def _under(prefix: str) -> ColumnElement[bool]:
    """True for the events of a resource and of what belongs to it."""
    return (events.c.type >= f"{prefix}.") & (events.c.type < f"{prefix}/")  # the character after the dot


def _number(call: Call, name: str, highest: int = MAX_ID) -> int | None:
    text = call.query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= highest):
        raise invalid(name, f"The {name.replace('_', ' ')} field must be an integer between 1 and {highest}.")
    return int(text)


def _day(call: Call, name: str) -> dt.date | None:
    text = call.query.get(name, "")
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError:
        day = dt.date.max
    if day and not 1900 <= day.year <= 9000:
        raise invalid(name, f"The {name} field must be a day such as 2026-01-31.")
    return day


_recent = (
    select(events.c.user_id, events.c.program)
    .where(events.c.company_id == bindparam("company"))
    .order_by(events.c.id.desc())
    .limit(RECENT)
    .cte("recent")
)
_USERS = Prepared(
    select(users.c.id, users.c.name)
    .where(
        users.c.id.in_(
            union(
                select(_recent.c.user_id),
                select(memberships.c.user_id).where(memberships.c.company_id == bindparam("company")),
            )
        )
    )
    .order_by(users.c.name, users.c.id)
)
_PROGRAMS = Prepared(
    select(_recent.c.program, applications.c.name)
    .distinct()
    .outerjoin(applications, applications.c.client_id == _recent.c.program)
    .where(_recent.c.program != "")
    .order_by(_recent.c.program)
)


def get_audit_actors(call: Call) -> bytes:
    """Whom and what the trail can be narrowed to: the members, and who and what stands in its latest entries."""
    people = call.session.rows(_USERS, company=call.company_id)
    programs = call.session.rows(_PROGRAMS, company=call.company_id)
    actors = AuditActors(
        users=[AuditUser(id=id, name=name) for id, name in people],
        programs=[AuditProgram(program=program, name=name or "") for program, name in programs],
    )
    return encoder.encode({"data": actors})


_ID, _TEXT, _DAY = {"type": "integer"}, {"type": "string"}, {"type": "string", "format": "date"}

OPERATIONS = (
    Operation(
        "listAudit",
        "GET",
        "/c/{company_id}/audit",
        list_audit,
        "Audit",
        "List Audit",
        slow=True,
        query=(
            Parameter("resource", _TEXT, "Only what belongs to it, such as issued_documents or entities.clients"),
            Parameter("id", _ID, "Only this thing; its resource must be named too"),
            Parameter("action", _TEXT, "Only create, update, delete …"),
            Parameter("user_id", _ID, "Only what this user did"),
            Parameter(
                "program", _TEXT, "Only what was done with it: web, personal, or the client id of an application"
            ),
            Parameter("from", _DAY, "First day"),
            Parameter("to", _DAY, "Last day"),
            Parameter("cursor", _TEXT, "Where the page begins: the cursor of the page before"),
            Parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, "Rows of a page; 50"),
        ),
        answer=list[AuditEntry],
        answer_extra={"cursor": {"type": "string", "nullable": True}},
    ),
    Operation(
        "getAuditActors",
        "GET",
        "/c/{company_id}/audit/actors",
        get_audit_actors,
        "Audit",
        "Get Audit Actors",
        scope="settings",
        answer=AuditActors,
    ),
)
