"""Three hundred days of business, posted to a server: electronic invoices, expenses, and what is due of both."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec

from benchmarks import sample
from benchmarks.load import Load, request
from benchmarks.servers import Server

FIRST_DAY = dt.date(2026, 1, 1)
DAYS = 300
PARTIES = 1000

_encode = msgspec.json.Encoder(decimal_format="number").encode


def post(server: Server, count: int) -> None:
    """Create `count` invoices of one row with three installments, and as many expenses with one."""
    days = [FIRST_DAY + dt.timedelta(days=number * DAYS // count) for number in range(count)]
    with Load(server.port) as load:
        for path, documents in (("issued_documents", _invoices(days)), ("received_documents", _expenses(days))):
            target = f"/c/{server.company}/{path}"
            bodies = (_encode({"data": document}) for document in documents)
            load.run([request("POST", target, token=server.token, body=body) for body in bodies], count)


def _invoices(days: list[dt.date]) -> Iterator[dict[str, Any]]:
    for number, day in enumerate(days):
        invoice = sample.invoice(1, day)
        invoice["entity"] |= {"name": f"Cliente {_party(number)} S.r.l.", "ei_code": "ABC1234"}
        yield {**invoice, "e_invoice": True, "ei_data": {"payment_method": "MP05"}}


def _expenses(days: list[dt.date]) -> Iterator[dict[str, Any]]:
    for number, day in enumerate(days):
        net = 100 + number
        due = {"amount": round(net * 1.22, 2), "due_date": str(day + dt.timedelta(days=30)), "status": "not_paid"}
        yield {
            "type": "expense",
            "entity": {"name": f"Fornitore {_party(number)} S.p.A.", "vat_number": "01234567890"},
            "date": str(day),
            "invoice_number": f"FT/{number}",
            "category": ("Servizi", "Utenze", "Merci", "Affitto")[number % 4],
            "description": f"Fornitura n. {number}",
            "items_list": [{"name": "Fornitura", "qty": 1, "net_price": net, "vat": sample.VAT}],
            "payments_list": [due],
        }


def _party(number: int) -> str:
    return f"{number * 7919 % PARTIES:03}"
