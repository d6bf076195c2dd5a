"""What a document needs before it is stored: defaults, the full form of what it refers to, amounts, and refusals.

The order of the refusals is the vendor's: shape, references, the lock, payments against the total, the name of the
other party, the number.
"""

from collections.abc import Sequence
from decimal import Decimal

from mastro import totals
from mastro.api.call import Call
from mastro.api.decimals import MAX_DECIMAL
from mastro.api.errors import Forbidden, Invalid, Validation, invalid
from mastro.fatturapa import RawTreeError
from mastro.fatturapa.from_document.raw import overlay
from mastro.italy import currencies, languages, templates
from mastro.model.base import RawTree
from mastro.model.issued_document import Currency, ExtraData, IssuedDocument, Item, Language, Payment
from mastro.model.settings import DocumentTemplate
from mastro.money import ZERO
from mastro.resources.company import load_settings
from mastro.resources.issued_documents import payments
from mastro.resources.issued_documents.numbers import give_delivery_note_number, give_number
from mastro.resources.issued_documents.references import complete_entity, complete_references
from mastro.totals import Totals

NOT_EDITABLE = "Forbidden: document is not editable"

E_INVOICE_TYPES = frozenset({"invoice", "credit_note", "self_own_invoice", "self_supplier_invoice"})
"""Types that the SdI takes."""

EDITABLE_WHEN_LOCKED = frozenset({"payments_list", "next_due_date", "is_marked", "updated_at", "seen_date"})
"""What may change on a document that was sent to the SdI: whether it is paid, not what it says."""

MAX_ROWS = 2000

MAX_RATE = 40
"""Characters of an exchange rate."""

_ITEM_DEFAULTS = (
    ("qty", Decimal(1)),
    ("discount", Decimal(0)),
    ("apply_withholding_taxes", True),
    ("not_taxable", False),
    ("discount_highlight", False),
    ("in_dn", False),
    ("stock", False),
)

_SWITCHES = (
    "use_split_payment",
    "use_gross_prices",
    "e_invoice",
    "show_notification_button",
    "show_tspay_button",
    "delivery_note",
    "accompanying_invoice",
    "is_marked",
    "locked",
)


def prepare(call: Call, new: IssuedDocument, old: IssuedDocument | None, *, fix_payments: bool, autofill: bool) -> None:
    """Complete a document that is about to be stored. Raises ApiError for one that cannot be."""
    settings = load_settings(call.session, call.company_id)
    set_defaults(call, new)
    complete_items(new)
    check_raw_trees(new)
    complete_entity(call, new, old, autofill=autofill)
    complete_references(call, new, old)
    number_rows(new.items_list or (), (old.items_list if old else None) or ())
    if old is not None and old.locked:
        refuse_locked(new, old)
    calculated = totals.calculate(new)
    totals.write_amounts(new, calculated)
    refuse_boundless(new, calculated)
    payments.complete(call, new, old, calculated, fix=fix_payments, default_terms=settings.default_payment_terms)
    number_rows(new.payments_list or (), (old.payments_list if old else None) or ())
    if not (new.entity and new.entity.name.strip()):
        raise invalid("data.entity.name", "The entity.name field must not be empty.", code="ENTITY_NAME_EMPTY")
    give_number(call, new, old, ordered=settings.number_checks == "refuse")
    give_delivery_note_number(call, new)
    assert new.date  # noqa: S101
    new.year = new.date.year
    if new.e_invoice:
        new.ei_status = new.ei_status or "not_sent"
    elif not new.locked:
        new.ei_status = None


def set_defaults(call: Call, new: IssuedDocument) -> None:
    """Set what the vendor sets when it is not sent, and refuse what the document's type cannot have."""
    if new.e_invoice and new.type not in E_INVOICE_TYPES:
        raise invalid("data.e_invoice", f"The data.e invoice field must be false for a {new.type}.")
    new.date = new.date or call.now.date()
    new.currency = currency_of(new.currency)
    new.language = language_of(new.language)
    for key in _SWITCHES:
        if getattr(new, key) is None:
            setattr(new, key, False)
    if new.type != "invoice":
        new.accompanying_invoice = False
    if new.type in {"credit_note", "supplier_order", "delivery_note"}:
        new.delivery_note = False
    new.show_payments = True if new.show_payments is None else new.show_payments
    new.show_payment_method = True if new.show_payment_method is None else new.show_payment_method
    new.stamp_duty = new.stamp_duty or Decimal(0)
    new.extra_data = new.extra_data or ExtraData()
    new.payments_list = new.payments_list or []
    new.template = _template(new.template, "standard")
    new.delivery_note_template = _template(new.delivery_note_template, "delivery_note")
    new.acc_inv_template = _template(new.acc_inv_template, "accompanying_invoice")


def currency_of(sent: Currency | None) -> Currency:
    """The currency in full, the euro where none is sent; its rate stays what it was on the document."""
    code = (sent.id if sent else "") or "EUR"
    known = currencies.by_id(code.upper())
    if known is None:
        raise invalid("data.currency.id", "The data.currency.id field is not a currency code, such as EUR.")
    rate = (sent.exchange_rate if sent else "") or known.exchange_rate
    try:
        number = Decimal(rate if len(rate) <= MAX_RATE else "NaN")
    except ArithmeticError:
        number = Decimal(0)
    written = f"{number:.5f}" if number.is_finite() and 0 < number < 10**9 else "0.00000"
    if written == "0.00000":
        raise invalid("data.currency.exchange_rate", "The data.currency.exchange rate field must be a positive number.")
    return Currency(id=known.id, symbol=known.symbol, html_symbol=known.html_symbol, exchange_rate=written)


def language_of(sent: Language | None) -> Language:
    """The language in full, Italian where none is sent."""
    known = languages.by_code(((sent.code if sent else "") or "it").lower())
    if known is None:
        raise invalid("data.language.code", "The data.language.code field is not a language of documents, such as it.")
    return Language(code=known.code, name=known.name)


def _template(sent: DocumentTemplate | None, type: templates.TemplateType) -> DocumentTemplate:
    """The layout asked for, ours of that type where it is one that we do not have: ids of the vendor's are many."""
    known = templates.by_id(sent.id) if sent and sent.id else None
    if known is None or known.type != type:
        return templates.default(type)
    return known


def complete_items(new: IssuedDocument) -> None:
    """Set the defaults of every row. Raises Invalid for more rows or installments than a document can have."""
    items = new.items_list = new.items_list or []
    for key, rows in (("items_list", items), ("payments_list", new.payments_list or ())):
        if len(rows) > MAX_ROWS:
            raise invalid(f"data.{key}", f"The data.{key.replace('_', ' ')} field has at most {MAX_ROWS} entries.")
    for item in items:
        for name, default in _ITEM_DEFAULTS:
            if getattr(item, name) is None:
                setattr(item, name, default)


def check_raw_trees(new: IssuedDocument) -> None:
    """Raise Invalid for an `ei_raw` that no electronic invoice could hold: better now than when it is sent."""
    trees: list[tuple[str, RawTree | None]] = [("data.ei_raw", new.ei_raw)]
    trees += [(f"data.items_list.{i}.ei_raw", item.ei_raw) for i, item in enumerate(new.items_list or ())]
    trees += [(f"data.payments_list.{i}.ei_raw", paid.ei_raw) for i, paid in enumerate(new.payments_list or ())]
    errors: Validation = {}
    for path, tree in trees:
        if tree:
            try:
                overlay({}, tree, None)
            except RawTreeError as error:
                errors[path] = [f"The {path} field is not a tree of texts: {error}"]
    if errors:
        raise Invalid(validation=errors, code="WRONG_EI_RAW")


def refuse_boundless(new: IssuedDocument, calculated: Totals) -> None:
    """Raise Invalid where the amounts of a document leave the bounds that each of its numbers keeps."""
    for index, item in enumerate(new.items_list or ()):
        for key in ("net_price", "gross_price"):
            if abs(getattr(item, key) or ZERO) >= MAX_DECIMAL:
                path = f"data.items_list.{index}.{key}"
                words = "A price must be below 10^12 without VAT and with it."
                raise invalid(path, words, code="AMOUNT_TOO_LARGE")
    amounts = [calculated.amount_net, calculated.taxable_amount, calculated.amount_vat]
    amounts += [calculated.amount_gross, calculated.amount_due]
    if max(abs(amount) for amount in amounts) >= MAX_DECIMAL:
        raise invalid("data.items_list", "The amounts of a document must be below 10^12.", code="AMOUNT_TOO_LARGE")


def number_rows(new: Sequence[Item] | Sequence[Payment], old: Sequence[Item] | Sequence[Payment]) -> None:
    """Give every row an id of its own within the document; those that were sent back keep theirs."""
    known = {row.id for row in old if row.id is not None}
    following = max(known, default=0) + 1
    for row in new:
        if row.id in known:
            known.discard(row.id)
        else:
            row.id = following
            following += 1


def refuse_locked(new: IssuedDocument, old: IssuedDocument) -> None:
    """Raise Forbidden where a locked document would say something else than before."""
    for key in IssuedDocument.__struct_fields__:
        if key not in EDITABLE_WHEN_LOCKED and getattr(new, key) != getattr(old, key):
            raise Forbidden(NOT_EDITABLE, code="DOCUMENT_LOCKED")
