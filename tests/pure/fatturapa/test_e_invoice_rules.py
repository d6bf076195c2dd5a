"""Every rule of the SdI that needs no register: a right invoice is clean, and each break of it has its own code."""

import copy
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mastro.fatturapa import Finding, Invoice, check, from_document, read
from mastro.fatturapa.rules import RULES
from mastro.fatturapa.schema import SIMPLIFIED
from mastro.model.issued_document import EInvoiceData, Payment
from mastro.model.settings import VatType
from pure.fatturapa.e_invoice_examples import FORFETTARIO, VAT10, VAT22, client, company, freelancer, invoice, row

TODAY = dt.date(2026, 11, 22)

CONTROL_DIGITS = {"00300", "00301", "00302", "00303", "00304", "00305", "00306"}
"""What offline stands for a look-up in the tax registry."""

Change = Callable[[Invoice], None]


def clean() -> Invoice:
    """Two rates, a fund, a withholding, a discount: nothing to find."""
    return from_document(
        invoice(
            row("1000", VAT22),
            row("200", VAT10, discount=VAT10.value),
            cassa=VAT10.value,
            withholding_tax=VAT22.value,
            ei_cassa_type="TC02",
            ei_withholding_tax_causal="A",
            payments_list=[Payment(amount=row("1302.36").net_price)],
        ),
        company(),
        progressive="00001",
    )


def simplified() -> Invoice:
    return Invoice(
        {
            "FatturaElettronicaHeader": {
                "DatiTrasmissione": {
                    "IdTrasmittente": {"IdPaese": "IT", "IdCodice": "02345678904"},
                    "ProgressivoInvio": "1",
                    "FormatoTrasmissione": "FSM10",
                    "CodiceDestinatario": "0000000",
                },
                "CedentePrestatore": {
                    "IdFiscaleIVA": {"IdPaese": "IT", "IdCodice": "02345678904"},
                    "Denominazione": "Bar Sport S.r.l.",
                    "Sede": {
                        "Indirizzo": "Via Roma 1",
                        "CAP": "06100",
                        "Comune": "Perugia",
                        "Provincia": "PG",
                        "Nazione": "IT",
                    },
                    "RegimeFiscale": "RF01",
                },
                "CessionarioCommittente": {"IdentificativiFiscali": {"CodiceFiscale": "00743110157"}},
            },
            "FatturaElettronicaBody": [
                {
                    "DatiGenerali": {
                        "DatiGeneraliDocumento": {
                            "TipoDocumento": "TD07",
                            "Divisa": "EUR",
                            "Data": "2026-03-16",
                            "Numero": "9",
                        }
                    },
                    "DatiBeniServizi": [
                        {"Descrizione": "Pranzo", "Importo": "33.00", "DatiIVA": {"Aliquota": "10.00"}},
                    ],
                }
            ],
        },
        "FSM10",
        SIMPLIFIED,
    )


def put(path: str, value: Any) -> Change:
    """Set an element; None takes it away. `A/B[2]/C`, indices from 1."""

    def change(invoice_: Invoice) -> None:
        node: Any = invoice_.tree
        *steps, last = path.split("/")
        for step in steps:
            name, _, index = step.rstrip("]").partition("[")
            node = node.setdefault(name, [{}] if index else {})
            node = node[int(index) - 1] if index else node
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value

    return change


BODY = "FatturaElettronicaBody[1]"
HEADER = "FatturaElettronicaHeader"
DOCUMENT = f"{BODY}/DatiGenerali/DatiGeneraliDocumento"
GOODS = f"{BODY}/DatiBeniServizi"
LINE = f"{GOODS}/DettaglioLinee[1]"
SUMMARY = f"{GOODS}/DatiRiepilogo[1]"
FUND = f"{DOCUMENT}/DatiCassaPrevidenziale[1]"
SELLER = f"{HEADER}/CedentePrestatore/DatiAnagrafici"
BUYER = f"{HEADER}/CessionarioCommittente/DatiAnagrafici"
SENDER = f"{HEADER}/DatiTrasmissione"
REPRESENTATIVE = f"{HEADER}/RappresentanteFiscale/DatiAnagrafici"
OURS = {"IdPaese": "IT", "IdCodice": "02345678904"}


def twin(invoice_: Invoice) -> None:
    invoice_.tree["FatturaElettronicaBody"].append(copy.deepcopy(invoice_.bodies[0]))


BREAKS: list[tuple[str, list[Change]]] = [
    ("00200", [put(f"{LINE}/Descrizione", None)]),
    ("00200", [put(f"{LINE}/Descrizione", "5 €")]),
    ("00300", [put(f"{SENDER}/IdTrasmittente/IdCodice", "02345678905")]),
    ("00301", [put(f"{SELLER}/IdFiscaleIVA/IdCodice", "02345678908")]),
    ("00302", [put(f"{SELLER}/CodiceFiscale", "BNCLCU80A41H501X")]),
    ("00303", [put(f"{REPRESENTATIVE}/IdFiscaleIVA", {"IdPaese": "IT", "IdCodice": "12345678901"})]),
    (
        "00303",
        [
            put(
                f"{HEADER}/CessionarioCommittente/RappresentanteFiscale/IdFiscaleIVA",
                {"IdPaese": "IT", "IdCodice": "12345678901"},
            )
        ],
    ),
    ("00304", [put(f"{REPRESENTATIVE}/CodiceFiscale", "12345678901")]),
    ("00305", [put(f"{BUYER}/IdFiscaleIVA/IdCodice", "00743110158")]),
    ("00306", [put(f"{BUYER}/IdFiscaleIVA", None), put(f"{BUYER}/CodiceFiscale", "RSSMRA80A01H501X")]),
    ("00313", [put(f"{SENDER}/CodiceDestinatario", "XXXXXXX")]),
    ("00330", [put(f"{SENDER}/PECDestinatario", "sdi01@pec.fatturapa.it")]),
    ("00400", [put(f"{LINE}/AliquotaIVA", "0.00")]),
    ("00401", [put(f"{LINE}/Natura", "N4")]),
    ("00403", [put(f"{DOCUMENT}/Data", "2026-11-23")]),
    ("00409", [twin]),
    ("00411", [put(f"{DOCUMENT}/DatiRitenuta", None)]),
    ("00413", [put(f"{FUND}/AliquotaIVA", "0.00")]),
    ("00414", [put(f"{FUND}/Natura", "N4")]),
    ("00415", [put(f"{FUND}/Ritenuta", "SI"), put(f"{DOCUMENT}/DatiRitenuta", None)]),
    ("00417", [put(f"{BUYER}/IdFiscaleIVA", None), put(f"{BUYER}/CodiceFiscale", None)]),
    (
        "00418",
        [
            put(f"{DOCUMENT}/TipoDocumento", "TD04"),
            put(f"{BODY}/DatiGenerali/DatiFattureCollegate", [{"IdDocumento": "1", "Data": "2026-03-17"}]),
        ],
    ),
    ("W-00418", [put(f"{BODY}/DatiGenerali/DatiFattureCollegate", [{"IdDocumento": "1", "Data": "2026-03-17"}])]),
    ("00419", [put(f"{GOODS}/DatiRiepilogo", [])]),
    ("00420", [put(f"{SUMMARY}/Natura", "N6.3"), put(f"{SUMMARY}/EsigibilitaIVA", "S")]),
    ("00421", [put(f"{SUMMARY}/Imposta", "245.98")]),
    ("00422", [put(f"{SUMMARY}/ImponibileImporto", "1119.01")]),
    ("00423", [put(f"{LINE}/PrezzoTotale", "1000.02")]),
    ("W-00423", [put(f"{LINE}/PrezzoTotale", "1000.01")]),
    ("00424", [put(f"{LINE}/AliquotaIVA", "0.22")]),
    ("00425", [put(f"{DOCUMENT}/Numero", "BIS")]),
    ("00427", [put(f"{SENDER}/CodiceDestinatario", "ABC123")]),
    ("00428", [put(f"{SENDER}/FormatoTrasmissione", "FPA12")]),
    ("00429", [put(f"{SUMMARY}/AliquotaIVA", "0.00")]),
    ("00430", [put(f"{SUMMARY}/Natura", "N4")]),
    ("00437", [put(f"{DOCUMENT}/ScontoMaggiorazione", [{"Tipo": "SC"}])]),
    ("00438", [put(f"{LINE}/ScontoMaggiorazione", [{"Tipo": "SC"}])]),
    ("00443", [put(f"{SUMMARY}/AliquotaIVA", "5.00")]),
    ("00444", [put(f"{SUMMARY}/Natura", "N1")]),
    ("00445", [put(f"{LINE}/Natura", "N2")]),
    ("00471", [put(f"{BUYER}/IdFiscaleIVA", OURS)]),
    ("00471", [put(f"{BUYER}/IdFiscaleIVA", None), put(f"{BUYER}/CodiceFiscale", "02345678904")]),
    ("00472", [put(f"{DOCUMENT}/TipoDocumento", "TD27")]),
    ("00473", [put(f"{DOCUMENT}/TipoDocumento", "TD17")]),
    ("00473", [put(f"{DOCUMENT}/TipoDocumento", "TD28"), put(f"{SELLER}/IdFiscaleIVA/IdPaese", "FR")]),
    ("00473", [put(f"{DOCUMENT}/TipoDocumento", "TD29"), put(f"{SELLER}/IdFiscaleIVA/IdPaese", "FR")]),
    ("00473", [put(f"{DOCUMENT}/TipoDocumento", "TD18"), put(f"{SELLER}/IdFiscaleIVA/IdPaese", "OO")]),
    ("00474", [put(f"{DOCUMENT}/TipoDocumento", "TD21"), put(f"{LINE}/AliquotaIVA", "0.00")]),
    ("00475", [put(f"{DOCUMENT}/TipoDocumento", "TD16"), put(f"{BUYER}/IdFiscaleIVA", None)]),
    ("00476", [put(f"{SELLER}/IdFiscaleIVA/IdPaese", "FR"), put(f"{BUYER}/IdFiscaleIVA/IdPaese", "DE")]),
    ("W-TOT", [put(f"{DOCUMENT}/ImportoTotaleDocumento", "1.00")]),
    ("W-BOLLO", [put(f"{SUMMARY}/Natura", "N4")]),
    ("W-IBAN", [put(f"{BODY}/DatiPagamento[1]/DettaglioPagamento[1]/IBAN", "IT61X0542811101000000123456")]),
    ("W-PAGAMENTO", [put(f"{BODY}/DatiPagamento[1]/DettaglioPagamento[1]/ImportoPagamento", "1.00")]),
    ("W-CIG", [put(f"{SENDER}/FormatoTrasmissione", "FPA12")]),
    ("W-INTENTO", [put(f"{LINE}/Natura", "N3.5")]),
    ("W-CODICE", [put(f"{DOCUMENT}/DatiRitenuta[1]/CausalePagamento", "Z")]),
]

SIMPLIFIED_BREAKS: list[tuple[str, list[Change]]] = [
    ("00301", [put(f"{HEADER}/CedentePrestatore/IdFiscaleIVA/IdCodice", "1")]),
    ("00400", [put(f"{BODY}/DatiBeniServizi[1]/DatiIVA/Aliquota", "0.00")]),
    ("00401", [put(f"{BODY}/DatiBeniServizi[1]/Natura", "N4")]),
    ("00417", [put(f"{HEADER}/CessionarioCommittente/IdentificativiFiscali/CodiceFiscale", None)]),
    (
        "00418",
        [
            put(f"{DOCUMENT}/TipoDocumento", "TD08"),
            put(f"{BODY}/DatiGenerali/DatiFatturaRettificata", {"NumeroFR": "1", "DataFR": "2026-03-17"}),
        ],
    ),
    ("00424", [put(f"{BODY}/DatiBeniServizi[1]/DatiIVA/Aliquota", "0.10")]),
    ("00445", [put(f"{BODY}/DatiBeniServizi[1]/Natura", "N2")]),
    ("00460", [put(f"{BODY}/DatiBeniServizi[1]/Importo", "400.01")]),
    ("00471", [put(f"{HEADER}/CessionarioCommittente/IdentificativiFiscali/IdFiscaleIVA", OURS)]),
]


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def test_a_right_invoice_has_nothing_to_be_found() -> None:
    assert check(clean(), today=TODAY) == []
    assert check(simplified(), today=TODAY) == []


@pytest.mark.parametrize(("code", "changes"), BREAKS, ids=lambda each: each if isinstance(each, str) else "")
def test_each_break_has_its_code(code: str, changes: list[Change]) -> None:
    broken = clean()
    for change in changes:
        change(broken)
    found = [finding for finding in check(broken, today=TODAY) if finding.code == code]
    assert found
    for finding in found:
        assert finding.message_it != finding.message_en
        assert all((finding.message_it, finding.message_en, finding.remedy_it, finding.remedy_en))
        assert "{" not in finding.message_it + finding.message_en + finding.remedy_it + finding.remedy_en
        assert finding.severity == ("warning" if code.startswith("W-") else "error")


@pytest.mark.parametrize(("code", "changes"), SIMPLIFIED_BREAKS, ids=lambda each: each if isinstance(each, str) else "")
def test_each_break_of_a_simplified_invoice_too(code: str, changes: list[Change]) -> None:
    broken = simplified()
    for change in changes:
        change(broken)
    assert code in codes(check(broken, today=TODAY))


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.code for rule in RULES} <= {code for code, _ in (*BREAKS, *SIMPLIFIED_BREAKS)}


def test_no_code_has_two_rules() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (f"{SUMMARY}/Imposta", "245.97", "00421"),
        (f"{SUMMARY}/ImponibileImporto", "1119.00", "00422"),
        (f"{LINE}/PrezzoTotale", "1000.01", "00423"),
        (f"{LINE}/PrezzoTotale", "999.99", "00423"),
    ],
)
def test_the_tolerances_are_passed_at_their_edge(path: str, value: str, code: str) -> None:
    edge = clean()
    put(path, value)(edge)
    assert code not in codes(check(edge))


def test_discounts_cascade_without_rounding_and_an_amount_wins_over_a_percentage() -> None:
    cascade = clean()
    put(f"{LINE}/PrezzoUnitario", "100.00")(cascade)
    put(f"{LINE}/Quantita", "3.00")(cascade)
    discounts = [
        {"Tipo": "SC", "Percentuale": "33.33"},
        {"Tipo": "SC", "Percentuale": "10.00", "Importo": "1.5"},
        {"Tipo": "MG", "Percentuale": "2.00"},
    ]
    put(f"{LINE}/ScontoMaggiorazione", discounts)(cascade)
    put(f"{LINE}/PrezzoTotale", "199.42")(cascade)  # (66.67 - 1.50) * 1.02 * 3 = 199.4202
    assert "00423" not in codes(check(cascade))


def test_a_document_of_today_is_not_of_the_future() -> None:
    assert check(clean(), today=dt.date(2026, 3, 16)) == []
    assert codes(check(clean(), today=dt.date(2026, 3, 15))) == {"00403"}


def test_an_integration_of_reverse_charge_may_have_rate_and_reason() -> None:
    supplier = client(vat_number="00743110157", tax_code="", ei_code="")
    document = invoice(
        row("100", VatType(id=9, value=VAT22.value, ei_type="N6.3")),
        type="self_supplier_invoice",
        entity=supplier,
        ei_data=EInvoiceData(document_type="TD16"),
        payments_list=None,
    )
    assert check(from_document(document, company(), progressive="1"), today=TODAY) == []


@pytest.mark.parametrize("regime", ["RF19", "RF20"])
def test_flat_rate_regimes_may_simplify_above_400_euro(regime: str) -> None:
    large = simplified()
    put(f"{BODY}/DatiBeniServizi[1]/Importo", "500.00")(large)
    put(f"{HEADER}/CedentePrestatore/RegimeFiscale", regime)(large)
    assert check(large) == []


def test_credit_notes_are_numbered_apart_and_articles_73_by_the_day() -> None:
    lot = clean()
    twin(lot)
    put("FatturaElettronicaBody[2]/DatiGenerali/DatiGeneraliDocumento/TipoDocumento", "TD04")(lot)
    assert "00409" not in codes(check(lot))
    for number, day in ((1, "2026-03-15"), (2, "2026-03-16")):
        general = f"FatturaElettronicaBody[{number}]/DatiGenerali/DatiGeneraliDocumento"
        put(f"{general}/TipoDocumento", "TD01")(lot)
        put(f"{general}/Art73", "SI")(lot)
        put(f"{general}/Data", day)(lot)
    assert "00409" not in codes(check(lot))
    put(f"{DOCUMENT}/Art73", None)(lot)
    assert "00409" in codes(check(lot))


def test_more_than_fifty_errors_of_format_end_the_check() -> None:
    found = check(Invoice({f"Elemento{number}": "" for number in range(60)}))
    assert len(found) == 51
    assert found[-1].code == "00201"


def test_the_samples_have_the_codes_that_are_known_of_them(shared: Path, manifest: list[dict[str, str]]) -> None:
    compared = 0
    for line in manifest:
        if line["xsd_valid"] != "yes" or line["schema"] == "fatturapa_v1.1.xsd" or line["exercises"].startswith("msg"):
            continue
        found = check(read((shared / "samples" / line["file"]).read_bytes()), today=TODAY)
        ours = {finding.code for finding in found if finding.severity == "error"}
        known = {code.rstrip("*") for code in line["sdi_codes"].split()}
        assert known <= ours, line["file"]
        assert ours - known <= CONTROL_DIGITS, line["file"]
        compared += 1
    assert compared > 40


def test_a_forfettario_below_the_threshold_of_stamp_duty_is_clean() -> None:
    document = invoice(row("77.47", FORFETTARIO), payments_list=None)
    assert check(from_document(document, freelancer(), progressive="1"), today=TODAY) == []
    above = invoice(row("77.48", FORFETTARIO), payments_list=None)
    assert codes(check(from_document(above, freelancer(), progressive="1"), today=TODAY)) == {"W-BOLLO"}
