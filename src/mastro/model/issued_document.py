"""An issued document: invoice, quote, delivery note … in the shape in which the API serves and the store keeps it."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

import msgspec

from mastro.model.base import Body, Id, Integer, Percent, RawTree, Timestamp
from mastro.model.entity import Entity
from mastro.model.settings import DocumentTemplate, PaymentAccount, PaymentMethod, PaymentTerms, VatType

DocumentType = Literal[
    "invoice",
    "quote",
    "proforma",
    "receipt",
    "delivery_note",
    "credit_note",
    "order",
    "work_report",
    "supplier_order",
    "self_own_invoice",
    "self_supplier_invoice",
]

PaymentStatus = Literal["not_paid", "paid", "reversed"]

EInvoiceStatus = Literal[
    "attempt",
    "missing",
    "not_sent",
    "sent",
    "pending",
    "processing",
    "error",
    "discarded",
    "not_delivered",
    "accepted",
    "rejected",
    "no_response",
    "manual_accepted",
    "manual_rejected",
]


class Currency(Body):
    """Currency of a document; the rate says how many of it one euro buys, as text with five decimals."""

    id: str = "EUR"
    symbol: str = ""
    exchange_rate: str = ""
    html_symbol: str = ""


class Language(Body):
    """Language of the PDF."""

    code: str = ""
    name: str = ""


class EInvoiceData(Body):
    """Facts that only the electronic invoice needs."""

    vat_kind: Literal["I", "D", "S"] | None = None
    """*Esigibilità*: I immediate, D deferred, S split payment."""
    original_document_type: Literal["ordine", "contratto", "convenzione"] | None = None
    od_number: str = ""
    od_date: dt.date | None = None
    cig: str = ""
    cup: str = ""
    payment_method: str = ""
    """MP01 … MP23."""
    bank_name: str = ""
    bank_iban: str = ""
    bank_beneficiary: str = ""
    invoice_number: str = ""
    invoice_date: dt.date | None = None
    """Number and date of the linked invoice, for credit notes."""
    document_type: str = ""
    """TD01 … TD29: ours, a plain alias of the place deep in `ei_raw` where the vendor wants it."""


class ExtraData(Body):
    """Data for the Sistema Tessera Sanitaria and marks of imports."""

    multifatture_sent: Integer | None = None
    ts_communication: bool | None = None
    ts_flag_tipo_spesa: Decimal | None = None
    ts_pagamento_tracciato: bool | None = None
    ts_tipo_spesa: str = ""
    ts_opposizione: bool | None = None
    ts_status: Integer | None = None
    ts_file_id: str = ""
    ts_sent_date: dt.date | None = None
    ts_full_amount: bool | None = None
    imported_by: str = ""
    debt_vat_detect: bool | None = None
    revenue_detect: bool | None = None


class Item(Body):
    """A row. Prices are per unit, in euro or in the document's currency."""

    id: Id | None = None
    product_id: Id | None = None
    code: str = ""
    name: str = ""
    category: str = ""
    description: str = ""
    qty: Decimal | None = None
    measure: str = ""
    net_price: Decimal | None = None
    gross_price: Decimal | None = None
    vat: VatType | None = None
    not_taxable: bool | None = None
    apply_withholding_taxes: bool | None = None
    discount: Decimal | None = None
    """Percent off the unit price."""
    discount_highlight: bool | None = None
    in_dn: bool | None = None
    stock: bool | None = None
    ei_raw: RawTree | None = None


class Payment(Body):
    """An installment."""

    id: Id | None = None
    due_date: dt.date | None = None
    amount: Decimal | None = None
    status: PaymentStatus = "not_paid"
    payment_account: PaymentAccount | None = None
    paid_date: dt.date | None = None
    ei_raw: RawTree | None = None
    payment_terms: PaymentTerms | None = None


class LinkedDocument(Body):
    """Another document that this one was made from, or that was made from it, as it was at that time."""

    id: Id | None = None
    type: DocumentType | None = None
    number: Integer | None = None
    numeration: str = ""
    date: dt.date | None = None


class IssuedDocument(Body):
    """An issued document, whole. Percentages in percent, amounts in the document's currency."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "year",
            "amount_net",
            "amount_vat",
            "amount_gross",
            "amount_rivalsa",
            "amount_cassa",
            "amount_cassa2",
            "amount_withholding_tax",
            "amount_other_withholding_tax",
            "seen_date",
            "next_due_date",
            "url",
            "dn_url",
            "ai_url",
            "attachment_url",
            "ei_status",
            "locked",
            "merged_in",
            "original_document",
            "original_documents",
            "created_at",
            "updated_at",
        }
    )
    REQUIRED: ClassVar[tuple[str, ...]] = ("type", "entity")

    id: Id | None = None
    entity: Entity | None = None
    type: DocumentType | None = None
    number: Integer | None = None
    numeration: str = ""
    date: dt.date | None = None
    year: Integer | None = None
    currency: Currency | None = None
    language: Language | None = None
    subject: str = ""
    visible_subject: str = ""
    rc_center: str = ""
    notes: str = ""
    """HTML."""
    rivalsa: Percent | None = None
    cassa: Percent | None = None
    amount_cassa: Decimal | None = None
    cassa_taxable: Percent | None = None
    amount_cassa_taxable: Decimal | None = None
    cassa2: Percent | None = None
    amount_cassa2: Decimal | None = None
    cassa2_taxable: Percent | None = None
    amount_cassa2_taxable: Decimal | None = None
    global_cassa_taxable: Percent | None = None
    amount_global_cassa_taxable: Decimal | None = None
    withholding_tax: Percent | None = None
    withholding_tax_taxable: Percent | None = None
    other_withholding_tax: Percent | None = None
    stamp_duty: Decimal | None = None
    payment_method: PaymentMethod | None = None
    use_split_payment: bool | None = None
    use_gross_prices: bool | None = None
    e_invoice: bool | None = None
    ei_data: EInvoiceData | None = None
    ei_cassa_type: str = ""
    """TC01 … TC22."""
    ei_cassa2_type: str = ""
    ei_withholding_tax_causal: str = ""
    """*Causale* of the CU: A, A1, B …"""
    ei_other_withholding_tax_type: str = ""
    """RT03 … RT06."""
    ei_other_withholding_tax_causal: str = ""
    items_list: list[Item] | None = None
    payments_list: list[Payment] | None = None
    template: DocumentTemplate | None = None
    delivery_note_template: DocumentTemplate | None = None
    acc_inv_template: DocumentTemplate | None = None
    h_margins: Integer | None = None
    v_margins: Integer | None = None
    show_payments: bool | None = None
    show_payment_method: bool | None = None
    show_totals: Literal["none", "nets", "all"] = "all"
    show_notification_button: bool | None = None
    show_tspay_button: bool | None = None
    delivery_note: bool | None = None
    accompanying_invoice: bool | None = None
    dn_number: Integer | None = None
    dn_date: dt.date | None = None
    dn_ai_packages_number: str = ""
    dn_ai_weight: str = ""
    dn_ai_causal: str = ""
    dn_ai_destination: str = ""
    dn_ai_transporter: str = ""
    dn_ai_notes: str = ""
    is_marked: bool | None = None
    amount_net: Decimal | None = None
    amount_vat: Decimal | None = None
    amount_gross: Decimal | None = None
    amount_due_discount: Decimal | None = None
    amount_rivalsa: Decimal | None = None
    amount_rivalsa_taxable: Decimal | None = None
    amount_withholding_tax: Decimal | None = None
    amount_withholding_tax_taxable: Decimal | None = None
    amount_other_withholding_tax: Decimal | None = None
    amount_other_withholding_tax_taxable: Decimal | None = None
    amount_enasarco_taxable: Decimal | None = None
    extra_data: ExtraData | None = None
    seen_date: dt.date | None = None
    next_due_date: dt.date | None = None
    # links are signed anew at each answer, never stored
    url: str | msgspec.UnsetType = msgspec.UNSET
    dn_url: str | msgspec.UnsetType = msgspec.UNSET
    ai_url: str | msgspec.UnsetType = msgspec.UNSET
    attachment_url: str | msgspec.UnsetType = msgspec.UNSET
    attachment_token: str = ""
    ei_raw: RawTree | None = None
    ei_status: EInvoiceStatus | None = None
    price_list_id: str = ""
    locked: bool | None = None
    merged_in: LinkedDocument | None = None
    """The document that was made from this one; the last, where there are several."""
    original_document: LinkedDocument | None = None
    """The document that this one was made from, where it is one."""
    original_documents: list[LinkedDocument] | None = None
    """All the documents that this one was made from (ours)."""
    created_at: Timestamp = ""
    updated_at: Timestamp = ""
