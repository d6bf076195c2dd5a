"""The electronic invoices of a company by what became of them: the queue that people look at (ours)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, func, select

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.fields import Part
from mastro.api.operation import Operation, Parameter, Q
from mastro.api.paging import envelope, page_of
from mastro.database import jobs
from mastro.database.collection import encoder
from mastro.model.base import Body, Id, Timestamp
from mastro.model.issued_document import DocumentType, EInvoiceStatus
from mastro.resources.company import load_settings
from mastro.resources.issued_documents import simulation
from mastro.resources.issued_documents.by_hand import Waits, waits_for
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.notices import NoticeInfo
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import (
    Outcome,
    PlannedNotice,
    TestOutcome,
    Transmission,
    that_counts,
    transmissions,
)

TAG = "Issued e-invoices"

State = Literal["to_send", "in_flight", "discarded", "not_delivered", "delivered", "answered"]

STATES: dict[State, tuple[EInvoiceStatus, ...]] = {
    "to_send": ("missing", "not_sent"),
    "in_flight": ("attempt", "pending", "sent", "processing"),
    "discarded": ("discarded", "error"),
    "not_delivered": ("not_delivered",),
    "delivered": ("accepted",),
    "answered": ("rejected", "no_response", "manual_accepted", "manual_rejected"),
}
"""What the states of an electronic invoice come to. `answered`: the customer, or the term for it, has spoken."""

MOST_PLANNED = 200


class EInvoice(Body):
    """An issued document that is electronic, and where its file is."""

    id: Id | None = None
    type: DocumentType = "invoice"
    number: int | None = None
    numeration: str = ""
    date: str = ""
    entity_name: str = ""
    amount_gross: Decimal | None = None
    ei_status: EInvoiceStatus | None = None
    state: State = "to_send"
    waits_for: Waits = ""
    """Of the file, what a person must do: hand it in, or sign it."""
    file_name: str = ""
    """Of the last attempt, as the following ones; empty where there was none."""
    sdi_id: str = ""
    channel: str = ""
    sent_at: Timestamp = ""
    outcome: Outcome | None = None
    """What was answered last."""
    notices: list[NoticeInfo] = msgspec.field(default_factory=list)
    test_outcome: TestOutcome | None = None
    planned: list[PlannedNotice] = msgspec.field(default_factory=list)
    """What the simulated SdI will still say."""


class PlannedEInvoice(Body):
    """A message that the simulated SdI will send."""

    type: str = ""
    at: str = ""
    """ISO time on the test clock."""
    seconds: int = 0
    """From now, on the test clock."""
    document_id: Id | None = None
    file_name: str = ""
    outcome: str = ""


_FACTS = ("id", "type", "number", "sezionale", "date", "entity_name", "body", "ei_status")


class _Amount(msgspec.Struct):
    """What is read of a body."""

    entity: dict[str, Any] | None = None
    amount_gross: Decimal | None = None


_amount = msgspec.json.Decoder(_Amount)


def list_e_invoices(call: Call) -> bytes:
    """Electronic invoices, the latest first, each with its last file; `counters` says how many are in each state."""
    state = call.query.get("state", "")
    if state and state not in STATES:
        raise invalid("state", f"The state field must be one of: {', '.join(STATES)}.")
    equals, narrowed = resource.narrowed(call)
    wanted = page_of(call.query)
    counted = _counted(call, equals, narrowed)
    statuses = STATES[state] if state else tuple(status for each in STATES.values() for status in each)
    where = documents.table.c.ei_status.in_(statuses)
    rows = documents.page(
        call.session,
        call.company_id,
        columns=_FACTS,
        equals=equals,
        where=where if narrowed is None else where & narrowed,
        order=(("date", True), ("id", True)),
        limit=wanted.size,
        offset=wanted.offset,
    )
    sent = _last_files(call, [row[0] for row in rows])
    shown: list[tuple[Part, ...]] = [(encoder.encode(_shown(row, sent.get(row[0]))),) for row in rows]
    total = counted[state] if state else sum(counted.values())
    counters = b',"counters":' + msgspec.json.encode(counted)
    return envelope(shown, wanted, total, call.url, call.query, counters)


def _counted(call: Call, equals: dict[str, Any], narrowed: ColumnElement[bool] | None) -> dict[str, int]:
    """How many there are in each state, whatever state is listed."""
    table = documents.table
    conditions = [table.c.company_id == call.company_id, table.c.ei_status.is_not(None)]
    conditions += [table.c[name] == value for name, value in equals.items()]
    if narrowed is not None:
        conditions.append(narrowed)
    grouped = select(table.c.ei_status, func.count()).where(*conditions).group_by(table.c.ei_status)
    by_status = {row[0]: row[1] for row in call.session.rows(grouped)}
    return {name: sum(by_status.get(status, 0) for status in statuses) for name, statuses in STATES.items()}


def _last_files(call: Call, ids: list[int]) -> dict[int, Transmission]:
    """The attempt that counts for each of these documents."""
    if not ids:
        return {}
    table = transmissions.table
    last = (
        select(func.max(table.c.id))
        .where(table.c.company_id == call.company_id, table.c.document_id.in_(ids))
        .group_by(table.c.document_id)
    )
    rows = call.session.rows(select(table.c.body).where(table.c.company_id == call.company_id, table.c.id.in_(last)))
    found: Iterable[Transmission] = (transmissions.decoder.decode(row[0]) for row in rows)
    return {sent.document_id: that_counts(call, sent) for sent in found if sent.document_id is not None}


def _shown(row: Any, sent: Transmission | None) -> EInvoice:
    id, type, number, numeration, date, name, body, status = row
    facts = _amount.decode(body)
    shown = EInvoice(
        id=id,
        type=type,
        number=number,
        numeration=numeration or "",
        date=str(date),
        entity_name=(facts.entity or {}).get("name") or name,
        amount_gross=facts.amount_gross,
        ei_status=status,
        state=next(state for state, statuses in STATES.items() if status in statuses),
    )
    if sent is not None:
        shown.file_name, shown.sdi_id, shown.channel = sent.file_name, sent.sdi_id, sent.channel
        shown.sent_at, shown.waits_for = sent.created_at, waits_for(sent, status)
        shown.outcome = sent.outcomes[-1] if sent.outcomes else None
        shown.notices = [
            NoticeInfo(file_name=each.file_name, type=each.type, date=each.date, e_invoice_file_name=sent.file_name)
            for each in sent.notices
        ]
        shown.test_outcome, shown.planned = sent.test_outcome, sent.plan
    return shown


def list_test_plan(call: Call) -> bytes:
    """What the simulated SdI is going to say, the next message first."""
    call.require("settings", "r")
    now = simulation.time_of(call, load_settings(call.session, call.company_id))
    ids = dict.fromkeys(
        int(job.payload["transmission_id"]) for job in jobs.waiting(call.session, call.company_id, simulation.JOB)
    )
    found = (transmissions.get(call.session, call.company_id, id) for id in list(ids)[:MOST_PLANNED])
    planned = [
        PlannedEInvoice(
            type=step.type,
            at=step.at,
            seconds=simulation.seconds_until(step, now),
            document_id=sent.document_id,
            file_name=sent.file_name,
            outcome=sent.test_outcome.outcome if sent.test_outcome else "",
        )
        for sent in found
        if sent is not None
        for step in sent.plan
    ]
    return encoder.encode({"data": sorted(planned, key=lambda step: (step.seconds, step.file_name))})


OPERATIONS = (
    Operation(
        "listEInvoices",
        "GET",
        "/c/{company_id}/e_invoices",
        list_e_invoices,
        TAG,
        "List E-Invoices",
        query=(
            Parameter("state", {"type": "string", "enum": list(STATES)}, "What became of them; without it all"),
            *resource.list_query,
            Q,
        ),
        answer=list[EInvoice],
        paginated=True,
    ),
    Operation(
        "listTestPlan",
        "GET",
        "/c/{company_id}/test_mode/plan",
        list_test_plan,
        "Test mode",
        "List Test Plan",
        answer=list[PlannedEInvoice],
    ),
)
