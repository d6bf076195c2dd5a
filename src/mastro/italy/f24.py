"""Common tribute codes of the F24 payment form, by section.

Source: the *codici tributo* of the *Agenzia delle Entrate* and the contribution reasons of INPS; only the ones that a
business or professional meets in a year, and a payment may carry any other.
"""

from functools import cache
from typing import Literal, cast

import msgspec

from mastro.italy.tables import MAX_TEXT, fold, rows

Section = Literal["erario", "inps", "regioni", "locali"]


class Tribute(msgspec.Struct, frozen=True):
    """A tribute code (or INPS reason): the section of the form it goes to, and what it pays."""

    section: Section
    code: str
    description: str


@cache
def all_tributes() -> dict[str, Tribute]:
    """Return the tributes by code."""
    return {
        row["code"]: Tribute(cast("Section", row["section"]), row["code"], row["description"]) for row in rows("f24")
    }


def find(code: str) -> Tribute | None:
    """Return the tribute with this code, in any case, or None."""
    return all_tributes().get(code[:MAX_TEXT].strip().upper())


def search(text: str) -> list[Tribute]:
    """Return the tributes whose code begins with `text` or whose description holds it, in any case."""
    wanted = fold(text)
    if not wanted:
        return []
    return [
        tribute
        for tribute in all_tributes().values()
        if fold(tribute.code).startswith(wanted) or wanted in fold(tribute.description)
    ]


def monthly_vat(month: int) -> Tribute:
    """Return the code that pays a month's VAT: 6001 for January … 6012; raise ValueError for another number."""
    if not 1 <= month <= 12:
        raise ValueError(f"Not a month: {month}")
    return all_tributes()[f"60{month:02}"]


def quarterly_vat(quarter: int) -> Tribute:
    """Return the code that pays a quarter's VAT: 6031 … 6034; raise ValueError for another number."""
    if not 1 <= quarter <= 4:
        raise ValueError(f"Not a quarter: {quarter}")
    return all_tributes()[f"603{quarter}"]


def e_invoice_stamp_duty(quarter: int) -> Tribute:
    """Return the code of a quarter's stamp duty on e-invoices: 2521 … 2524; raise ValueError for another number."""
    if not 1 <= quarter <= 4:
        raise ValueError(f"Not a quarter: {quarter}")
    return all_tributes()[f"252{quarter}"]
