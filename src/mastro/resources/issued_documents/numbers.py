"""The number of a document: given, or refused with the vendor's 409.

Everything here runs under the lock that every writer of the company's documents holds, so that between looking for the
last number and storing the next one nobody else can take it. There is no gap because the number is looked up, not
drawn.
"""

import datetime as dt

from sqlalchemy import ColumnElement, bindparam, func, select

from mastro import numeration
from mastro.api.call import Call
from mastro.api.errors import Conflict, Invalid, invalid
from mastro.database.connection import Prepared, Session
from mastro.model.issued_document import IssuedDocument
from mastro.numeration import Numbered, Series
from mastro.resources.issued_documents.table import documents

_table = documents.table
_IN_SERIES = (
    _table.c.company_id == bindparam("company_id"),
    _table.c.series == bindparam("kind"),
    _table.c.year == bindparam("year"),
    _table.c.sezionale == bindparam("sezionale"),
    _table.c.id != bindparam("id"),
)


def _neighbour(*where: ColumnElement[bool], descending: bool) -> Prepared:
    order = _table.c.number.desc() if descending else _table.c.number
    return Prepared(select(_table.c.number, _table.c.date).where(*_IN_SERIES, *where).order_by(order).limit(1))


_LAST = _neighbour(descending=True)
_TAKEN = _neighbour(_table.c.number == bindparam("number"), descending=True)
_BELOW = _neighbour(_table.c.number < bindparam("number"), descending=True)
_ABOVE = _neighbour(_table.c.number > bindparam("number"), descending=False)

_LAST_DELIVERY_NOTE = Prepared(
    select(func.max(_table.c.dn_number)).where(
        _table.c.company_id == bindparam("company_id"),
        _table.c.dn_year == bindparam("year"),
        _table.c.id != bindparam("id"),
    )
)
_DELIVERY_NOTE_TAKEN = Prepared(
    select(_table.c.dn_number, _table.c.date).where(
        _table.c.company_id == bindparam("company_id"),
        _table.c.dn_year == bindparam("year"),
        _table.c.dn_number == bindparam("number"),
        _table.c.id != bindparam("id"),
    )
)


def give_number(call: Call, new: IssuedDocument, old: IssuedDocument | None, *, ordered: bool) -> None:
    """Give the document its number, or check the one that it asks for.

    `ordered` says whether numbers must follow the dates. Raises Invalid for what can be no number, Conflict for one
    that is taken or out of order.
    """
    assert new.type  # noqa: S101
    assert new.date  # noqa: S101
    if old is not None and old.number == new.number and old.date == new.date and old.numeration == new.numeration:
        return
    _check_form(new)
    series = numeration.series_of(new.type, new.date, new.numeration)
    new.numeration = series.numeration
    if old is not None and old.number == new.number and series != _series(old):
        new.number = None if _moved(old, new) else new.number
    last = _one(call.session, _LAST, series, call.company_id, new.id)
    if new.number is None:
        highest = last.number if last else 0
        if series.kind == "delivery_note":
            highest = max(highest, _last_attached(call, series.year, new.id))
        new.number = numeration.next_number(highest)
    _refuse_conflict(call, series, new, last, ordered=ordered)


def in_order(call: Call, new: IssuedDocument) -> bool:
    """Whether a document that gets the next number follows the dates of its series; it has a type and a date."""
    assert new.date  # noqa: S101
    series = _series(new)
    last = _one(call.session, _LAST, series, call.company_id, new.id)
    number = numeration.next_number(last.number if last else 0)
    return numeration.sequence_conflict(series, number, new.date, latest_below=last) is None


def _series(document: IssuedDocument) -> Series:
    assert document.type  # noqa: S101
    assert document.date  # noqa: S101
    return numeration.series_of(document.type, document.date, document.numeration)


def _moved(old: IssuedDocument, new: IssuedDocument) -> bool:
    """True where a document changes its year or numeration while its number was not asked for anew."""
    return old.date is not None and new.date is not None and old.date.year != new.date.year


def _check_form(new: IssuedDocument) -> None:
    problem = numeration.check_numeration(new.numeration)
    if problem:
        raise invalid("data.numeration", problem, code="INVALID_NUMERATION")
    if new.number is not None:
        problem = numeration.check_number(new.number, new.numeration)
        if problem:
            raise invalid("data.number", problem, code="INVALID_NUMBER")


def _one(
    session: Session, statement: Prepared, series: Series, company_id: int, id: int | None, **more: object
) -> Numbered | None:
    row = session.row(
        statement,
        company_id=company_id,
        kind=series.kind,
        year=series.year,
        sezionale=series.numeration,
        id=id or 0,
        **more,
    )
    return Numbered(row[0], dt.date.fromisoformat(row[1])) if row else None


def _refuse_conflict(call: Call, series: Series, new: IssuedDocument, last: Numbered | None, *, ordered: bool) -> None:
    assert new.number  # noqa: S101
    assert new.date  # noqa: S101
    taken = above = None
    below = last
    if last is not None and new.number <= last.number:
        taken = _one(call.session, _TAKEN, series, call.company_id, new.id, number=new.number)
        below = _one(call.session, _BELOW, series, call.company_id, new.id, number=new.number)
        above = _one(call.session, _ABOVE, series, call.company_id, new.id, number=new.number)
    if taken is None and series.kind == "delivery_note":
        taken = _attached_with(call, series.year, new.number, new.id)
    conflict = numeration.sequence_conflict(
        series, new.number, new.date, taken=taken, latest_below=below, earliest_above=above
    )
    if conflict and (ordered or conflict.code == "NUMBER_TAKEN"):
        raise Conflict(conflict.message, code=conflict.code)


def _last_attached(call: Call, year: int, id: int | None) -> int:
    return call.session.scalar(_LAST_DELIVERY_NOTE, company_id=call.company_id, year=year, id=id or 0) or 0


def _attached_with(call: Call, year: int, number: int, id: int | None) -> Numbered | None:
    row = call.session.row(_DELIVERY_NOTE_TAKEN, company_id=call.company_id, year=year, number=number, id=id or 0)
    return Numbered(row[0], dt.date.fromisoformat(row[1])) if row else None


def give_delivery_note_number(call: Call, new: IssuedDocument) -> None:
    """Number the delivery note that is attached to an invoice: it shares the series of the delivery notes."""
    if not new.delivery_note:
        return
    new.dn_date = new.dn_date or new.date
    assert new.dn_date  # noqa: S101
    series = numeration.delivery_note_series(new.dn_date)
    if new.dn_number is None:
        last = _one(call.session, _LAST, series, call.company_id, new.id)
        new.dn_number = max(last.number if last else 0, _last_attached(call, series.year, new.id)) + 1
        return
    problem = numeration.check_number(new.dn_number)
    if problem:
        words = problem.replace("data.number", "data.dn_number")
        raise Invalid(validation={"data.dn_number": [words]}, code="INVALID_NUMBER")
    taken = _one(call.session, _TAKEN, series, call.company_id, new.id, number=new.dn_number) or _attached_with(
        call, series.year, new.dn_number, new.id
    )
    conflict = numeration.sequence_conflict(series, new.dn_number, new.dn_date, taken=taken)
    if conflict:
        raise Conflict(conflict.message, code=conflict.code)


def next_numbers(session: Session, company_id: int, kind: str, years: tuple[int, ...]) -> dict[str, dict[str, int]]:
    """The next number of every series of a kind, by year and numeration; the plain series is always there."""
    rows = session.rows(_HIGHEST, company_id=company_id, kind=kind, first=min(years), last=max(years))
    series: dict[str, dict[str, int]] = {str(year): {"": 1} for year in years}
    for year, sezionale, highest in rows:
        series[str(year)][sezionale] = numeration.next_number(highest)
    if kind == "delivery_note":
        for year in years:
            attached = session.scalar(_LAST_DELIVERY_NOTE, company_id=company_id, year=year, id=0) or 0
            series[str(year)][""] = max(series[str(year)][""], attached + 1)
    return series


_HIGHEST = Prepared(
    select(_table.c.year, _table.c.sezionale, func.max(_table.c.number))
    .where(
        _table.c.company_id == bindparam("company_id"),
        _table.c.series == bindparam("kind"),
        _table.c.year.between(bindparam("first"), bindparam("last")),
    )
    .group_by(_table.c.year, _table.c.sezionale)
)
