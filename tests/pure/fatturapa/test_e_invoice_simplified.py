"""The simplified invoice: TD07, TD08 and TD09, written from a document, checked, and read back."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mastro.fatturapa import Invoice, NotAnInvoiceError, check, from_document, read, to_document, write
from mastro.fatturapa.schema import SIMPLIFIED
from mastro.fatturapa.tree import branch, branches
from mastro.model.entity import Entity
from mastro.model.issued_document import EInvoiceData, IssuedDocument
from mastro.totals import calculate
from pure.fatturapa.e_invoice_examples import (
    FORFETTARIO,
    VAT10,
    VAT22,
    client,
    company,
    freelancer,
    invoice,
    row,
)
from pure.fatturapa.test_e_invoice_properties import ROWS


def simple(*rows: Any, kind: str = "TD07", data: dict[str, Any] | None = None, **more: Any) -> IssuedDocument:
    return invoice(*rows, ei_data=EInvoiceData(document_type=kind, **(data or {})), **more)


def made(document: IssuedDocument, *, natural: bool = False) -> Invoice:
    """The invoice as it is read again."""
    e_invoice = from_document(document, freelancer() if natural else company(), progressive="1")
    assert (e_invoice.format, e_invoice.schema) == ("FSM10", SIMPLIFIED)
    again = read(write(e_invoice))
    assert again.tree == e_invoice.tree
    return again


def amounts(e_invoice: Invoice) -> list[str]:
    return [each["Importo"] for each in branches(e_invoice.bodies[0], "DatiBeniServizi")]


def test_each_row_has_one_amount_with_its_vat(simplified: etree.XMLSchema) -> None:
    e_invoice = made(simple(row(100), row(50, VAT10, name="Libro", qty=Decimal(2))))
    assert check(e_invoice) == []
    assert branches(e_invoice.bodies[0], "DatiBeniServizi") == [
        {"Descrizione": "Consulenza", "Importo": "122.00", "DatiIVA": {"Aliquota": "22.00"}},
        {"Descrizione": "Libro", "Importo": "110.00", "DatiIVA": {"Aliquota": "10.00"}},
    ]
    simplified.assertValid(etree.fromstring(write(e_invoice)))


def test_the_amounts_of_a_rate_add_up_to_its_total_cent_by_cent() -> None:
    document = simple(*(row("0.33") for _ in range(3)))
    assert amounts(made(document)) == ["0.41", "0.40", "0.40"]
    assert calculate(document).amount_due == Decimal("1.21")


def test_gross_prices_stay_what_they_are() -> None:
    document = simple(row(0, gross_price=Decimal("19.99"), net_price=None, qty=Decimal(3)), use_gross_prices=True)
    assert amounts(made(document)) == ["59.97"]


def test_a_row_without_vat_says_why_and_bears_the_stamp(simplified: etree.XMLSchema) -> None:
    e_invoice = made(simple(row(90, FORFETTARIO), stamp_duty=Decimal(2)), natural=True)
    [goods] = branches(e_invoice.bodies[0], "DatiBeniServizi")
    assert (goods["DatiIVA"], goods["Natura"]) == ({"Aliquota": "0.00"}, "N2.2")
    assert goods["RiferimentoNormativo"] == "Art. 1 c. 54-89 L. 190/2014"
    assert branch(e_invoice.bodies[0], "DatiGenerali", "DatiGeneraliDocumento")["BolloVirtuale"] == "SI"
    assert check(e_invoice) == []
    simplified.assertValid(etree.fromstring(write(e_invoice)))
    assert to_document(e_invoice).stamp_duty == 2


@pytest.mark.parametrize(("kind", "type"), [("TD08", "credit_note"), ("TD09", "invoice")])
def test_a_correction_names_the_invoice_and_what_of_it_is_put_right(
    kind: str, type: str, simplified: etree.XMLSchema
) -> None:
    data = {"invoice_number": "7/A", "invoice_date": dt.date(2026, 2, 1)}
    e_invoice = made(simple(row(10), kind=kind, data=data, type=type, notes="Prezzo errato"))
    assert branch(e_invoice.bodies[0], "DatiGenerali", "DatiFatturaRettificata") == {
        "NumeroFR": "7/A",
        "DataFR": "2026-02-01",
        "ElementiRettificati": "Prezzo errato",
    }
    simplified.assertValid(etree.fromstring(write(e_invoice)))
    assert check(e_invoice) == []
    again = to_document(e_invoice)
    assert (again.type, again.notes) == (type, "Prezzo errato")
    assert again.ei_data
    assert again.ei_data.invoice_number == "7/A"


def test_a_buyer_may_be_known_by_its_codes_alone(simplified: etree.XMLSchema) -> None:
    e_invoice = made(simple(entity=Entity(name="Bianchi", vat_number="00743110157", country_iso="IT")))
    buyer = branch(e_invoice.header, "CessionarioCommittente")
    assert buyer == {"IdentificativiFiscali": {"IdFiscaleIVA": {"IdPaese": "IT", "IdCodice": "00743110157"}}}
    simplified.assertValid(etree.fromstring(write(e_invoice)))
    assert branch(made(simple()).header, "CessionarioCommittente")["AltriDatiIdentificativi"]["Denominazione"]


def test_more_than_400_euro_is_found_by_the_check() -> None:
    assert [each.code for each in check(made(simple(row(330))))] == ["00460"]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"withholding_tax": Decimal(20)}, "ritenuta"),
        ({"cassa": Decimal(4)}, "cassa"),
        ({"rivalsa": Decimal(4)}, "cassa"),
        ({"amount_due_discount": Decimal(1)}, "abbuono"),
        ({"use_split_payment": True}, "scissione"),
        ({"data": {"vat_kind": "D"}}, "differita"),
        ({"entity": client(type="pa")}, "pubblica"),
    ],
)
def test_what_the_format_cannot_say_is_refused_and_named(more: dict[str, Any], word: str) -> None:
    with pytest.raises(NotAnInvoiceError, match=word):
        from_document(simple(**more), company(), progressive="1")


def test_the_type_may_stand_deep_in_ei_raw_and_the_rest_of_it_counts() -> None:
    raw = {
        "FatturaElettronicaBody": {
            "DatiGenerali": {"DatiGeneraliDocumento": {"TipoDocumento": "TD07"}},
            "DatiBeniServizi": [{"Descrizione": "Altro"}],
        }
    }
    e_invoice = made(invoice(row(10), ei_raw=raw))
    [goods] = branches(e_invoice.bodies[0], "DatiBeniServizi")
    assert (goods["Descrizione"], goods["Importo"]) == ("Altro", "12.20")
    own = made(simple(row(10, ei_raw={"RiferimentoNormativo": "art. 21-bis"})))
    assert branches(own.bodies[0], "DatiBeniServizi")[0]["RiferimentoNormativo"] == "art. 21-bis"


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROWS, min_size=1, max_size=6), gross=st.booleans())
def test_whatever_the_rows_the_file_fits_the_schema_and_adds_up(
    rows: list[Any], simplified: etree.XMLSchema, *, gross: bool
) -> None:
    document = simple(*rows, use_gross_prices=gross)
    e_invoice = made(document)
    simplified.assertValid(etree.fromstring(write(e_invoice)))
    assert {each.code for each in check(e_invoice)} <= {"00460"}
    totals = calculate(document)
    assert sum(map(Decimal, amounts(e_invoice))) == totals.amount_net + totals.amount_vat


def test_vat_is_in_the_price_when_it_is_read() -> None:
    again = to_document(made(simple(row(100), row(50, VAT22))))
    assert again.use_gross_prices
    assert [(each.gross_price, each.vat and each.vat.value) for each in again.items_list or ()] == [
        (Decimal("122.00"), 22),
        (Decimal("61.00"), 22),
    ]
