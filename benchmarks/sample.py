"""A detailed invoice as an integrator posts it: a customer, rows with text, three installments that add up."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

CENT = Decimal("0.01")
VAT = {"id": 0, "value": 22}


def invoice(rows: int = 15, date: dt.date = dt.date(2026, 6, 30)) -> dict[str, Any]:
    """Write the `data` of an invoice at 22 % VAT; without a number, which the server gives."""
    items = [
        {
            "code": f"ART-{row:03}",
            "name": f"Consulenza e sviluppo, attività n. {row}",
            "description": "Analisi, realizzazione e collaudo; perché la qualità è già compresa nel prezzo pattuito.",
            "category": "Servizi",
            "qty": Decimal(row),
            "measure": "ore",
            "net_price": Decimal("40.25") + row,
            "discount": Decimal(10) if row % 3 == 0 else Decimal(0),
            "vat": VAT,
        }
        for row in range(1, rows + 1)
    ]
    net = sum((_row_total(item) for item in items), Decimal(0))
    gross = net + (net * Decimal("0.22")).quantize(CENT, ROUND_HALF_UP)
    third = (gross / 3).quantize(CENT, ROUND_HALF_UP)
    return {
        "type": "invoice",
        "entity": {
            "name": "Società Esempio S.r.l.",
            "type": "company",
            "vat_number": "01234567890",
            "tax_code": "01234567890",
            "address_street": "Via dell'Università, 12",
            "address_postal_code": "24122",
            "address_city": "Bergamo",
            "address_province": "BG",
            "country": "Italia",
            "email": "amministrazione@esempio.it",
        },
        "date": date.isoformat(),
        "visible_subject": "Servizi del mese",
        "currency": {"id": "EUR", "symbol": "€", "exchange_rate": "1.00000"},
        "language": {"code": "it", "name": "Italiano"},
        "items_list": items,
        "payments_list": [
            {
                "amount": amount,
                "due_date": (date + dt.timedelta(days=30 * part)).isoformat(),
                "status": "not_paid",
                "payment_terms": {"days": 30 * part, "type": "standard"},
            }
            for part, amount in enumerate((third, third, gross - 2 * third), start=1)
        ],
        "show_payments": True,
        "show_payment_method": True,
    }


def _row_total(item: dict[str, Any]) -> Decimal:
    total: Decimal = item["qty"] * item["net_price"] * (1 - item["discount"] / 100)
    return total.quantize(CENT, ROUND_HALF_UP)


def create_body(rows: int = 15) -> bytes:
    """Write the body of a create."""
    return msgspec.json.Encoder(decimal_format="number").encode({"data": invoice(rows)})
