"""A company, customers and documents that the tests vary."""

import datetime as dt
from decimal import Decimal
from typing import Any

from mastro.model.company import Company
from mastro.model.entity import Entity
from mastro.model.issued_document import EInvoiceData, IssuedDocument, Item, Payment
from mastro.model.settings import VatType

TODAY = dt.date(2026, 3, 16)

VAT22 = VatType(id=0, value=Decimal(22), description="22%")
VAT10 = VatType(id=3, value=Decimal(10), description="10%")
VAT4 = VatType(id=4, value=Decimal(4))
FORFETTARIO = VatType(id=66, value=Decimal(0), ei_type="N2.2", description="Art. 1 c. 54-89 L. 190/2014")
EXPORT = VatType(id=100, value=Decimal(0), ei_type="N3.1", description="Art. 8 DPR 633/72")
INTENT = VatType(id=101, value=Decimal(0), ei_type="N3.5", description="Art. 8 c. 1 lett. c DPR 633/72")


def company(**more: Any) -> Company:
    facts: dict[str, Any] = {
        "name": "Officine Perugine S.r.l.",
        "vat_number": "02345678904",
        "tax_code": "02345678904",
        "regime": "RF01",
        "address_street": "Via Alessandro Volta 12",
        "address_postal_code": "06129",
        "address_city": "Perugia",
        "address_province": "PG",
        "phone": "+39 075 5001234",
        "email": "info@officine.example",
        "rea_office": "PG",
        "rea_number": "123456",
        "share_capital": Decimal(10000),
        "sole_shareholder": False,
        "bank_name": "Banca dell'Umbria",
        "bank_iban": "IT60X0542811101000000123456",
        "ei_code": "M5UXCR1",
    }
    return Company(**(facts | more))


def freelancer(**more: Any) -> Company:
    facts: dict[str, Any] = {
        "name": "Lucia Bianchi",
        "first_name": "Lucia",
        "last_name": "Bianchi",
        "vat_number": "01234567897",
        "tax_code": "BNCLCU80A41H501U",
        "regime": "RF19",
        "rea_office": "",
        "rea_number": "",
        "share_capital": None,
        "sole_shareholder": None,
    }
    return company(**(facts | more))


def client(**more: Any) -> Entity:
    facts: dict[str, Any] = {
        "name": "Cartiera del Chiascio S.p.A.",
        "type": "company",
        "vat_number": "00743110157",
        "tax_code": "00743110157",
        "address_street": "Strada dei Mulini 3",
        "address_postal_code": "06083",
        "address_city": "Bastia Umbra",
        "address_province": "PG",
        "country": "Italia",
        "country_iso": "IT",
        "ei_code": "ABC1234",
    }
    return Entity(**(facts | more))


def row(net: Any = "100", vat: VatType = VAT22, **more: Any) -> Item:
    facts: dict[str, Any] = {"name": "Consulenza", "qty": Decimal(1), "net_price": Decimal(net), "vat": vat}
    return Item(**(facts | more))


def invoice(*rows: Item, **more: Any) -> IssuedDocument:
    facts: dict[str, Any] = {
        "type": "invoice",
        "number": 7,
        "numeration": "/A",
        "date": TODAY,
        "entity": client(),
        "e_invoice": True,
        "ei_data": EInvoiceData(payment_method="MP05"),
        "items_list": list(rows) or [row()],
        "payments_list": [Payment(due_date=TODAY + dt.timedelta(30), amount=Decimal(122))],
    }
    return IssuedDocument(**(facts | more))
