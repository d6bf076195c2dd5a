"""Words of a printed document, one JSON file per language, and how that language writes amounts and dates.

A new language is a new file beside this one, with the keys of `Labels`; it must translate them all to be loaded.
"""

import datetime as dt
from decimal import Decimal
from functools import cache
from importlib import resources

import msgspec

from mastro.money import format_italian, plain

FALLBACK = "en"
"""For a customer whose language is not here."""

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


class Labels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts of one language. Names in braces are filled in where the text is used."""

    code: str
    decimal_point: str
    thousands: str
    money: str
    date_pattern: str
    """`day`, `month`, `year`, and `name` for the month in words."""
    months: list[str]
    """January to December, where the pattern asks for the `name`."""
    titles: dict[str, str]
    """By document type."""
    accompanying_invoice: str
    number: str
    dated: str
    date: str
    recipient: str
    """Over the name of who is charged."""
    addressee: str
    """Over the name of who gets a quote, an order, the goods."""
    supplier: str
    attention: str
    vat_number: str
    tax_code: str
    recipient_code: str
    certified_email: str
    phone: str
    fax: str
    rea: str
    share_capital: str
    sole_shareholder: str
    in_liquidation: str
    subject: str
    order_reference: str
    contract_reference: str
    agreement_reference: str
    linked_invoice: str
    intent_declaration: str
    exchange_rate: str
    code_column: str
    description: str
    quantity: str
    price: str
    gross_price: str
    discount: str
    vat: str
    total: str
    gross_total: str
    excluded: str
    vat_summary: str
    taxable: str
    tax: str
    outside_vat: str
    net: str
    rivalsa: str
    cassa: str
    pension_fund: str
    taxable_total: str
    not_taxable_total: str
    document_total: str
    withholding: str
    withholding_kinds: dict[str, str]
    """By *TipoRitenuta* (RT03 … RT06); the empty key for the others."""
    on_base: str
    stamp_duty: str
    split_vat: str
    agreed_discount: str
    due: str
    due_net: str
    due_credit: str
    due_total: str
    vat_in_euro: str
    payment: str
    method: str
    bank: str
    beneficiary: str
    iban: str
    customer_bank: str
    installments: str
    payment_states: dict[str, str]
    on_sight: str
    notes: str
    transport: str
    causal: str
    packages: str
    weight: str
    transporter: str
    destination: str
    transport_start: str
    sender_signature: str
    driver_signature: str
    receiver_signature: str
    acceptance_signature: str
    related_document: str
    page: str
    no_fiscal_value: str
    proforma_remark: str
    courtesy_copy: str
    delivery_note_remark: str
    split_remark: str
    deferred_remark: str
    stamp_remark_electronic: str
    stamp_remark_paper: str
    sample: str
    """Across the pages of a document that is none: made to try things out."""

    def write_number(self, value: Decimal, decimals: int = 2, most: int | None = None) -> str:
        """`1.234,56` with this language's separators; `decimals` places, up to `most` where the value needs them."""
        text = format_italian(value, decimals, most)
        return text.translate({ord("."): self.thousands, ord(","): self.decimal_point, ord("-"): MINUS})

    def write_money(self, value: Decimal, symbol: str) -> str:
        """An amount with its currency: `1.234,56 €`, `€1,234.56`, `-CHF 10.00`."""
        number = self.write_number(abs(value))
        apart = self.money.startswith("{symbol}") and symbol[-1:].isalpha()
        text = self.money.format(amount=number, symbol=symbol + NO_BREAK if apart else symbol)
        return (MINUS if value < 0 else "") + text

    def write_percent(self, value: Decimal) -> str:
        """`22%`, `5,5%`."""
        return plain(value).replace(".", self.decimal_point).replace("-", MINUS) + "%"

    def write_date(self, day: dt.date) -> str:
        """A date as this language reads it without doubt."""
        name = self.months[day.month - 1] if self.months else ""
        return self.date_pattern.format(day=day.day, month=day.month, year=day.year, name=name)


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that a document can be printed in."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".json") for file in files if file.name.endswith(".json")))


def labels_of(language: str) -> Labels:
    """Labels of a language code (`it`, `en-GB`, `DE`); Italian for an empty one, English for one that is not here."""
    code = language.strip().lower()[:2] or "it"
    return load(code if code in languages() else FALLBACK)


@cache
def load(code: str) -> Labels:
    """Read one language's file; raises msgspec.ValidationError when a text is missing or unknown."""
    return msgspec.json.decode((resources.files(__name__) / f"{code}.json").read_bytes(), type=Labels)
