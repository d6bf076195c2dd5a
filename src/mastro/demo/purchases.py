"""What the software house buys and owes: bills of its suppliers, goods for its shelf, taxes."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mastro.demo import goods
from mastro.demo.desk import Desk, Happening, entity_of
from mastro.model.entity import Supplier
from mastro.model.issued_document import IssuedDocument, Payment
from mastro.model.received_document import ReceivedDocument, ReceivedItem
from mastro.money import percentage, round2
from mastro.resources import taxes
from mastro.resources.received_documents.documents import resource as received
from mastro.resources.taxes import F24

VAT_DUE_DAY = 16
"""VAT and withholdings of a month are paid by the 16th of the next (art. 18 D.Lgs. 241/1997)."""

WITHHELD = Decimal(20)
"""Percent of a professional's fee that the customer pays to the state (art. 25 DPR 600/1973)."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What comes from a supplier, every so many months."""

    supplier: int
    """Its place among the suppliers."""
    category: str
    description: str
    net: tuple[int, int]
    """Least and most, in euro."""
    every: int = 1
    days: int = 20
    """From the bill to its payment."""
    vat_deductibility: int = 100
    tax_deductibility: int = 100
    withheld: bool = False


BILLS = (
    Bill(1, "Servizi informatici", "Server virtuali e backup", (180, 240), days=15),
    Bill(2, "Utenze", "Energia elettrica", (110, 320), every=2),
    Bill(3, "Telefonia", "Linee fisse e mobili", (85, 120), vat_deductibility=50, tax_deductibility=80),
    Bill(4, "Cancelleria", "Carta, toner e cancelleria", (25, 140), every=2, days=0),
    Bill(5, "Consulenze", "Tenuta contabilità e paghe", (450, 450), every=3, days=30, withheld=True),
    Bill(6, "Trasporti", "Spedizioni del mese", (40, 190), days=30),
)


class Purchases:
    """The bills and taxes of the year."""

    def __init__(self, desk: Desk, suppliers: list[Supplier]) -> None:
        self.desk, self.suppliers = desk, suppliers

    def plan(self) -> None:
        """Let the year happen."""
        for number, month in enumerate(self.desk.months()):
            for bill in BILLS:
                if number % bill.every == 0:
                    self.desk.after(month, 2, 26, self._bill(bill))
            self.desk.at(month.replace(day=VAT_DUE_DAY), self._taxes)

    def _bill(self, bill: Bill) -> Happening:
        def happen(day: dt.date) -> None:
            desk = self.desk
            net = Decimal(desk.between(100 * bill.net[0], 100 * bill.net[1])) / 100
            withheld = round2(percentage(net, WITHHELD)) if bill.withheld else None
            self._buy(
                day,
                self.suppliers[bill.supplier],
                days=bill.days,
                category=bill.category,
                description=bill.description,
                items_list=[ReceivedItem(name=bill.description, net_price=net, vat=goods.vat(0))],
                amount_withholding_tax=withheld,
                vat_deductibility=Decimal(bill.vat_deductibility),
                tax_deductibility=Decimal(bill.tax_deductibility),
            )

        return happen

    def delivered(self, order: IssuedDocument) -> Happening:
        """The goods of an order arrive with their bill, and go onto the shelf."""

        def happen(day: dt.date) -> None:
            rows = [
                ReceivedItem(
                    product_id=item.product_id,
                    code=item.code,
                    name=item.name,
                    measure=item.measure,
                    qty=item.qty,
                    net_price=item.net_price,
                    vat=item.vat,
                    stock=Decimal(1),
                )
                for item in order.items_list or ()
            ]
            description = f"Merce del nostro ordine {order.number}"
            self._buy(
                day, self.suppliers[0], days=60, category="Acquisto merci", description=description, items_list=rows
            )

        return happen

    def _buy(self, day: dt.date, supplier: Supplier, *, days: int, **facts: Any) -> None:
        desk = self.desk
        document = ReceivedDocument(
            type="expense",
            entity=entity_of(supplier),
            date=day,
            invoice_number=f"{desk.between(100, 4999)}/{day:%y}",
            payments_list=[Payment(due_date=day + dt.timedelta(days=days))],
            **facts,
        )
        call = desk.call(day)
        call.options = {"fix_payments": True}
        received.add(call, document)
        desk.count()
        desk.expect_payments(document)

    def _taxes(self, day: dt.date) -> None:
        """VAT and withholdings of the month before; those of this month are still to be paid."""
        desk = self.desk
        paid = day < desk.today - dt.timedelta(days=5)
        form = F24(
            due_date=day,
            amount=Decimal(desk.between(90_000, 420_000)) / 100,
            description=f"IVA e ritenute {day.replace(day=1) - dt.timedelta(days=1):%m/%Y}",
            status="paid" if paid else "not_paid",
            payment_account=desk.bank,
        )
        taxes.resource.add(desk.call(day), form)
