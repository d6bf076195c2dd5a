"""Documents that the tests of the PDF print: one per layout and per thing that a layout must bear."""

import datetime as dt
from decimal import Decimal
from typing import Any

from mastro.model.company import Company
from mastro.model.entity import Entity
from mastro.model.issued_document import Currency, EInvoiceData, IssuedDocument, Item, Payment
from mastro.model.settings import PaymentMethod, PaymentMethodDetail, VatType

DAY = dt.date(2026, 11, 22)
IBAN = "IT60X0542811101000000123456"

STUDIO = Company(
    name="Studio Tecnico Bianchi",
    vat_number="01234567897",
    tax_code="BNCLRA80A41F205X",
    address_street="Via Garibaldi 12",
    address_postal_code="20121",
    address_city="Milano",
    address_province="MI",
    email="studio@bianchi.example",
    certified_email="bianchi@pec.example",
    phone="02 1234567",
    website="www.bianchi.example",
    bank_name="Banca di Prova",
    bank_iban=IBAN,
)
WORKSHOP = Company(
    name="Officine Meccaniche Ferri & Figli S.r.l.",
    vat_number="01234567897",
    tax_code="01234567897",
    address_street="Via dell'Industria 45",
    address_postal_code="41122",
    address_city="Modena",
    address_province="MO",
    email="info@officine.example",
    phone="059 123456",
    rea_office="MO",
    rea_number="412345",
    share_capital=Decimal(50000),
    sole_shareholder=True,
    bank_name="Banca di Prova",
    bank_iban=IBAN,
)
TOWN = Entity(
    name="Comune di Esempio sul Naviglio",
    vat_number="09876543217",
    tax_code="09876543217",
    address_street="Piazza del Municipio 1",
    address_postal_code="20080",
    address_city="Esempio sul Naviglio",
    address_province="MI",
    country="Italia",
    country_iso="IT",
    ei_code="ABCDEF",
    certified_email="protocollo@pec.example",
)
LONDON = Entity(
    name="Harbour & Sons Ltd",
    contact_person="Emily Clark",
    vat_number="GB123456789",
    address_street="10 King Street",
    address_postal_code="EC2V 8EA",
    address_city="London",
    country="Regno Unito",
    country_iso="GB",
)
PERSON = Entity(name="Mario Rossi", tax_code="RSSMRA80A01H501U", address_street="Via Roma 1", address_city="Roma")

VAT22 = VatType(id=0, value=Decimal(22))
VAT10 = VatType(id=3, value=Decimal(10))
FORFETTARIO = VatType(
    id=66,
    value=Decimal(0),
    ei_type="N2.2",
    description="Contribuenti forfettari",
    notes="Operazione senza applicazione dell'IVA (regime forfettario)",
)
ART15 = VatType(id=21, value=Decimal(0), ei_type="N1", description="Escluso art. 15")
ART7TER = VatType(id=11, value=Decimal(0), ei_type="N2.1", description="Non soggetto art. 7-ter", notes="Art. 7-ter")

LOGO_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 80">
<rect x="2" y="2" width="76" height="76" rx="14" fill="#c2491d"/>
<path d="M18 60V20l22 26 22-26v40" fill="none" stroke="#fff" stroke-width="9"/>
</svg>"""

LONG_WORD = "Supercalifragilistichespiralidoso" * 7
TYPST_CODE = '#panic("x") #sys.inputs $ \\ *bold* _it_ = head `raw` <lab> @ref // c /* c */ ~ -- [x] {y} #{1/0}'


def item(name: str, qty: str = "1", price: str = "100", **facts: Any) -> Item:
    """A row at 22 % unless it says otherwise."""
    facts.setdefault("vat", VAT22)
    return Item(name=name, qty=Decimal(qty), net_price=Decimal(price), **facts)


def document(**facts: Any) -> IssuedDocument:
    """An invoice of one row unless it says otherwise."""
    given = {"type": "invoice", "entity": TOWN, "number": 12, "date": DAY, "items_list": [item("Consulenza")]}
    return IssuedDocument(**{**given, **facts})


def professional() -> IssuedDocument:
    """An engineer's electronic invoice to a town: pension fund, withholding, a row outside VAT."""
    return document(
        numeration="/A",
        e_invoice=True,
        ei_data=EInvoiceData(
            cig="Z1234567AB",
            cup="J11H22000000001",
            od_number="452",
            od_date=dt.date(2026, 9, 3),
            payment_method="MP05",
        ),
        visible_subject="Progettazione esecutiva scuola primaria - II SAL",
        cassa=Decimal(4),
        ei_cassa_type="TC04",
        withholding_tax=Decimal(20),
        items_list=[
            item(
                "Progettazione esecutiva strutture",
                price="4500",
                description="Relazione di calcolo, elaborati grafici.\nSecondo acconto come da disciplinare.",
            ),
            item("Direzione lavori", "12.5", "85", measure="h", description="Ottobre 2026"),
            item("Diritti di segreteria", "1", "150", not_taxable=True, vat=ART15, apply_withholding_taxes=False),
        ],
        payment_method=PaymentMethod(name="Bonifico bancario", ei_payment_method="MP05"),
        payments_list=[
            Payment(due_date=dt.date(2026, 12, 22), amount=Decimal(3000)),
            Payment(due_date=dt.date(2027, 1, 31), amount=Decimal("3095.20"), status="paid", paid_date=DAY),
        ],
        notes="<p>Si prega di indicare nella causale <b>numero e data</b> della fattura.</p>",
    )


def article(number: int) -> Item:
    """A row of a long list."""
    return item(
        f"Articolo {number}" if number % 3 else f"Guarnizione in gomma EPDM per flangia DN{number * 5}",
        str(number % 7 + 1),
        f"{number * 1.37:.2f}",
        code=f"ART-{number:04}",
        measure="pz",
        description="" if number % 4 else "Resistente alle alte temperature, conforme EN 681-1",
        discount=None if number % 9 else Decimal(10),
        discount_highlight=True,
        vat=VAT22 if number % 11 else VAT10,
    )


def many_rows(count: int = 120) -> IssuedDocument:
    """An invoice of several pages."""
    return document(
        number=345,
        items_list=[article(number) for number in range(1, count + 1)],
        payment_method=PaymentMethod(name="RiBa 60 gg", type="riba"),
        payments_list=[Payment(due_date=dt.date(2027, 1, 31), amount=Decimal("47345.55"))],
    )


def goods(**facts: Any) -> IssuedDocument:
    """A document whose goods travel."""
    return document(
        **{
            "number": 7,
            "items_list": [article(number) for number in range(1, 7)],
            "dn_number": 31,
            "dn_date": dt.date(2026, 11, 20),
            "dn_ai_packages_number": "3 colli",
            "dn_ai_weight": "48 kg",
            "dn_ai_causal": "Vendita",
            "dn_ai_destination": "Magazzino comunale\nVia delle Officine 3\n20080 Esempio sul Naviglio (MI)",
            "dn_ai_transporter": "Corriere Veloce S.p.A.\nVia Milano 3, Modena",
            "dn_ai_notes": "Porto franco. Merce fragile.",
            "payment_method": PaymentMethod(name="Bonifico bancario 30 gg", bank_iban=IBAN, bank_name="Banca di Prova"),
            "payments_list": [Payment(due_date=dt.date(2026, 12, 31), amount=Decimal("187.20"))],
            **facts,
        }
    )


def abroad() -> IssuedDocument:
    """An invoice in pounds to a customer in London."""
    return document(
        entity=LONDON,
        number=3,
        numeration="/EX",
        currency=Currency(id="GBP", symbol="£", exchange_rate="0.83450"),
        items_list=[
            item("Structural survey, Lambrate site", price="2400", vat=ART7TER),
            item(
                "Site visits",
                "3",
                "350",
                vat=ART7TER,
                measure="days",
                discount=Decimal(5),
                discount_highlight=True,
            ),
            item("Printing", "2", "40.5"),
        ],
        payment_method=PaymentMethod(name="Bank transfer", bank_iban=IBAN),
        payments_list=[Payment(due_date=dt.date(2026, 12, 2), amount=Decimal("3496.32"))],
    )


def credit_note() -> IssuedDocument:
    """A credit note to the public administration, under split payment."""
    return document(
        type="credit_note",
        number=2,
        e_invoice=True,
        ei_data=EInvoiceData(vat_kind="S", invoice_number="12/A", invoice_date=dt.date(2026, 10, 1)),
        items_list=[item("Storno parziale fattura n. 12/A", price="500")],
    )


def quote(**facts: Any) -> IssuedDocument:
    """A quote with a line of text, a hidden discount and notes in HTML."""
    return document(
        **{
            "type": "quote",
            "entity": PERSON,
            "number": 18,
            "visible_subject": "Ristrutturazione cucina",
            "items_list": [
                item("Smontaggio e smaltimento", price="650", description="Compreso trasporto in discarica"),
                item("Opere murarie", "24", "38", measure="h", vat=VAT10),
                Item(name="Opzioni", description="Le voci seguenti sono facoltative."),
                item("Illuminazione LED", price="420", discount=Decimal(10)),
            ],
            "notes": "<p>Validità: <u>30 giorni</u>.</p> <ul><li>Acconto del 30%</li><li>Saldo a fine lavori</li></ul>"
            "<p>Vedi <a href='https://bianchi.example/condizioni'>condizioni</a>.</p>",
            **facts,
        }
    )


def forfettario() -> IssuedDocument:
    """An invoice on paper of a *forfettario*, with rivalsa and stamp duty."""
    return document(
        entity=PERSON,
        stamp_duty=Decimal(2),
        rivalsa=Decimal(4),
        items_list=[item("Consulenza", "10", "60", measure="ore", vat=FORFETTARIO)],
        payments_list=[Payment(due_date=dt.date(2026, 12, 22), amount=Decimal(626))],
    )


def hostile() -> IssuedDocument:
    """Every text of a document set to what breaks layouts and templates."""
    nasty = f"{TYPST_CODE} <script>alert(1)</script> {LONG_WORD} שלום مرحبا 你好 😀👩‍👩‍👧 \u202e12345\x00\x07"
    return document(
        entity=Entity(
            name=LONG_WORD,
            contact_person=nasty,
            address_street=nasty,
            address_city=nasty,
            vat_number="x" * 200,
            country=nasty,
            country_iso="ZZ",
        ),
        number=2**31 - 1,
        numeration="/ABCDEFGH",
        visible_subject=nasty,
        currency=Currency(id="XXX", symbol="", exchange_rate="NaN"),
        items_list=[
            item(nasty, "123456789012.12345678", "999999999999.12345", code="C" * 99, measure=nasty, description=nasty),
            item("😀", price="-50", vat=VatType(value=Decimal("22.5"), notes=nasty)),
            item("x", vat=VatType(value=Decimal(0), ei_type=nasty)),
        ],
        ei_data=EInvoiceData(cig=nasty, od_number=nasty),
        notes=f"<p>{nasty} 3 < 5 &amp; <b>bold <i>x</b> <img src=x onerror=1><a href='javascript:alert(1)'>y</a>"
        f"<ul>{'<ul><li>' * 60}deep",
        payment_method=PaymentMethod(
            name=nasty, bank_iban="1" * 300, details=[PaymentMethodDetail(title=nasty, description=nasty)] * 5
        ),
        payments_list=[Payment(due_date=DAY, amount=Decimal("123456789012345.12"))] * 40,
        dn_ai_causal=nasty,
        dn_ai_packages_number=nasty,
        dn_ai_weight=nasty,
        dn_ai_transporter=nasty,
        dn_ai_destination=nasty,
        dn_ai_notes=nasty,
    )
