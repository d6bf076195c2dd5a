"""A received document: expense, credit note or delivery note of a supplier; and what waits to become one."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

import msgspec

from mastro.model.base import Body, Id, Percent, Switch, Timestamp
from mastro.model.entity import Entity
from mastro.model.issued_document import Currency, Payment
from mastro.model.settings import VatType

ReceivedType = Literal["expense", "passive_credit_note", "passive_delivery_note", "self_invoice"]

PendingType = Literal["agyo", "mail", "browser"]
"""The way it came: as an electronic invoice, by mail, or by hand."""


class ReceivedItem(Body):
    """A row. Its price is of one unit."""

    id: Id | None = None
    product_id: Id | None = None
    code: str = ""
    name: str = ""
    measure: str = ""
    net_price: Decimal | None = None
    category: str = ""
    qty: Decimal | None = None
    vat: VatType | None = None
    stock: Switch | None = None
    """Not 0 where the quantity goes into the stock of the product. A number as the vendor describes it; clients send
    true and false as well, as the vendor takes it."""
    deductibility_vat_percentage: Percent | None = None


class OtherAttachment(Body):
    """A file that came with the invoice, beside its XML."""

    filename: str = ""
    attachment: str = ""
    """Link that opens it."""


class ReceivedDocument(Body):
    """A received document, whole. Percentages in percent, amounts in the document's currency."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "amount_gross",
            "is_detailed",
            "e_invoice",
            "next_due_date",
            "attachment_url",
            "attachment_preview_url",
            "locked",
            "created_at",
            "updated_at",
            "ei_reception_date",
            "is_from_pending_expenses",
            "other_attachments",
            "other_attachment_tokens",
        }
    )
    REQUIRED: ClassVar[tuple[str, ...]] = ("entity",)

    id: Id | None = None
    type: ReceivedType = "expense"
    entity: Entity | None = None
    date: dt.date | None = None
    category: str = ""
    description: str = ""
    amount_net: Decimal | None = None
    amount_vat: Decimal | None = None
    amount_withholding_tax: Decimal | None = None
    amount_other_withholding_tax: Decimal | None = None
    amount_gross: Decimal | None = None
    """Net and VAT: the total of the supplier, before what is withheld."""
    amortization: Decimal | None = None
    """Years over which the expense is spread; 1 for none."""
    rc_center: str = ""
    """Cost centre."""
    invoice_number: str = ""
    """The supplier's number."""
    is_marked: bool | None = None
    is_detailed: bool | None = None
    """True for a document with rows."""
    e_invoice: bool | None = None
    next_due_date: dt.date | None = None
    currency: Currency | None = None
    tax_deductibility: Percent | None = None
    vat_deductibility: Percent | None = None
    items_list: list[ReceivedItem] | None = None
    payments_list: list[Payment] | None = None
    # links are signed anew at each answer, never stored
    attachment_url: str | msgspec.UnsetType | None = msgspec.UNSET
    attachment_preview_url: str | msgspec.UnsetType | None = msgspec.UNSET
    auto_calculate: bool | None = None
    """False where the amounts are as they were sent, whatever rows and payments add up to."""
    attachment_token: str = ""
    other_attachments: list[OtherAttachment] | msgspec.UnsetType | None = msgspec.UNSET
    other_attachment_tokens: list[str] | None = None
    """Files that the supplier put into its electronic invoice (ours)."""
    locked: bool | None = None
    ei_reception_date: dt.date | None = None
    is_from_pending_expenses: bool | None = None
    created_at: Timestamp = ""
    updated_at: Timestamp = ""


class PendingPayment(Payment):
    """An installment that the supplier's invoice asks for."""

    paid_with_ts_pay: bool = False
    """Paid through a service of the vendor: never, here."""


class Twin(Body):
    """The same document, that is there already."""

    kind: Literal["registered", "pending"] = "registered"
    id: Id = 0


class SavedEntity(Body):
    """What the vendor's recognition of paper invoices says; nothing is recognised here."""

    save_entity: bool | None = None


class ExtractedData(Body):
    """See `SavedEntity`."""

    mining: SavedEntity | None = None


class PendingReceivedDocument(Body):
    """What came in and is not registered yet: an electronic invoice as a rule."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "attachment_url", "created_at", "updated_at"})

    id: Id | None = None
    type: PendingType = "agyo"
    date: dt.date | None = None
    """When it came in."""
    subject: str = ""
    filename: str = ""
    document_type: ReceivedType = "expense"
    supplier_name: str = ""
    entity: Entity | None = None
    """The supplier with all that is known of it (ours)."""
    ei_number: str = ""
    """The supplier's number of the invoice."""
    emission_date: dt.date | None = None
    emssion_date: dt.date | None = None
    """The same under the name that the vendor's description spells."""
    amount_net: Decimal | None = None
    amount_vat: Decimal | None = None
    amount_gross: Decimal | None = None
    amount_withholding_tax: Decimal | None = None
    amount_other_withholding_tax: Decimal | None = None
    currency: Currency | None = None
    cost_center: str = ""
    category: str = ""
    items_list: list[ReceivedItem] | None = None
    """The rows of the electronic invoice (ours): nobody need take its XML apart."""
    payments_list: list[PendingPayment] | None = None
    other_attachments: list[OtherAttachment] | msgspec.UnsetType | None = msgspec.UNSET
    other_attachment_tokens: list[str] | None = None
    import_error: str = ""
    """Why it was not registered by itself, where the company wants that."""
    duplicate_of: Twin | msgspec.UnsetType | None = msgspec.UNSET
    """The document with the same supplier, number and date (ours): looked up at each answer, never stored."""
    extracted_data: ExtractedData | None = None
    attachment_url: str | msgspec.UnsetType | None = msgspec.UNSET
    attachment_token: str = ""
    created_at: Timestamp = ""
    updated_at: Timestamp = ""
