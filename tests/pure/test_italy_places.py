"""Facts of geography and money: countries, cities, provinces, currencies, languages."""

import datetime as dt
import html
import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from mastro.italy import cities, countries, currencies, dn_causals, languages, measures

SHARED = Path(__file__).parents[2].parent / "shared"
MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
CODES = """
AG AL AN AO AP AQ AR AT AV BA BG BI BL BN BO BR BS BT BZ CA CB CE CH CL CN CO CR CS CT CZ EN FC FE FG FI FM FR GE GO GR
IM IS KR LC LE LI LO LT LU MB MC ME MI MN MO MS MT NA NO NU OR PA PC PD PE PG PI PN PO PR PT PU PV PZ RA RC RE RG RI RM
RN RO SA SI SO SP SR SS SU SV TA TE TN TO TP TR TS TV UD VA VB VC VE VI VR VT VV
"""
PROVINCES = CODES.split()


def test_there_are_249_countries_with_italy_first() -> None:
    listed = countries.all_countries()
    assert len(listed) == 249
    assert len({one.name for one in listed}) == 249
    assert listed[0] == countries.Country("Italia", "Italia", "IT", "IT", "086")


def test_the_country_names_are_those_that_clients_of_the_api_send() -> None:
    spec = SHARED / "reference" / "openapi.yaml"
    if not spec.exists():
        pytest.skip("the vendor's specification is not beside the checkout")
    text = spec.read_text(encoding="utf-8")
    start = text.index("countries_list:\n                    - Italia")
    block = text[start : text.index("currencies_list:", start)]
    names = [name.strip().strip("'\"").replace("''", "'") for name in re.findall(r"- (.+)", block)]
    assert [one.name for one in countries.all_countries()] == names


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Italia", "IT"),
        ("ITALIA", "IT"),
        ("italy", "IT"),
        ("it", "IT"),
        ("Regno Unito", "GB"),
        ("United Kingdom", "GB"),
        ("UK", "GB"),
        ("Grecia", "GR"),
        ("EL", "GR"),
        ("gr", "GR"),
        ("Peru", "PE"),
        ("PERÙ", "PE"),
        ("U.S.A.", "US"),
        ("Stati Uniti d'America", "US"),
        ("costa d\u2019avorio", "CI"),
        ("Isole Canarie (Spagna)", "IC"),
        ("Kosovo", "XK"),
        ("Macedonia", "MK"),
        ("Eswatini", "SZ"),
        ("Swaziland", "SZ"),
        ("Curaçao", "CW"),
        ("Sao Tome e Principe", "ST"),
        ("Trinidad and Tobago", "TT"),
        ("Olanda", "NL"),
    ],
)
def test_a_country_is_known_by_names_and_codes_whatever_case_and_accents(text: str, iso: str) -> None:
    assert countries.iso_of(text) == iso


@pytest.mark.parametrize("text", ["", "Atlantide", "ZZ", "I", "x" * 100_000, "😀"])
def test_what_is_no_country_is_none(text: str) -> None:
    assert countries.iso_of(text) is None
    assert countries.name_of(text) is None


def test_every_listed_name_leads_to_its_code_and_every_code_to_a_name_of_it() -> None:
    for one in countries.all_countries():
        assert countries.iso_of(one.name) == one.iso
        name = countries.name_of(one.iso)
        assert name is not None
        assert countries.iso_of(name) == one.iso


def test_every_country_is_found_by_its_name_in_babel_s_italian_and_english() -> None:
    italian, english = Locale("it").territories, Locale("en").territories
    for one in countries.all_countries():
        if one.iso != "AN":  # gone since 2010, and from babel too
            assert countries.iso_of(italian[one.iso]) == one.iso
            assert countries.iso_of(english[one.iso]) == one.iso


def test_only_iso_s_countries_and_three_known_others_have_a_row() -> None:
    territories = set(Locale("it").territories)
    codes = {one.iso for one in countries.all_countries()}
    assert codes - territories == {"AN"}
    assert {"XK", "IC"} < codes
    assert len(codes) == 248, "only Macedonia has two names"


def test_greece_is_el_for_the_taxman_and_nobody_else_differs() -> None:
    assert {one.iso: one.fiscal_iso for one in countries.all_countries() if one.iso != one.fiscal_iso} == {"GR": "EL"}


@pytest.mark.parametrize(
    ("iso", "uic"),
    [
        ("IT", "086"),
        ("AF", "002"),
        ("AL", "087"),
        ("FR", "029"),
        ("DE", "094"),
        ("US", "069"),
        ("CH", "071"),
        ("GB", "031"),
    ],
)
def test_the_uic_codes_are_those_of_the_tax_returns(iso: str, uic: str) -> None:
    known = countries.by_iso(iso)
    assert known is not None
    assert known.uic == uic


def test_uic_codes_have_three_digits_and_no_two_countries_share_one() -> None:
    codes = {one.iso: one.uic for one in countries.all_countries()}
    given_codes = [code for code in codes.values() if code]
    assert all(re.fullmatch(r"\d{3}", code) for code in given_codes)
    assert len(set(given_codes)) == len(given_codes)
    assert {iso for iso, code in codes.items() if not code} == {"AX", "BL"}


def test_the_union_has_27_members_today() -> None:
    assert sorted({one.iso for one in countries.all_countries() if countries.is_eu(one.iso)}) == MEMBERS.split()


def test_greece_is_a_member_by_its_tax_code_too() -> None:
    assert countries.is_eu("EL")


def test_the_united_kingdom_left_and_croatia_joined_on_their_days() -> None:
    assert countries.is_eu("GB", dt.date(2020, 12, 31))
    assert not countries.is_eu("GB", dt.date(2021, 1, 1))
    assert not countries.is_eu("HR", dt.date(2013, 6, 30))
    assert countries.is_eu("HR", dt.date(2013, 7, 1))


def test_there_are_107_provinces_and_each_has_its_cities() -> None:
    assert sorted(cities.provinces()) == PROVINCES
    assert len({one.region for one in cities.provinces().values()}) == 20
    for code in PROVINCES:
        assert cities.province_of(cities.provinces()[code].name) == code
        assert cities.province_of(code.lower()) == code


@pytest.mark.parametrize(
    ("code", "name", "region"),
    [("MI", "Milano", "Lombardia"), ("AO", "Aosta", "Valle d'Aosta"), ("BZ", "Bolzano", "Trentino-Alto Adige")],
)
def test_a_province_has_its_italian_name_and_region(code: str, name: str, region: str) -> None:
    assert cities.provinces()[code] == cities.Province(code, name, region)


@pytest.mark.parametrize(
    ("postal_code", "city", "province"),
    [
        ("20121", "Milano", "MI"),
        ("00184", "Roma", "RM"),
        ("80132", "Napoli", "NA"),
        ("10121", "Torino", "TO"),
        ("89867", "Zungri", "VV"),
        ("83020", "Aiello del Sabato", "AV"),
        ("83011", "Altavilla Irpina", "AV"),
        ("11100", "Aosta", "AO"),
        ("39100", "Bolzano", "BZ"),
        ("20900", "Monza", "MB"),
        ("41121", "Modena", "MO"),
        ("47521", "Cesena", "FC"),
        ("33012", "Sappada", "UD"),
        ("22026", "Maslianico", "CO"),
    ],
)
def test_a_postal_code_finds_its_municipality(postal_code: str, city: str, province: str) -> None:
    assert cities.City(postal_code, city, province) in cities.search(postal_code=postal_code)


def test_a_city_is_found_without_its_accent_and_the_exact_name_comes_first() -> None:
    assert cities.search(city="forli")[0].city == "Forlì"
    assert cities.search(city="FORLÌ")[0].city == "Forlì"
    assert {one.city for one in cities.search(city="L'aquila")} == {"L'Aquila"}


def test_both_questions_at_once_narrow_the_answer() -> None:
    found = cities.search(postal_code="201", city="milano", limit=1000)
    assert len(found) > 30
    assert all(one.postal_code.startswith("201") and one.city == "Milano" for one in found)


def test_a_short_name_and_a_postal_code_find_the_few_that_fit_both() -> None:
    assert {one.city for one in cities.search(postal_code="8986", city="s", limit=1000)} == {"Spilinga"}


def test_the_limit_holds_and_nothing_asked_is_nothing_answered() -> None:
    assert len(cities.search(postal_code="0", limit=7)) == 7
    assert len(cities.search(postal_code="1", limit=10**9)) == cities.MAX_LIMIT
    assert len(cities.search(postal_code="0", limit=-3)) == 1
    assert cities.search() == cities.search(postal_code=" ", city="--") == []


def test_there_are_7896_municipalities_each_with_a_postal_code_of_five_digits() -> None:
    known = {(one.city, one.province) for one in cities.all_cities()}
    assert 7896 <= len(known) <= 8200
    assert all(re.fullmatch(r"\d{5}", one.postal_code) for one in cities.all_cities())
    assert {one.province for one in cities.all_cities()} == set(PROVINCES)


@given(st.text(max_size=30), st.text(max_size=10))
def test_any_text_may_be_searched(city: str, postal_code: str) -> None:
    assert len(cities.search(postal_code=postal_code, city=city, limit=5)) <= 5


def test_there_are_54_currencies_with_rates_of_five_decimals() -> None:
    known = currencies.all_currencies()
    assert len({one.id for one in known}) == len(known) == 54
    for one in known:
        assert re.fullmatch(r"\d+\.\d{5}", one.exchange_rate)
        assert Decimal(one.exchange_rate) > 0


def test_the_euro_is_worth_one_euro_and_the_fixed_rates_are_those_of_the_law() -> None:
    rates = {one.id: one.exchange_rate for one in currencies.all_currencies()}
    assert rates["EUR"] == "1.00000"
    assert rates["HRK"] == "7.53450"
    assert rates["BGN"] == "1.95583"
    assert rates["CFA"] == "655.95700"


def test_the_rates_of_the_central_bank_have_their_day() -> None:
    dollar = currencies.rate_of("USD")
    assert dollar is not None
    assert dollar.source == "ecb"
    assert dollar.date is not None
    assert dollar.date >= dt.date(2026, 10, 1)


def test_the_html_symbol_reads_as_the_symbol_or_the_code() -> None:
    for one in currencies.all_currencies():
        assert html.unescape(one.html_symbol) in {one.symbol, one.id}


def test_new_rates_replace_the_old_in_the_form_of_the_wire() -> None:
    changed = {one.id: one.exchange_rate for one in currencies.with_rates({"USD": Decimal("1.1"), "XXX": Decimal(1)})}
    assert changed["USD"] == "1.10000"
    assert changed["GBP"] == {one.id: one.exchange_rate for one in currencies.all_currencies()}["GBP"]


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity", "1e30"])
def test_a_rate_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="Not an exchange rate"):
        currencies.with_rates({"USD": Decimal(wrong)})


def test_what_a_caller_does_to_a_currency_stays_with_the_caller() -> None:
    mine = currencies.by_id("usd")
    assert mine is not None
    mine.exchange_rate = "9.99999"
    again = currencies.by_id("USD")
    assert again is not None
    assert again.exchange_rate != "9.99999"


def test_there_are_nine_languages_with_italian_names() -> None:
    known = languages.all_languages()
    assert [one.code for one in known] == ["it", "en", "de", "fr", "es", "pt", "el", "pl", "sl"]
    italian = Locale("it").languages
    assert all(one.name == italian[one.code].capitalize() for one in known)
    assert languages.by_code("EN") == languages.all_languages()[1]
    assert languages.by_code("xx") is None


def test_measures_and_reasons_of_transport_are_the_api_s() -> None:
    assert measures.MEASURES == ("pezzi", "kg", "litri", "ore", "giorni", "km", "mesi")
    assert len(dn_causals.CAUSALS) == 11
    assert dn_causals.CAUSALS[0] == "Vendita"


def test_places_go_to_the_wire_as_they_are() -> None:
    assert msgspec.to_builtins(cities.search(postal_code="89867", city="Zungri")) == [
        {"postal_code": "89867", "city": "Zungri", "province": "VV"}
    ]
    assert list(msgspec.to_builtins(countries.all_countries()[0])) == [
        "name",
        "settings_name",
        "iso",
        "fiscal_iso",
        "uic",
    ]
