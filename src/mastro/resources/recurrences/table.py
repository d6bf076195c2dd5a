"""The tables of recurrences and of their dates."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import Collection
from mastro.database.fields import amount, boolean, date, exact, integer, text, time
from mastro.model.base import Body, Id, Integer, Timestamp
from mastro.model.issued_document import DocumentType, IssuedDocument, LinkedDocument
from mastro.recurring import Schedule, Unit

Action = Literal["remind", "create", "create_and_email", "create_and_send"]
"""What is done at a date; `create_and_send` hands the electronic invoice to the SdI."""

State = Literal["active", "paused", "ended"]

RunState = Literal["coming", "due", "done", "failed", "skipped", "missed"]

TO_DO: tuple[RunState, ...] = ("coming", "due", "failed")
"""States of a date that want somebody to look."""


class RecurrenceEmail(Body):
    """The message that goes out with each document; what is empty is as in every message about a document."""

    recipient_email: str = ""
    """Several with commas between; empty for the address of the customer at that date."""
    subject: str = ""
    body: str = ""
    """HTML."""
    attach_pdf: bool = True
    send_copy: bool = False


class RecurrenceParty(Body):
    """Whom the documents are for."""

    id: Id | None = None
    name: str = ""


class Recurrence(Body):
    """A document that is made again and again, or that somebody is reminded of."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset(
        {
            *("id", "type", "entity", "amount_gross", "currency", "state", "next_date", "wake_on", "to_do", "user_id"),
            *("created_at", "updated_at"),
        }
    )
    REQUIRED: ClassVar[tuple[str, ...]] = ("first_date",)

    id: Id | None = None
    name: str = ""
    """Empty for the subject of the document, or the customer's name."""
    document_id: Id | None = None
    """The document that the model was taken from."""
    document: IssuedDocument | None = None
    """The model: what each document says. It has no number and no date; its installments are due by their terms."""
    every: Annotated[int, msgspec.Meta(ge=1, le=52)] = 1
    unit: Unit = "month"
    """At most 12 months, 52 weeks."""
    end_of_month: bool = False
    """On the last day of each month, instead of the day of `first_date`."""
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    """How many dates there are, from `first_date` on."""
    action: Action = "create"
    email: RecurrenceEmail | None = None
    remind_days: Annotated[int, msgspec.Meta(ge=0, le=60)] = 0
    """Days before a date that it is on the list of what is to be done; 0 for not at all."""
    missed: Literal["all", "last", "skip"] = "all"
    """Which of the dates are caught up with that passed while it was paused, or the server was off."""
    paused: bool = False
    type: DocumentType | None = None
    entity: RecurrenceParty | None = None
    amount_gross: Decimal | None = None
    currency: str = "EUR"
    state: State = "active"
    next_date: dt.date | None = None
    """Null where there is none any more."""
    wake_on: dt.date | None = None
    """When something is to be done next: at the next date, or as many days before it; null while it is paused."""
    to_do: Integer = 0
    """Dates that want somebody to look: reminders and failures."""
    user_id: Id | None = None
    """Who saved it last: in whose name, and with whose permissions, it is done."""
    created_at: Timestamp = ""
    updated_at: Timestamp = ""

    @property
    def schedule(self) -> Schedule:
        """Its dates. Those of a stored one."""
        assert self.first_date  # noqa: S101
        return Schedule(self.first_date, self.every, self.unit, self.end_of_month, self.last_date, self.count)


class RecurrenceRun(Body):
    """What became of a date."""

    id: Id | None = None
    recurrence_id: Id | None = None
    type: DocumentType | None = None
    date: dt.date | None = None
    state: RunState = "due"
    """`coming`: announced. `due`: of a reminder; it stays until somebody makes the document or skips it. `missed`: it
    passed while nothing was done, and is not caught up with."""
    document: LinkedDocument | None = None
    """What was made."""
    action: Action | None = None
    """What else was done with it."""
    error: str = ""
    """Why a `failed` one could not be made."""
    error_code: str = ""
    user_id: Id | None = None
    created_at: Timestamp = ""
    updated_at: Timestamp = ""


def scope_of(body: Recurrence | RecurrenceRun) -> str:
    """Scope family: that of the documents which are made."""
    model = body.document if isinstance(body, Recurrence) else None
    return f"issued_documents.{DOCUMENT_SCOPES[(model.type if model else None) or body.type or 'invoice']}"


def event_of(body: Recurrence | RecurrenceRun) -> str:
    """Prefix of the events: `recurrences.invoices`, so that who may not read invoices does not read of them."""
    return scope_of(body).replace("issued_documents", "recurrences")


recurrences = Collection(
    "recurrences",
    Recurrence,
    text("name", required=True),
    exact("type", required=True, sortable=False),
    integer("entity.id"),
    text("entity.name", required=True),
    amount("amount_gross"),
    exact("state", required=True),
    boolean("paused", required=True, sortable=False),
    date("next_date"),
    integer("to_do", required=True),
    time("created_at", required=True),
    time("updated_at", required=True),
    extra=(date("wake_on"), exact("scope", of=scope_of, required=True)),
    indexes=(("wake_on",),),
)

runs = Collection(
    "recurrence_runs",
    RecurrenceRun,
    integer("recurrence_id", required=True),
    exact("type", required=True, sortable=False),
    date("date", required=True),
    exact("state", required=True),
    integer("document_id", of=lambda run: run.document.id if run.document else None),
    time("created_at", required=True),
    indexes=(("document_id",), ("state",)),
    unique=(("recurrence_id", "date"),),
)
