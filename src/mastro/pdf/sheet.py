"""What is printed on a document's pages: plain texts, already in the customer's language. The templates lay it out.

This is the contract between the Python that chooses the words and the Typst that places them. It travels as JSON.
"""

from typing import Literal

import msgspec

from mastro.pdf.markup import Node

Kind = Literal["document", "delivery_note", "accompanying_invoice"]
"""The document itself, the delivery note that goes with its goods, or both in one."""


class Pair(msgspec.Struct, frozen=True):
    """A label and what stands beside it."""

    label: str
    value: str


class Party(msgspec.Struct, frozen=True):
    """A name over lines of address and identifiers."""

    label: str
    name: str
    lines: list[str]


class Column(msgspec.Struct, frozen=True):
    """A column of the table of rows."""

    key: Literal["code", "name", "quantity", "price", "discount", "vat", "total"]
    label: str
    numeric: bool = False
    width: float = 0
    """Millimetres; 0 as wide as its texts."""


class Row(msgspec.Struct, frozen=True):
    """A row of the table; `cells` by key of its column."""

    name: str
    description: str
    cells: dict[str, str]


class VatLine(msgspec.Struct, frozen=True):
    """A line of the VAT summary."""

    label: str
    detail: str
    taxable: str
    tax: str


class TotalLine(msgspec.Struct, frozen=True):
    """A line of the totals."""

    label: str
    value: str
    detail: str = ""
    strong: bool = False


class Installment(msgspec.Struct, frozen=True):
    """A payment: when, how much, and whether it has come in."""

    date: str
    amount: str
    state: str
    settled: bool


class Payment(msgspec.Struct, frozen=True):
    """How and when to pay."""

    label: str
    method: str
    details: list[Pair]
    installments_label: str
    installments: list[Installment]


class Transport(msgspec.Struct, frozen=True):
    """What travels, why, by whom and to where."""

    label: str
    facts: list[Pair]
    notes: str
    signatures: list[str]


class LogoBox(msgspec.Struct, frozen=True):
    """The logo's file beside the templates and its size in millimetres."""

    file: str
    width: float
    height: float


class Style(msgspec.Struct, frozen=True):
    """Fonts and margins in millimetres."""

    fonts: list[str]
    margin_x: float
    margin_y: float


class Words(msgspec.Struct, frozen=True):
    """Labels of the frame."""

    subject: str
    vat_summary: str
    taxable: str
    tax: str
    notes: str
    page: str
    """With `{page}` and `{pages}`."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A document's pages."""

    language: str
    style: Style
    words: Words
    title: str
    number: str
    dated: str
    heading: str
    """Title, number and date in one line: the head of the following pages, the title of the file."""
    sender: Party
    recipient: Party
    delivery: Party | None
    facts: list[Pair]
    """References: order, CIG, CUP, linked invoice, exchange rate …"""
    subject: str
    columns: list[Column]
    rows: list[Row]
    vat: list[VatLine]
    totals: list[TotalLine]
    due: TotalLine | None
    payment: Payment | None
    remarks: list[str]
    """Sentences that law asks for."""
    notes: list[Node]
    transport: Transport | None
    acceptance: str
    """Label of the line where a customer signs a quote; empty without one."""
    footer: list[str]
    watermark: str
    logo: LogoBox | None
