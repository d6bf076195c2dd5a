"""Search over everything that a company has: clients, suppliers, products, documents, receipts, taxes, archive.

A text is taken apart into terms, and what is found has all of them. A term is looked for as the begin of a word, as a
number with its series or year, and as an amount, as it can be read. Where little is found so, words that differ from a
term by one slip count as well.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation, Parameter
from mastro.database.collection import Collection, encoder
from mastro.database.connection import Prepared
from mastro.database.search import similar
from mastro.model.base import Body, Id
from mastro.resources import archive, products, receipts, taxes
from mastro.resources.entities import clients, suppliers
from mastro.resources.issued_documents import documents as issued
from mastro.resources.received_documents import documents as received
from mastro.resources.search_terms import Span, Term, terms_of

DEFAULT_LIMIT = 20
MAX_LIMIT = 50

MOST_ROWS = 400
"""Rows of a family that a term is followed to, the newest first: more is no answer that anybody reads."""

FEW = 3
"""With fewer hits than this, words with a slip in them count as well."""

SLIP_WEIGHT = 1


class SearchHit(Body):
    """Something that was found."""

    resource: str = ""
    """Its collection: clients, suppliers, products, issued_documents, received_documents, receipts, taxes, archive."""
    type: str = ""
    """Of a document: invoice, quote, expense …"""
    id: Id | None = None
    name: str = ""
    """What it is called; of a document, its other party."""
    number: str = ""
    """Of a document, as it is written; of an entry or product, its code."""
    date: dt.date | None = None
    amount: Decimal | None = None
    """Of a document with VAT; of a product its net price."""
    detail: str = ""
    """What else tells it from others: VAT number, subject, category."""
    path: str = ""
    """Address of the API."""


# where things are


def _entry(body: Any) -> dict[str, Any]:
    return {"name": body.name, "number": body.code, "detail": body.vat_number or body.tax_code or body.email}


def _product(body: Any) -> dict[str, Any]:
    return {"name": body.name, "number": body.code, "amount": body.net_price, "detail": body.category}


def _issued(body: Any) -> dict[str, Any]:
    name = body.entity.name if body.entity else ""
    number = f"{body.number}{body.numeration}"
    return _document(body, name, number, body.visible_subject or body.subject)


def _received(body: Any) -> dict[str, Any]:
    return _document(body, body.entity.name if body.entity else "", body.invoice_number, body.description)


def _receipt(body: Any) -> dict[str, Any]:
    return _document(body, body.description, f"{body.number or ''}{body.numeration}", body.rc_center)


def _document(body: Any, name: str, number: str, detail: str) -> dict[str, Any]:
    shown = {"type": body.type, "name": name, "number": number, "detail": detail}
    return {**shown, "date": body.date, "amount": body.amount_gross}


def _tax(body: Any) -> dict[str, Any]:
    return {"name": body.description, "date": body.due_date, "amount": body.amount}


def _archived(body: Any) -> dict[str, Any]:
    return {"name": body.description, "date": body.date, "detail": body.category}


class _Place(NamedTuple):
    """A collection that is searched, and how its bodies are shown."""

    collection: Collection[Any]
    path: str
    show: Any


_PLACES = (
    _Place(clients.clients, clients.resource.path, _entry),
    _Place(suppliers.suppliers, suppliers.resource.path, _entry),
    _Place(products.products, products.resource.path, _product),
    _Place(issued.resource.collection, issued.resource.path, _issued),
    _Place(received.resource.collection, received.resource.path, _received),
    _Place(receipts.receipts, receipts.resource.path, _receipt),
    _Place(taxes.taxes, taxes.resource.path, _tax),
    _Place(archive.archive, archive.resource.path, _archived),
)

_BY_FAMILY: dict[str, _Place] = {
    family: place for place in _PLACES if place.collection.search for family in place.collection.search.families
}
"""Scope family → where its rows are, in the order in which equally good hits are shown."""

_RANK = {family: rank for rank, family in enumerate(_BY_FAMILY)}


# finding


Hit = tuple[str, int]
"""Family and id."""


@dataclass(slots=True)
class _Found:
    """Where a term leads to."""

    weights: dict[str, dict[int, int]] = field(default_factory=dict)
    """Family → id → how well it fits."""
    cut: set[str] = field(default_factory=set)
    """Families with more rows than were followed."""

    def add(self, rows: Sequence[tuple[str, int]], weight: int) -> None:
        counted: dict[str, int] = {}
        for family, id in rows:
            known = self.weights.setdefault(family, {})
            known[id] = max(weight, known.get(id, 0))
            counted[family] = counted.get(family, 0) + 1
        self.cut.update(family for family, count in counted.items() if count >= MOST_ROWS)


@lru_cache(maxsize=64)
def _statement(families: int) -> Prepared:
    """The newest rows of each family whose words lie within a span: an index is read backwards until there are enough.

    One statement for all families, because each would be a journey to the database.
    """
    branches = (
        f"SELECT * FROM (SELECT family, id FROM search_words WHERE company_id = :company_id AND family = :f{index}"
        " AND word >= :low AND word < :high ORDER BY word DESC, id DESC LIMIT :most) AS b"
        for index in range(families)
    )
    return Prepared(text(" UNION ALL ".join(f"{branch}{index}" for index, branch in enumerate(branches))))


def _follow(call: Call, families: Sequence[str], term: Term) -> _Found:
    found = _Found()
    named = {f"f{index}": family for index, family in enumerate(families)}
    for span in term.spans:
        bounds = {"low": span.low, "high": span.high, "most": MOST_ROWS}
        rows = call.session.rows(_statement(len(families)), company_id=call.company_id, **bounds, **named)
        found.add([(row[0], row[1]) for row in rows], span.weight)
    return found


def find(call: Call, terms: Sequence[Term]) -> dict[Hit, int]:
    """What has all the terms, among what the caller may read: with how well it fits."""
    families = [family for family in _BY_FAMILY if call.may(family, "r")]
    if not families or not terms:
        return {}
    followed = [_follow(call, families, term) for term in terms]
    hits: dict[Hit, int] = {}
    for family in families:
        if all(family in found.weights for found in followed):
            hits.update(_common(call, family, terms, followed))
    return hits


def _common(call: Call, family: str, terms: Sequence[Term], followed: Sequence[_Found]) -> Iterator[tuple[Hit, int]]:
    """The rows of a family that all terms lead to; what a common word did not lead to any more is read instead."""
    order = sorted(range(len(terms)), key=lambda index: (family in followed[index].cut, _size(followed[index], family)))
    rarest, *others = order
    for id, weight in followed[rarest].weights[family].items():
        total, unsure = weight, []
        for index in others:
            more = followed[index].weights[family].get(id)
            if more is None:
                if family not in followed[index].cut:
                    break
                unsure.append(terms[index])
            total += more or 0
        else:
            if not unsure or _has(call, family, id, unsure):
                yield (family, id), total


def _size(found: _Found, family: str) -> int:
    return len(found.weights[family])


def _has(call: Call, family: str, id: int, terms: Sequence[Term]) -> bool:
    collection = _BY_FAMILY[family].collection
    body = collection.get(call.session, call.company_id, id)
    if body is None or collection.search is None:
        return False
    words = collection.search.words(body)
    return all(any(term.fits(word) for word in words) for term in terms)


def with_slips(call: Call, terms: Sequence[Term]) -> list[Term] | None:
    """The terms, with the words that differ from them by one slip; None where there is no such word."""
    widened, more = [], False
    for term in terms:
        words = similar(call.session, call.company_id, term.word) if term.word else []
        spans = tuple(Span.exact(word, SLIP_WEIGHT) for word in words)
        more = more or bool(spans)
        widened.append(Term(term.word, (*term.spans, *spans)))
    return widened if more else None


def search(call: Call, wanted: str, limit: int) -> list[SearchHit]:
    """The best hits for a text."""
    terms = terms_of(wanted)
    hits = find(call, terms)
    if len(hits) < FEW:
        widened = with_slips(call, terms)
        if widened:
            hits = {**find(call, widened), **hits}
    return [hit for each in _best(hits, limit) if (hit := _shown(call, each))]


def _best(hits: Mapping[Hit, int], limit: int) -> list[Hit]:
    """The best ones, so that no family crowds the others out."""
    ranked = sorted(hits, key=lambda hit: (-hits[hit], _RANK[hit[0]], -hit[1]))
    families = len({family for family, _ in ranked}) or 1
    share, taken = max(3, limit // families), dict[str, int]()
    first: list[Hit] = []
    rest: list[Hit] = []
    for hit in ranked:
        taken[hit[0]] = taken.get(hit[0], 0) + 1
        (first if taken[hit[0]] <= share else rest).append(hit)
    chosen = set([*first, *rest][:limit])
    return [hit for hit in ranked if hit in chosen]


def _shown(call: Call, hit: Hit) -> SearchHit | None:
    family, id = hit
    place = _BY_FAMILY[family]
    body = place.collection.get(call.session, call.company_id, id)
    if body is None:
        return None
    path = f"{place.path.replace('{company_id}', str(call.company_id))}/{id}"
    return msgspec.structs.replace(SearchHit(resource=place.collection.name, id=id, path=path), **place.show(body))


# operation


def search_everything(call: Call) -> bytes:
    """Find clients, suppliers, products, documents, receipts, taxes and files of the archive by what stands on them.

    Words are found by their begin, in any order, whatever their case and accents; `12/A` and `12/2026` are numbers,
    `1.234,56` and `1234.56` amounts. Only what the token may read is found.
    """
    limit = call.query.get("limit", "") or str(DEFAULT_LIMIT)
    if not (limit.isascii() and limit.isdigit() and len(limit) < 4 and 1 <= int(limit) <= MAX_LIMIT):
        raise invalid("limit", f"The limit field must be an integer between 1 and {MAX_LIMIT}.")
    return encoder.encode({"data": search(call, call.query.get("text", ""), int(limit))})


_LIMIT = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}

OPERATIONS = (
    Operation(
        "searchEverything",
        "GET",
        "/c/{company_id}/search",
        search_everything,
        "Search",
        "Search Everything",
        query=(
            Parameter("text", {"type": "string"}, "What to look for, such as: rossi 2026"),
            Parameter("limit", _LIMIT, "Hits to answer with"),
        ),
        answer=list[SearchHit],
    ),
)
