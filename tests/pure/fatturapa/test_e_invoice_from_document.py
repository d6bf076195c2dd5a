"""Documents of many kinds become files that the official schema accepts."""

# ruff: noqa: RUF001 - the look-alikes are what is tested
import base64
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from mastro.fatturapa import (
    Attachment,
    NotAnInvoiceError,
    NotWritableError,
    RawTreeError,
    Transmitter,
    check,
    file_name,
    from_document,
    write,
)
from mastro.model.company import Company
from mastro.model.issued_document import Currency, EInvoiceData, IssuedDocument, Payment
from mastro.model.settings import PaymentAccount, PaymentMethod
from pure.fatturapa.e_invoice_examples import (
    EXPORT,
    FORFETTARIO,
    INTENT,
    TODAY,
    VAT4,
    VAT10,
    VAT22,
    client,
    company,
    freelancer,
    invoice,
    row,
)

Root = Any
Accept = Callable[..., Root]


@pytest.fixture
def accepted(ordinary: etree.XMLSchema) -> Accept:
    """Write a document's invoice, hold it against the official schema and return its root."""

    def accept(document: IssuedDocument, seller: Company | None = None, **more: Any) -> Root:
        data = write(from_document(document, seller or company(), **({"progressive": "00001"} | more)))
        root = etree.fromstring(data)
        assert ordinary.validate(root), ordinary.error_log
        return root

    return accept


def one(root: Root, path: str) -> str:
    found = root.findall(f".//{path}")
    assert len(found) == 1, (path, len(found))
    return found[0].text or ""


def every(root: Root, path: str) -> list[str]:
    return [element.text or "" for element in root.findall(f".//{path}")]


def test_an_invoice_between_companies(accepted: Accept) -> None:
    root = accepted(invoice(row(), row("50.5", VAT10, qty=Decimal(2), discount=Decimal(10), code="K1", measure="ore")))
    assert root.get("versione") == "FPR12"
    assert one(root, "IdTrasmittente/IdCodice") == "02345678904"
    assert one(root, "CodiceDestinatario") == "ABC1234"
    assert one(root, "CedentePrestatore//Denominazione") == "Officine Perugine S.r.l."
    assert one(root, "IscrizioneREA/CapitaleSociale") == "10000.00"
    assert one(root, "IscrizioneREA/SocioUnico") == "SM"
    assert one(root, "CedentePrestatore/Contatti/Telefono") == "0755001234"
    assert one(root, "TipoDocumento") == "TD01"
    assert one(root, "Numero") == "7/A"
    assert one(root, "DatiGeneraliDocumento/Data") == "2026-03-16"
    assert every(root, "DettaglioLinee/PrezzoTotale") == ["100.00", "90.90"]
    assert every(root, "DettaglioLinee/ScontoMaggiorazione/Percentuale") == ["10.00"]
    assert every(root, "CodiceArticolo/CodiceValore") == ["K1"]
    assert every(root, "DatiRiepilogo/ImponibileImporto") == ["100.00", "90.90"]
    assert every(root, "DatiRiepilogo/Imposta") == ["22.00", "9.09"]
    assert every(root, "DatiRiepilogo/EsigibilitaIVA") == ["I", "I"]
    assert one(root, "ImportoTotaleDocumento") == "221.99"


def test_the_public_administration_gets_fpa12_with_its_office_code(accepted: Accept) -> None:
    root = accepted(
        invoice(
            entity=client(type="pa", ei_code="UF1A2B"),
            ei_data=EInvoiceData(
                payment_method="MP05",
                vat_kind="S",
                original_document_type="contratto",
                od_number="C-12",
                od_date=dt.date(2026, 1, 10),
                cig="Z1A2B3C4D5",
                cup="J11B21000000001",
            ),
        )
    )
    assert root.get("versione") == one(root, "FormatoTrasmissione") == "FPA12"
    assert one(root, "CodiceDestinatario") == "UF1A2B"
    assert one(root, "EsigibilitaIVA") == "S"
    assert one(root, "ImportoTotaleDocumento") == "122.00"
    assert [child.tag for child in root.find(".//DatiContratto")] == ["IdDocumento", "Data", "CodiceCUP", "CodiceCIG"]


def test_a_customer_without_channel_is_reached_by_pec(accepted: Accept) -> None:
    root = accepted(invoice(entity=client(ei_code="", certified_email=" cliente@pec.example ")))
    assert one(root, "CodiceDestinatario") == "0000000"
    assert one(root, "PECDestinatario") == "cliente@pec.example"


def test_a_consumer_is_named_by_both_names_and_tax_code(accepted: Accept) -> None:
    root = accepted(
        invoice(
            entity=client(
                type="person",
                first_name="Mario",
                last_name="Rossi",
                vat_number="",
                tax_code="RSSMRA80A01H501U",
                ei_code="",
            )
        )
    )
    assert one(root, "CessionarioCommittente//Cognome") == "Rossi"
    assert one(root, "CessionarioCommittente//CodiceFiscale") == "RSSMRA80A01H501U"
    assert root.find(".//CessionarioCommittente//IdFiscaleIVA") is None
    assert one(root, "CodiceDestinatario") == "0000000"
    assert root.find(".//PECDestinatario") is None


def test_a_foreign_customer_has_no_postal_code_and_no_province(accepted: Accept) -> None:
    root = accepted(
        invoice(
            row("1000", EXPORT),
            entity=client(
                country="Francia",
                country_iso="FR",
                vat_number="FR12345678901",
                tax_code="",
                ei_code="",
                address_postal_code="75001",
                address_province="Paris",
            ),
        )
    )
    assert one(root, "CodiceDestinatario") == "XXXXXXX"
    buyer = root.find(".//CessionarioCommittente")
    assert one(buyer, "IdPaese") == "FR"
    assert one(buyer, "IdCodice") == "12345678901"
    assert one(buyer, "CAP") == "00000"
    assert buyer.find(".//Provincia") is None
    assert every(root, "DatiRiepilogo/Natura") == ["N3.1"]
    assert every(root, "DatiRiepilogo/RiferimentoNormativo") == ["Art. 8 DPR 633/72"]


@pytest.mark.parametrize("number", ["CHE-116.281.710", "che116281710"])
def test_a_swiss_number_keeps_the_letters_that_only_look_like_a_prefix(accepted: Accept, number: str) -> None:
    root = accepted(invoice(entity=client(country="Svizzera", country_iso="CH", vat_number=number, tax_code="")))
    assert one(root, "CessionarioCommittente//IdPaese") == "CH"
    assert one(root, "CessionarioCommittente//IdCodice") == "CHE116281710"


def test_a_foreign_consumer_without_any_number_gets_the_stand_in(accepted: Accept) -> None:
    abroad = {"vat_number": "", "tax_code": "", "ei_code": "", "type": "person"}
    inside = accepted(invoice(entity=client(country_iso="DE", **abroad)))
    outside = accepted(invoice(entity=client(country_iso="US", **abroad)))
    assert one(inside.find(".//CessionarioCommittente"), "IdCodice") == "0000000"
    assert one(outside.find(".//CessionarioCommittente"), "IdCodice") == "OO99999999999"


def test_a_freelancer_with_rivalsa_cassa_and_ritenuta(accepted: Accept) -> None:
    root = accepted(
        invoice(
            row("1000"),
            row("50", apply_withholding_taxes=False, name="Spese"),
            rivalsa=Decimal(4),
            cassa=Decimal(4),
            withholding_tax=Decimal(20),
            ei_cassa_type="TC04",
            ei_withholding_tax_causal="A",
        ),
        freelancer(regime="RF01"),
    )
    assert one(root, "CedentePrestatore//Nome") == "Lucia"
    assert one(root, "IdTrasmittente/IdCodice") == "BNCLCU80A41H501U"
    held = root.find(".//DatiRitenuta")
    assert [child.text for child in held] == ["RT01", "208.00", "20.00", "A"]
    funds = [[child.text for child in fund] for fund in root.findall(".//DatiCassaPrevidenziale")]
    assert funds == [
        ["TC22", "4.00", "40.00", "1000.00", "22.00", "SI"],
        ["TC04", "4.00", "41.60", "1040.00", "22.00"],
    ]
    assert [row.findtext("Ritenuta") for row in root.findall(".//DettaglioLinee")] == ["SI", None]
    assert every(root, "DatiRiepilogo/ImponibileImporto") == ["1131.60"]
    assert one(root, "ImportoTotaleDocumento") == "1380.55"


def test_a_company_is_withheld_from_as_a_legal_person(accepted: Accept) -> None:
    root = accepted(invoice(withholding_tax=Decimal(20), ei_withholding_tax_causal="q"))
    assert one(root, "TipoRitenuta") == "RT02"
    assert one(root, "CausalePagamento") == "Q"


def test_an_agent_pays_enasarco(accepted: Accept) -> None:
    root = accepted(
        invoice(
            withholding_tax=Decimal(23),
            withholding_tax_taxable=Decimal(50),
            ei_withholding_tax_causal="R",
            other_withholding_tax=Decimal("8.5"),
            ei_other_withholding_tax_type="RT04",
            ei_other_withholding_tax_causal="ZO",
        ),
        freelancer(regime="RF01"),
    )
    held = [[child.text for child in each] for each in root.findall(".//DatiRitenuta")]
    assert held == [["RT01", "11.50", "23.00", "R"], ["RT04", "8.50", "8.50", "ZO"]]


def test_a_forfettario_declares_stamp_duty_and_its_reason(accepted: Accept) -> None:
    root = accepted(invoice(row("500", FORFETTARIO), stamp_duty=Decimal(2)), freelancer())
    assert one(root, "RegimeFiscale") == "RF19"
    assert [child.text for child in root.find(".//DatiBollo")] == ["SI", "2.00"]
    assert one(root, "DettaglioLinee/Natura") == "N2.2"
    assert one(root, "DatiRiepilogo/RiferimentoNormativo") == "Art. 1 c. 54-89 L. 190/2014"
    assert root.find(".//EsigibilitaIVA") is None
    assert one(root, "ImportoTotaleDocumento") == "500.00"


def test_gross_prices_keep_eight_decimals(accepted: Accept) -> None:
    rows = [
        row(gross_price=Decimal(10), net_price=None, qty=Decimal(3), vat=VAT22),
        row(gross_price=Decimal("1.99"), vat=VAT4),
    ]
    root = accepted(invoice(*rows, use_gross_prices=True))
    assert every(root, "PrezzoUnitario") == ["8.19672131", "1.91346154"]
    assert every(root, "PrezzoTotale") == ["24.59016393", "1.91346154"]
    assert every(root, "ImponibileImporto") == ["24.59", "1.91"]
    assert every(root, "Imposta") == ["5.41", "0.08"]
    assert one(root, "ImportoTotaleDocumento") == "31.99"


def test_a_negative_quantity_gives_its_sign_to_the_price(accepted: Accept) -> None:
    root = accepted(invoice(row("100"), row("12.5", qty=Decimal(-2))))
    assert every(root, "Quantita") == ["1.00", "2.00"]
    assert every(root, "PrezzoUnitario") == ["100.00", "-12.50"]
    assert every(root, "PrezzoTotale") == ["100.00", "-25.00"]


def test_a_discount_finer_than_a_hundredth_becomes_an_amount(accepted: Accept) -> None:
    root = accepted(invoice(row("100", discount=Decimal("33.333")), row("100", discount=Decimal(-5))))
    discounts = [[child.text for child in each] for each in root.findall(".//ScontoMaggiorazione")]
    assert discounts == [["SC", "33.333"], ["MG", "5.00"]]
    assert every(root, "PrezzoTotale") == ["66.67", "105.00"]


def test_a_row_outside_vat_is_excluded_under_article_15(accepted: Accept) -> None:
    root = accepted(invoice(row(), row("16", not_taxable=True, name="Marca da bollo anticipata")))
    assert every(root, "DettaglioLinee/AliquotaIVA") == ["22.00", "0.00"]
    assert every(root, "DatiRiepilogo/Natura") == ["N1"]
    assert one(root, "ImportoTotaleDocumento") == "138.00"


def test_several_payments_are_instalments(accepted: Accept) -> None:
    payments = [Payment(due_date=dt.date(2026, 4, 30), amount=Decimal(61)), Payment(amount=Decimal(61))]
    root = accepted(invoice(payments_list=payments))
    assert one(root, "CondizioniPagamento") == "TP01"
    assert every(root, "DataScadenzaPagamento") == ["2026-04-30"]
    assert every(root, "ImportoPagamento") == ["61.00", "61.00"]
    assert every(root, "IBAN") == ["IT60X0542811101000000123456"] * 2
    assert every(root, "IstitutoFinanziario") == ["Banca dell'Umbria"] * 2


def test_the_iban_of_the_document_wins_over_the_method_and_the_account(accepted: Accept) -> None:
    method = PaymentMethod(name="Bonifico", ei_payment_method="MP05", bank_iban="it 40 s0542811101000000123456")
    payment = Payment(amount=Decimal(122), payment_account=PaymentAccount(iban="IT02L1234512345123456789012"))
    with_method = accepted(invoice(payment_method=method, ei_data=None, payments_list=[payment]))
    with_account = accepted(invoice(payments_list=[payment]))
    assert one(with_method, "IBAN") == "IT40S0542811101000000123456"
    assert one(with_account, "IBAN") == "IT02L1234512345123456789012"


def test_cash_names_no_account(accepted: Accept) -> None:
    root = accepted(invoice(ei_data=EInvoiceData(payment_method="MP01")))
    assert root.find(".//IBAN") is None


def test_a_credit_note_names_the_invoice_it_corrects(accepted: Accept) -> None:
    data = EInvoiceData(payment_method="MP05", invoice_number="3/A", invoice_date=dt.date(2026, 2, 1))
    root = accepted(invoice(type="credit_note", ei_data=data))
    assert one(root, "TipoDocumento") == "TD04"
    assert [child.text for child in root.find(".//DatiFattureCollegate")] == ["3/A", "2026-02-01"]


def test_an_invoice_of_earlier_delivery_is_a_deferred_one(accepted: Accept) -> None:
    root = accepted(
        invoice(
            delivery_note=True,
            dn_number=31,
            dn_date=dt.date(2026, 3, 2),
            dn_ai_causal="Vendita",
            dn_ai_packages_number="4",
            dn_ai_weight="12,5 kg",
            dn_ai_transporter="Corriere Rossi",
            dn_ai_destination="Magazzino di Foligno",
        )
    )
    assert one(root, "TipoDocumento") == "TD24"
    assert [child.text for child in root.find(".//DatiDDT")] == ["31", "2026-03-02"]
    assert [child.text for child in root.find(".//DatiTrasporto")] == [
        "Corriere Rossi",
        "Vendita",
        "4",
        "Magazzino di Foligno",
        "KG",
        "12.5",
    ]


def test_an_accompanying_invoice_stays_immediate(accepted: Accept) -> None:
    root = accepted(invoice(accompanying_invoice=True, dn_ai_causal="Vendita", dn_ai_weight="molto"))
    assert one(root, "TipoDocumento") == "TD01"
    assert one(root, "CausaleTrasporto") == "Vendita"
    assert root.find(".//PesoLordo") is None


@pytest.mark.parametrize("type_", ["TD17", "TD18", "TD19"])
def test_a_purchase_from_abroad_swaps_the_parties(accepted: Accept, type_: str) -> None:
    supplier = client(
        name="Werkzeug GmbH",
        country_iso="DE",
        vat_number="DE123456789",
        tax_code="",
        ei_code="M5UXCR1",
        address_province="",
    )
    root = accepted(
        invoice(
            type="self_supplier_invoice", entity=supplier, ei_data=EInvoiceData(document_type=type_), payments_list=None
        )
    )
    assert one(root, "TipoDocumento") == type_
    assert one(root, "CedentePrestatore//Denominazione") == "Werkzeug GmbH"
    assert one(root, "CedentePrestatore//RegimeFiscale") == "RF18"
    assert one(root, "CessionarioCommittente//IdCodice") == "02345678904"
    assert one(root, "SoggettoEmittente") == "CC"
    assert one(root, "CodiceDestinatario") == "M5UXCR1"
    assert root.find(".//IscrizioneREA") is None


@pytest.mark.parametrize("type_", ["TD21", "TD27"])
def test_a_self_invoice_has_the_company_on_both_sides(accepted: Accept, type_: str) -> None:
    root = accepted(invoice(type="self_own_invoice", ei_data=EInvoiceData(document_type=type_)))
    assert one(root, "CedentePrestatore//IdCodice") == one(root, "CessionarioCommittente//IdCodice") == "02345678904"
    assert root.find(".//SoggettoEmittente") is None


@pytest.mark.parametrize("type_", ["TD01", "TD04"])
def test_what_a_customer_makes_out_in_the_suppliers_name_has_the_supplier_as_seller(
    accepted: Accept, type_: str
) -> None:
    data = EInvoiceData(document_type=type_)
    root = accepted(invoice(type="self_supplier_invoice", ei_data=data, payments_list=None))
    assert one(root, "TipoDocumento") == type_
    assert one(root, "CedentePrestatore//IdCodice") == "00743110157"
    assert one(root, "CessionarioCommittente//IdCodice") == "02345678904"
    assert one(root, "SoggettoEmittente") == "CC"


def test_the_type_deep_in_ei_raw_decides_who_sells(accepted: Accept) -> None:
    raw = {"FatturaElettronicaBody": {"DatiGenerali": {"DatiGeneraliDocumento": {"TipoDocumento": "TD16"}}}}
    root = accepted(invoice(type="self_supplier_invoice", ei_raw=raw))
    assert one(root, "TipoDocumento") == "TD16"
    assert one(root, "CedentePrestatore//IdCodice") == "00743110157"


@pytest.mark.parametrize("type_", ["quote", "proforma", "delivery_note", "order", "receipt", "work_report", None])
def test_other_documents_have_no_electronic_invoice(type_: Any) -> None:
    with pytest.raises(NotAnInvoiceError, match="no electronic invoice"):
        from_document(invoice(type=type_), company(), progressive="1")


def test_supplies_under_a_declaration_of_intent_cite_its_protocol(accepted: Accept) -> None:
    entity = client(
        has_intent_declaration=True,
        intent_declaration_protocol_number="08060120341234567-000001",
        intent_declaration_protocol_date=dt.date(2026, 1, 5),
    )
    root = accepted(invoice(row("1000", INTENT), row(), entity=entity))
    cited = root.findall(".//AltriDatiGestionali")
    assert [[child.text for child in each] for each in cited] == [["INTENTO", "08060120341234567-000001", "2026-01-05"]]


def test_notes_lose_their_markup_and_their_foreign_characters(accepted: Accept) -> None:
    root = accepted(
        invoice(
            row(name="Tazza “Perù” – 3 €", description="<p>Riga uno<br>riga &amp; due</p>"),
            visible_subject="Lavori di marzo",
            notes="<p>Sconto di 5 € – “extra”</p><p>" + "parola " * 60 + "</p>",
            entity=client(name="Škoda Ελλάς 漢 S.r.l."),
        )
    )
    assert one(root, "Descrizione") == 'Tazza "Perù" - 3 EUR - Riga uno riga & due'
    reasons = every(root, "Causale")
    assert reasons[:2] == ["Lavori di marzo", 'Sconto di 5 EUR - "extra"']
    assert len(reasons) == 5
    assert all(len(reason) <= 200 for reason in reasons)
    assert one(root, "CessionarioCommittente//Denominazione") == "Skoda ????? ? S.r.l."


def test_an_attachment_travels_inside(accepted: Accept) -> None:
    root = accepted(invoice(), attachment=Attachment("Relazione à marzo.PDF", b"%PDF-1.7 bytes", "Relazione"))
    assert one(root, "NomeAttachment") == "Relazione à marzo.PDF"
    assert one(root, "FormatoAttachment") == "PDF"
    assert base64.b64decode(one(root, "Attachment")) == b"%PDF-1.7 bytes"


def test_ei_raw_overrides_extends_and_removes_at_all_three_levels(accepted: Accept) -> None:
    root = accepted(
        invoice(
            row(
                ei_raw={"RiferimentoAmministrazione": "UFF-1", "TipoCessionePrestazione": "AC", "UnitaMisura": ""},
                measure="h",
            ),
            payments_list=[
                Payment(amount=Decimal(122), ei_raw={"IBAN": "", "BIC": "UNCRITMM", "ModalitaPagamento": "MP08"})
            ],
            ei_raw={
                "FatturaElettronicaHeader": {"CedentePrestatore": {"DatiAnagrafici": {"RegimeFiscale": "RF02"}}},
                "FatturaElettronicaBody": {
                    "DatiGenerali": {
                        "DatiFattureCollegate": {"IdDocumento": "9", "Data": "2026-01-31"},
                        "DatiGeneraliDocumento": {"Causale": ["Uno", "Due"], "Art73": "SI"},
                        "DatiSAL": [{"RiferimentoFase": 1}, {"RiferimentoFase": "2"}],
                    },
                    "DatiBeniServizi": {"DatiRiepilogo": {"EsigibilitaIVA": "D"}},
                },
            },
        )
    )
    assert one(root, "RegimeFiscale") == "RF02"
    assert one(root, "DettaglioLinee/RiferimentoAmministrazione") == "UFF-1"
    assert root.find(".//UnitaMisura") is None
    assert root.find(".//IBAN") is None
    assert one(root, "BIC") == "UNCRITMM"
    assert one(root, "ModalitaPagamento") == "MP08"
    assert every(root, "Causale") == ["Uno", "Due"]
    assert every(root, "RiferimentoFase") == ["1", "2"]
    assert one(root, "EsigibilitaIVA") == "D"
    assert one(root, "DatiFattureCollegate/IdDocumento") == "9"


@pytest.mark.parametrize(
    "raw",
    [
        {"FatturaElettronicaHeader": {"SoggettoEmittente": 1.5}},
        {"FatturaElettronicaHeader": {"SoggettoEmittente": True}},
        {"FatturaElettronicaBody": [[{}]]},
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": {"k": {"l": {"m": {"n": "deep"}}}}}}}}}}}}}},
        {"FatturaElettronicaBody": [{}] * 1001},
    ],
)
def test_an_ei_raw_that_is_no_tree_of_texts_is_refused_with_its_place(raw: Any) -> None:
    with pytest.raises(RawTreeError, match=r"^ei_raw\."):
        from_document(invoice(ei_raw=raw), company(), progressive="1")


def test_an_element_that_the_format_lacks_is_found_by_the_check_and_not_written() -> None:
    e_invoice = from_document(invoice(row(ei_raw={"Colore": "rosso"})), company(), progressive="1")
    unknown = [finding for finding in check(e_invoice) if finding.path.endswith("DettaglioLinee[1]/Colore")]
    assert [finding.code for finding in unknown] == ["00200"]
    with pytest.raises(NotWritableError, match="Colore"):
        write(e_invoice)


def test_an_intermediary_sends_in_its_own_name(accepted: Accept) -> None:
    root = accepted(invoice(), transmitter=Transmitter("01879020517", phone="0575 12345", email="sdi@hub.example"))
    assert one(root, "IdTrasmittente/IdCodice") == "01879020517"
    assert one(root, "ContattiTrasmittente/Telefono") == "057512345"
    assert one(root, "ContattiTrasmittente/Email") == "sdi@hub.example"


def test_a_foreign_currency_is_declared(accepted: Accept) -> None:
    assert one(accepted(invoice(currency=Currency(id="USD"))), "Divisa") == "USD"


def test_a_discount_on_the_amount_due_is_declared(accepted: Accept) -> None:
    root = accepted(invoice(amount_due_discount=Decimal(22)))
    assert [child.text for child in root.find(".//DatiGeneraliDocumento/ScontoMaggiorazione")] == ["SC", "22.00"]
    assert one(root, "ImportoTotaleDocumento") == "100.00"


def test_the_file_is_named_by_the_tax_code_of_the_sender() -> None:
    assert file_name(company(), "00042") == "IT02345678904_00042.xml"
    assert file_name(freelancer(), "a1") == "ITBNCLCU80A41H501U_a1.xml"


@pytest.mark.parametrize("progressive", ["", "123456", "1/2", "é"])
def test_a_progressive_that_the_sdi_would_refuse_is_refused(progressive: str) -> None:
    with pytest.raises(ValueError, match="1 to 5 letters and digits"):
        file_name(company(), progressive)


def test_the_same_document_is_written_the_same_twice() -> None:
    document = invoice(row(), row(vat=VAT22), date=TODAY)
    first = write(from_document(document, company(), progressive="1"))
    assert first == write(from_document(document, company(), progressive="1"))
