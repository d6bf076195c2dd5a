"""The resource: the five verbs on recurrences."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement

from mastro.api.call import Call
from mastro.api.errors import Conflict, Invalid, Validation, invalid
from mastro.api.operation import Parameter
from mastro.api.resource import Resource
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import Collection
from mastro.delivery.letter import WrongAddress, parse_addresses
from mastro.model.issued_document import IssuedDocument
from mastro.resources.issued_documents.documents import types_of
from mastro.resources.issued_documents.email import recipient_of, text_errors
from mastro.resources.recurrences import blueprint, dates
from mastro.resources.recurrences.table import (
    Recurrence,
    RecurrenceEmail,
    RecurrenceParty,
    event_of,
    recurrences,
    scope_of,
)
from mastro.resources.recurrences.words import refuse_unknown, without

MAX_NAME = 100
YEARS = (2000, 2199)
MOST_MONTHS = 12
MOST_RECURRENCES = 10_000

TYPE = Parameter("type", {"type": "string"}, "Type of the documents; several with commas between; without it all")

_SCHEDULE = ("every", "unit", "end_of_month", "first_date", "last_date", "count")


def _prepare(call: Call, new: Recurrence, old: Recurrence | None) -> None:
    _check(new)
    if old is None and recurrences.total(call.session, call.company_id) >= MOST_RECURRENCES:
        raise invalid("data", f"A company has at most {MOST_RECURRENCES} recurrences: delete one first.")
    if new.document is None or (old is not None and new.document_id not in {None, old.document_id}):
        new.document = _taken(call, new)
        call.require(scope_of(new), "a")
    new.user_id = call.principal.user_id
    today = call.now.date()
    moved = old is None or any(getattr(new, key) != getattr(old, key) for key in _SCHEDULE)
    if moved:
        new.next_date = next(new.schedule.dates(today), None)
    if not (old is not None and new.paused and (new.document, new.action) == (old.document, old.action)):
        _complete(call, new, max(today, new.next_date or today))  # what stands still need not be right
    if old is not None:
        dates.withdraw_announcements(call, new)
    dates.settle(call, new)


def _complete(call: Call, new: Recurrence, on: dt.date) -> None:
    """Check the model, and write down what follows from it."""
    assert new.document  # noqa: S101
    checked = _checked(call, new.document, on)
    if new.action == "create_and_send":
        blueprint.refuse_unsendable(call, checked)
    new.document = blueprint.bare(checked, on)
    _describe(new)
    blueprint.refuse_unaddressed(new, recipient_of(call, new.document))


def _taken(call: Call, new: Recurrence) -> IssuedDocument:
    """The model out of the document that is named."""
    if new.document_id is None:
        raise invalid("data.document", "The data.document field is required when data.document id is not present.")
    return blueprint.of_document(call, new.document_id)


def _checked(call: Call, model: IssuedDocument, on: dt.date) -> IssuedDocument:
    """The document that the model would be. Raises what a create of it raises, with the paths of this body."""
    try:
        return blueprint.complete(call, model, on)
    except (Invalid, Conflict) as why:
        moved = {path.replace("data.", "data.document.", 1): said for path, said in (why.validation or {}).items()}
        raise type(why)(why.message, code=why.code, validation=moved or None, extra=why.extra) from why


def _check(new: Recurrence) -> None:
    """Raise Invalid for what is out of bounds or contradicts itself."""
    new.name = " ".join(new.name.split())
    errors = schedule_errors(new)
    if len(new.name) > MAX_NAME:
        errors["data.name"] = [f"The data.name field must not be longer than {MAX_NAME} characters."]
    if new.email:
        errors |= _mail_errors(new.email)
    if errors:
        raise Invalid(validation=errors)
    if new.email:
        refuse_unknown({"subject": new.email.subject, "body": new.email.body}, "data.email")


def schedule_errors(new: Recurrence) -> Validation:
    """What is wrong with the rule of the dates."""
    errors: Validation = {}
    if new.unit == "month" and new.every > MOST_MONTHS:
        errors["data.every"] = [f"The data.every field must be an integer between 1 and {MOST_MONTHS}."]
    for key in ("first_date", "last_date"):
        day = getattr(new, key)
        if day and not YEARS[0] <= day.year <= YEARS[1]:
            errors[f"data.{key}"] = [f"The data.{key} field must be a day of the years {YEARS[0]} to {YEARS[1]}."]
    if new.first_date and new.last_date and new.last_date < new.first_date:
        errors["data.last_date"] = ["The data.last date field must not be before data.first date."]
    return errors


def _mail_errors(email: RecurrenceEmail) -> Validation:
    errors = text_errors(email, "data.email")
    if email.recipient_email.strip() and not errors:
        try:
            parse_addresses(email.recipient_email)
        except WrongAddress as error:
            errors["data.email.recipient_email"] = [f"The data.recipient email field is invalid: {error}."]
    return errors


def _describe(new: Recurrence) -> None:
    """Write beside the model what a list shows of it."""
    model = new.document
    assert model  # noqa: S101
    party = model.entity
    new.type, new.amount_gross = model.type, model.amount_gross
    new.currency = model.currency.id if model.currency else "EUR"
    new.entity = RecurrenceParty(id=party.id, name=party.name) if party else RecurrenceParty()
    names = (new.name, without(model.subject), without(model.visible_subject), new.entity.name)
    new.name = next((name for name in names if name), "")[:MAX_NAME]


def _stored(call: Call, new: Recurrence, _old: Recurrence | None) -> None:
    dates.order(call, new)


def _deleted(call: Call, old: Recurrence) -> None:
    dates.forget_all(call, old.id or 0)


def _list_filter(call: Call) -> tuple[dict[str, Any], ColumnElement[bool] | None]:
    return of_types(call, recurrences)


def of_types(call: Call, collection: Collection[Any]) -> tuple[dict[str, Any], ColumnElement[bool] | None]:
    """What a list is narrowed to by the types of documents that are asked for and may be read."""
    types = types_of(call)
    if len(types) == 1:
        return {"type": types[0]}, None
    return {}, None if len(types) == len(DOCUMENT_SCOPES) else collection.table.c.type.in_(types)


resource = Resource(
    collection=recurrences,
    path="/c/{company_id}/recurrences",
    item="recurrence_id",
    name="Recurrence",
    plural="Recurrences",
    scope=scope_of,
    events=event_of,
    tag="Recurrences",
    basic=tuple(key for key in Recurrence.__struct_fields__ if key not in {"document", "email"}),
    prepare=_prepare,
    stored=_stored,
    deleted=_deleted,
    order=(("next_date", False), ("id", False)),
    list_filter=_list_filter,
    list_query=(TYPE,),
)


def create_recurrence(call: Call) -> bytes:
    """Store a recurrence whose model is a document of the company (`document_id`) or in the body (`document`)."""
    new = call.parse(Recurrence).data
    if new.document is None:
        new.document = _taken(call, new)
    _, stored = resource.add(call, new)
    return b'{"data":' + stored + b"}"
