"""Receipts (*corrispettivi*): what was taken at the counter, by day, till and rate."""

from decimal import Decimal

from sqlalchemy import bindparam, func, select

from mastro import numeration, totals
from mastro.api.call import Call
from mastro.api.decimals import MAX_DECIMAL
from mastro.api.errors import Conflict, Invalid, Validation, invalid
from mastro.api.operation import Operation, Parameter
from mastro.api.resource import Resource
from mastro.database import vocabulary
from mastro.database.collection import Collection, encoder
from mastro.database.columns import SCALE
from mastro.database.connection import Prepared
from mastro.database.fields import amount, date, exact, integer, text, time
from mastro.database.search import Searchable
from mastro.model.base import Body
from mastro.model.receipt import Receipt, ReceiptItem
from mastro.model.settings import PaymentAccount, VatType
from mastro.money import EXACT, ZERO, round2
from mastro.resources import found_by
from mastro.resources.derived import cash, vat_rules
from mastro.resources.derived.source import Source
from mastro.resources.issued_documents.completion import number_rows
from mastro.resources.settings import lookup

TYPES = ("sales_receipt", "till_receipt")

MAX_ROWS = 2000

receipts = Collection(
    "receipts",
    Receipt,
    date("date", required=True),
    exact("type", required=True, sortable=False),
    text("description", required=True, sortable=False),
    text("rc_center", required=True),
    time("created_at", required=True),
    time("updated_at", required=True),
    extra=(
        integer("year", of=lambda receipt: receipt.date.year, required=True),
        exact("numeration", required=True),
        integer("number"),
        amount("amount_net", required=True),
        amount("amount_gross", required=True),
    ),
    indexes=(("date", "id"), ("type", "date", "id"), ("updated_at",)),
    unique=(("type", "year", "numeration", "number"),),
    vocabulary={
        "receipts.category": lambda receipt: [row.category for row in receipt.items_list or ()],
        "revenue_center": lambda receipt: (receipt.rc_center,),
    },
    search=Searchable(found_by.receipt, "receipts"),
)

_table = receipts.table
_OF_SERIES = (
    _table.c.company_id == bindparam("company_id"),
    _table.c.type == bindparam("type"),
    _table.c.year == bindparam("year"),
    _table.c.numeration == bindparam("numeration"),
    _table.c.id != bindparam("id"),
)
_LAST = Prepared(select(func.max(_table.c.number)).where(*_OF_SERIES))
_TAKEN = Prepared(select(_table.c.id).where(*_OF_SERIES, _table.c.number == bindparam("number")))
_HIGHEST = Prepared(
    select(_table.c.year, _table.c.type, _table.c.numeration, func.max(_table.c.number))
    .where(_table.c.company_id == bindparam("company_id"))
    .group_by(_table.c.year, _table.c.type, _table.c.numeration)
)
_MONTH = func.substr(_table.c.date, 6, 2)
_MONTHLY = Prepared(
    select(_MONTH, func.sum(_table.c.amount_net), func.sum(_table.c.amount_gross), func.count())
    .where(
        _table.c.company_id == bindparam("company_id"),
        _table.c.type == bindparam("type"),
        _table.c.date >= bindparam("first"),
        _table.c.date <= bindparam("last"),
    )
    .group_by(_MONTH)
)


def _prepare(call: Call, new: Receipt, old: Receipt | None) -> None:
    _complete_account(call, new, old)
    _complete_rows(call, new, old)
    _complete_amounts(call, new, old)
    _give_number(call, new, old)


def _complete_account(call: Call, new: Receipt, old: Receipt | None) -> None:
    before = old.payment_account if old else None
    if before and new.payment_account and new.payment_account.id == before.id:
        new.payment_account = before  # a copy, which stays good when the account is gone from the settings
        return
    new.payment_account = lookup.complete_account(
        call.session, call.company_id, new.payment_account, "data.payment_account"
    )


def _complete_rows(call: Call, new: Receipt, old: Receipt | None) -> None:
    """Put the whole VAT type into every row, the company's default where there is none. Raises Invalid."""
    rows = new.items_list = new.items_list or []
    if len(rows) > MAX_ROWS:
        raise invalid("data.items_list", f"The data.items list field has at most {MAX_ROWS} entries.")
    known = {row.vat.id: row.vat for row in (old.items_list if old else None) or () if row.vat}
    errors: Validation = {}
    for index, row in enumerate(rows):
        if row.vat is None:
            row.vat = lookup.default_vat(call.session, call.company_id)
        elif row.vat.id is not None and row.vat.id in known:
            row.vat = known[row.vat.id]
        else:
            try:
                row.vat = lookup.complete_vat(call.session, call.company_id, row.vat, f"data.items_list.{index}.vat")
            except Invalid as error:
                errors.update(error.validation or {})
    if errors:
        raise Invalid(validation=errors)
    number_rows(rows, (old.items_list if old else None) or ())  # type: ignore[arg-type]  # rows have ids


def _complete_amounts(call: Call, new: Receipt, old: Receipt | None) -> None:
    """The amounts: those of the rows, or where there are none those that were sent, completed."""
    new.use_gross_prices = bool(new.use_gross_prices)
    if new.items_list:
        _from_rows(new, new.items_list)
    else:
        _as_sent(call, new, old)
    if max(abs(new.amount_net or ZERO), abs(new.amount_gross or ZERO)) >= MAX_DECIMAL:
        raise invalid("data.amount_gross", "The amounts of a receipt must be below 10^12.", code="AMOUNT_TOO_LARGE")


def _from_rows(new: Receipt, rows: list[ReceiptItem]) -> None:
    calculated = totals.receipt_totals(
        [(row.amount_net, row.amount_gross, row.vat.value if row.vat else None) for row in rows],
        use_gross_prices=bool(new.use_gross_prices),
    )
    for row, (net, gross) in zip(rows, calculated.rows, strict=True):
        row.amount_net, row.amount_vat, row.amount_gross = net, EXACT.subtract(gross, net), gross
    new.amount_net, new.amount_vat, new.amount_gross = (
        calculated.amount_net,
        calculated.amount_vat,
        calculated.amount_gross,
    )


def _as_sent(call: Call, new: Receipt, old: Receipt | None) -> None:
    """Amounts without rows: two of net, VAT and gross give the third; one alone is split at the default rate."""
    net, vat, gross = new.amount_net, new.amount_vat, new.amount_gross
    if old is not None:  # what differs from the stored amounts was sent, and the rest gives way to it
        before = (old.amount_net, old.amount_vat, old.amount_gross)
        if (net, vat, gross) == before:
            return
        net, vat, gross = (mine if mine != its else None for mine, its in zip((net, vat, gross), before, strict=True))
        if net is None and gross is None:
            net = old.amount_net
    if net is None and vat is None and gross is None:
        raise invalid("data.items_list", "The data.items list field is required when data.amount gross is not set.")
    if gross is not None and net is None and vat is not None:
        net = EXACT.subtract(gross, vat)
    if gross is not None and net is not None:
        net, gross = round2(net), round2(gross)
    elif net is not None and vat is not None:
        net = round2(net)
        gross = EXACT.add(net, round2(vat))
    else:
        default = lookup.default_vat(call.session, call.company_id)
        rate = default.value if default else None
        split = totals.receipt_totals([(net, gross, rate)], use_gross_prices=gross is not None)
        net, gross = split.amount_net, split.amount_gross
    new.amount_net, new.amount_gross, new.amount_vat = net, gross, EXACT.subtract(gross, net)


def _give_number(call: Call, new: Receipt, old: Receipt | None) -> None:
    """Check the number, or give the next one where that is asked for. Each type counts for itself.

    Raises Invalid for what can be no number, Conflict for one that is taken.
    """
    assert new.date  # noqa: S101
    problem = numeration.check_numeration(new.numeration)
    if problem:
        raise invalid("data.numeration", problem, code="INVALID_NUMERATION")
    if old is not None and _series(old) == _series(new) and old.number == new.number:
        return
    series = {"company_id": call.company_id, "id": new.id, **_series(new)}
    if new.number is None:
        if call.autocomplete_number:
            new.number = numeration.next_number(call.session.scalar(_LAST, **series))
        return
    problem = numeration.check_number(new.number, new.numeration)
    if problem:
        raise invalid("data.number", problem, code="INVALID_NUMBER")
    if call.session.row(_TAKEN, number=new.number, **series) is not None:
        printed = numeration.printed_number(new.number, new.numeration)
        raise Conflict(f"Esiste già un corrispettivo con lo stesso numero ({printed}).", code="NUMBER_TAKEN")


def _series(receipt: Receipt) -> dict[str, object]:
    assert receipt.date  # noqa: S101
    return {"type": receipt.type, "year": receipt.date.year, "numeration": receipt.numeration}


def _entries(receipt: Receipt) -> list[cash.Entry]:
    """A receipt is money at once: it goes to its account on its day."""
    if not receipt.amount_gross or receipt.date is None:
        return []
    number = f" n. {numeration.printed_number(receipt.number, receipt.numeration)}" if receipt.number else ""
    entry = cash.one_way(
        receipt.amount_gross,
        receipt.payment_account,
        date=receipt.date,
        description=receipt.description or f"Corrispettivo{number}",
        type=receipt.type or "",
        entity_name="",
    )
    return [cash.Entry(0, entry)]


derived = Source(collection=receipts, kind="receipt", entries=_entries, vat_entries=vat_rules.of_receipt)

resource = Resource(
    collection=receipts,
    path="/c/{company_id}/receipts",
    item="document_id",
    name="Receipt",
    plural="Receipts",
    scope="receipts",
    events="receipts",
    tag="Receipts",
    prepare=_prepare,
    stored=derived.stored,
    deleted=derived.deleted,
    order=(("date", True), ("id", True)),
    create_options={
        "autocomplete_number": {"type": "boolean", "description": "Give the next number where none is sent"}
    },
)


# what stands around them


class ReceiptInfo(Body):
    """What the form of a new receipt offers."""

    numerations: dict[str, dict[str, int]]
    """Next number by year and numeration that is free for either type: the shape of the vendor's schema, which its SDKs
    check. The vendor's example has `numerations_by_type` in its place, and the SDKs refuse it."""
    numerations_by_type: dict[str, dict[str, dict[str, int]]]
    """Next number by year, type and numeration."""
    numerations_list: list[str]
    rc_centers_list: list[str]
    payment_accounts_list: list[PaymentAccount]
    categories_list: list[str]
    vat_types_list: list[VatType]


def get_receipt_pre_create_info(call: Call) -> bytes:
    """What the form of a new receipt offers."""
    session, company_id = call.session, call.company_id
    numerations: dict[str, dict[str, dict[str, int]]] = {str(call.now.year): {}}
    used = set()
    for year, type, sezionale, highest in session.rows(_HIGHEST, company_id=company_id):
        numerations.setdefault(str(year), {}).setdefault(type, {})[sezionale] = numeration.next_number(highest)
        used.add(sezionale)
    for type in TYPES:
        numerations[str(call.now.year)].setdefault(type, {}).setdefault("", 1)
    info = ReceiptInfo(
        numerations={year: _of_either(by_type) for year, by_type in sorted(numerations.items())},
        numerations_by_type=dict(sorted(numerations.items())),
        numerations_list=sorted(used),
        rc_centers_list=vocabulary.used(session, company_id, "revenue_center"),
        payment_accounts_list=lookup.every(session, company_id, lookup.payment_accounts),
        categories_list=vocabulary.used(session, company_id, "receipts.category"),
        vat_types_list=lookup.all_vat_types(session, company_id),
    )
    return encoder.encode({"data": info})


def _of_either(by_type: dict[str, dict[str, int]]) -> dict[str, int]:
    """The numbers that are free for both types."""
    return {
        sezionale: max(numbers.get(sezionale, 1) for numbers in by_type.values())
        for sezionale in sorted({name for numbers in by_type.values() for name in numbers})
    }


class MonthlyTotal(Body):
    """What was taken in a month, in euro."""

    net: Decimal = ZERO
    gross: Decimal = ZERO
    count: int = 0


def get_receipts_monthly_totals(call: Call) -> bytes:
    """The twelve months of a year, January first, for one type of receipts."""
    type, year = call.query.get("type", ""), call.query.get("year", "")
    if type not in TYPES:
        raise invalid("type", f"The type field is required; it is one of: {', '.join(TYPES)}.")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise invalid("year", "The year field is required; it is a year such as 2026.")
    months = [MonthlyTotal() for _ in range(12)]
    bounds = {"first": f"{year}-01-01", "last": f"{year}-12-31"}
    for month, net, gross, count in call.session.rows(_MONTHLY, company_id=call.company_id, type=type, **bounds):
        months[int(month) - 1] = MonthlyTotal(
            net=Decimal(int(net)).scaleb(-SCALE), gross=Decimal(int(gross)).scaleb(-SCALE), count=count
        )
    return encoder.encode({"data": months})


_TYPE = Parameter("type", {"type": "string", "enum": list(TYPES)}, "Type of the receipts", required=True)

OPERATIONS = (
    *resource.operations(),
    Operation(
        "getReceiptPreCreateInfo",
        "GET",
        f"{resource.path}/info",
        get_receipt_pre_create_info,
        resource.tag,
        "Get Receipt Pre-Create Info",
        scope="receipts",
        answer=ReceiptInfo,
    ),
    Operation(
        "getReceiptsMonthlyTotals",
        "GET",
        f"{resource.path}/monthly_totals",
        get_receipts_monthly_totals,
        resource.tag,
        "Get Receipts Monthly Totals",
        scope="receipts",
        query=(_TYPE, Parameter("year", {"type": "string"}, "Year, such as 2026", required=True)),
        answer=list[MonthlyTotal],
    ),
)
