"""A year of a small software house: contracts, projects, hardware, customers everywhere, every kind of document."""

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec

from mastro.demo import goods, identities, people
from mastro.demo.contracts import Contract
from mastro.demo.desk import Desk, Happening, with_vat
from mastro.demo.people import Habit
from mastro.demo.purchases import Purchases
from mastro.model.entity import Client, Supplier
from mastro.model.issued_document import Currency, EInvoiceData, IssuedDocument, Item, Language
from mastro.resources.settings.vat import modify_vat_settings

HARDWARE = ("NB-14", "MON-27", "SSD-1T", "RT-WIFI", "STA-ETI", "ETI-500")
HABITS: tuple[Habit, ...] = ("early", "prompt", "prompt", "prompt", "late", "late", "very late")

CONTRACTS = 3
"""Customers with a monthly contract: the first firms of the list."""

PROJECTS = (
    "Area riservata clienti",
    "Integrazione e-commerce e magazzino",
    "Migrazione posta elettronica",
    "Gestione turni del personale",
    "Nuovo sito istituzionale",
    "Tracciabilità dei lotti",
    "Prenotazioni online",
    "Cruscotto direzionale",
)

DELIVERY: dict[str, Any] = {
    "dn_ai_packages_number": "2",
    "dn_ai_weight": "8",
    "dn_ai_causal": "Vendita",
    "dn_ai_transporter": "Corriere Appennino S.r.l.",
}


class SoftwareHouse:
    """The story, told to its desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.add_products(goods.of_software_house())
        serials = desk.rng.sample(range(20000, 99999), 40)
        self.firms = [desk.add_client(people.client(firm, serials.pop()), self._habit()) for firm in people.FIRMS]
        self.methods = {firm.name: firm.method for firm in people.FIRMS}
        self.persons = [desk.add_client(people.private(person), "prompt") for person in people.PERSONS]
        self.public = desk.add_client(people.public_body(serials.pop()), "late")
        self.condominium = desk.add_client(people.condominium(serials.pop()), "prompt")
        self.germany, self.france, self.switzerland, self.america = (
            desk.add_client(client, "prompt") for client in people.foreign()
        )
        self.suppliers = [desk.add_supplier(people.supplier(firm, serials.pop())) for firm in people.SUPPLIERS]
        self.hosting = desk.add_supplier(people.foreign_supplier())
        first, second, *others = self.firms[:CONTRACTS]
        self.contracts = [
            Contract(desk, first, recurs=True),
            Contract(desk, second, reminds=True),
            *(Contract(desk, firm) for firm in others),
        ]
        self.purchases = Purchases(desk, self.suppliers)
        self.america_next = True

    def _habit(self) -> Habit:
        return self.desk.rng.choice(HABITS)

    def plan(self) -> None:
        """Let the year happen."""
        owner = identities.tax_code("Moretti", "Dario", dt.date(1984, 5, 11), "M", "A944")
        self.desk.set_up(modify_vat_settings, {"declarant_tax_code": owner, "declarant_role": "1"})
        self.purchases.plan()
        for number, month in enumerate(self.desk.months()):
            self._every_month(month)
            self._now_and_then(number, month)

    def _every_month(self, month: dt.date) -> None:
        desk = self.desk
        for contract in self.contracts:
            desk.at(month, contract.happen)
        for _ in range(3):
            desk.after(month, 1, 27, self._project)
        desk.after(month, 2, 26, self._quote)
        desk.after(month, 5, 25, self._hardware_quote)
        desk.after(month, 3, 24, self._over_the_counter)
        desk.after(month, 6, 20, self._abroad(self.germany if month.month % 2 else self.france))

    def _now_and_then(self, number: int, month: dt.date) -> None:
        """What does not come every month; `number` counts the months of the year."""
        desk = self.desk
        if number % 2 == 0:
            desk.after(month, 8, 20, self._public)
            desk.after(month, 4, 12, self._restock)
        else:
            desk.after(month, 9, 22, self._report)
            desk.after(month, 10, 25, self._receipt)
        if number % 3 == 0:
            desk.after(month, 11, 21, self._condominium)
            desk.after(month, 3, 9, self._self_invoice)
        if number % 4 == 1:
            desk.after(month, 7, 18, self._overseas)
            desk.after(month, 7, 18, self._accompanying_invoice)
            desk.after(month, 12, 24, self._mistaken)
        if number == 6:
            desk.after(month, 15, 20, self._samples)

    def _pick(self) -> Client:
        return self.desk.rng.choice(self.firms)

    def _method(self, client: Client) -> str:
        return self.methods.get(client.name, "Bonifico bancario")

    # projects

    def _project(self, day: dt.date) -> None:
        desk, client = self.desk, self._pick()
        rows = [desk.row("SVI-ORA", desk.between(8, 60))]
        if desk.chance(0.4):
            rows.append(desk.row("CON-GIO", desk.between(1, 3), discount=Decimal(desk.rng.choice((5, 10, 15)))))
        if desk.chance(0.3):
            rows.append(desk.row("GES-LIC", desk.between(1, 4)))
            rows.append(desk.row("MAN-GES", desk.between(1, 3)))
        if desk.chance(0.25):
            rows.append(desk.row("SPE-ANT", net_price=Decimal(desk.between(20, 140)), description="Licenze di terzi"))
        worth = sum((row.net_price or Decimal(0)) * (row.qty or 0) for row in rows)
        terms = (30, 60, 90) if worth > 3500 else (30, 60) if worth > 2200 else ()
        subject = desk.rng.choice(PROJECTS)
        invoice = desk.invoice(
            day, client, rows, terms=terms, method=self._method(client), subject=subject, rc_center="Progetti"
        )
        if desk.chance(0.06):
            desk.after(day, 6, 20, self._discount_after(invoice))

    def _discount_after(self, invoice: IssuedDocument) -> Happening:
        """A credit note for a part: the customer was promised a lower price."""

        def happen(day: dt.date) -> None:
            rows = [self.desk.row("SVI-ORA", self.desk.between(1, 4), description="Ore non riconosciute")]
            note = self.desk.credit(day, invoice, rows, "Storno parziale")
            self.desk.expect_payments(note)

        return happen

    def _mistaken(self, day: dt.date) -> None:
        """An invoice to the wrong customer: a credit note takes it back whole, and it is made out again."""
        desk = self.desk
        wrong, right = desk.rng.sample(self.firms[CONTRACTS:], 2)
        rows = [desk.row("WEB-SIT"), desk.row("FOR-GIO", 1)]
        invoice = desk.keep(day, "invoice", wrong, rows, subject="Sito web", rc_center="Progetti")

        def take_back(later: dt.date) -> None:
            note = desk.credit(later, invoice, invoice.items_list or [], "Storno totale per errata intestazione")
            desk.reverse(later, invoice)
            desk.reverse(later, note)
            desk.invoice(later, right, rows, subject="Sito web", rc_center="Progetti")

        desk.after(day, 2, 6, take_back)

    # from quote to invoice

    def _quote(self, day: dt.date) -> None:
        """A quote for services; where it is accepted, a proforma, and the invoice when that is paid."""
        desk, client = self.desk, self._pick()
        rows = [desk.row("WEB-SIT"), desk.row("SVI-ORA", desk.between(10, 40)), desk.row("HOS-CAN", 12)]
        subject = desk.rng.choice(PROJECTS)
        desk.keep(day, "quote", client, rows, subject=subject, notes="Offerta valida 30 giorni.")
        if desk.chance(0.45):
            desk.after(day, 5, 20, self._proforma(client, rows, subject))

    def _proforma(self, client: Client, rows: list[Item], subject: str) -> Happening:
        def happen(day: dt.date) -> None:
            desk = self.desk
            proforma = desk.keep(day, "proforma", client, rows, subject=subject)

            def paid(later: dt.date) -> None:
                desk.pay_now(later, proforma)
                invoice = desk.keep(later, "invoice", client, rows, subject=subject, terms=(0,))
                desk.pay_now(later, invoice)

            desk.after(day, 4, 30, paid)

        return happen

    def _hardware_quote(self, day: dt.date) -> None:
        """A quote for goods; where it is accepted, an order, a delivery note, an invoice at the end of the month."""
        desk, client = self.desk, self._pick()
        codes = desk.rng.sample(HARDWARE, desk.between(2, 4))
        rows = [desk.row(code, desk.between(1, 20 if code == "ETI-500" else 4)) for code in codes]
        desk.keep(day, "quote", client, rows, subject="Fornitura hardware", notes="Consegna in 10 giorni lavorativi.")
        if desk.chance(0.65):
            desk.after(day, 3, 10, self._order(client, rows))

    def _order(self, client: Client, rows: list[Item]) -> Happening:
        def happen(day: dt.date) -> None:
            order = self.desk.keep(day, "order", client, rows, subject="Ordine hardware")
            self.desk.expect_payments(order)
            self.desk.after(day, 4, 12, self._delivery(client, rows, order))

        return happen

    def _delivery(self, client: Client, rows: list[Item], order: IssuedDocument) -> Happening:
        def happen(day: dt.date) -> None:
            desk = self.desk
            subject = f"Rif. ordine {order.number}"
            note = desk.keep(day, "delivery_note", client, rows, subject=subject, **DELIVERY)

            def invoiced(later: dt.date) -> None:
                moved = [with_reference(row, note) for row in rows]
                facts: dict[str, Any] = {
                    "subject": f"Rif. DDT {note.number} del {day:%d/%m/%Y}",
                    "rc_center": "Hardware",
                }
                method = self._method(client)
                desk.invoice(later, client, moved, terms=(30, 60), method=method, **facts)

            desk.at(end_of_month(day), invoiced)

        return happen

    def _accompanying_invoice(self, day: dt.date) -> None:
        """Goods that leave with their invoice, which is their delivery note as well."""
        client = self._pick()
        rows = [self.desk.row("STA-ETI"), self.desk.row("ETI-500", 12)]
        facts: dict[str, Any] = {"accompanying_invoice": True, "rc_center": "Hardware", **DELIVERY}
        self.desk.invoice(day, client, rows, method=self._method(client), **facts)

    # private customers

    def _over_the_counter(self, day: dt.date) -> None:
        """A sale to a private person at prices with VAT, paid by card."""
        desk = self.desk
        code = desk.rng.choice(("NB-14", "MON-27", "SSD-1T", "RT-WIFI"))
        shown = desk.products[code].gross_price or Decimal(0)
        rows = [desk.row(code, net_price=None, gross_price=shown.quantize(Decimal(1)) - Decimal("0.10"))]
        invoice = desk.keep(
            day,
            "invoice",
            desk.rng.choice(self.persons),
            rows,
            use_gross_prices=True,
            terms=(0,),
            method="Carta di pagamento",
            rc_center="Negozio",
        )
        desk.pay_now(day, invoice)

    def _receipt(self, day: dt.date) -> None:
        desk = self.desk
        rows = [desk.row("SVI-ORA", desk.between(1, 2), name="Assistenza al PC")]
        client = desk.rng.choice(self.persons)
        receipt = desk.keep(day, "receipt", client, rows, terms=(0,), method="Contanti", rc_center="Negozio")
        desk.pay_now(day, receipt)

    # whom the law treats otherwise

    def _public(self, day: dt.date) -> None:
        """To a public body, which pays the VAT itself (split payment, art. 17-ter DPR 633/1972)."""
        desk = self.desk
        data = EInvoiceData(
            vat_kind="S",
            original_document_type="contratto",
            od_number="2024/118",
            od_date=desk.first_day - dt.timedelta(days=40),
            cig="Z9A3B7C1D2",
        )
        rows = [desk.row("CON-GIO", desk.between(2, 5)), desk.row("ASS-CAN", 2)]
        desk.invoice(day, self.public, rows, use_split_payment=True, ei_data=data, subject="Servizi informatici")

    def _condominium(self, day: dt.date) -> None:
        """Works on a home at 10 %, of which the condominium withholds 4 % (art. 25-ter DPR 600/1973)."""
        desk = self.desk
        rows = [desk.row("VID-MAN")]
        facts: dict[str, Any] = {
            "withholding_tax": Decimal(4),
            "ei_withholding_tax_causal": "W",
            "rc_center": "Impianti",
        }
        desk.invoice(day, self.condominium, rows, subject="Manutenzione trimestrale", **facts)

    def _abroad(self, client: Client) -> Happening:
        """Services to a business of the European Union, in its language and without VAT."""
        language, subject = (
            ("de", "Softwareentwicklung") if client is self.germany else ("fr", "Développement logiciel")
        )

        def happen(day: dt.date) -> None:
            rows = with_vat([self.desk.row("SVI-ORA", self.desk.between(10, 50))], goods.vat(goods.EU_CUSTOMER_ID))
            facts: dict[str, Any] = {
                "language": Language(code=language),
                "visible_subject": subject,
                "rc_center": "Estero",
            }
            self.desk.invoice(day, client, rows, **facts)

        return happen

    def _overseas(self, day: dt.date) -> None:
        """Services to a business outside the European Union: in dollars to one, in English to both."""
        desk = self.desk
        client = self.america if self.america_next else self.switzerland
        self.america_next = not self.america_next
        rows = with_vat([desk.row("CON-GIO", desk.between(2, 6))], goods.vat(goods.FOREIGN_CUSTOMER_ID))
        facts: dict[str, Any] = {"language": Language(code="en"), "visible_subject": "Consulting"}
        if client is self.america:
            facts["currency"] = Currency(id="USD", exchange_rate="1.10000")
        desk.invoice(day, client, rows, rc_center="Estero", **facts)

    # purchases

    def _restock(self, day: dt.date) -> None:
        """An order of what the shelf has least of."""
        desk = self.desk
        codes = sorted(HARDWARE, key=desk.share_in_stock)[:3]
        rows = [
            desk.row(code, desk.reorder(code) + desk.between(0, 5), net_price=desk.products[code].net_cost)
            for code in codes
        ]
        order = desk.keep(day, "supplier_order", self.suppliers[0], rows, subject="Riordino magazzino")
        desk.after(day, 4, 12, self.purchases.delivered(order))

    def _self_invoice(self, day: dt.date) -> None:
        """The VAT on a service bought abroad, declared to the SdI by the buyer (TD17)."""
        desk, supplier = self.desk, self.hosting
        received = day - dt.timedelta(days=desk.between(2, 8))
        data = EInvoiceData(document_type="TD17", invoice_number=f"RR-{received:%y%m}-{desk.between(100, 999)}")
        data.invoice_date = received
        row = Item(name="Server dedicati", qty=Decimal(1), net_price=Decimal(desk.between(180, 420)), vat=goods.vat(0))
        document = desk.keep(day, "self_supplier_invoice", supplier, [row], numeration="/AF", ei_data=data)
        desk.reverse(day, document)

    # the rest

    def _report(self, day: dt.date) -> None:
        desk = self.desk
        rows = [desk.row("SVI-ORA", desk.between(2, 6), description="Intervento presso la sede del cliente")]
        desk.keep(day, "work_report", self._pick(), rows, subject="Rapporto di intervento")

    def _samples(self, day: dt.date) -> None:
        """Goods given away: the buyer bears nothing, so the company invoices itself (TD27)."""
        us: Supplier = Supplier(**self._own_facts())
        row = self.desk.row("ETI-500", 10, description="Campioni omaggio")
        document = self.desk.keep(
            day, "self_own_invoice", us, [row], numeration="/AF", subject="Autofattura per omaggi"
        )
        self.desk.reverse(day, document)

    def _own_facts(self) -> dict[str, Any]:
        ours = people.software_house()
        keys = ("name", "vat_number", "tax_code", "address_street", "address_postal_code", "address_city")
        return {key: getattr(ours, key) for key in keys} | {"address_province": ours.address_province}


def with_reference(row: Item, note: IssuedDocument) -> Item:
    """A row that says which delivery note it comes from; the stock moved with that one."""
    return msgspec.structs.replace(
        row, description=f"DDT n. {note.number} del {note.date:%d/%m/%Y}", stock=False, in_dn=False
    )


def end_of_month(day: dt.date) -> dt.date:
    """The last day of a day's month."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
