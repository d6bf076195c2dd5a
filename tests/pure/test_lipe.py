"""The communication of the settlements of VAT: its file, its days, and what a check finds."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mastro import lipe
from mastro.lipe import LINES, Communication, Module, check, deadline, file_name, write
from mastro.model.vat import VatFigures
from mastro.totals.settlement import Rhythm, Sums, settle

PERSON = "CNTLRA80A41F205U"
COMPANY = "12345670017"
IV = f"{{{lipe.NAMESPACE}}}"


def figures(**given: str) -> VatFigures:
    return VatFigures(**{line.key: Decimal(given.get(line.key, "0.00")) for line in LINES})


def month(number: int, **given: str) -> Module:
    return Module(rhythm="monthly", period=number, figures=figures(**given))


def told(*modules: Module, **more: Any) -> Communication:
    return Communication(
        **{"tax_code": PERSON, "vat_number": COMPANY, "year": 2026, "modules": list(modules)} | more,
    )


def elements(place: Any) -> dict[str, str]:
    return {str(each.tag).removeprefix(IV): each.text or "" for each in place}


JANUARY = {"vp2": "10000.00", "vp3": "4000.50", "vp4": "2200.00", "vp5": "880.11", "vp6_debit": "1319.89"}
OWED = JANUARY | {"vp14_debit": "1319.89"}


def test_the_file_has_the_elements_of_the_specification_in_their_order() -> None:
    february = month(2, vp3="100.00", vp5="22.00", vp6_credit="22.00", vp14_credit="22.00")
    text = write(told(month(1, **OWED), february)).decode()
    assert text.splitlines() == [
        "<?xml version='1.0' encoding='UTF-8'?>",
        '<iv:Fornitura xmlns:iv="urn:www.agenziaentrate.gov.it:specificheTecniche:sco:ivp">',
        "  <iv:Intestazione>",
        "    <iv:CodiceFornitura>IVP18</iv:CodiceFornitura>",
        "  </iv:Intestazione>",
        '  <iv:Comunicazione identificativo="00001">',
        "    <iv:Frontespizio>",
        "      <iv:CodiceFiscale>CNTLRA80A41F205U</iv:CodiceFiscale>",
        "      <iv:AnnoImposta>2026</iv:AnnoImposta>",
        "      <iv:PartitaIVA>12345670017</iv:PartitaIVA>",
        "      <iv:FirmaDichiarazione>1</iv:FirmaDichiarazione>",
        "    </iv:Frontespizio>",
        "    <iv:DatiContabili>",
        "      <iv:Modulo>",
        "        <iv:NumeroModulo>1</iv:NumeroModulo>",
        "        <iv:Mese>1</iv:Mese>",
        "        <iv:TotaleOperazioniAttive>10000,00</iv:TotaleOperazioniAttive>",
        "        <iv:TotaleOperazioniPassive>4000,50</iv:TotaleOperazioniPassive>",
        "        <iv:IvaEsigibile>2200,00</iv:IvaEsigibile>",
        "        <iv:IvaDetratta>880,11</iv:IvaDetratta>",
        "        <iv:IvaDovuta>1319,89</iv:IvaDovuta>",
        "        <iv:ImportoDaVersare>1319,89</iv:ImportoDaVersare>",
        "      </iv:Modulo>",
        "      <iv:Modulo>",
        "        <iv:NumeroModulo>2</iv:NumeroModulo>",
        "        <iv:Mese>2</iv:Mese>",
        "        <iv:TotaleOperazioniPassive>100,00</iv:TotaleOperazioniPassive>",
        "        <iv:IvaDetratta>22,00</iv:IvaDetratta>",
        "        <iv:IvaCredito>22,00</iv:IvaCredito>",
        "        <iv:ImportoACredito>22,00</iv:ImportoACredito>",
        "      </iv:Modulo>",
        "    </iv:DatiContabili>",
        "  </iv:Comunicazione>",
        "</iv:Fornitura>",
    ]


def test_a_company_is_signed_for_by_a_person() -> None:
    root = etree.fromstring(write(told(month(1, **OWED), tax_code=COMPANY, declarant=PERSON, role="1")))
    assert elements(root[0]) == {
        "CodiceFornitura": "IVP18",
        "CodiceFiscaleDichiarante": PERSON,
        "CodiceCarica": "1",
    }
    assert list(elements(root[1][0])) == [
        "CodiceFiscale",
        "AnnoImposta",
        "PartitaIVA",
        "CFDichiarante",
        "CodiceCaricaDichiarante",
        "FirmaDichiarazione",
    ]


def test_the_last_quarter_by_choice_is_the_fifth_and_leaves_the_rest_to_the_annual_return() -> None:
    given = figures(
        vp4="220.00", vp5="110.00", vp6_debit="110.00", vp12="1.00", vp13="103.29", vp11="5.00", vp14_debit="2.71"
    )
    module = Module(rhythm="quarterly", period=lipe.numbered("quarterly", 4), figures=given, method="storico")
    root = etree.fromstring(write(told(module)))
    assert elements(root[1][1][0]) == {
        "NumeroModulo": "1",
        "Trimestre": "5",
        "IvaEsigibile": "220,00",
        "IvaDetratta": "110,00",
        "IvaDovuta": "110,00",
        "Metodo": "1",
        "Acconto": "103,29",
    }


def test_periods_without_figures_are_left_out_and_the_others_numbered_on() -> None:
    root = etree.fromstring(write(told(month(1), month(2, **OWED), month(3, **OWED))))
    assert [elements(module)["NumeroModulo"] + elements(module)["Mese"] for module in root[1][1]] == ["12", "23"]


@pytest.mark.parametrize(
    ("year", "quarter", "day"),
    [
        (2026, 1, "2026-06-01"),  # 31 May is a Sunday
        (2026, 2, "2026-09-30"),
        (2026, 3, "2026-11-30"),
        (2026, 4, "2027-03-01"),  # the 28th is a Sunday
        (2027, 4, "2028-02-29"),
    ],
)
def test_a_quarter_is_sent_by_its_day(year: int, quarter: int, day: str) -> None:
    assert deadline(year, quarter).isoformat() == day


def test_the_name_of_the_file_tells_sender_and_number() -> None:
    assert file_name(PERSON, "7") == "ITCNTLRA80A41F205U_LI_00007.xml"


@dataclass
class Case:
    """A communication with something wrong in it."""

    line: str
    communication: Communication
    severity: str = "error"
    words: str = field(default="")


DECEMBER = OWED | {"vp13": "100.00", "vp14_debit": "1219.89"}


@pytest.mark.parametrize(
    "case",
    [
        Case("CodiceFiscale", told(month(1, **OWED), tax_code="CNTLRA80A41F205X")),
        Case("PartitaIVA", told(month(1, **OWED), vat_number="12345670018")),
        Case("PartitaIVA", told(month(1, **OWED), vat_number="99100010372"), "warning", "comincia con 8 o 9"),
        Case("CFDichiarante", told(month(1, **OWED), tax_code=COMPANY), words="manca il dichiarante"),
        Case("CFDichiarante", told(month(1, **OWED), tax_code=COMPANY, declarant=COMPANY, role="1")),
        Case("CodiceCaricaDichiarante", told(month(1, **OWED), tax_code=COMPANY, declarant=PERSON)),
        Case("VP", told(month(1), month(2)), words="niente da comunicare"),
        Case("VP2", told(month(1, vp2="12345678901234.00"))),
        Case("VP8", told(month(1, vp8="-5.00", vp14_debit="5.00"))),
        Case("VP6", told(month(1, **OWED | {"vp6_debit": "1319.90", "vp14_debit": "1319.90"}))),
        Case("VP14", told(month(1, **OWED | {"vp14_debit": "1000.00"}))),
        Case("VP7", told(month(2, vp7="100.01", vp14_debit="100.01"))),
        Case("VP13", told(month(12, **DECEMBER)), words="metodo"),
        Case("VP13", told(month(12, **OWED)), "warning"),
    ],
    ids=lambda case: f"{case.line} {case.severity}",
)
def test_what_is_wrong_is_told_with_its_line_and_how_to_mend_it(case: Case) -> None:
    [found] = check(case.communication)
    assert (found.path, found.severity) == (case.line, case.severity)
    assert case.words in found.message_it
    assert found.message_en != found.message_it
    assert found.remedy_it
    assert found.remedy_en


def test_a_debt_up_to_the_limit_of_its_year_may_be_carried() -> None:
    carried = told(month(2, vp7="26.00", vp14_debit="26.00"))
    assert check(carried) == []
    assert [each.path for each in check(msgspec.structs.replace(carried, year=2023))] == ["VP7"]


ORDER = [
    "NumeroModulo",
    "Mese",
    "Trimestre",
    "Subfornitura",
    "EventiEccezionali",
    "OperazioniStraordinarie",
    "TotaleOperazioniAttive",
    "TotaleOperazioniPassive",
    "IvaEsigibile",
    "IvaDetratta",
    "IvaDovuta",
    "IvaCredito",
    "DebitoPrecedente",
    "CreditoPeriodoPrecedente",
    "CreditoAnnoPrecedente",
    "VersamentiAutoUE",
    "CreditiImposta",
    "InteressiDovuti",
    "Metodo",
    "Acconto",
    "ImportoDaVersare",
    "ImportoACredito",
]
"""The elements of a module as the schema of IVP18 declares them, all of them optional but the first."""

MAY_BE_NEGATIVE = {*ORDER[6:10], "CreditoAnnoPrecedente"}

AMOUNTS = st.decimals(-(10**9), 10**9, places=2)


@given(
    st.lists(
        st.builds(Sums, sales=AMOUNTS, purchases=AMOUNTS, owed=AMOUNTS, deducted=AMOUNTS), min_size=4, max_size=12
    ),
    st.decimals(0, 10**9, places=2),
    st.sampled_from(["monthly", "quarterly"]),
)
def test_any_books_give_a_file_that_the_schema_takes(books: list[Sums], money: Decimal, rhythm: Rhythm) -> None:
    count = 12 if rhythm == "monthly" else 4
    settled = settle(2026, rhythm, books[:count], credit=money, advance=money, interest=Decimal(1))
    modules = [
        Module(rhythm=rhythm, period=lipe.numbered(rhythm, each.period), figures=each, method="analitico")
        for each in settled[-3:]
    ]
    wrong = [each for each in check(told(*modules)) if each.severity == "error"]
    assert {each.path for each in wrong} <= {"VP"}  # nothing to say
    for module in etree.fromstring(write(told(*modules)))[1][1]:
        found = elements(module)
        assert list(found) == [name for name in ORDER if name in found]
        for name in set(found) & set(ORDER[6:]) - {"Metodo"}:
            assert re.fullmatch(r"-?\d+,\d\d" if name in MAY_BE_NEGATIVE else r"\d+,\d\d", found[name])
            assert len(found[name]) <= 16


@pytest.mark.parametrize("rhythm", ["monthly", "quarterly"])
def test_what_the_settlement_reckons_passes_the_check(rhythm: Rhythm) -> None:
    count = 12 if rhythm == "monthly" else 4
    books = [
        Sums(owed=Decimal(owed), deducted=Decimal(deducted))
        for owed, deducted in zip(range(0, 60 * count, 60), range(100, 100 + count), strict=True)
    ]
    settled = settle(2026, rhythm, books, credit=Decimal(30), advance=Decimal(88), interest=Decimal(1))
    modules = [
        Module(rhythm=rhythm, period=lipe.numbered(rhythm, each.period), figures=each, method="storico")
        for each in settled
    ]
    assert check(told(*modules)) == []
