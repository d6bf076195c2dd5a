"""What a document needs before it is stored: defaults, the full form of what it refers to, amounts, and refusals.

The order of the refusals is the vendor's: shape, references, payments against the total, the name of the other party.
"""

from decimal import Decimal

from mastro import totals
from mastro.api.call import Call
from mastro.api.errors import Forbidden, Invalid, Validation, invalid
from mastro.italy import currencies, languages, templates
from mastro.model.entity import Entity
from mastro.model.issued_document import Currency, ExtraData, IssuedDocument, Item, Language
from mastro.model.settings import DocumentTemplate, VatType
from mastro.resources.company import load_company
from mastro.resources.entities.clients import clients
from mastro.resources.entities.registry import complete_country
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.issued_documents import payments
from mastro.resources.issued_documents.numbers import give_delivery_note_number, give_number
from mastro.resources.settings import lookup

NOT_EDITABLE = "Forbidden: document is not editable"

E_INVOICE_TYPES = frozenset({"invoice", "credit_note", "self_own_invoice", "self_supplier_invoice"})
"""Types that the SdI takes."""

SUPPLIER_TYPES = frozenset({"supplier_order", "self_own_invoice", "self_supplier_invoice"})
"""Types whose other party may be a supplier."""

EDITABLE_WHEN_LOCKED = frozenset({"payments_list", "next_due_date", "is_marked", "updated_at", "seen_date"})
"""What may change on a document that was sent to the SdI: whether it is paid, not what it says."""

MAX_ROWS = 2000


def prepare(call: Call, new: IssuedDocument, old: IssuedDocument | None, *, fix_payments: bool, autofill: bool) -> None:
    """Complete a document that is about to be stored. Raises ApiError for one that cannot be."""
    if old is not None:
        new.type = old.type  # a document keeps its type: clients send a default one with every change
    _, settings = load_company(call.session, call.company_id)
    set_defaults(call, new)
    complete_entity(call, new, autofill=autofill)
    complete_references(call, new)
    calculated = totals.calculate(new)
    totals.write_amounts(new, calculated)
    payments.complete(call, new, old, calculated, fix=fix_payments, default_terms=settings.default_payment_terms)
    _refuse_nameless(new)
    _number_rows(new)
    if old is not None and old.locked:
        refuse_locked(new, old)
    give_number(call, new, old, ordered=settings.number_checks == "refuse")
    give_delivery_note_number(call, new)
    assert new.date  # noqa: S101
    new.year = new.date.year
    new.ei_status = (old.ei_status if old else None) or ("not_sent" if new.e_invoice else None)
    if not new.e_invoice and not (old and old.locked):
        new.ei_status = None


def set_defaults(call: Call, new: IssuedDocument) -> None:
    """Set what the vendor sets when it is not sent."""
    new.date = new.date or call.now.date()
    new.currency = currency_of(new.currency)
    new.language = language_of(new.language)
    if new.e_invoice and new.type not in E_INVOICE_TYPES:
        raise invalid("data.e_invoice", f"The data.e invoice field must be false for a {new.type}.")
    for key in ("use_split_payment", "use_gross_prices", "e_invoice", "show_notification_button", "show_tspay_button"):
        setattr(new, key, bool(getattr(new, key)))
    for key in ("delivery_note", "accompanying_invoice", "is_marked"):
        setattr(new, key, bool(getattr(new, key)))
    if new.type != "invoice":
        new.accompanying_invoice = False
    if new.type in {"credit_note", "supplier_order", "delivery_note"}:
        new.delivery_note = False
    new.show_payments = True if new.show_payments is None else new.show_payments
    new.show_payment_method = True if new.show_payment_method is None else new.show_payment_method
    new.stamp_duty = new.stamp_duty or Decimal(0)
    new.extra_data = new.extra_data or ExtraData()
    new.locked = bool(new.locked)
    new.items_list = new.items_list or []
    new.payments_list = new.payments_list or []
    if len(new.items_list) > MAX_ROWS or len(new.payments_list) > MAX_ROWS:
        raise invalid("data.items_list", f"A document has at most {MAX_ROWS} rows and as many payments.")
    new.template = _template(new.template, "standard")
    new.delivery_note_template = _template(new.delivery_note_template, "delivery_note")
    new.acc_inv_template = _template(new.acc_inv_template, "accompanying_invoice")


def currency_of(sent: Currency | None) -> Currency:
    """The currency in full, the euro where none is sent; its rate stays what it was on the document."""
    code = (sent.id if sent else "") or "EUR"
    known = currencies.by_id(code.upper())
    if known is None:
        raise invalid("data.currency.id", f"The data.currency.id field is not a currency code: {code}.")
    rate = (sent.exchange_rate if sent else "") or known.exchange_rate
    try:
        number = Decimal(rate)
    except ArithmeticError:
        number = Decimal(0)
    if not (number.is_finite() and 0 < number < 10**9):
        raise invalid("data.currency.exchange_rate", "The data.currency.exchange rate field must be a positive number.")
    return Currency(id=known.id, symbol=known.symbol, html_symbol=known.html_symbol, exchange_rate=f"{number:.5f}")


def language_of(sent: Language | None) -> Language:
    """The language in full, Italian where none is sent."""
    code = (sent.code if sent else "") or "it"
    known = languages.by_code(code.lower())
    if known is None:
        raise invalid("data.language.code", f"The data.language.code field is not a document language: {code}.")
    return Language(code=known.code, name=known.name)


def _template(sent: DocumentTemplate | None, type: templates.TemplateType) -> DocumentTemplate:
    """The layout that is asked for, ours of that type where it is one that we do not have: ids of the vendor's are many."""
    known = templates.by_id(sent.id) if sent and sent.id else None
    if known is None or known.type != type:
        return templates.default(type)
    return DocumentTemplate(id=known.id, name=known.name, type=known.type)


def complete_entity(call: Call, new: IssuedDocument, *, autofill: bool) -> None:
    """Check that the other party exists if it has an id; fill it from the registry only where that is asked for."""
    entity = new.entity
    if entity is None:
        raise invalid("data.entity", "The data.entity field is required.")
    if entity.id:
        known = clients.get(call.session, call.company_id, entity.id) if new.type != "supplier_order" else None
        if known is None and new.type in SUPPLIER_TYPES:
            supplier = suppliers.get(call.session, call.company_id, entity.id)
            known = supplier  # type: ignore[assignment]  # a supplier has the keys that are copied below
        if known is None:
            raise invalid("data.entity.id", "The selected data.entity.id is invalid.", code="UNKNOWN_ENTITY")
        if autofill and not entity.name:
            new.entity = entity = fill_entity(entity, known)
    if entity.country or entity.country_iso:
        complete_country(entity, "data.entity.country")
    else:
        entity.country, entity.country_iso = "Italia", "IT"


def fill_entity(entity: Entity, known: object) -> Entity:
    """The other party with every key that was not sent taken from the registry."""
    for key in Entity.__struct_fields__:
        if getattr(entity, key) in (None, "") and hasattr(known, key):
            setattr(entity, key, getattr(known, key))
    return entity


def complete_references(call: Call, new: IssuedDocument) -> None:
    """Put the full form of VAT types and payment method in place of their ids."""
    errors: Validation = {}
    known: dict[object, VatType] = {}
    for index, item in enumerate(new.items_list or ()):
        _complete_item(call, item, f"data.items_list.{index}", known, errors)
    if errors:
        raise Invalid(validation=errors)
    if new.payment_method and new.payment_method.id is not None:
        method = lookup.payment_method(call.session, call.company_id, new.payment_method.id)
        if method is None:
            raise invalid("data.payment_method.id", "The selected data.payment method.id is invalid.")
        new.payment_method = method


def _complete_item(call: Call, item: Item, path: str, known: dict[object, VatType], errors: Validation) -> None:
    item.qty = Decimal(1) if item.qty is None else item.qty
    item.not_taxable = bool(item.not_taxable)
    item.apply_withholding_taxes = True if item.apply_withholding_taxes is None else item.apply_withholding_taxes
    item.discount = item.discount or Decimal(0)
    item.discount_highlight = bool(item.discount_highlight)
    item.in_dn = bool(item.in_dn)
    item.stock = bool(item.stock)
    sent = item.vat
    if sent is None:
        key: object = None
    else:
        key = sent.id if sent.id is not None else (sent.value, sent.ei_type)
    if key not in known:
        found = _vat(call, sent)
        if found is None:
            words = "field is required" if sent and sent.id is None else "field is invalid"
            errors[f"{path}.vat.id"] = [f"The {path}.vat.id {words}"]
            return
        known[key] = found
    item.vat = known[key]


def _vat(call: Call, sent: VatType | None) -> VatType | None:
    """The VAT type meant: by id, else by rate and natura (ours), else the company's default."""
    if sent is None:
        return lookup.default_vat(call.session, call.company_id)
    if sent.id is not None:
        return lookup.vat_type(call.session, call.company_id, sent.id)
    return lookup.matching_vat(call.session, call.company_id, sent)


def _refuse_nameless(new: IssuedDocument) -> None:
    if not (new.entity and new.entity.name.strip()):
        raise invalid("data.entity.name", "The entity.name field must not be empty.", code="ENTITY_NAME_EMPTY")


def _number_rows(new: IssuedDocument) -> None:
    """Give every row and installment an id of its own; those that were sent back keep theirs."""
    for rows in (new.items_list or [], new.payments_list or []):
        seen: set[int] = set()
        following = max((row.id or 0 for row in rows), default=0) + 1
        for row in rows:
            if not row.id or row.id in seen:
                row.id = following
                following += 1
            seen.add(row.id)


def refuse_locked(new: IssuedDocument, old: IssuedDocument) -> None:
    """Raise Forbidden where a locked document would say something else than before."""
    for key in IssuedDocument.__struct_fields__:
        if key not in EDITABLE_WHEN_LOCKED and getattr(new, key) != getattr(old, key):
            raise Forbidden(NOT_EDITABLE, code="DOCUMENT_LOCKED")
