"""The communication of the periodic settlements of VAT (LIPE): a quarter's figures, their check and the file."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from mastro import lipe
from mastro.api.call import Call
from mastro.api.errors import Invalid, invalid
from mastro.api.operation import Answer, Parameter
from mastro.fatturapa import Finding
from mastro.lipe import LINES, Communication, Module
from mastro.model.base import Body
from mastro.model.company import Company, CompanySettings, VatYear
from mastro.model.vat import VatFigures
from mastro.resources.company import load_company
from mastro.resources.derived.vat import vat_entries
from mastro.resources.issued_documents.table import documents
from mastro.resources.reports.common import YEAR, Words, answer, choice, report, require_all, whole, year_of
from mastro.resources.reports.vat_settlement import FAMILIES, VatSettlement, settlements_of
from mastro.tables import Column, Section, written
from mastro.totals.settlement import months_of

XML = "application/xml"

EXEMPT = ("RF02", "RF19")
"""Regimes without VAT of their own: nothing is settled, nothing is communicated."""

_entries = vat_entries.c


class LipeFinding(Body):
    """What is wrong with the communication, or worth a look before it is sent."""

    severity: str
    """error: the file would be refused, and is not made; warning: a person judges."""
    line: str
    """Of the form, such as VP13, or its element on the front page."""
    message: str
    remedy: str


class LipeModule(VatFigures):
    """The settlement of a month or quarter, as it goes into the form."""

    number: int
    """0 for one without figures, which is left out."""
    month: int | None
    quarter: int | None
    """5 for the last one of who settles by quarter by choice."""
    period: int
    """By which the settlement is asked for."""
    date_from: dt.date
    date_to: dt.date
    method: str
    """How the advance was reckoned."""


class Lipe(Body):
    """A quarter's communication."""

    year: int
    quarter: int
    send_by: dt.date
    file_name: str
    modules: list[LipeModule]
    findings: list[LipeFinding]
    ready: bool
    """True where nothing keeps the file from being made."""


def get_lipe(call: Call) -> Any:
    """A quarter's communication, without `quarter` of the one that ended last; `format=xml` is the file to send."""
    require_all(call, FAMILIES)
    year, quarter = _asked(call)
    company, settings = load_company(call.session, call.company_id)
    settled = _settled(call, settings, year, quarter)
    communication = _communication(company, settings, year, settled)
    found = [*lipe.check(communication), *_seen(call, company, year, quarter)]
    name = lipe.file_name(communication.tax_code, _progressive(call, year, quarter))
    if call.query.get("format") == "xml":
        return _file(communication, found, name)
    language = choice(call, "language", ("it", "en"), "it")
    data = Lipe(
        year=year,
        quarter=quarter,
        send_by=lipe.deadline(year, quarter),
        file_name=name,
        modules=_modules(communication, settled),
        findings=[_told(each, language) for each in found],
        ready=not _errors(found),
    )
    return answer(call, f"lipe_{year}_{quarter}", data, lambda words: _table(words, data))


def _asked(call: Call) -> tuple[int, int]:
    """Year and quarter of the query; the quarter that ended last where none is asked for."""
    today = call.now.date()
    running = (today.month + 2) // 3
    if "year" not in call.query and "quarter" not in call.query:
        return (today.year, running - 1) if running > 1 else (today.year - 1, 4)
    year = year_of(call)
    return year, whole(call, "quarter", max(running - 1, 1) if year == today.year else 4, 1, 4)


def _settled(call: Call, settings: CompanySettings, year: int, quarter: int) -> list[VatSettlement]:
    """The months of a quarter, or itself, as the company settles."""
    if settings.vat.period == "quarterly":
        return settlements_of(call, settings, year, quarter)[-1:]
    return settlements_of(call, settings, year, 3 * quarter)[-3:]


def _progressive(call: Call, year: int, quarter: int) -> str:
    """What tells the file from the others: as asked for, else year and quarter, so that each quarter has its own."""
    text = call.query.get("progressive", "") or f"{year % 100:02}{quarter}01"
    if not lipe.PROGRESSIVE.fullmatch(text):
        raise invalid("progressive", "The progressive field has 1 to 5 letters or digits.")
    return text


def _communication(
    company: Company, settings: CompanySettings, year: int, settled: list[VatSettlement]
) -> Communication:
    rhythm, begun = settings.vat.period, settings.vat.years.get(str(year), VatYear())
    return Communication(
        tax_code=company.tax_code or company.vat_number,
        vat_number=company.vat_number,
        year=year,
        declarant=settings.vat.declarant_tax_code,
        role=settings.vat.declarant_role,
        modules=[
            Module(
                rhythm=rhythm,
                period=lipe.numbered(rhythm, each.period),
                figures=each,
                method=begun.advance_method if each.vp13 else "",
            )
            for each in settled
        ],
    )


def _modules(communication: Communication, settled: list[VatSettlement]) -> list[LipeModule]:
    filled = {module.period: number for number, module in enumerate(communication.filled, 1)}
    made = []
    for module, period in zip(communication.modules, settled, strict=True):
        figures = {line.key: amount for line, amount in module.lines}
        made.append(
            LipeModule(
                number=filled.get(module.period, 0),
                month=module.period if module.rhythm == "monthly" else None,
                quarter=module.period if module.rhythm == "quarterly" else None,
                period=period.period,
                date_from=period.date_from,
                date_to=period.date_to,
                method=module.method,
                **{line.key: figures.get(line.key, Decimal("0.00")) for line in LINES},
            )
        )
    return made


# what is found


def _seen(call: Call, company: Company, year: int, quarter: int) -> Iterator[Finding]:
    """What the books say beyond the figures."""
    if company.regime in EXEMPT:
        yield lipe.warning(
            "VP",
            (f"Il regime {company.regime} non liquida l'IVA", f"The regime {company.regime} settles no VAT"),
            ("La comunicazione non è dovuta.", "No communication is owed."),
        )
    first, last = months_of("quarterly", quarter)
    end = dt.date(year + last // 12, last % 12 + 1, 1) - dt.timedelta(days=1)
    begin = dt.date(year, first, 1)
    if call.now.date() <= end:
        yield lipe.warning(
            "VP1",
            ("Il trimestre non è ancora finito", "The quarter is not over yet"),
            ("Scarica il file quando tutti i documenti sono registrati.", "Wait until all documents are registered."),
        )
    for count, line, message, remedy in (
        (_discarded(call, begin, end), "VP4", _DISCARDED, _SEND_AGAIN),
        (_to_integrate(call, begin, end), "VP4", _TO_INTEGRATE, _INTEGRATE),
    ):
        if count:
            yield lipe.warning(line, (message[0].format(count), message[1].format(count)), remedy, value=str(count))


_DISCARDED = ("Fatture scartate dallo SdI nel trimestre: {}", "Invoices of the quarter that the SdI discarded: {}")
_SEND_AGAIN = (
    "Correggile e inviale di nuovo, o eliminale: ora sono contate.",
    "Send them again, or delete them: they are counted now.",
)
_TO_INTEGRATE = (
    "Acquisti in inversione contabile: {}, autofatture: meno",
    "Purchases under reverse charge: {}, self-invoices: fewer",
)
_INTEGRATE = (
    "Emetti le autofatture (TD16-TD19) che mancano: portano IVA a debito e in detrazione.",
    "Issue the self-invoices that are missing: they carry VAT owed and deducted.",
)


def _discarded(call: Call, first: dt.date, last: dt.date) -> int:
    table = documents.table
    statement = select(func.count()).where(
        table.c.company_id == call.company_id,
        table.c.type.in_(("invoice", "credit_note", "self_own_invoice", "self_supplier_invoice")),
        table.c.date >= first.isoformat(),
        table.c.date <= last.isoformat(),
        table.c.ei_status == "discarded",
    )
    return int(call.session.scalar(statement) or 0)


def _to_integrate(call: Call, first: dt.date, last: dt.date) -> int:
    """Purchases whose tax a self-invoice is to say, where the quarter has fewer self-invoices than these."""
    counted = {}
    for treatment in ("to_integrate", "reverse"):
        entries = (
            select(_entries.kind, _entries.source_id)
            .where(
                _entries.company_id == call.company_id,
                _entries.register == "purchases",
                _entries.treatment == treatment,
                _entries.date >= first.isoformat(),
                _entries.date <= last.isoformat(),
            )
            .distinct()
            .subquery()
        )
        counted[treatment] = int(call.session.scalar(select(func.count()).select_from(entries)) or 0)
    return counted["to_integrate"] if counted["to_integrate"] > counted["reverse"] else 0


def _errors(found: list[Finding]) -> list[Finding]:
    return [each for each in found if each.severity == "error"]


def _told(finding: Finding, language: str) -> LipeFinding:
    italian = language == "it"
    return LipeFinding(
        severity=finding.severity,
        line=finding.path,
        message=finding.message_it if italian else finding.message_en,
        remedy=finding.remedy_it if italian else finding.remedy_en,
    )


# as a file


def _file(communication: Communication, found: list[Finding], name: str) -> Answer:
    errors = _errors(found)
    if errors:
        told = [f"{each.path}: {each.message_it}. {each.remedy_it}" for each in errors]
        raise Invalid("La comunicazione contiene errori.", code="LIPE_NOT_VALID", validation={"format": told})
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(lipe.write(communication), XML, headers=headers)


def _table(words: Words, data: Lipe) -> tuple[str, list[str], list[Section]]:
    heads = [
        written(module.date_from, "date", words("it", "en"))[3:]
        if module.month
        else words(f"Trimestre {module.quarter}", f"Quarter {module.quarter}")
        for module in data.modules
    ]
    figures = Section(
        columns=[
            Column(words("Rigo", "Line")),
            Column(words("Voce", "Item")),
            *(Column(head, "money") for head in heads),
        ],
        rows=[
            [line.code, words(line.italian, line.english), *(getattr(module, line.key) for module in data.modules)]
            for line in LINES
        ],
    )
    sections = [figures]
    if data.findings:
        sections.append(
            Section(
                heading=words("Da controllare", "To be checked"),
                columns=[
                    Column(words("Rigo", "Line")),
                    Column(words("Che cosa", "What")),
                    Column(words("Rimedio", "Remedy")),
                ],
                rows=[[each.line, each.message, each.remedy] for each in data.findings],
            )
        )
    last_day = written(data.send_by, "date", words("it", "en"))
    facts = [
        words(f"{data.quarter}° trimestre {data.year}", f"Quarter {data.quarter} of {data.year}"),
        words(f"Da inviare entro il {last_day}", f"To be sent by {last_day}"),
    ]
    return words("Comunicazione liquidazioni periodiche IVA", "Communication of VAT settlements"), facts, sections


_QUARTER = Parameter("quarter", {"type": "integer", "minimum": 1, "maximum": 4}, "Quarter; the last one that ended")
_PROGRESSIVE = Parameter(
    "progressive", {"type": "string", "pattern": "^[0-9A-Za-z]{1,5}$"}, "Tells the file from others; from the quarter"
)

OPERATIONS = (report("getLipe", "lipe", get_lipe, "Get Lipe", Lipe, YEAR, _QUARTER, _PROGRESSIVE, more=("xml", XML)),)
