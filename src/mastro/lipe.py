"""The communication of the periodic settlements of VAT (*LIPE*): its lines, its XML, and what is wrong with one. Pure.

Sources: DL 78/2010, art. 21-bis; the model, its instructions (2024) and the technical specifications IVP18 of the
*Agenzia delle Entrate* (provvedimento 62214/2018).
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
from lxml import etree

from mastro import identifiers
from mastro.fatturapa.findings import Finding
from mastro.model.vat import VatFigures
from mastro.totals.settlement import Rhythm, small_debt, working_day

NAMESPACE = "urn:www.agenziaentrate.gov.it:specificheTecniche:sco:ivp"

SUPPLY = "IVP18"
"""*CodiceFornitura*: the version of the format."""

LONGEST_AMOUNT = 16
"""Characters of an amount, with its comma and two decimals."""

LAST_BY_CHOICE = 5
"""How the last quarter of who settles by quarter by choice is numbered: it is paid with the annual return."""

METHODS = {"storico": "1", "previsionale": "2", "analitico": "3", "soggetti_particolari": "4"}
"""How the advance of December was reckoned → *Metodo*."""

ROLES = (
    ("1", "Rappresentante legale, negoziale o di fatto, socio amministratore", "Legal representative or partner"),
    ("2", "Rappresentante di minore o interdetto, amministratore di sostegno", "Representative of a minor"),
    ("3", "Curatore fallimentare", "Trustee in bankruptcy"),
    ("4", "Commissario liquidatore", "Liquidating commissioner"),
    ("5", "Custode o amministratore giudiziario", "Judicial administrator"),
    ("6", "Rappresentante fiscale di soggetto non residente", "Tax representative of a non-resident"),
    ("7", "Erede", "Heir"),
    ("8", "Liquidatore", "Liquidator"),
    ("9", "Soggetto tenuto alla dichiarazione dopo operazioni straordinarie", "Successor after a reorganisation"),
    ("11", "Tutore", "Guardian"),
    ("12", "Liquidatore, per il tempo prima della liquidazione", "Liquidator, for the time before the liquidation"),
    ("13", "Amministratore di condominio", "Administrator of a condominium"),
    ("14", "Chi sottoscrive per una pubblica amministrazione", "Who signs for a public body"),
    ("15", "Commissario liquidatore di una pubblica amministrazione", "Liquidating commissioner of a public body"),
)
"""*Codici carica*: by what right somebody else than the company itself declares."""


class Line(NamedTuple):
    """A line of the form: its name there, the figure that it holds, its element in the file."""

    code: str
    key: str
    element: str
    italian: str
    english: str
    signed: bool = False
    """True where it may be below zero."""


LINES = (
    Line("VP2", "vp2", "TotaleOperazioniAttive", "Totale operazioni attive", "Sales", signed=True),
    Line("VP3", "vp3", "TotaleOperazioniPassive", "Totale operazioni passive", "Purchases", signed=True),
    Line("VP4", "vp4", "IvaEsigibile", "IVA esigibile", "VAT owed", signed=True),
    Line("VP5", "vp5", "IvaDetratta", "IVA detratta", "VAT deducted", signed=True),
    Line("VP6.1", "vp6_debit", "IvaDovuta", "IVA dovuta", "Debit of the period"),
    Line("VP6.2", "vp6_credit", "IvaCredito", "IVA a credito", "Credit of the period"),
    Line(
        "VP7",
        "vp7",
        "DebitoPrecedente",
        "Debito periodo precedente non superiore alla soglia",
        "Small debt of the period before",
    ),
    Line("VP8", "vp8", "CreditoPeriodoPrecedente", "Credito periodo precedente", "Credit of the period before"),
    Line("VP9", "vp9", "CreditoAnnoPrecedente", "Credito anno precedente", "Credit of the year before", signed=True),
    Line("VP10", "vp10", "VersamentiAutoUE", "Versamenti auto UE", "Paid on cars from the Union"),
    Line("VP11", "vp11", "CreditiImposta", "Crediti d'imposta", "Tax credits"),
    Line(
        "VP12",
        "vp12",
        "InteressiDovuti",
        "Interessi dovuti per liquidazioni trimestrali",
        "Interest of quarterly settlements",
    ),
    Line("VP13", "vp13", "Acconto", "Acconto dovuto", "Advance"),
    Line("VP14.1", "vp14_debit", "ImportoDaVersare", "IVA da versare", "VAT to pay"),
    Line("VP14.2", "vp14_credit", "ImportoACredito", "IVA a credito", "VAT credit"),
)
"""In the order of the form and of the file."""

NOT_BY_CHOICE = frozenset({"vp11", "vp12", "vp14_debit", "vp14_credit"})
"""Figures that are left out of the last quarter by choice."""


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """The settlement of a month or a quarter."""

    rhythm: Rhythm
    period: int
    """Month, or quarter: 5 for the last one by choice."""
    figures: VatFigures
    method: str = ""
    """How the advance was reckoned, one of `METHODS`."""

    @property
    def name(self) -> tuple[str, str]:
        """The period in Italian and in English."""
        monthly = self.rhythm == "monthly"
        return (
            f"{'Mese' if monthly else 'Trimestre'} {self.period}",
            f"{'Month' if monthly else 'Quarter'} {self.period}",
        )

    @property
    def lines(self) -> Iterator[tuple[Line, Decimal]]:
        """The lines that are filled in, with their figures."""
        left_out = NOT_BY_CHOICE if self.rhythm == "quarterly" and self.period == LAST_BY_CHOICE else frozenset()
        for line in LINES:
            amount = getattr(self.figures, line.key)
            if amount and line.key not in left_out:
                yield line, amount


class Communication(msgspec.Struct, frozen=True, kw_only=True):
    """What a taxpayer says of a quarter."""

    tax_code: str
    vat_number: str
    year: int
    modules: Sequence[Module]
    declarant: str = ""
    """Tax code of the person who declares for the taxpayer; empty where that is a person himself."""
    role: str = ""
    """By what right, one of `ROLES`."""

    @property
    def filled(self) -> list[Module]:
        """The modules that have anything to say: the others are left out."""
        return [module for module in self.modules if any(module.lines)]


def numbered(rhythm: Rhythm, period: int) -> int:
    """A month or quarter as the form numbers it."""
    return LAST_BY_CHOICE if rhythm == "quarterly" and period == 4 else period


def deadline(year: int, quarter: int) -> dt.date:
    """Last day to send it: that of the second month after the quarter, for the second one 30 September."""
    if quarter == 2:
        return working_day(dt.date(year, 9, 30))
    year, month = (year + 1, 2) if quarter == 4 else (year, 3 * quarter + 2)
    return working_day(dt.date(year, month, calendar.monthrange(year, month)[1]))


def file_name(tax_code: str, progressive: str) -> str:
    """`IT` and the tax code of the taxpayer, `LI`, and five letters or digits that are never used twice."""
    return f"IT{tax_code}_LI_{progressive.zfill(5)}.xml"


# the file


def write(communication: Communication) -> bytes:
    """The XML. It says what is there; `check` says whether it would be taken."""
    root = etree.Element(f"{{{NAMESPACE}}}Fornitura", nsmap={"iv": NAMESPACE})
    declared = bool(communication.declarant)
    head = _inside(root, "Intestazione")
    _inside(head, "CodiceFornitura", SUPPLY)
    if declared:
        _inside(head, "CodiceFiscaleDichiarante", communication.declarant)
        _inside(head, "CodiceCarica", communication.role)
    told = _inside(root, "Comunicazione")
    told.set("identificativo", "00001")
    front = _inside(told, "Frontespizio")
    _inside(front, "CodiceFiscale", communication.tax_code)
    _inside(front, "AnnoImposta", str(communication.year))
    _inside(front, "PartitaIVA", communication.vat_number)
    if declared:
        _inside(front, "CFDichiarante", communication.declarant)
        _inside(front, "CodiceCaricaDichiarante", communication.role)
    _inside(front, "FirmaDichiarazione", "1")
    accounts = _inside(told, "DatiContabili")
    for number, module in enumerate(communication.filled, 1):
        _write_module(_inside(accounts, "Modulo"), number, module)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _write_module(place: etree._Element, number: int, module: Module) -> None:
    _inside(place, "NumeroModulo", str(number))
    _inside(place, "Mese" if module.rhythm == "monthly" else "Trimestre", str(module.period))
    for line, amount in module.lines:
        if line.key == "vp13" and module.method:
            _inside(place, "Metodo", METHODS[module.method])
        _inside(place, line.element, written(amount))


def _inside(place: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(place, f"{{{NAMESPACE}}}{name}")
    element.text = text
    return element


def written(amount: Decimal) -> str:
    """An amount as the file writes it: `1234,50`."""
    return f"{amount:.2f}".replace(".", ",")


# the check


def check(communication: Communication) -> list[Finding]:
    """What the *Agenzia* would refuse, or a reader ask about; in the order of the form."""
    found = list(_front(communication))
    if not communication.filled:
        found.append(
            _error(
                "VP",
                ("Nessun dato: per questo trimestre non c'è niente da comunicare", "Nothing to communicate"),
                ("Senza operazioni né crediti da riportare la comunicazione non è dovuta.", "None is owed then."),
            )
        )
    for module in communication.filled:
        found += _figures(communication.year, module)
        found += _advance(module)
    return found


def _front(communication: Communication) -> Iterator[Finding]:
    own = identifiers.check_tax_code(communication.tax_code)
    mend = ("Correggi i dati dell'azienda nelle impostazioni.", "Mend the company's facts in the settings.")
    for name, checked in (
        ("CodiceFiscale", own),
        ("PartitaIVA", identifiers.check_vat_number(communication.vat_number)),
    ):
        if not checked:
            yield _error(name, (checked.it, checked.en), mend)
    if communication.vat_number[:1] in {"8", "9"}:
        odd = ("La partita IVA comincia con 8 o 9: l'Agenzia non la accetta", "No VAT number begins with 8 or 9")
        yield warning("PartitaIVA", odd, mend, value=communication.vat_number)
    if communication.declarant:
        person = identifiers.check_tax_code(communication.declarant)
        if not person or person.value.isdigit():
            wrong = (
                "Il codice fiscale del dichiarante non è di una persona",
                "The declarant's tax code is no person's",
            )
            yield _error("CFDichiarante", wrong, _DECLARANT)
        if communication.role not in {code for code, _, _ in ROLES}:
            missing = ("Manca la carica del dichiarante", "The declarant's role is missing")
            yield _error("CodiceCaricaDichiarante", missing, _DECLARANT)
    elif own and own.value.isdigit():
        missing = (
            "Per una società firma una persona: manca il dichiarante",
            "A person signs for a company: none is named",
        )
        yield _error("CFDichiarante", missing, _DECLARANT)


_DECLARANT = (
    "Indica codice fiscale e carica del dichiarante nelle impostazioni delle imposte.",
    "Name the declarant's tax code and role in the settings of taxes.",
)


def _figures(year: int, module: Module) -> Iterator[Finding]:
    """Whether the lines of a module follow from each other, and fit their places."""
    vp, (it, en) = module.figures, module.name
    for line, amount in module.lines:
        if len(written(amount)) > LONGEST_AMOUNT or (amount < 0 and not line.signed):
            yield _error(
                line.code,
                (f"{it}: importo che il modulo non accetta", f"{en}: the form takes no such amount"),
                ("Correggi i documenti o le impostazioni da cui viene.", "Mend what it comes from."),
                value=written(amount),
            )
    for code, is_there, follows in (
        ("VP6", vp.vp6_debit - vp.vp6_credit, vp.vp4 - vp.vp5),
        ("VP14", vp.vp14_debit - vp.vp14_credit, _balance(vp)),
    ):
        if is_there != follows:
            yield _error(
                code,
                (f"{it}: il rigo non torna con quelli sopra", f"{en}: the line does not follow from the others"),
                ("Ricalcola la liquidazione.", "Reckon the settlement anew."),
                value=written(is_there),
                expected=written(follows),
            )
    if vp.vp7 > small_debt(year):
        yield _error(
            "VP7",
            (f"{it}: un debito sopra la soglia si versa nel suo periodo", f"{en}: a larger debt is paid at once"),
            ("Versa il debito del periodo precedente con il suo F24.", "Pay the debt of the period before by its F24."),
            value=written(vp.vp7),
            expected=written(small_debt(year)),
        )


def _balance(vp: VatFigures) -> Decimal:
    """What VP14 follows from."""
    owed = vp.vp6_debit + vp.vp7 + vp.vp12
    return owed - vp.vp6_credit - vp.vp8 - vp.vp9 - vp.vp10 - vp.vp11 - vp.vp13


def _advance(module: Module) -> Iterator[Finding]:
    last = module.period == (12 if module.rhythm == "monthly" else LAST_BY_CHOICE)
    remedy = (
        "Indica acconto e metodo dell'anno nelle impostazioni delle imposte.",
        "Set the year's advance and its method in the settings of taxes.",
    )
    if module.figures.vp13 and not module.method:
        yield _error("VP13", ("Manca il metodo con cui è calcolato l'acconto", "The advance has no method"), remedy)
    elif last and not module.figures.vp13:
        yield warning("VP13", ("Nessun acconto di dicembre", "No advance of December"), remedy)


def _error(
    line: str, message: tuple[str, str], remedy: tuple[str, str], *, value: str = "", expected: str = ""
) -> Finding:
    return Finding(f"LIPE-{line}", line, value, expected, *message, *remedy)


def warning(line: str, message: tuple[str, str], remedy: tuple[str, str], *, value: str = "") -> Finding:
    """A remark on a line (Italian and English) that does not keep the file from being taken."""
    return Finding(f"W-LIPE-{line}", line, value, "", *message, *remedy)


PROGRESSIVE = re.compile(r"[0-9A-Za-z]{1,5}")
"""What may tell a file from the others of who sends it."""
