"""Rules on the VAT summary: that it says what the rows say."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from mastro.fatturapa.rules.base import (
    ORDINARY_FORMATS,
    Case,
    Document,
    Fault,
    Rule,
    rate_of,
    taxed_with_reason,
    untaxed_without_reason,
)
from mastro.fatturapa.tree import amount, text

CENT = Decimal("0.01")
EURO = Decimal("1.00")
ZERO = Decimal(0)
HUNDRED = Decimal(100)
SIMPLIFIED_LIMIT = Decimal(400)
"""Euro, art. 21-bis DPR 633/1972 and DM 10/5/2019."""

WITHOUT_LIMIT = frozenset({"RF19", "RF20"})


def _rates(document: Document) -> set[Decimal]:
    places = (*document.lines, *document.funds)
    return {rate for _, tree in places if (rate := rate_of(tree)) is not None}


def _summed_rates(document: Document) -> set[Decimal]:
    return {rate for _, tree in document.summaries if (rate := rate_of(tree)) is not None}


def rule_00419(case: Case) -> Iterator[Fault]:
    """At least one summary for each rate."""
    for document in case.documents:
        rates = _rates(document)
        if len(document.summaries) < len(rates):
            path = f"{document.path}/DatiBeniServizi/DatiRiepilogo"
            yield Fault(path, str(len(document.summaries)), str(len(rates)))


def rule_00420(case: Case) -> Iterator[Fault]:
    """Reverse charge and split payment exclude each other."""
    for document in case.documents:
        for path, tree in document.summaries:
            if text(tree, "Natura").startswith("N6") and text(tree, "EsigibilitaIVA") == "S":
                yield Fault(f"{path}/EsigibilitaIVA", "S", "I D")


def rule_00421(case: Case) -> Iterator[Fault]:
    """The tax is rate times taxable amount, half up, give or take a cent."""
    for document in case.documents:
        for path, tree in document.summaries:
            rate, base, tax = rate_of(tree), amount(tree, "ImponibileImporto"), amount(tree, "Imposta")
            if rate is None or base is None or tax is None:
                continue
            right = (base * rate / HUNDRED).quantize(CENT, ROUND_HALF_UP)
            if abs(right - tax) > CENT:
                yield Fault(f"{path}/Imposta", text(tree, "Imposta"), f"{right:f}")


def rule_00422(case: Case) -> Iterator[Fault]:
    """By rate, the taxable amounts are what rows, funds and roundings add up to, give or take a euro."""
    for document in case.documents:
        right: dict[Decimal, Decimal] = {}
        given: dict[Decimal, Decimal] = {}
        for sums, places, names in (
            (right, document.lines, ("PrezzoTotale",)),
            (right, document.funds, ("ImportoContributoCassa",)),
            (right, document.summaries, ("Arrotondamento",)),
            (given, document.summaries, ("ImponibileImporto",)),
        ):
            for _, tree in places:
                rate = rate_of(tree)
                if rate is not None:
                    sums[rate] = sums.get(rate, ZERO) + (amount(tree, *names) or ZERO)
        for path, tree in document.summaries:
            rate = rate_of(tree)
            if rate is not None and rate in given:
                total, wanted = given.pop(rate), right.get(rate, ZERO)
                if abs(total - wanted) > EURO:
                    yield Fault(f"{path}/ImponibileImporto", f"{total:f}", f"{wanted:f}")


def rule_00429(case: Case) -> Iterator[Fault]:
    """A summary without VAT says why."""
    for document in case.documents:
        yield from untaxed_without_reason(document.summaries)


def rule_00430(case: Case) -> Iterator[Fault]:
    """A summary with VAT has no reason not to; integrations of reverse charge have both."""
    for document in case.documents:
        if document.type != "TD16":
            yield from taxed_with_reason(document.summaries)


def rule_00443(case: Case) -> Iterator[Fault]:
    """The same rates in rows and funds as in the summaries."""
    for document in case.documents:
        wanted, given = _rates(document), _summed_rates(document)
        path = f"{document.path}/DatiBeniServizi/DatiRiepilogo"
        for rate in sorted(wanted - given):
            yield Fault(path, "", f"{rate:.2f}")
        for rate in sorted(given - wanted):
            yield Fault(path, f"{rate:.2f}")


def rule_00444(case: Case) -> Iterator[Fault]:
    """The same reasons in rows and funds as in the summaries."""
    for document in case.documents:
        wanted = {text(tree, "Natura") for _, tree in (*document.lines, *document.funds)} - {""}
        given = {text(tree, "Natura") for _, tree in document.summaries} - {""}
        path = f"{document.path}/DatiBeniServizi/DatiRiepilogo"
        for natura in sorted(wanted - given):
            yield Fault(path, "", natura)
        for natura in sorted(given - wanted):
            yield Fault(path, natura)


def rule_00460(case: Case) -> Iterator[Fault]:
    """Simplified invoices end at 400 euro, but not for who is in a flat-rate regime and not for corrections."""
    if text(case.seller, "RegimeFiscale") in WITHOUT_LIMIT:
        return
    for document in case.documents:
        if text(document.tree, "DatiGenerali", "DatiFatturaRettificata", "NumeroFR"):
            continue
        total = sum((amount(goods, "Importo") or ZERO for _, goods in document.goods), ZERO)
        if total > SIMPLIFIED_LIMIT:
            yield Fault(f"{document.path}/DatiBeniServizi", f"{total:f}", f"≤ {SIMPLIFIED_LIMIT:f}")


RULES = (
    Rule(
        "00419",
        rule_00419,
        "I riepiloghi sono {value}, le aliquote {expected}.",
        "There are {value} summaries for {expected} rates.",
        "Aggiungere un riepilogo per ogni aliquota.",
        "Add a summary for each rate.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00420",
        rule_00420,
        "Inversione contabile e scissione dei pagamenti non stanno insieme.",
        "Reverse charge and split payment exclude each other.",
        "Indicare un'esigibilità diversa da S.",
        "Choose another chargeability than S.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00421",
        rule_00421,
        "L'imposta, {value}, non è aliquota per imponibile: {expected}.",
        "The tax {value} is not rate times taxable amount: {expected}.",
        "Correggere l'imposta.",
        "Correct the tax.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00422",
        rule_00422,
        "L'imponibile, {value}, non è la somma delle righe e delle casse con quell'aliquota: {expected}.",
        "The taxable amount {value} is not the sum of rows and funds at that rate: {expected}.",
        "Correggere l'imponibile o le righe; la differenza ammessa è di un euro.",
        "Correct the amount or the rows; one euro of difference is allowed.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00429",
        rule_00429,
        "Un riepilogo con aliquota zero non ha la natura.",
        "A summary at zero rate has no reason (natura).",
        "Scegliere un'aliquota con la sua natura (N1 … N7).",
        "Choose a VAT type with its reason (N1 … N7).",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00430",
        rule_00430,
        "Un riepilogo con aliquota {expected} ha anche la natura {value}.",
        "A summary at {expected} % has a reason (natura) too: {value}.",
        "Togliere la natura, o portare a zero l'aliquota.",
        "Remove the reason, or set the rate to zero.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00443",
        rule_00443,
        "Righe e riepiloghi non hanno le stesse aliquote (riepilogo: {value}; righe: {expected}).",
        "Rows and summaries have different rates (summary: {value}; rows: {expected}).",
        "Fare un riepilogo per ogni aliquota delle righe e delle casse, e nessun altro.",
        "Write one summary for each rate of rows and funds, and no other.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00444",
        rule_00444,
        "Righe e riepiloghi non hanno le stesse nature (riepilogo: {value}; righe: {expected}).",
        "Rows and summaries have different reasons (summary: {value}; rows: {expected}).",
        "Fare un riepilogo per ogni natura delle righe e delle casse, e nessun altro.",
        "Write one summary for each reason of rows and funds, and no other.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00460",
        rule_00460,
        "Il totale, {value}, supera il limite della fattura semplificata ({expected}).",
        "The total {value} is above the limit of simplified invoices ({expected}).",
        "Emettere una fattura ordinaria.",
        "Make out an ordinary invoice.",
        frozenset({"FSM10"}),
    ),
)
