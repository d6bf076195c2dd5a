"""Each place of an electronic invoice names the key of the API that changes it, and that key does change it."""

import copy
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from mastro.fatturapa import check, from_document, key_finder
from mastro.fatturapa.from_document import Attachment
from mastro.fatturapa.tree import Tree
from mastro.model.company import Company
from mastro.model.issued_document import Currency, EInvoiceData, IssuedDocument, Payment
from mastro.model.settings import VatType
from pure.fatturapa.e_invoice_examples import (
    EXPORT,
    FORFETTARIO,
    INTENT,
    TODAY,
    VAT10,
    client,
    company,
    freelancer,
    invoice,
    row,
)

LINKED = {"invoice_number": "12", "invoice_date": dt.date(2026, 1, 9), "payment_method": "MP05"}
BANK = {"bank_name": "Banca", "bank_iban": "IT60X0542811101000000123456", "bank_beneficiary": "Noi"}
ORDER = {"od_number": "5", "od_date": dt.date(2026, 1, 2), "cig": "ZA12B34C5D", "cup": "J31B21004560001"}
FAR = client(
    name="Werkzeug GmbH", country="Germania", country_iso="DE", vat_number="DE123456789", tax_code="", ei_code=""
)
PERSON = client(
    name="",
    type="person",
    first_name="Ada",
    last_name="Neri",
    vat_number="",
    tax_code="BNCLCU80A41H501U",
    ei_code="0000000",
    certified_email="ada@pec.example",
)
DECLARED = client(
    intent_declaration_protocol_number="26010112345678901-000001",
    intent_declaration_protocol_date=dt.date(2026, 1, 5),
)


def rich() -> IssuedDocument:
    """Everything that an invoice to a company can say."""
    return invoice(
        row("100", code="A1", measure="ore", description="una riga", discount=Decimal(5)),
        row("40", VAT10, apply_withholding_taxes=False, discount=Decimal("33.333")),
        row("200", INTENT),
        row("30", EXPORT, ei_raw={"DataInizioPeriodo": "2026-01-01"}),
        entity=DECLARED,
        ei_data=EInvoiceData(vat_kind="D", original_document_type="contratto", **LINKED, **BANK, **ORDER),
        rivalsa=Decimal(4),
        cassa=Decimal(4),
        cassa2=Decimal(1),
        cassa_taxable=Decimal(100),
        cassa2_taxable=Decimal(50),
        ei_cassa_type="TC04",
        ei_cassa2_type="TC03",
        withholding_tax=Decimal(20),
        other_withholding_tax=Decimal(5),
        ei_withholding_tax_causal="A",
        ei_other_withholding_tax_type="RT04",
        ei_other_withholding_tax_causal="Q",
        stamp_duty=Decimal(2),
        amount_due_discount=Decimal(1),
        notes="Grazie",
        delivery_note=True,
        dn_number=3,
        dn_date=TODAY - dt.timedelta(5),
        dn_ai_causal="Vendita",
        dn_ai_transporter="Mittente",
        dn_ai_destination="Cantiere",
        dn_ai_packages_number="2",
        dn_ai_weight="12,5 kg",
        payments_list=[Payment(), Payment(amount=Decimal(100), due_date=TODAY), Payment(amount=Decimal(22))],
    )


SELF = {"type": "self_supplier_invoice", "payments_list": []}
CASES: dict[str, tuple[IssuedDocument, Company]] = {
    "rich": (rich(), company(fax="0755001235")),
    "person": (invoice(entity=PERSON), freelancer()),
    "abroad": (invoice(row("10", EXPORT), entity=FAR), company()),
    "gross": (invoice(row(gross_price=Decimal(122), net_price=None), use_gross_prices=True), company()),
    "self, foreign": (invoice(entity=FAR, ei_data=EInvoiceData(document_type="TD17"), **SELF), company(ei_code="")),
    "office": (invoice(entity=client(type="pa", ei_code="UFABCD")), company()),
    "simplified": (
        invoice(
            row("10", EXPORT),
            row("90"),
            ei_data=EInvoiceData(document_type="TD08", **LINKED),
            visible_subject="Reso",
            stamp_duty=Decimal(2),
        ),
        company(),
    ),
    "self, own": (invoice(**SELF | {"type": "self_own_invoice"}, ei_data=EInvoiceData(**LINKED)), company()),
}
NOBODYS = {"ProgressivoInvio", "NumeroLinea"}
"""What is worked out of nothing that anybody sets; so is the postal code abroad, and most formats."""


def leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its place as a finding names it."""
    for name, value in tree.items():
        where = f"{path}/{name}" if path else name
        for number, each in enumerate(value if isinstance(value, list) else [value], 1):
            place = f"{where}[{number}]" if isinstance(value, list) else where
            if isinstance(each, dict):
                yield from leaves(each, place)
            else:
                yield place, each


def made(document: IssuedDocument, issuer: Company) -> dict[str, str]:
    token = document.attachment_token
    attachment = Attachment(token, token.encode(), "Allegato") if token else None
    return dict(leaves(from_document(document, issuer, progressive="1", attachment=attachment).tree))


def read(document: IssuedDocument, issuer: Company, steps: list[str]) -> Any:
    node: Any = issuer if steps[:1] == ["company"] else document
    for step in steps[1:] if node is issuer else steps:
        node = node[int(step)] if step.isdigit() else getattr(node, step)
    return node


def variants(document: IssuedDocument, issuer: Company, key: str) -> Iterator[dict[str, str]]:
    """The invoice with something else, and with nothing, at a key; AttributeError for a key that there is not."""
    steps = re.findall(r"\w+", key)
    for other in (*OTHERS, None, ""):
        new, by = copy.deepcopy(document), copy.deepcopy(issuer)
        setattr(read(new, by, steps[:-1]), steps[-1], other)
        if key == "entity.country" and new.entity:
            new.entity.country_iso = ""  # as where a user changes the country: the code follows
        try:
            yield made(new, by)
        except (AttributeError, TypeError, ValueError, ArithmeticError):
            continue  # of another type than the key's


OTHERS = ("FR", "TD27", "Francia", "altro", "pa", "D", "S", True, False, Decimal(61), dt.date(2026, 2, 2), 9)


@pytest.mark.parametrize("name", CASES)
def test_setting_the_key_of_a_place_changes_the_place(name: str) -> None:
    document, issuer = CASES[name]
    document = copy.deepcopy(document)
    document.attachment_token, document.currency = "a.pdf", Currency()
    find = key_finder(document, issuer)
    for path, value in made(document, issuer).items():
        key = find(path)
        if path.rpartition("/")[2] in NOBODYS or value in {"00000", "FPR12", "FSM10"}:
            continue
        if path.endswith("DataInizioPeriodo"):
            assert key == "items_list[3].ei_raw.DataInizioPeriodo"
            continue
        found = variants(document, issuer, key)
        assert any(variant.get(path) != value for variant in found), (path, key)


@pytest.mark.parametrize(
    ("document", "code", "key"),
    [
        (invoice(ei_data=EInvoiceData()), "00200", "ei_data.payment_method"),
        (invoice(entity=client(ei_code="ABC")), "00200", "entity.ei_code"),
        (invoice(entity=client(vat_number="00743110158")), "00305", "entity.vat_number"),
        (invoice(entity=client(address_street="")), "00200", "entity.address_street"),
        (invoice(row(), row(name=""), row()), "00200", "items_list[1].name"),
        (invoice(row(), row(), row("1", VatType(value=Decimal(0)))), "00400", "items_list[2].vat.ei_type"),
        (invoice(withholding_tax=Decimal(20)), "00200", "ei_withholding_tax_causal"),
        (invoice(cassa=Decimal(4)), "00200", "ei_cassa_type"),
        (invoice(numeration="/" + "A" * 30), "00200", "number"),
        (invoice(**SELF), "00200", "ei_data.document_type"),
        (invoice(row("90", FORFETTARIO)), "W-BOLLO", "stamp_duty"),
        (invoice(entity=client(type="pa", ei_code="UFABCD")), "W-CIG", "ei_data.cig"),
        (invoice(items_list=[]), "00200", "items_list"),
        (invoice(ei_data=EInvoiceData(payment_method="MP05", invoice_date=TODAY)), "00200", "ei_data.invoice_number"),
    ],
)
def test_what_a_check_finds_names_the_key_to_set(document: IssuedDocument, code: str, key: str) -> None:
    find = key_finder(document, company())
    found = check(from_document(document, company(), progressive="1"))
    assert (code, key) in [(finding.code, find(finding.path)) for finding in found]


def test_what_ei_raw_says_is_mended_in_ei_raw() -> None:
    general = {"DatiGeneraliDocumento": {"TipoDocumento": "TD99"}, "DatiSAL": [{"RiferimentoFase": "x"}]}
    document = invoice(
        row(ei_raw={"CodiceArticolo": {"CodiceTipo": "é", "CodiceValore": "1"}}),
        ei_raw={"FatturaElettronicaBody": {"DatiGenerali": general}},
        payments_list=[Payment(amount=Decimal(1)), Payment(amount=Decimal(121), ei_raw={"ModalitaPagamento": "MP99"})],
    )
    find = key_finder(document, company())
    found = {find(finding.path) for finding in check(from_document(document, company(), progressive="1"))}
    body = "ei_raw.FatturaElettronicaBody[0].DatiGenerali"
    assert found >= {
        f"{body}.DatiGeneraliDocumento.TipoDocumento",
        f"{body}.DatiSAL[0].RiferimentoFase",
        "payments_list[1].ei_raw.ModalitaPagamento",
        "items_list[0].ei_raw.CodiceArticolo[0].CodiceTipo",
    }


@pytest.mark.parametrize("path", ["", "FatturaElettronicaHeader", "Signature/x", "FatturaElettronicaBody[2]"])
def test_what_nobody_sets_has_no_key(path: str) -> None:
    assert key_finder(invoice(), company())(path) == ""
