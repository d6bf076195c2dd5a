"""Facts of Italian law as the program holds them: VAT types, codes, document types, F24."""

import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from mastro.italy import codes, document_types, f24, payment_methods, templates, vat_types
from mastro.italy.codes import TableName

SHARED = Path(__file__).parents[2].parent / "shared"
NATURE = [
    "N1",
    "N2.1",
    "N2.2",
    "N3.1",
    "N3.2",
    "N3.3",
    "N3.4",
    "N3.5",
    "N3.6",
    "N4",
    "N5",
    "N6.1",
    "N6.2",
    "N6.3",
    "N6.4",
    "N6.5",
    "N6.6",
    "N6.7",
    "N6.8",
    "N6.9",
    "N7",
]


@pytest.mark.parametrize(
    ("number", "value", "natura"),
    [(0, 22, ""), (3, 10, ""), (4, 4, ""), (21, 0, "N1"), (10, 0, "N2.1"), (11, 0, "N2.1"), (66, 0, "N2.2")],
)
def test_the_ids_that_clients_know_by_heart_mean_what_they_expect(number: int, value: int, natura: str) -> None:
    found = vat_types.by_id(number)
    assert found is not None
    assert (found.id, found.value, found.ei_type) == (number, Decimal(value), natura)


def test_the_id_zero_is_the_default_and_there_is_only_one() -> None:
    assert [vat_type.id for vat_type in vat_types.BUILT_IN if vat_type.default] == [0]


def test_the_two_flat_regimes_have_their_default() -> None:
    for number, law in ((vat_types.FORFETTARIO_ID, "L. 190/2014"), (vat_types.MINIMI_ID, "DL 98/2011")):
        found = vat_types.by_id(number)
        assert found is not None
        assert (found.value, found.ei_type) == (0, "N2.2")
        assert law in found.ei_description


def test_clients_that_take_zero_for_none_find_the_ordinary_rate_under_a_positive_id() -> None:
    ordinary = [one for one in vat_types.BUILT_IN if one.value == 22 and not one.is_disabled]
    assert len(ordinary) == 2
    assert any(one.id for one in ordinary)


def test_every_rate_in_force_can_be_chosen_and_the_ended_ones_are_disabled() -> None:
    rates = {one.value for one in vat_types.BUILT_IN if not one.ei_type and not one.is_disabled}
    assert rates == {Decimal(22), Decimal(10), Decimal(5), Decimal(4)} == set(vat_types.ORDINARY_RATES)
    assert {one.value for one in vat_types.BUILT_IN if one.is_disabled} == {Decimal(20), Decimal(21)}


def test_21_percent_ended_on_30_september_2013_and_22_began_the_day_after() -> None:
    assert vat_types.validity(1)[1] == dt.date(2013, 9, 30)
    assert vat_types.validity(0)[0] == dt.date(2013, 10, 1)


def test_there_is_a_type_for_every_natura_that_the_sdi_accepts_and_none_for_the_generic_ones() -> None:
    assert sorted({one.ei_type for one in vat_types.BUILT_IN if one.ei_type}) == NATURE
    assert [code.code for code in codes.valid("Natura", dt.date(2026, 1, 1))] == NATURE


def test_no_ids_repeat_and_all_lie_below_a_company_s_own() -> None:
    ids = [one.id for one in vat_types.BUILT_IN]
    assert len(set(ids)) == len(ids)
    assert all(number is not None and 0 <= number < vat_types.FIRST_OWN_ID for number in ids)


def test_each_reason_without_vat_cites_a_law_that_fits_the_xml() -> None:
    for one in vat_types.BUILT_IN:
        if one.ei_type:
            assert one.value == 0
            assert 0 < len(one.ei_description) <= 100, "RiferimentoNormativo has at most 100 characters"
            assert "art" in one.ei_description.lower()
            assert one.notes.isascii() or "à" in one.notes


def test_what_a_caller_does_to_a_vat_type_stays_with_the_caller() -> None:
    mine = vat_types.by_id(0)
    assert mine is not None
    mine.description = "changed"
    again = vat_types.by_id(0)
    assert again is not None
    assert again.description == ""
    assert vat_types.by_id(999) is None


COUNTS: dict[TableName, int] = {
    "RegimeFiscale": 19,
    "TipoDocumento": 20,
    "TipoDocumentoSemplificata": 3,
    "TipoCassa": 22,
    "TipoRitenuta": 6,
    "ModalitaPagamento": 23,
    "CondizioniPagamento": 3,
    "CausalePagamento": 29,
    "Natura": 24,
    "EsigibilitaIVA": 3,
    "TipoMessaggio": 9,
}


@pytest.mark.parametrize("name", COUNTS)
def test_each_table_has_as_many_codes_as_the_specification(name: TableName) -> None:
    assert len(codes.table(name)) == COUNTS[name]
    assert all(code.it and code.en for code in codes.table(name).values())


def test_the_codes_are_those_of_the_collected_specification() -> None:
    source = SHARED / "fatturapa" / "codes.json"
    if not source.exists():
        pytest.skip("the collected specification is not beside the checkout")
    collected = json.loads(source.read_text(encoding="utf-8"))
    for name in COUNTS:
        wanted = {"TipoMessaggio": "TipoMessaggioSdI"}.get(name, name)
        assert {one["code"] for one in collected[wanted]} == set(codes.table(name)), name


@pytest.mark.parametrize(
    ("name", "code", "last", "first"),
    [
        ("Natura", "N2", dt.date(2020, 12, 31), dt.date(2021, 1, 1)),
        ("Natura", "N6", dt.date(2020, 12, 31), dt.date(2021, 1, 1)),
        ("CausalePagamento", "Z", dt.date(2020, 12, 31), dt.date(2021, 1, 1)),
    ],
)
def test_a_retired_code_ends_on_its_day(name: TableName, code: str, last: dt.date, first: dt.date) -> None:
    known = codes.find(name, code)
    assert known is not None
    assert known.in_force(last)
    assert not known.in_force(first)


@pytest.mark.parametrize(("name", "code"), [("TipoDocumento", "TD29"), ("RegimeFiscale", "RF20")])
def test_the_codes_of_the_specification_1_9_begin_on_1_april_2025(name: TableName, code: str) -> None:
    known = codes.find(name, code)
    assert known is not None
    assert not known.in_force(dt.date(2025, 3, 31))
    assert known.in_force(dt.date(2025, 4, 1))


def test_choices_offer_no_retired_code_and_may_begin_with_none() -> None:
    offered = codes.choices("CausalePagamento", none="Nessuna ritenuta")
    assert next(iter(offered.items())) == ("", "Nessuna ritenuta")
    assert "ZO" in offered
    assert "Z" not in offered


def test_codes_are_described_in_two_languages_and_unknown_ones_by_themselves() -> None:
    assert codes.describe("ModalitaPagamento", "MP05") == "Bonifico"
    assert codes.describe("ModalitaPagamento", "MP05", "en") == "Bank transfer"
    assert codes.describe("ModalitaPagamento", "MP99") == "MP99"


def test_an_invoice_is_td01_a_credit_note_td04_and_a_quote_no_electronic_document() -> None:
    assert document_types.default_code("invoice") == "TD01"
    assert document_types.default_code("credit_note") == "TD04"
    assert document_types.codes_for("quote") == ()
    assert document_types.default_code("quote") is None


def test_a_supplier_s_self_invoice_has_no_usual_type() -> None:
    assert document_types.default_code("self_supplier_invoice") is None
    assert {"TD16", "TD17", "TD18", "TD19"} <= set(document_types.codes_for("self_supplier_invoice"))


def test_every_sdi_type_can_be_made_from_some_document() -> None:
    made = {
        code
        for kind in ("invoice", "credit_note", "self_own_invoice", "self_supplier_invoice")
        for code in document_types.codes_for(kind)
    }
    assert made == set(codes.table("TipoDocumento"))


def test_the_pre_create_table_says_of_each_type_which_self_invoice_it_can_be() -> None:
    shown = msgspec.to_builtins(document_types.info())
    assert len(shown) == 20
    assert shown["TD01"]["description_self_invoice"] == "TD01 - fattura in nome e per conto"
    assert not shown["TD01"]["self_own_invoice"]
    assert shown["TD21"] == {
        "self_own_invoice": True,
        "self_supplier_invoice": False,
        "description": "TD21 - Autofattura per splafonamento",
    }


def test_the_flags_of_the_types_are_the_vendor_s() -> None:
    spec = SHARED / "reference" / "openapi.yaml"
    if not spec.exists():
        pytest.skip("the vendor's specification is not beside the checkout")
    text = spec.read_text(encoding="utf-8")
    start = text.index("documents_type_info:\n", text.index("ei_payment_structure:\n"))
    block = text[start : text.index("ei_regime_info:", start)].split()
    codes_at = [at for at, word in enumerate(block) if word.startswith("TD") and word.endswith(":")]
    assert len(codes_at) == 18
    for at in codes_at:
        own, supplier = block[at + 2] == "true", block[at + 4] == "true"
        shown = document_types.info()[block[at].rstrip(":")]
        assert (shown.self_own_invoice, shown.self_supplier_invoice) == (own, supplier), block[at]


def test_the_months_and_quarters_of_vat_have_their_codes() -> None:
    assert [f24.monthly_vat(month).code for month in (1, 9, 10, 12)] == ["6001", "6009", "6010", "6012"]
    assert f24.monthly_vat(10).description == "IVA mensile ottobre"
    assert [f24.quarterly_vat(quarter).code for quarter in (1, 2, 3, 4)] == ["6031", "6032", "6033", "6034"]
    assert [f24.e_invoice_stamp_duty(quarter).code for quarter in (1, 4)] == ["2521", "2524"]


@pytest.mark.parametrize("wrong", [0, 13, -1])
def test_a_month_that_is_none_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="Not a month"):
        f24.monthly_vat(wrong)


@pytest.mark.parametrize(
    ("code", "section"),
    [
        ("1040", "erario"),
        ("1668", "erario"),
        ("1791", "erario"),
        ("1792", "erario"),
        ("2501", "erario"),
        ("3800", "regioni"),
        ("3844", "locali"),
        ("pxx", "inps"),
    ],
)
def test_common_tributes_stand_in_their_section_of_the_form(code: str, section: str) -> None:
    found = f24.find(code)
    assert found is not None
    assert found.section == section


def test_tributes_are_found_by_code_and_by_word() -> None:
    assert {one.code for one in f24.search("603")} == {"6031", "6032", "6033", "6034", "6035", "6036", "6037", "6038"}
    assert {one.code for one in f24.search("Forfettario")} == {"1790", "1791", "1792"}
    assert f24.search("") == []
    assert f24.find("0000") is None


def test_a_new_company_pays_by_bank_transfer_and_has_a_cash_desk_and_a_bank() -> None:
    methods = payment_methods.default_methods()
    assert [(one.name, one.ei_payment_method) for one in methods if one.is_default] == [("Bonifico bancario", "MP05")]
    assert {"MP01", "MP02", "MP05", "MP08", "MP12", "MP19"} <= {one.ei_payment_method for one in methods}
    assert [one.ei_payment_method for one in methods if one.type == "riba"] == ["MP12"]
    assert {one.ei_payment_method for one in methods} <= set(codes.table("ModalitaPagamento"))
    assert [(one.name, one.type) for one in payment_methods.default_accounts()] == [
        ("Cassa", "standard"),
        ("Banca", "bank"),
    ]


def test_two_companies_do_not_share_their_payment_methods() -> None:
    payment_methods.default_methods()[0].name = "changed"
    assert payment_methods.default_methods()[0].name == "Bonifico bancario"


def test_each_kind_of_document_has_a_layout_whose_id_stays() -> None:
    assert {(one.id, one.type) for one in templates.TEMPLATES} >= {
        (1, "standard"),
        (2, "delivery_note"),
        (3, "accompanying_invoice"),
    }
    assert templates.default("delivery_note").id == 2
    assert templates.by_id(404) is None


def test_importing_the_codes_reads_no_file() -> None:
    read = "from mastro.italy import cities, codes, countries, currencies, f24, tables as t; print(t.rows.__module__)"
    patched = (
        "import mastro.italy.tables as t\ndef refuse(name): raise SystemExit('read ' + name)\nt.rows = refuse\n" + read
    )
    done = subprocess.run([sys.executable, "-c", patched], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
