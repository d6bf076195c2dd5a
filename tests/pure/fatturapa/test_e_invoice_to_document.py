"""What arrives becomes a document, and a document that went out comes back as it was."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mastro.fatturapa import from_document, read, to_document, write
from mastro.model.issued_document import EInvoiceData, IssuedDocument, Payment
from pure.fatturapa.e_invoice_examples import (
    EXPORT,
    FORFETTARIO,
    VAT10,
    VAT22,
    client,
    company,
    freelancer,
    invoice,
    row,
)

DOCUMENTS: dict[str, IssuedDocument] = {
    "plain": invoice(),
    "rows": invoice(row(code="A", measure="h", discount=Decimal(10)), row("3.333", VAT10, qty=Decimal("2.5"))),
    "fine discount": invoice(row("100", discount=Decimal("33.333"))),
    "professional": invoice(
        row("1000"),
        row("50", apply_withholding_taxes=False),
        rivalsa=Decimal(4),
        cassa=Decimal(4),
        cassa2=Decimal(2),
        withholding_tax=Decimal(20),
        ei_cassa_type="TC04",
        ei_cassa2_type="TC15",
        ei_withholding_tax_causal="A",
    ),
    "agent": invoice(
        withholding_tax=Decimal(23),
        withholding_tax_taxable=Decimal(50),
        ei_withholding_tax_causal="R",
        other_withholding_tax=Decimal("8.5"),
        ei_other_withholding_tax_type="RT04",
        ei_other_withholding_tax_causal="ZO",
    ),
    "flat rate": invoice(row("500", FORFETTARIO), stamp_duty=Decimal(2), notes="Prima riga<br>5 &lt; 6"),
    "export": invoice(row("9", EXPORT), entity=client(country_iso="US", vat_number="", tax_code="", ei_code="")),
    "consumer": invoice(
        entity=client(
            type="person", first_name="Ada", last_name="Neri", vat_number="", tax_code="NREDAA80A41H501Q", ei_code=""
        )
    ),
    "pec": invoice(entity=client(ei_code="", certified_email="a@pec.example")),
    "administration": invoice(
        entity=client(type="pa", ei_code="UF1A2B"),
        ei_data=EInvoiceData(
            payment_method="MP05",
            vat_kind="S",
            original_document_type="convenzione",
            od_number="9",
            od_date=dt.date(2026, 1, 1),
            cig="Z1",
            cup="J1",
        ),
    ),
    "credit note": invoice(
        type="credit_note",
        ei_data=EInvoiceData(payment_method="MP01", invoice_number="3", invoice_date=dt.date(2026, 1, 1)),
    ),
    "deferred": invoice(
        delivery_note=True,
        dn_number=31,
        dn_date=dt.date(2026, 3, 2),
        dn_ai_causal="Vendita",
        dn_ai_packages_number="4",
        dn_ai_weight="12.5 KG",
    ),
    "purchase abroad": invoice(
        type="self_supplier_invoice",
        entity=client(country_iso="DE", vat_number="123456789", tax_code="", ei_code="", address_province=""),
        ei_data=EInvoiceData(document_type="TD17"),
        payments_list=None,
    ),
    "raw": invoice(
        row(
            ei_raw={
                "RiferimentoAmministrazione": "X",
                "AltriDatiGestionali": {"TipoDato": "A", "RiferimentoTesto": "b"},
            }
        ),
        payments_list=[
            Payment(amount=Decimal(100), due_date=dt.date(2026, 4, 1)),
            Payment(amount=Decimal(22), ei_raw={"ModalitaPagamento": "MP01", "IBAN": "", "IstitutoFinanziario": ""}),
        ],
        ei_raw={
            "FatturaElettronicaBody": {
                "DatiGenerali": {"DatiSAL": {"RiferimentoFase": "1"}, "DatiGeneraliDocumento": {"Art73": "SI"}},
                "DatiVeicoli": {"Data": "2026-01-01", "TotalePercorso": "1 km"},
            }
        },
    ),
    "discounted": invoice(amount_due_discount=Decimal(22)),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_went_out_comes_back_as_it_was(name: str) -> None:
    seller = freelancer() if name == "flat rate" else company()
    sent = from_document(DOCUMENTS[name], seller, progressive="1")
    back = to_document(read(write(sent)))
    assert from_document(back, seller, progressive="1").tree == sent.tree


def test_the_facts_are_where_the_api_has_them() -> None:
    back = to_document(from_document(DOCUMENTS["professional"], company(), progressive="1"))
    assert (back.type, back.number, back.numeration) == ("invoice", 7, "/A")
    assert back.entity is not None
    assert back.entity.name == "Cartiera del Chiascio S.p.A."
    assert back.rivalsa == 4
    assert back.amount_withholding_tax == 208
    assert back.amount_net == 1050
    assert back.items_list is not None
    assert [item.apply_withholding_taxes for item in back.items_list] == [True, False]
    assert back.items_list[0].vat is not None
    assert back.items_list[0].vat.value == VAT22.value


def test_of_what_is_received_the_seller_is_the_entity() -> None:
    back = to_document(from_document(DOCUMENTS["plain"], company(), progressive="1"), side="received")
    assert back.entity is not None
    assert back.entity.name == "Officine Perugine S.r.l."
    assert back.entity.email == "info@officine.example"


@pytest.mark.parametrize(
    ("text", "number", "numeration"),
    [
        ("0012", 12, ""),
        ("12/A", 12, "/A"),
        ("FPR 12/26", None, "FPR 12/26"),
        ("0", None, ""),
        ("1" * 12, None, "1" * 12),
    ],
)
def test_numbers_are_split_where_they_begin_with_digits(text: str, number: int | None, numeration: str) -> None:
    sent = from_document(DOCUMENTS["plain"], company(), progressive="1")
    sent.bodies[0]["DatiGenerali"]["DatiGeneraliDocumento"]["Numero"] = text
    back = to_document(sent)
    assert (back.number, back.numeration) == (number, numeration)


def test_a_simplified_invoice_has_the_amount_with_vat_in_it(shared: Path) -> None:
    path = next(iter(sorted((shared / "samples" / "valid").glob("*semplificata*"))))
    back = to_document(read(path.read_bytes()), side="received")
    assert back.items_list
    assert all(item.gross_price for item in back.items_list)
    assert back.amount_gross == sum(item.gross_price or 0 for item in back.items_list)


def test_every_sample_becomes_a_document(shared: Path, manifest: list[dict[str, str]]) -> None:
    read_any = 0
    for line in manifest:
        if line["xsd_valid"] != "yes" or line["exercises"].startswith("msg"):
            continue
        found = read((shared / "samples" / line["file"]).read_bytes())
        for number in range(len(found.bodies)):
            document = to_document(found, body=number, side="received")
            assert document.date is not None, line["file"]
            assert document.items_list, line["file"]
            assert document.amount_gross is not None
            read_any += 1
    assert read_any > 50


@pytest.mark.parametrize(
    "tree", [{}, {"FatturaElettronicaBody": [{}]}, {"FatturaElettronicaBody": [{"DatiGenerali": "x"}]}]
)
def test_a_broken_file_gives_what_it_has(tree: Any) -> None:
    from mastro.fatturapa import Invoice

    if not tree:
        with pytest.raises(IndexError):
            to_document(Invoice(tree))
    else:
        assert to_document(Invoice(tree)).items_list == []
