"""The years of two professionals: an architect in the flat-rate regime and a lawyer in the ordinary one."""

import datetime as dt
from decimal import Decimal
from typing import Any

from mastro.demo import goods, people
from mastro.demo.desk import Desk
from mastro.demo.people import Firm, Habit
from mastro.model.entity import Client
from mastro.resources.settings.forfettario import modify_forfettario_settings

ARCHITECTS_FUND: dict[str, Any] = {"cassa": Decimal(4), "ei_cassa_type": "TC04"}
"""The contribution to Inarcassa, charged to the customer."""

FUND_ON_INCOME = Decimal("14.5")
"""Percent of the income that Inarcassa takes."""

PAID_TO_FUND = 2400

LAWYERS_FEES: dict[str, Any] = {
    "cassa": Decimal(4),
    "ei_cassa_type": "TC01",
    "withholding_tax": Decimal(20),
    "ei_withholding_tax_causal": "A",
}
"""The contribution to the Cassa Forense, and what a customer with a VAT number withholds (art. 25 DPR 600/1973)."""

FUND_ALONE: dict[str, Any] = {"cassa": Decimal(4), "ei_cassa_type": "TC01"}
"""Private persons withhold nothing."""

HABITS: tuple[Habit, ...] = ("prompt", "prompt", "late", "very late")


class Professional:
    """What both have in common: customers, and one of them a day."""

    def __init__(self, desk: Desk, firms: tuple[Firm, ...]) -> None:
        self.desk = desk
        serials = desk.rng.sample(range(20000, 99999), len(firms))
        self.firms = [
            desk.add_client(people.client(firm, serial), desk.rng.choice(HABITS))
            for firm, serial in zip(firms, serials, strict=True)
        ]
        self.persons = [desk.add_client(people.private(person), "prompt") for person in people.PERSONS]

    def anybody(self) -> Client:
        """One of the customers."""
        return self.desk.rng.choice(self.firms + self.persons)


class Architect(Professional):
    """No VAT, no withholding; the pension fund on top, and stamp duty above 77.47 euro."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, people.FIRMS[4:9])
        desk.add_products(goods.of_architect())
        terms: dict[str, Any] = {"group": "professions", "contributions_percentage": FUND_ON_INCOME}
        terms |= {"begun_on": desk.today.replace(year=desk.today.year - 2, month=3, day=1), "new_activity": True}
        terms |= {"years": {str(desk.today.year): {"other_contributions": PAID_TO_FUND}}}
        desk.set_up(modify_forfettario_settings, terms)

    def plan(self) -> None:
        """Let the year happen."""
        for month in self.desk.months():
            self.desk.after(month, 2, 14, self._invoice)
            self.desk.after(month, 14, 27, self._invoice)
            if month.month % 2:
                self.desk.after(month, 5, 20, self._quote)

    def _invoice(self, day: dt.date) -> None:
        desk = self.desk
        code = desk.rng.choice(("PRO-PRE", "PRO-ESE", "DIR-LAV", "DIR-LAV", "PRA-CIL", "CER-APE"))
        rows = [desk.row(code), desk.row("SOP-ORA", desk.between(1, 5))]
        terms = (0, 60) if code == "PRO-ESE" else ()
        desk.invoice(day, self.anybody(), rows, terms=terms, **ARCHITECTS_FUND)

    def _quote(self, day: dt.date) -> None:
        rows = [self.desk.row("PRO-PRE"), self.desk.row("PRO-ESE"), self.desk.row("DIR-LAV", self.desk.between(3, 8))]
        self.desk.keep(day, "quote", self.anybody(), rows, subject="Ristrutturazione", **ARCHITECTS_FUND)


class Lawyer(Professional):
    """Pension fund 4 %, VAT, withholding 20 % by customers who are businesses; expenses outside VAT."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, people.FIRMS[8:14])
        desk.add_products(goods.of_lawyer())

    def plan(self) -> None:
        """Let the year happen."""
        for month in self.desk.months():
            self.desk.after(month, 3, 25, self._invoice)
            if month.month % 3 == 0:
                self.desk.after(month, 4, 16, self._proforma)

    def _invoice(self, day: dt.date) -> None:
        desk, client = self.desk, self.anybody()
        rows = [desk.row("CON-LEG", desk.between(1, 8))]
        if desk.chance(0.5):
            rows = [desk.row(desk.rng.choice(("CON-TRA", "GIU-CIV", "REC-CRE")))]
        if desk.chance(0.4):
            cost = Decimal(desk.rng.choice((43, 98, 237)))
            rows.append(desk.row("SPE-GIU", net_price=cost, apply_withholding_taxes=False))
        desk.invoice(day, client, rows, **(FUND_ALONE if client.type == "person" else LAWYERS_FEES))

    def _proforma(self, day: dt.date) -> None:
        """A request for money, as lawyers send them before the invoice; who pays it gets the invoice."""
        desk, client = self.desk, self.desk.rng.choice(self.firms)
        rows = [desk.row("GIU-CIV"), desk.row("CON-LEG", desk.between(1, 4))]
        proforma = desk.keep(day, "proforma", client, rows, subject="Avviso di parcella", **LAWYERS_FEES)

        def paid(later: dt.date) -> None:
            desk.pay_now(later, proforma)
            desk.pay_now(later, desk.keep(later, "invoice", client, rows, terms=(0,), **LAWYERS_FEES))

        desk.after(day, 10, 45, paid)
