"""Which reports there are: what they are called, asked by and shown as."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mastro.resources.reports.common import PURCHASES, SALES
from mastro.resources.reports.vat_registers import REGISTERS
from mastro.resources.reports.vat_settlement import FAMILIES
from mastro.web.language import N_
from mastro.web.sections.reports import forfettario, sales, stock, vat
from mastro.web.sections.reports.sheets import Shown
from mastro.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its address is that of the API."""

    name: str
    operation: str
    title: str
    about: str
    icon: str
    show: Callable[[Visit, Mapping[str, Any]], Shown]
    asked: Literal["period", "year", "settlement", "quarter"] = "period"
    """What it is about: any days, a year, a period of VAT, or a quarter."""
    months: int = 1
    """Length of the period that it begins with."""
    families: tuple[str, ...] = ()
    """What its reader must be allowed to read; all of them."""
    key: str = ""
    """Parameter by which one of several is chosen."""
    choices: tuple[tuple[str, str], ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the reader of each choice must be allowed to read, where that differs."""
    passed: tuple[str, ...] = ()
    """Further parameters that its address may have."""
    flat_rate: bool = False
    """Whether it is of the flat-rate regime alone."""

    def allowed(self, visit: Visit) -> bool:
        """True where the user may read it."""
        readable = all(visit.may(family) for family in self.families)
        return readable and bool(self.open_to(visit) or not self.choices)

    def open_to(self, visit: Visit) -> list[tuple[str, str]]:
        """The choices that the user may read."""
        return [(key, words) for key, words in self.choices if all(visit.may(one) for one in self.needs.get(key, ()))]

    def offered(self, visit: Visit) -> bool:
        """True where it is of use to the company, too."""
        return self.allowed(visit) and (visit.flat_rate or not self.flat_rate)


REPORTS = {
    report.name: report
    for report in (
        Report(
            "vat_registers",
            "getVatRegister",
            N_("Registri IVA"),
            N_("Vendite, acquisti e corrispettivi, con i totali per aliquota."),
            "book",
            vat.register,
            key="register",
            choices=vat.REGISTERS,
            passed=("vat_type",),
            needs=REGISTERS,
        ),
        Report(
            "vat_settlement",
            "getVatSettlement",
            N_("Liquidazione periodica IVA"),
            N_("L’IVA da versare o a credito, con i righi della LIPE e il codice tributo."),
            "bank",
            vat.settlement,
            asked="settlement",
            families=FAMILIES,
        ),
        Report(
            "lipe",
            "getLipe",
            N_("LIPE"),
            N_("La comunicazione trimestrale delle liquidazioni IVA, controllata e pronta da inviare."),
            "send",
            vat.lipe,
            asked="quarter",
            families=FAMILIES,
        ),
        Report(
            "forfettario",
            "getForfettarioReport",
            N_("Regime forfettario"),
            N_("Quanto hai incassato, quanto manca alle soglie, quanto mettere da parte per le imposte."),
            "till",
            forfettario.year,
            asked="year",
            families=forfettario.FAMILIES,
            flat_rate=True,
        ),
        Report(
            "stamp_duty",
            "getStampDuty",
            N_("Imposta di bollo"),
            N_("Il bollo delle fatture elettroniche, trimestre per trimestre."),
            "star",
            vat.stamp_duty,
            asked="year",
            families=(*SALES, "issued_documents.self_invoices"),
        ),
        Report(
            "sales",
            "getSalesReport",
            N_("Vendite"),
            N_("Per cliente, prodotto, mese o categoria."),
            "chart",
            sales.turnover,
            months=12,
            families=SALES,
            key="by",
            choices=sales.SOLD_BY,
        ),
        Report(
            "purchases",
            "getPurchasesReport",
            N_("Acquisti"),
            N_("Per fornitore, mese o categoria."),
            "cart",
            sales.turnover,
            months=12,
            families=PURCHASES,
            key="by",
            choices=sales.BOUGHT_BY,
        ),
        Report(
            "stock",
            "getStock",
            N_("Magazzino"),
            N_("Giacenza iniziale, carichi, scarichi, giacenza finale e valore di ogni prodotto."),
            "box",
            stock.stock,
            months=12,
            families=stock.FAMILIES,
        ),
        Report(
            "statement",
            "getStatement",
            N_("Estratto conto"),
            N_("Documenti, pagamenti e saldo di un cliente o di un fornitore."),
            "person",
            sales.statement,
            months=12,
            passed=("client_id", "supplier_id"),
        ),
    )
}
