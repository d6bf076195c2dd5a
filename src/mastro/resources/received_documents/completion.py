"""What a received document needs before it is stored: defaults, the full form of what it refers to, amounts."""

from decimal import Decimal

import msgspec

from mastro import totals
from mastro.api.call import Call
from mastro.api.decimals import MAX_DECIMAL
from mastro.api.errors import Invalid, Validation, invalid
from mastro.model.entity import Entity
from mastro.model.received_document import ReceivedDocument, ReceivedItem
from mastro.model.settings import VatType
from mastro.money import EXACT, ZERO
from mastro.resources.entities.registry import complete_country
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.issued_documents.completion import MAX_ROWS, currency_of, number_rows
from mastro.resources.received_documents import payments
from mastro.resources.settings import lookup
from mastro.totals import ReceivedTotals

ONE, HUNDRED = Decimal(1), Decimal(100)


def prepare(call: Call, new: ReceivedDocument, old: ReceivedDocument | None, *, fix: bool, autofill: bool) -> None:
    """Complete a document that is about to be stored. Raises ApiError for one that cannot be."""
    set_defaults(call, new)
    _complete_entity(call, new, old, autofill=autofill)
    calculated = complete_amounts(call, new, old)
    payments.complete(call, new, old, calculated, fix=fix)
    number_rows(new.items_list or (), (old.items_list if old else None) or ())  # type: ignore[arg-type]  # rows have ids
    number_rows(new.payments_list or (), (old.payments_list if old else None) or ())
    if not (new.entity and new.entity.name.strip()):
        raise invalid("data.entity.name", "The entity.name field must not be empty.", code="ENTITY_NAME_EMPTY")


def set_defaults(call: Call, new: ReceivedDocument) -> None:
    """Set what is not sent. Raises Invalid for more rows or payments than a document can have."""
    for key, rows in (("items_list", new.items_list), ("payments_list", new.payments_list)):
        if rows and len(rows) > MAX_ROWS:
            raise invalid(f"data.{key}", f"The data.{key.replace('_', ' ')} field has at most {MAX_ROWS} entries.")
    new.date = new.date or call.now.date()
    new.currency = currency_of(new.currency)
    new.items_list = new.items_list or []
    new.is_detailed = bool(new.items_list)
    new.amortization = ONE if new.amortization is None else new.amortization
    new.tax_deductibility = HUNDRED if new.tax_deductibility is None else new.tax_deductibility
    new.vat_deductibility = HUNDRED if new.vat_deductibility is None else new.vat_deductibility
    new.auto_calculate = True if new.auto_calculate is None else new.auto_calculate
    for key in ("is_marked", "e_invoice", "locked", "is_from_pending_expenses"):
        setattr(new, key, bool(getattr(new, key)))


def _complete_entity(call: Call, new: ReceivedDocument, old: ReceivedDocument | None, *, autofill: bool) -> None:
    """Check that the supplier exists if it has an id; fill it from the registry only where that is asked for."""
    entity = new.entity
    if entity is None:
        raise invalid("data.entity", "The data.entity field is required.")
    fill = autofill and not entity.name
    if entity.id and (fill or not (old and old.entity and old.entity.id == entity.id)):
        known = suppliers.get(call.session, call.company_id, entity.id)
        if known is None:
            raise invalid("data.entity.id", "The selected data.entity.id is invalid.", code="UNKNOWN_ENTITY")
        if fill:
            for field in msgspec.structs.fields(Entity):
                if getattr(entity, field.name) == field.default and hasattr(known, field.name):
                    setattr(entity, field.name, getattr(known, field.name))
    complete_country(entity, "data.entity.country")


def complete_amounts(call: Call, new: ReceivedDocument, old: ReceivedDocument | None) -> ReceivedTotals:
    """Complete the rows and write the amounts; the totals that the payments must cover.

    With rows, net and VAT are theirs, unless `auto_calculate` is false or the rows are the supplier's own, who rounds
    as it likes. Raises Invalid for a VAT type that there is not, and for amounts beyond what every number keeps to.
    """
    _complete_rows(call, new, old)
    sent = new.amount_net is not None or new.amount_vat is not None
    came_in = new.is_from_pending_expenses and (old is None or new.items_list == old.items_list)
    if new.items_list and not (sent and (came_in or new.auto_calculate is False)):
        rows = ((row.qty, row.net_price, row.vat.value if row.vat else None) for row in new.items_list)
        new.amount_net, new.amount_vat = totals.received_amounts(rows)
    calculated = totals.received_totals(
        amount_net=new.amount_net,
        amount_vat=new.amount_vat,
        amount_withholding_tax=new.amount_withholding_tax,
        amount_other_withholding_tax=new.amount_other_withholding_tax,
        payments=[payment.amount for payment in new.payments_list or ()],
    )
    amounts = (calculated.amount_net, calculated.amount_vat, calculated.amount_gross, calculated.amount_due)
    if max(abs(amount) for amount in amounts) >= MAX_DECIMAL:
        raise invalid("data.amount_net", "The amounts of a document must be below 10^12.", code="AMOUNT_TOO_LARGE")
    new.amount_net, new.amount_vat, new.amount_gross = (
        calculated.amount_net,
        calculated.amount_vat,
        calculated.amount_gross,
    )
    new.amount_withholding_tax = calculated.amount_withholding_tax
    new.amount_other_withholding_tax = calculated.amount_other_withholding_tax
    return calculated


def _complete_rows(call: Call, new: ReceivedDocument, old: ReceivedDocument | None) -> None:
    known: dict[int, VatType] = {}  # a copy that the document holds stays good when its type is gone from the settings
    for row in (old.items_list if old else None) or ():
        if row.vat and row.vat.id is not None:
            known[row.vat.id] = row.vat
    errors: Validation = {}
    for index, row in enumerate(new.items_list or ()):
        row.qty = ONE if row.qty is None else row.qty
        row.stock = row.stock or ZERO
        _complete_vat(call, new, row, f"data.items_list.{index}.vat", known, errors)
    if errors:
        raise Invalid(validation=errors)


def _complete_vat(
    call: Call, new: ReceivedDocument, row: ReceivedItem, path: str, known: dict[int, VatType], errors: Validation
) -> None:
    sent = row.vat
    if sent is None:
        row.vat = lookup.default_vat(call.session, call.company_id)
        return
    if sent.id is None and new.is_from_pending_expenses:  # what an electronic invoice says needs no type of ours
        row.vat = lookup.matching_vat(call.session, call.company_id, sent) or sent
        return
    if sent.id is not None and sent.id in known:
        row.vat = known[sent.id]
        return
    try:
        row.vat = lookup.complete_vat(call.session, call.company_id, sent, path)
    except Invalid as error:
        errors.update(error.validation or {})
    if row.vat and row.vat.id is not None and not errors:
        known[row.vat.id] = row.vat


def stock_of(document: ReceivedDocument) -> dict[int, Decimal]:
    """What a document puts into the stock, by product; a credit note takes it out again."""
    moved: dict[int, Decimal] = {}
    for row in document.items_list or ():
        if row.product_id is not None and row.stock:
            moved[row.product_id] = EXACT.add(moved.get(row.product_id, ZERO), row.qty or ZERO)
    if document.type == "passive_credit_note":
        return {id: -quantity for id, quantity in moved.items()}
    return moved
