"""What the rules share: the rule itself, and an invoice laid out so that one need not know which format it has."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from mastro.fatturapa.findings import Finding
from mastro.fatturapa.schema import SIMPLIFIED
from mastro.fatturapa.tree import Invoice, Tree, amount, branch, branches, day, numbered, text

ORDINARY_FORMATS = frozenset({"FPA12", "FPR12"})
PRIVATE_FORMATS = frozenset({"FPR12", "FSM10"})
ALL_FORMATS = ORDINARY_FORMATS | PRIVATE_FORMATS

GENERAL = "DatiGenerali/DatiGeneraliDocumento"


class Fault(NamedTuple):
    """A place that breaks a rule."""

    path: str
    value: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of the SdI with its words; `{value}` and `{expected}` stand for those of the fault."""

    code: str
    find: "Callable[[Case], Iterable[Fault]]"
    it: str
    en: str
    remedy_it: str
    remedy_en: str
    formats: frozenset[str] = ALL_FORMATS

    def findings(self, case: "Case") -> Iterator[Finding]:
        """What the rule has to say of an invoice."""
        if case.format not in self.formats:
            return
        for path, value, expected in self.find(case):
            said = {"value": value, "expected": expected}
            yield Finding(
                self.code,
                path,
                value,
                expected,
                self.it.format_map(said),
                self.en.format_map(said),
                self.remedy_it.format_map(said),
                self.remedy_en.format_map(said),
            )


@dataclass(frozen=True)
class Document:
    """One body of the file."""

    path: str
    tree: Tree

    @cached_property
    def general(self) -> Tree:
        """DatiGeneraliDocumento."""
        return branch(self.tree, "DatiGenerali", "DatiGeneraliDocumento")

    @cached_property
    def type(self) -> str:
        """TD01 …"""
        return text(self.general, "TipoDocumento")

    @cached_property
    def date(self) -> dt.date | None:
        """Its date, None where it has none that can be read."""
        return day(self.general, "Data")

    @cached_property
    def lines(self) -> list[tuple[str, Tree]]:
        """DettaglioLinee with their paths."""
        return list(numbered(self.tree, "DatiBeniServizi", "DettaglioLinee", path=self.path))

    @cached_property
    def summaries(self) -> list[tuple[str, Tree]]:
        """DatiRiepilogo with their paths."""
        return list(numbered(self.tree, "DatiBeniServizi", "DatiRiepilogo", path=self.path))

    @cached_property
    def funds(self) -> list[tuple[str, Tree]]:
        """DatiCassaPrevidenziale with their paths."""
        return list(numbered(self.general, "DatiCassaPrevidenziale", path=f"{self.path}/{GENERAL}"))

    @cached_property
    def goods(self) -> list[tuple[str, Tree]]:
        """DatiBeniServizi of a simplified invoice with their paths."""
        return list(numbered(self.tree, "DatiBeniServizi", path=self.path))

    @property
    def has_withholding(self) -> bool:
        """Whether there is a DatiRitenuta block."""
        return bool(branches(self.general, "DatiRitenuta"))


@dataclass(frozen=True)
class Case:
    """An invoice under examination."""

    invoice: Invoice
    today: dt.date | None = None
    """The day of reception, where the caller knows one."""

    @cached_property
    def simplified(self) -> bool:
        """Whether it is a simplified invoice, whose blocks lie elsewhere."""
        return self.invoice.schema is SIMPLIFIED

    @cached_property
    def format(self) -> str:
        """FPA12, FPR12 or FSM10; what a broken file says counts as the nearest."""
        if self.simplified:
            return "FSM10"
        declared = text(self.invoice.header, "DatiTrasmissione", "FormatoTrasmissione")
        return next((each for each in (declared, self.invoice.format) if each in ORDINARY_FORMATS), "FPR12")

    @cached_property
    def documents(self) -> list[Document]:
        """The bodies."""
        return [
            Document(f"FatturaElettronicaBody[{number}]", tree) for number, tree in enumerate(self.invoice.bodies, 1)
        ]

    @cached_property
    def transmission(self) -> Tree:
        """DatiTrasmissione."""
        return branch(self.invoice.header, "DatiTrasmissione")

    @cached_property
    def seller_path(self) -> str:
        """Where the seller's identifiers lie."""
        return "FatturaElettronicaHeader/CedentePrestatore" + ("" if self.simplified else "/DatiAnagrafici")

    @cached_property
    def buyer_path(self) -> str:
        """Where the buyer's identifiers lie."""
        block = "IdentificativiFiscali" if self.simplified else "DatiAnagrafici"
        return f"FatturaElettronicaHeader/CessionarioCommittente/{block}"

    @cached_property
    def seller(self) -> Tree:
        """The block with IdFiscaleIVA and CodiceFiscale of the seller."""
        return branch(self.invoice.tree, *self.seller_path.split("/"))

    @cached_property
    def buyer(self) -> Tree:
        """The same of the buyer."""
        return branch(self.invoice.tree, *self.buyer_path.split("/"))


def vat_id(party: Tree) -> tuple[str, str]:
    """Country and VAT number of a party."""
    return text(party, "IdFiscaleIVA", "IdPaese").upper(), text(party, "IdFiscaleIVA", "IdCodice").upper()


def rate_of(tree: Tree, name: str = "AliquotaIVA") -> Decimal | None:
    """VAT rate of a line, fund or summary."""
    return amount(tree, name)


def untaxed_without_reason(places: Iterable[tuple[str, Tree]]) -> Iterator[Fault]:
    """Rate zero and no Natura: 00400, 00413, 00429 in their places."""
    for path, tree in places:
        if rate_of(tree) == 0 and not text(tree, "Natura"):
            yield Fault(f"{path}/Natura", "", "N1 … N7")


def taxed_with_reason(places: Iterable[tuple[str, Tree]]) -> Iterator[Fault]:
    """A rate and a Natura: 00401, 00414, 00430 in their places."""
    for path, tree in places:
        natura = text(tree, "Natura")
        if natura and rate_of(tree):
            yield Fault(f"{path}/Natura", natura, text(tree, "AliquotaIVA"))
