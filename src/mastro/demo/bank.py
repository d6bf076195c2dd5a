"""What the bank of a demo company says of the last weeks: a statement, of which the first half is matched."""

import datetime as dt
from decimal import Decimal
from itertools import accumulate
from operator import sub

from sqlalchemy import or_, select

from mastro import sheets
from mastro.api.call import Call
from mastro.demo.desk import Desk
from mastro.resources.bank_statements import acts, uploads
from mastro.resources.bank_statements.candidates import open_payments
from mastro.resources.bank_statements.operations import held
from mastro.resources.bank_statements.proposals import with_proposals
from mastro.resources.bank_statements.store import BankMatch
from mastro.resources.cashbook import own_entries
from mastro.resources.derived.cash import cashbook_entries
from mastro.resources.derived.dues import installments
from mastro.resources.reports.common import euro

DAYS = 30
ARRIVED = 3
"""Customers who have paid without anybody having settled it yet."""

FEES = ((12, "COMMISSIONI SU BONIFICI", Decimal("-1.50")), (4, "CANONE MENSILE DEL CONTO", Decimal("-7.00")))
"""Days before today, words and amount."""

HEADINGS = ["Data contabile", "Descrizione", "Importo", "Saldo"]

Movement = tuple[dt.date, str, Decimal]


def statement(desk: Desk) -> None:
    """Bring the statement of the last days in, and match what the cashbook has of its older half."""
    call = desk.call(desk.today)
    unknown = [*_arrived(call), *_fees(desk)]
    movements = sorted([*_booked(call, desk), *unknown])
    closing = held(call, desk.bank, desk.today) + sum(amount for _, _, amount in unknown)
    left = accumulate((amount for _, _, amount in reversed(movements[1:])), sub, initial=closing)
    balances = [*left][::-1]
    rows = [HEADINGS]
    for (day, words, amount), balance in zip(movements, balances, strict=True):
        rows.append([day.isoformat(), words, str(amount), str(balance)])
    found = uploads.take(call, f"estratto-{desk.today:%Y-%m}.csv", sheets.Sheet("csv", rows), desk.bank)
    uploads.keep(call, found, uploads.StatementOptions())
    kept = uploads.lines_of(call, found)
    for line in with_proposals(call, kept)[: len(kept) // 2]:
        best = line.proposals[0].matches[0] if line.proposals else None
        if best and best.kind == "entry":
            stored = next(each for each in kept if each.id == line.id)
            acts.match(call, found, stored, [BankMatch(kind="entry", entry_id=best.entry_id)])


def _booked(call: Call, desk: Desk) -> list[Movement]:
    """What moved on the account by the cashbook."""
    entries = cashbook_entries.c
    here = or_(entries.account_in == desk.bank.id, entries.account_out == desk.bank.id)
    wanted = select(entries.date, entries.body, entries.amount_in - entries.amount_out).where(
        entries.company_id == call.company_id,
        entries.date > (desk.today - dt.timedelta(days=DAYS)).isoformat(),
        entries.date <= desk.today.isoformat(),
        entries.kind.in_(("issued_document", "received_document")),
        here,
    )
    found = []
    for day, body, cents in call.session.rows(wanted):
        entry = own_entries.decoder.decode(body)
        words = "BONIFICO A VOSTRO FAVORE DA" if cents > 0 else "DISPOSIZIONE DI PAGAMENTO A"
        described = f"{words} {entry.entity_name} {entry.description}".upper()
        found.append((dt.date.fromisoformat(day), described, euro(cents)))
    return found


def _arrived(call: Call) -> list[Movement]:
    """What came for invoices that are open."""
    today = call.now.date()
    due = open_payments(call, "issued_document", installments.c.due_on <= today.isoformat())
    whole = [each for each in due if each.amount > 0 and not each.whole]
    return [(today, f"BONIFICO {each.name} SALDO FT {each.number}".upper(), each.amount) for each in whole[-ARRIVED:]]


def _fees(desk: Desk) -> list[Movement]:
    return [(desk.today - dt.timedelta(days=days), words, amount) for days, words, amount in FEES]
