"""Rules on the rows: VAT and its reason, prices, withholding."""

from collections.abc import Iterator
from decimal import Decimal

from mastro.fatturapa.rules.base import (
    GENERAL,
    ORDINARY_FORMATS,
    Case,
    Fault,
    Rule,
    rate_of,
    taxed_with_reason,
    untaxed_without_reason,
)
from mastro.fatturapa.tree import Tree, amount, branches, numbered, text

GENERIC = frozenset({"N2", "N3", "N6"})
NO_MORE_GENERIC = 2021
"""Documents from this year on name the exact reason."""

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def rule_00400(case: Case) -> Iterator[Fault]:
    """A row without VAT says why."""
    for document in case.documents:
        yield from untaxed_without_reason(document.lines)
        for path, goods in document.goods if case.simplified else ():
            if amount(goods, "DatiIVA", "Aliquota") == 0 and not text(goods, "Natura"):
                yield Fault(f"{path}/Natura", "", "N1 … N5")


def rule_00401(case: Case) -> Iterator[Fault]:
    """A row with VAT has no reason not to; integrations of reverse charge have both."""
    for document in case.documents:
        if document.type != "TD16":
            yield from taxed_with_reason(document.lines)
        for path, goods in document.goods if case.simplified else ():
            if amount(goods, "DatiIVA", "Aliquota") and text(goods, "Natura"):
                yield Fault(f"{path}/Natura", text(goods, "Natura"), text(goods, "DatiIVA", "Aliquota"))


def rule_00411(case: Case) -> Iterator[Fault]:
    """A row with withholding needs the block that says which."""
    for document in case.documents:
        if not document.has_withholding:
            for path, line in document.lines:
                if text(line, "Ritenuta") == "SI":
                    yield Fault(f"{path}/Ritenuta", "SI")


def line_total(line: Tree) -> Decimal | None:
    """What PrezzoTotale should be, unrounded: discounts one after the other, an amount before a percentage."""
    price, quantity = amount(line, "PrezzoUnitario"), amount(line, "Quantita")
    if price is None:
        return None
    for discount in branches(line, "ScontoMaggiorazione"):
        off, percent = amount(discount, "Importo"), amount(discount, "Percentuale")
        change = off if off is not None else price * percent / HUNDRED if percent is not None else Decimal(0)
        price += change if text(discount, "Tipo") == "MG" else -change
    return price if quantity is None else price * quantity


def _wrong_totals(case: Case) -> Iterator[tuple[Decimal, Fault]]:
    for document in case.documents:
        for path, line in document.lines:
            given, right = amount(line, "PrezzoTotale"), line_total(line)
            if given is not None and right is not None and abs(given - right) >= CENT:
                yield abs(given - right), Fault(f"{path}/PrezzoTotale", text(line, "PrezzoTotale"), f"{right:f}")


def rule_00423(case: Case) -> Iterator[Fault]:
    """Price times quantity, discounts taken off, is the row's total to within a cent."""
    return (fault for off, fault in _wrong_totals(case) if off > CENT)


def warning_00423(case: Case) -> Iterator[Fault]:
    """Of a difference of exactly one cent the two official texts speak differently."""
    return (fault for off, fault in _wrong_totals(case) if off == CENT)


def rule_00424(case: Case) -> Iterator[Fault]:
    """22.00, not 0.22."""
    for document in case.documents:
        for path, tree in (*document.lines, *document.funds, *document.summaries):
            rate = rate_of(tree)
            if rate is not None and 0 < rate < 1:
                yield Fault(f"{path}/AliquotaIVA", text(tree, "AliquotaIVA"), f"{rate * HUNDRED:.2f}")
        for path, goods in document.goods if case.simplified else ():
            rate = amount(goods, "DatiIVA", "Aliquota")
            if rate is not None and 0 < rate < 1:
                yield Fault(f"{path}/DatiIVA/Aliquota", text(goods, "DatiIVA", "Aliquota"), f"{rate * HUNDRED:.2f}")


def rule_00438(case: Case) -> Iterator[Fault]:
    """A discount of a row says how much."""
    for document in case.documents:
        for place, line in document.lines:
            for path, discount in numbered(line, "ScontoMaggiorazione", path=place):
                if amount(discount, "Percentuale") is None and amount(discount, "Importo") is None:
                    yield Fault(path)


def rule_00445(case: Case) -> Iterator[Fault]:
    """The exact reason, not the generic one."""
    for document in case.documents:
        if document.date is not None and document.date.year < NO_MORE_GENERIC:
            continue
        places = (*document.lines, *document.funds, *document.summaries)
        for path, tree in (*places, *document.goods) if case.simplified else places:
            natura = text(tree, "Natura")
            if natura in GENERIC:
                yield Fault(f"{path}/Natura", natura, f"{natura}.1 …")


def rule_00474(case: Case) -> Iterator[Fault]:
    """Who exceeded the export ceiling owes the VAT of every row."""
    for document in case.documents:
        if document.type == "TD21":
            for path, line in document.lines:
                if rate_of(line) == 0:
                    yield Fault(f"{path}/AliquotaIVA", text(line, "AliquotaIVA"), "> 0.00")


def rule_00413(case: Case) -> Iterator[Fault]:
    """A fund without VAT says why."""
    for document in case.documents:
        yield from untaxed_without_reason(document.funds)


def rule_00414(case: Case) -> Iterator[Fault]:
    """A fund with VAT has no reason not to."""
    for document in case.documents:
        yield from taxed_with_reason(document.funds)


def rule_00415(case: Case) -> Iterator[Fault]:
    """A fund with withholding needs the block that says which."""
    for document in case.documents:
        if not document.has_withholding:
            for path, fund in document.funds:
                if text(fund, "Ritenuta") == "SI":
                    yield Fault(f"{path}/Ritenuta", "SI", f"{GENERAL}/DatiRitenuta")


_REASON_IT = "Scegliere un'aliquota con la sua natura (N1 … N7)."
_REASON_EN = "Choose a VAT type with its reason (N1 … N7)."
_NO_REASON_IT = "Togliere la natura, o portare a zero l'aliquota."
_NO_REASON_EN = "Remove the reason, or set the rate to zero."
_BLOCK_IT = "Indicare la ritenuta del documento, o toglierla dalla riga e dalla cassa."
_BLOCK_EN = "Give the document's withholding tax, or take it off the row or fund."

RULES = (
    Rule(
        "00400",
        rule_00400,
        "Una riga con aliquota zero non ha la natura.",
        "A row at zero rate has no reason (natura).",
        _REASON_IT,
        _REASON_EN,
    ),
    Rule(
        "00401",
        rule_00401,
        "Una riga con aliquota {expected} ha anche la natura {value}.",
        "A row at {expected} % has a reason (natura) too: {value}.",
        _NO_REASON_IT,
        _NO_REASON_EN,
    ),
    Rule(
        "00411",
        rule_00411,
        "Una riga è soggetta a ritenuta, ma il documento non ne ha.",
        "A row is subject to withholding tax, but the document has none.",
        _BLOCK_IT,
        _BLOCK_EN,
        ORDINARY_FORMATS,
    ),
    Rule(
        "00413",
        rule_00413,
        "Una cassa previdenziale con aliquota zero non ha la natura.",
        "A pension fund at zero rate has no reason (natura).",
        _REASON_IT,
        _REASON_EN,
        ORDINARY_FORMATS,
    ),
    Rule(
        "00414",
        rule_00414,
        "Una cassa previdenziale con aliquota {expected} ha anche la natura {value}.",
        "A pension fund at {expected} % has a reason (natura) too: {value}.",
        _NO_REASON_IT,
        _NO_REASON_EN,
        ORDINARY_FORMATS,
    ),
    Rule(
        "00415",
        rule_00415,
        "Una cassa previdenziale è soggetta a ritenuta, ma il documento non ne ha.",
        "A pension fund is subject to withholding tax, but the document has none.",
        _BLOCK_IT,
        _BLOCK_EN,
        ORDINARY_FORMATS,
    ),
    Rule(
        "00423",
        rule_00423,
        "Il totale della riga, {value}, non è prezzo per quantità meno gli sconti: {expected}.",
        "The row's total {value} is not price times quantity less discounts: {expected}.",
        "Correggere il totale, o dare al prezzo unitario più decimali (fino a 8).",
        "Correct the total, or give the unit price more decimals (up to 8).",
        ORDINARY_FORMATS,
    ),
    Rule(
        "W-00423",
        warning_00423,
        "Il totale della riga, {value}, dista un centesimo da prezzo per quantità: {expected}.",
        "The row's total {value} is one cent off price times quantity: {expected}.",
        "Dare al prezzo unitario più decimali (fino a 8).",
        "Give the unit price more decimals (up to 8).",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00424",
        rule_00424,
        "L'aliquota {value} non è una percentuale.",
        "The rate {value} is no percentage.",
        "Scrivere {expected}.",
        "Write {expected}.",
    ),
    Rule(
        "00438",
        rule_00438,
        "Lo sconto o la maggiorazione di una riga non ha né percentuale né importo.",
        "The discount or surcharge of a row has neither a percentage nor an amount.",
        "Indicare la percentuale o l'importo.",
        "Give the percentage or the amount.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00445",
        rule_00445,
        "La natura {value} è troppo generica dal 2021.",
        "The reason (natura) {value} is too generic since 2021.",
        "Scegliere la natura di dettaglio ({expected}).",
        "Choose the detailed one ({expected}).",
    ),
    Rule(
        "00474",
        rule_00474,
        "Una riga di una TD21 ha aliquota zero.",
        "A row of a TD21 has rate zero.",
        "Indicare l'aliquota dovuta.",
        "Give the rate that is due.",
        ORDINARY_FORMATS,
    ),
)
