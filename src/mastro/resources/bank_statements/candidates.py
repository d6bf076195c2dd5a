"""What movements may be, out of the database: open payments and entries of the cashbook, found by index.

Looked for are the amounts of the movements, the parties whose words stand in their descriptions, and the numbers of
documents in them: what a page of movements costs depends on these, not on how long the company's history is.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case, not_, or_, select

from mastro.api.call import Call
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import Collection
from mastro.database.columns import SCALE, scaled
from mastro.database.search import search_words, words_in
from mastro.model.cashbook import CashbookEntry
from mastro.model.issued_document import Currency
from mastro.resources import cashbook
from mastro.resources.bank_statements.scoring import Candidate, Line
from mastro.resources.bank_statements.store import matches
from mastro.resources.derived import cash
from mastro.resources.derived.dues import installments
from mastro.resources.entities.clients import clients
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.issued_documents import table as issued
from mastro.resources.received_documents import table as received
from mastro.resources.reports.common import Shown, euro
from mastro.resources.search import find
from mastro.resources.search_terms import terms_of
from mastro.resources.taxes import taxes

MOST_FOUND = 2000
"""Rows that one query answers with."""

MOST_OF_PARTIES = 600
"""Open payments of the parties that a page of movements names, the first due first."""

MOST_WORDS = 400
"""Words of one query."""

MOST_PARTIES = 5
"""Parties that the words of one description are taken for."""

RARE = 3
"""A word that so few parties have tells who it is by itself."""

BOOKED_BEFORE, BOOKED_AFTER = dt.timedelta(days=45), dt.timedelta(days=15)
"""Days around a movement within which its entry of the cashbook may be."""

F24 = "F24"
"""What banks call the payment of one."""

SHORTEST = 3
"""Letters of a word that may tell a party."""

_SOURCES: dict[str, Collection[Any]] = {
    "issued_document": issued.documents,
    "received_document": received.received_documents,
    "tax": taxes,
}
_REGISTRIES: dict[str, tuple[str, Collection[Any]]] = {
    "issued_document": ("entity.clients", clients),
    "received_document": ("entity.suppliers", suppliers),
}
_NOUNS: dict[str, str] = {str(type): noun for type, noun in cash.NOUNS.items()}
_NOUNS |= {"expense": "Spesa", "passive_credit_note": "Nota di credito"}
_dues = installments.c
_entries = cash.cashbook_entries.c


class _Entity(msgspec.Struct):
    """What is read of an entry of the registry."""

    bank_iban: str = ""


class _Document(Shown):
    """What is read of a document."""

    currency: Currency | None = None


_entity = msgspec.json.Decoder(_Entity)
_document = msgspec.json.Decoder(_Document)
_number_behind = re.compile(r"n\. (.+?)(/\d{4})?$")


@dataclass(slots=True)
class Pool:
    """What is open and may explain some movements."""

    by_amount: dict[Decimal, list[Candidate]] = field(default_factory=dict)
    by_line: dict[int, list[Candidate]] = field(default_factory=dict)
    """Movement → what is open of the parties that its description names."""

    def of(self, line: Line) -> list[Candidate]:
        """The candidates of a movement, each once."""
        every = [*self.by_amount.get(line.amount, ()), *self.by_line.get(line.id, ())]
        return list({candidate.key: candidate for candidate in every}.values())


def gather(call: Call, lines: Sequence[Line], account_id: int) -> Pool:
    """What may explain movements of an account."""
    pool = Pool()
    if not lines:
        return pool
    for candidate in (*_of_amounts(call, lines), *_booked(call, lines, account_id)):
        pool.by_amount.setdefault(candidate.amount, []).append(candidate)
    for kind, (family, registry) in _REGISTRIES.items():
        if not call.may(family, "r"):
            continue
        parties = _parties(call, lines, family)
        ibans = _ibans(call, registry, {id for some in parties.values() for id in some})
        of_parties = _dues.entity_id.in_(sorted(ibans))
        open_ = open_payments(call, kind, of_parties, ibans, MOST_OF_PARTIES) if ibans else []
        for line in lines:
            named = {f"{kind} {id}" for id in parties.get(line.id, ())}
            pool.by_line.setdefault(line.id, []).extend(each for each in open_ if each.party in named)
    return pool


# open payments


def open_payments(
    call: Call, kind: str, where: ColumnElement[bool], ibans: dict[int, str] | None = None, most: int = MOST_FOUND
) -> list[Candidate]:
    """What is open of a kind under a condition, as far as the caller may settle it; the first due first."""
    table = _SOURCES[kind].table
    wanted = (  # picked before their bodies are read: to sort by due date would carry all of these along
        select(
            _dues.source_id,
            _dues.line,
            _dues.direction,
            _dues.due_on,
            _dues.date,
            _dues.type,
            _dues.entity_id,
            _dues.amount,
        )
        .where(_dues.company_id == call.company_id, _dues.status == "not_paid", _dues.kind == kind, where)
        .order_by(_dues.due_on)
        .limit(most)
        .subquery()
    )
    statement = (
        select(*wanted.c, table.c.body)
        .join(table, and_(table.c.company_id == call.company_id, table.c.id == wanted.c.source_id))
        .order_by(wanted.c.due_on)
    )
    return [
        _open_payment(kind, row, ibans or {})
        for row in call.session.rows(statement)
        if call.may(_family(kind, row[5]), "a")
    ]


def _family(kind: str, type: str) -> str:
    """Scope family of what is settled."""
    if kind == "issued_document":
        return f"issued_documents.{DOCUMENT_SCOPES[type]}"
    return received.SCOPES[type] if kind == "received_document" else "taxes"


def _open_payment(kind: str, row: Sequence[Any], ibans: dict[int, str]) -> Candidate:
    id, line, direction, due, date, type, entity_id, cents, body = row
    document = _document.decode(body)
    party, amount = document.party, euro(cents)
    return Candidate(
        kind=kind,
        id=id,
        installment=line,
        amount=amount if direction == "in" else -amount,
        due=dt.date.fromisoformat(due),
        date=dt.date.fromisoformat(date),
        number=document.printed,
        name=F24 if kind == "tax" else party.name,
        codes=tuple(filter(None, (party.vat_number, party.tax_code))),
        ibans=tuple(filter(None, (ibans.get(entity_id or 0),))),
        title=title_of(kind, type, document, date[:4]),
        party=f"{kind} {entity_id}" if entity_id else "",
        whole=kind == "tax" or bool(document.currency and document.currency.id != "EUR"),
    )


def title_of(kind: str, type: str, document: Shown, year: str) -> str:
    """What a document is called, as the cashbook calls it."""
    if kind == "tax":
        return f"{F24} {document.description}"
    noun = _NOUNS[type]
    number = document.printed and (f"{document.printed}/{year}" if kind == "issued_document" else document.printed)
    return f"{noun} n. {number}" if number else document.description or noun


def _of_amounts(call: Call, lines: Sequence[Line]) -> list[Candidate]:
    """What is open and comes to the amount of a movement."""
    cents = sorted({sign * _cents(line.amount) for line in lines for sign in (1, -1)})
    return [each for kind in _SOURCES for each in open_payments(call, kind, _dues.amount.in_(cents))]


def _cents(amount: Decimal) -> int:
    return scaled(amount, SCALE) or 0


# parties


def _parties(call: Call, lines: Sequence[Line], family: str) -> dict[int, list[int]]:
    """Movement → ids of the entries of a registry that its words tell."""
    words = {line.id: {word for word in _words(line.description) if len(word) >= SHORTEST} for line in lines}
    known = _who_has(call, sorted(set().union(*words.values())), family)
    return {id: _told(some, known) for id, some in words.items()}


def _words(description: str) -> Iterable[str]:
    """The words of a description; of a VAT number with its country also the number alone."""
    for word in words_in(description):
        yield word
        if word[:2].isalpha() and word[2:].isdigit():
            yield word[2:]


def _told(words: Iterable[str], known: dict[str, list[int]]) -> list[int]:
    """Who has most of the words; a single word must be a rare one."""
    weights: dict[int, float] = {}
    for word in words:
        having = known.get(word, [])
        for id in having:
            weights[id] = weights.get(id, 0) + (1 if len(having) > RARE else 2)
    told = [(-weight, id) for id, weight in weights.items() if weight >= 2]
    return [id for _, id in sorted(told)[:MOST_PARTIES]]


def _who_has(call: Call, words: Sequence[str], family: str) -> dict[str, list[int]]:
    """Word → ids of the entries of a registry that have it."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(words), MOST_WORDS):
        statement = (
            select(search_words.c.word, search_words.c.id)
            .where(
                search_words.c.company_id == call.company_id,
                search_words.c.family == family,
                search_words.c.word.in_(words[start : start + MOST_WORDS]),
            )
            .limit(MOST_FOUND)
        )
        for word, id in call.session.rows(statement):
            found.setdefault(word, []).append(id)
    return found


def _ibans(call: Call, registry: Collection[Any], ids: set[int]) -> dict[int, str]:
    """Id → IBAN of some entries of a registry, empty for those that have none."""
    if not ids:
        return {}
    columns = registry.table.c
    statement = select(columns.id, columns.body).where(
        columns.company_id == call.company_id, columns.id.in_(sorted(ids))
    )
    return {id: _entity.decode(body).bank_iban for id, body in call.session.rows(statement)}


# the cashbook


def _booked(call: Call, lines: Sequence[Line], account_id: int) -> list[Candidate]:
    """Entries of the account with these amounts that no movement stands for yet."""
    if not call.may("cashbook", "r"):
        return []
    came = sorted({_cents(line.amount) for line in lines if line.amount > 0})
    went = sorted({_cents(-line.amount) for line in lines if line.amount < 0})
    days = [line.date for line in lines]
    into = and_(_entries.account_in == account_id, _entries.amount_in.in_(came or [0]))
    out_of = and_(_entries.account_out == account_id, _entries.amount_out.in_(went or [0]))
    statement = (
        select(case((into, 1), else_=0), cash.cashbook_entries.c.body)
        .where(
            _entries.company_id == call.company_id,
            _entries.date >= (min(days) - BOOKED_BEFORE).isoformat(),
            _entries.date <= (max(days) + BOOKED_AFTER).isoformat(),
            or_(into, out_of),
            not_(_is_matched(account_id)),
        )
        .limit(MOST_FOUND)
    )
    decode = cashbook.own_entries.decoder.decode
    return [_entry(decode(body), came_in=bool(came_in)) for came_in, body in call.session.rows(statement)]


def _is_matched(account_id: int) -> ColumnElement[bool]:
    return (
        select(matches.c.bank_line_id)
        .where(
            matches.c.company_id == _entries.company_id,
            matches.c.account_id == account_id,
            matches.c.kind == _entries.kind,
            matches.c.source_id == _entries.source_id,
            matches.c.line == _entries.line,
        )
        .exists()
    )


def _entry(entry: CashbookEntry, *, came_in: bool) -> Candidate:
    assert entry.date  # noqa: S101
    number = _number_behind.search(entry.description) if entry.document else None
    amount = entry.amount_in if came_in else -(entry.amount_out or 0)
    return Candidate(
        kind="entry",
        id=entry.id,
        installment=0,
        amount=Decimal(amount or 0),
        due=entry.date,
        date=entry.date,
        number=number[1] if number else "",
        name=entry.entity_name or entry.description,
        title=entry.description,
        party=entry.entity_name,
        whole=True,
    )


# by hand


def search(call: Call, line: Line, text: str, most: int) -> list[Candidate]:
    """What is open and fits a text: the number of a document, an amount, who pays; without one what is due next."""
    if not text.strip():
        return _next_due(call, line, most)
    hits: dict[str, set[int]] = {}
    for family, id in find(call, terms_of(text)):
        hits.setdefault(family.removeprefix("entity.").partition(".")[0], set()).add(id)
    found: list[Candidate] = []
    for kind, collection in _SOURCES.items():
        where = [_dues.source_id.in_(sorted(hits.get(collection.name, ())))]
        if kind in _REGISTRIES:
            where.append(_dues.entity_id.in_(sorted(hits.get(_REGISTRIES[kind][1].name, ()))))
        found += open_payments(call, kind, or_(*where), most=most)
    return _nearest(found, line)[:most]


def _next_due(call: Call, line: Line, most: int) -> list[Candidate]:
    direction = "in" if line.amount > 0 else "out"
    found = [each for kind in _SOURCES for each in open_payments(call, kind, _dues.direction == direction, most=most)]
    return _nearest(found, line)[:most]


def _nearest(found: Sequence[Candidate], line: Line) -> list[Candidate]:
    return sorted(found, key=lambda each: (abs(each.amount - line.amount), abs((each.due - line.date).days), each.due))
