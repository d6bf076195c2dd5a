"""Which column of a bank's export is what: the headings that banks write, and what the cells below them look like."""

from collections.abc import Sequence
from typing import Literal

from mastro.resources.table_imports.columns import plain
from mastro.sheets.cells import day_of_file, number

Key = Literal["date", "value_date", "description", "amount", "amount_in", "amount_out", "sign", "balance", "currency"]

HEADING_WITHIN = 40
"""Rows from the top among which the headings are looked for: exports begin with the account and the period."""

LOOKED_AT = 50
"""Rows below the headings that tell what a column holds."""

FITTING = 0.3
"""Share of the cells of a column that must be what its heading says: notes and wrong rows are among them."""

_HEADINGS: dict[Key, str] = {
    "date": "data dataoperazione dataregistrazione datacontabile dataoperaz datacontab datamovimento dataop datacont"
    " date bookingdate transactiondate completeddate datecompletedutc posteddate datadioperazione datadicompletamento"
    " dataesecuzione datatransazione",
    "value_date": "valuta datavaluta valutail valuedate datadivaluta startedvaluedate",
    "description": "descrizione descrizioneoperazione descrizioneoperazioni descrizioneestesa descrizionecompleta"
    " descrizionemovimento causale causaledescrizione descrizionecausale operazione dettagli dettaglio movimento note"
    " beneficiario ordinante controparte beneficiarioordinante ordinantebeneficiario nome"
    " description details narrative reference paymentreference partnername payee counterparty memo transaction"
    " riferimento informazioniaggiuntive",
    "amount": "importo importomovimento importooperazione ammontare amount netto net movimenti totale",
    "amount_in": "entrate entrata accrediti accredito avere importoavere importoaccredito in credit credits moneyin"
    " paidin deposit deposits importoentrate",
    "amount_out": "uscite uscita addebiti addebito dare importodare importoaddebito out debit debits moneyout paidout"
    " withdrawal withdrawals importouscite",
    "sign": "segno dareavere sign debitcredit creditdebit",
    "balance": "saldo saldocontabile saldoprogressivo saldodisponibile saldofinale balance runningbalance"
    " saldodopooperazione",
    "currency": "currency divisa codicevaluta codicedivisa",
}
_MEANING = {heading: key for key, headings in _HEADINGS.items() for heading in headings.split()}
_UNITS = ("ineuro", "euro", "eur", "divisaconto", "utc")
"""What stands behind a heading and says nothing: `Importo (EUR)`."""

_SEVERAL: frozenset[str] = frozenset({"description"})
"""Keys that several columns may have: their texts are put together."""


def meaning(heading: str) -> Key | None:
    """What a heading says that its column is."""
    word = plain(heading)
    for unit in _UNITS:
        if word not in _MEANING:
            word = word.removesuffix(unit)
    return _MEANING.get(word)


def heading_row(rows: Sequence[Sequence[str]]) -> int:
    """Place of the row that holds the headings, -1 for a file that begins with a movement.

    Where no row says a word that banks use, it is the one above the first movement.
    """
    best, place = 0, -1
    for index, row in enumerate(rows[:HEADING_WITHIN]):
        keys = {key for cell in row if (key := meaning(cell))}
        score = len(keys) if keys & {"date", "value_date"} and keys & {"amount", "amount_in", "amount_out"} else 0
        if score > best:
            best, place = score, index
    if not best:
        looks = (any(map(day_of_file, row)) and any(map(_is_amount, row)) for row in rows[:HEADING_WITHIN])
        place = next((index for index, movement in enumerate(looks) if movement), 0) - 1
    return place


def suggest(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The key of each column, empty for none: by its heading, and where that says nothing by what is below it."""
    columns = [[row[index] for row in rows[:LOOKED_AT] if row[index]] for index in range(len(headings))]
    found = [str(meaning(heading) or "") for heading in headings]
    for index, cells in enumerate(columns):
        if found[index] == "value_date" and cells and _fits("currency", cells):  # `valuta` is either
            found[index] = "currency"
        if not _fits(found[index], cells) or found[index] in {*found[:index]} - _SEVERAL:
            found[index] = ""
    if {"amount_in", "amount_out"} <= set(found):
        found = ["" if key == "amount" else key for key in found]
    if "date" not in found and "value_date" in found:
        found[found.index("value_date")] = "date"
    _fill(found, "date", [_share_of_days(cells) for cells in columns])
    if not {"amount", "amount_in", "amount_out"} & set(found):
        _fill(found, "amount", [_share_of_amounts(cells) for cells in columns])
    _fill(found, "description", [min(_letters(cells) / 1000, 0.99) for cells in columns], enough=0)
    return found


def _fits(key: str, cells: Sequence[str]) -> bool:
    """Whether cells can be what their heading says; a column with nothing in it can be anything."""
    if not cells:
        return True
    if key in {"date", "value_date"}:
        return _share_of_days(cells) >= FITTING
    if key == "currency":
        return all(len(cell) == 3 and cell.isalpha() for cell in cells)
    if key.startswith(("amount", "balance")):
        return sum(number(cell, money=True) is not None for cell in cells) >= FITTING * len(cells)
    return True


def _fill(found: list[str], key: str, scores: Sequence[float], enough: float = 0.5) -> None:
    """Give a key that no column has to the free column with the best score, where it is enough."""
    free = [index for index, taken in enumerate(found) if not taken]
    if key not in found and free:
        best = max(free, key=lambda index: scores[index])
        if scores[best] > enough:
            found[best] = key


def _share_of_days(cells: Sequence[str]) -> float:
    return sum(day_of_file(cell) is not None for cell in cells) / len(cells) if cells else 0


def _share_of_amounts(cells: Sequence[str]) -> float:
    """Cells with cents or a sign: codes and days are no amounts."""
    return sum(_is_amount(cell) for cell in cells) / len(cells) if cells else 0


def _is_amount(cell: str) -> bool:
    marked = any(mark in cell for mark in ",.-+€")
    return marked and day_of_file(cell) is None and number(cell, money=True) is not None


def _letters(cells: Sequence[str]) -> float:
    return sum(sum(map(str.isalpha, cell)) for cell in cells) / len(cells) if cells else 0
