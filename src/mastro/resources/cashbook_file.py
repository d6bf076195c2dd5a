"""The cashbook as a file: the entries of a span of days with the balance after each. Ours."""

from decimal import Decimal
from typing import Any

import msgspec

from mastro.api.call import Call
from mastro.api.operation import Operation, Parameter
from mastro.model.cashbook import CashbookEntry
from mastro.model.settings import PaymentAccount
from mastro.money import ZERO
from mastro.resources.cashbook import OPERATIONS as LISTED
from mastro.resources.cashbook import OpeningBalance, list_cashbook_entries, resource
from mastro.resources.reports.common import FORMATS, LANGUAGE, Words, answer, choice
from mastro.tables import Cell, Column, Section

AS = ("xlsx", "csv", "pdf")


class Entries(msgspec.Struct):
    """What the list answers."""

    data: list[CashbookEntry]
    opening_balances: list[OpeningBalance]


_decode = msgspec.json.Decoder(Entries, strict=False).decode


def get_cashbook_file(call: Call) -> Any:
    """The entries that the list has, oldest first, as xlsx, csv or pdf."""
    call.query = {**call.query, "opening_balance": "true", "format": choice(call, "format", AS, "xlsx")}
    for key in ("page", "per_page", "fields", "fieldset"):
        call.query.pop(key, None)
    found = _decode(list_cashbook_entries(call))
    found.data.reverse()
    days = [call.query.get(key, "") for key in ("date_from", "date_to")]
    name = "_".join(filter(None, ("cashbook", *days)))
    told = found.opening_balances if call.query.get("payment_account_id") else []
    account = told[0].payment_account if told else None  # an account that is not there has no balance
    balanced = call.query.get("type", "all") == "all"
    return answer(call, name, CashbookEntry(), lambda words: _table(words, account, found, balanced=balanced))


def _table(
    words: Words, account: PaymentAccount | None, found: Entries, *, balanced: bool
) -> tuple[str, list[str], list[Section]]:
    """`balanced` where every entry is there, so that a balance after each says something."""
    balance = sum((each.amount for each in found.opening_balances), ZERO)
    rows: list[list[Cell]] = []
    if balanced:
        rows.append([None, words("Saldo iniziale", "Opening balance"), "", "", None, None, balance])
    came = went = ZERO
    for entry in found.data:
        amount_in, amount_out = _moved(entry, account.id if account else None)
        came, went, balance = came + amount_in, went + amount_out, balance + amount_in - amount_out
        accounts = [each.name for each in (entry.payment_account_out, entry.payment_account_in) if each]
        amounts = (amount_in or None, amount_out or None, balance if balanced else None)
        rows.append([entry.date, entry.description, entry.entity_name, " → ".join(accounts), *amounts])
    section = Section(
        columns=[
            Column(words("Data", "Date"), "date"),
            Column(words("Descrizione", "Description")),
            Column(words("Nome", "Name")),
            Column(words("Conto", "Account")),
            Column(words("Entrate", "In"), "money"),
            Column(words("Uscite", "Out"), "money"),
            Column(words("Saldo", "Balance"), "money"),
        ],
        rows=rows,
        totals=[None, words("Totale", "Total"), "", "", came, went, balance if balanced else None],
    )
    facts = [f"{words('Conto', 'Account')}: {account.name}"] if account else []
    return words("Prima nota", "Cashbook"), facts, [section]


def _moved(entry: CashbookEntry, account: int | None) -> tuple[Decimal, Decimal]:
    """What came in and went out; of a transfer only what concerns the one account that is asked about."""
    amounts = []
    for side in ("in", "out"):
        amount: Decimal = getattr(entry, f"amount_{side}") or ZERO
        theirs = getattr(entry, f"payment_account_{side}")
        amounts.append(ZERO if account is not None and (theirs is None or theirs.id != account) else amount)
    return amounts[0], amounts[1]


_KEPT = ("date_from", "date_to", "year", "type", "payment_account_id")

OPERATIONS = (
    Operation(
        "getCashbookFile",
        "GET",
        f"{resource.path}/file",
        get_cashbook_file,
        resource.tag,
        "Get Cashbook File",
        scope="cashbook",
        slow=True,
        query=(
            *(parameter for parameter in LISTED[0].query if parameter.name in _KEPT),
            Parameter("format", {"type": "string", "enum": list(AS), "default": "xlsx"}, "What to answer with"),
            LANGUAGE,
        ),
        media_type=FORMATS["xlsx"],
        also_as=(FORMATS["csv"], FORMATS["pdf"]),
    ),
)
