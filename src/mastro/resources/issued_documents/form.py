"""What a form for documents asks while it is filled in (ours): whom and what it may mean, and the number to come."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from mastro.api.call import Call
from mastro.api.errors import ApiError, Conflict, Invalid, invalid
from mastro.api.operation import Operation, Parameter
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import Collection, encoder
from mastro.database.columns import fold
from mastro.model.base import Body
from mastro.model.entity import Entity
from mastro.model.issued_document import IssuedDocument
from mastro.numeration import printed_number
from mastro.resources import search
from mastro.resources.company import load_settings
from mastro.resources.entities.clients import clients
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.info import type_of
from mastro.resources.issued_documents.numbers import give_number
from mastro.resources.issued_documents.references import SELF_INVOICES
from mastro.resources.issued_documents.table import documents
from mastro.resources.products import Product, products
from mastro.resources.search_terms import terms_of

SUPPLIER_TYPES = ("supplier_order", *sorted(SELF_INVOICES))
"""Types of documents whose other party is a supplier."""

MOST = 20
USUAL = 8
"""Suggestions that are answered, where nothing else is asked for."""

LATEST = 300
"""Documents whose other parties are the usual ones, where nothing is typed yet."""

DAYS = 730
"""How far back a document counts for how usual somebody is."""

MOST_HITS = 400


class NumberPreview(Body):
    """The number that a document would get, or why it would be refused."""

    number: int | None = None
    printed: str = ""
    """With its numeration, as it stands on the document."""
    code: str = ""
    """Of the refusal, such as NUMBER_TAKEN; empty where the number is fine."""
    message: str = ""


def suggest_entities(call: Call) -> bytes:
    """Customers that a document may be for, or suppliers where its type is for one; the most usual first.

    Found by name, code, VAT number or tax code, also by their begin. Without a text: those of the latest documents.
    """
    type = type_of(call)
    for_supplier = type in SUPPLIER_TYPES
    family = "entity.suppliers" if for_supplier else "entity.clients"
    call.require(family, "r")
    registry: Collection[Any] = suppliers if for_supplier else clients
    wanted, most = call.query.get("text", "").strip(), _limit(call)
    if wanted:
        hits = _hits(call, family, wanted)
        uses = _uses(call, list(hits)[:MOST_HITS], for_supplier=for_supplier)
        ids = sorted(hits, key=lambda each: (-uses.get(each, 0), -hits[each], -each))
    else:
        ids = _usual(call, type)
        ids += [row[0] for row in _newest(call, registry, most) if row[0] not in ids]
    return _bodies(call, registry, ids, wanted, most)


def suggest_products(call: Call) -> bytes:
    """Products that a row may be about, by name or code; the one with exactly that code first."""
    call.require("products", "r")
    wanted, most = call.query.get("text", "").strip(), _limit(call)
    if wanted:
        hits = _hits(call, "products", wanted)
        ids = sorted(hits, key=lambda each: (-hits[each], -each))
    else:
        ids = [row[0] for row in _newest(call, products, most)]
    return _bodies(call, products, ids, wanted, most)


def _hits(call: Call, family: str, wanted: str) -> dict[int, int]:
    """What a text finds in one family, by how well it fits."""
    alone = dataclasses.replace(call, scopes=frozenset({f"{family}:r"}))
    terms = terms_of(wanted)
    found = search.find(alone, terms)
    if not found:
        widened = search.with_slips(alone, terms)
        found = search.find(alone, widened) if widened else {}
    return {id: weight for (_, id), weight in found.items()}


def _uses(call: Call, ids: list[int], *, for_supplier: bool) -> dict[int, int]:
    """How many documents each has."""
    table = documents.table
    since = (call.now.date() - dt.timedelta(days=DAYS)).isoformat()
    of_suppliers = table.c.type.in_(SUPPLIER_TYPES)
    rows = call.session.rows(
        select(table.c.entity_id, func.count())
        .where(
            table.c.company_id == call.company_id,
            table.c.entity_id.in_(ids),
            table.c.date >= since,
            of_suppliers if for_supplier else ~of_suppliers,
        )
        .group_by(table.c.entity_id)
    )
    return {row[0]: row[1] for row in rows}


def _usual(call: Call, type: str) -> list[int]:
    """The other parties of the latest documents of a type, the most frequent first."""
    latest = documents.page(
        call.session,
        call.company_id,
        columns=("entity_id",),
        equals={"type": type},
        order=(("date", True), ("id", True)),
        limit=LATEST,
    )
    return [id for id, _ in Counter(row[0] for row in latest if row[0]).most_common(MOST)]


def _newest(call: Call, collection: Collection[Any], most: int) -> Iterable[Any]:
    return collection.page(call.session, call.company_id, columns=("id",), order=(("id", True),), limit=most)


def _bodies(call: Call, collection: Collection[Any], ids: list[int], wanted: str, most: int) -> bytes:
    """The best of the hits, in their order; what has exactly the code that was typed comes first."""
    found = [body for id in ids[: 3 * most] if (body := collection.get(call.session, call.company_id, id))]
    found.sort(key=lambda body: not (wanted and fold(body.code) == fold(wanted)))
    return encoder.encode({"data": found[:most]})


def _limit(call: Call) -> int:
    text = call.query.get("limit", "") or str(USUAL)
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise invalid("limit", f"The limit field must be an integer between 1 and {MOST}.")
    return int(text)


def preview_number(call: Call) -> bytes:
    """The number that a document of a type, date and numeration would get now, or why the one asked for is refused.

    With `document_id` for a document that is stored. Nothing is reserved: until it is stored, another may take it.
    """
    new = IssuedDocument(type=type_of(call), date=_day(call), numeration=call.query.get("numeration", ""))
    call.require(f"issued_documents.{DOCUMENT_SCOPES[new.type or 'invoice']}", "r")
    new.number = _whole(call, "number")
    id = _whole(call, "document_id")
    old = resource.load(call, "r", id) if id is not None else None
    new.id = id
    settings = load_settings(call.session, call.company_id)
    try:
        give_number(call, new, old, ordered=settings.number_checks == "refuse")
    except (Conflict, Invalid) as why:
        return encoder.encode({"data": NumberPreview(number=new.number, code=why.code, message=_words(why))})
    printed = printed_number(new.number or 0, new.numeration)
    return encoder.encode({"data": NumberPreview(number=new.number, printed=printed)})


def _words(why: ApiError) -> str:
    told = [message for messages in (why.validation or {}).values() for message in messages]
    return told[0] if told else why.message


def _day(call: Call) -> dt.date:
    text = call.query.get("date", "")
    try:
        return dt.date.fromisoformat(text) if text else call.now.date()
    except ValueError:
        raise invalid("date", "The date field is not a valid date (YYYY-MM-DD).") from None


def _whole(call: Call, name: str) -> int | None:
    text = call.query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise invalid(name, f"The {name.replace('_', ' ')} field must be an integer.")
    return int(text)


_TEXT = Parameter("text", {"type": "string"}, "What is typed so far")
_LIMIT = Parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "How many")
_TYPE = Parameter("type", {"type": "string", "enum": list(DOCUMENT_SCOPES)}, "Type of the document", required=True)
_PATH = resource.path

OPERATIONS = (
    Operation(
        "suggestIssuedDocumentEntities",
        "GET",
        f"{_PATH}/suggestions/entities",
        suggest_entities,
        resource.tag,
        "Suggest Issued Document Entities",
        query=(_TYPE, _TEXT, _LIMIT),
        answer=list[Entity],
    ),
    Operation(
        "suggestIssuedDocumentProducts",
        "GET",
        f"{_PATH}/suggestions/products",
        suggest_products,
        resource.tag,
        "Suggest Issued Document Products",
        query=(_TEXT, _LIMIT),
        answer=list[Product],
    ),
    Operation(
        "previewIssuedDocumentNumber",
        "GET",
        f"{_PATH}/number",
        preview_number,
        resource.tag,
        "Preview Issued Document Number",
        query=(
            _TYPE,
            Parameter("date", {"type": "string", "format": "date"}, "Date of the document; today where none is sent"),
            Parameter("numeration", {"type": "string"}, "Series"),
            Parameter("number", {"type": "integer"}, "The number asked for; the next one where none is sent"),
            Parameter("document_id", {"type": "integer"}, "The document itself, where it is stored"),
        ),
        answer=NumberPreview,
    ),
)
