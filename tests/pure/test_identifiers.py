"""VAT numbers, tax codes, IBANs and recipient codes: what passes, what is refused and why."""

import datetime as dt
import string
from collections.abc import Callable

import pytest
from faker import Faker
from hypothesis import example, given
from hypothesis import strategies as st

from mastro import identifiers
from mastro.identifiers import (
    Check,
    Person,
    check_eu_vat,
    check_iban,
    check_recipient_code,
    check_tax_code,
    check_vat_number,
    normalise_eu_vat,
    normalise_iban,
    normalise_tax_code,
    normalise_vat_number,
    person_of,
    without_omocodia,
)

CHECKS: list[Callable[[str], Check]] = [
    check_vat_number,
    check_tax_code,
    check_iban,
    check_eu_vat,
    check_recipient_code,
]
TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize("text", ["00743110157", "IT00743110157", "it 0074 3110 157", "00743110157 ", "12345678903"])
def test_a_right_vat_number_passes_however_it_is_written(text: str) -> None:
    checked = check_vat_number(text)
    assert checked
    assert checked.value == normalise_vat_number(text)
    assert len(checked.value) == 11
    assert (checked.it, checked.en) == ("", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("1234567890", "length"),
        ("123456789012", "length"),
        ("0074311015X", "characters"),
        ("00743110158", "checksum"),
        ("00000000000", "component"),
        ("\u0660" * 11, "characters"),
        ("1" * 100_000, "length"),
    ],
)
def test_a_wrong_vat_number_says_why_in_two_languages(text: str, reason: str) -> None:
    checked = check_vat_number(text)
    assert not checked
    assert checked.reason == reason
    assert checked.it.startswith("Partita IVA: ")
    assert checked.en.startswith("VAT number: ")


@given(st.integers(10**9, 10**10 - 1), st.integers(0, 9), st.integers(0, 8))
def test_one_changed_digit_is_always_noticed(number: int, at: int, step: int) -> None:
    right = next(f"{number}{last}" for last in range(10) if check_vat_number(f"{number}{last}"))
    changed = right[:at] + str((int(right[at]) + 1 + step) % 10) + right[at + 1 :]
    assert not check_vat_number(changed)


@pytest.mark.parametrize(
    "code",
    [
        "RSSMRA80A01H501U",  # the usual Mario Rossi
        "rccmnl83s18d969h",
        "CNTCHR83T41D969D",
        "MRT MTT 91D08 F205J",
        "00743110157",
        "IT00743110157",
        "97103880585",  # an association without VAT
    ],
)
def test_tax_codes_of_persons_and_of_others_pass(code: str) -> None:
    assert check_tax_code(code)
    assert normalise_tax_code(code) == check_tax_code(code).value


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "empty"),
        ("RSSMRA80A01H501", "length"),
        ("RSSMRA80A01H501A", "checksum"),
        ("1SSMRA80A01H501U", "component"),
        ("0074311015", "length"),
        ("00743110158", "checksum"),
    ],
)
def test_a_wrong_tax_code_says_why(code: str, reason: str) -> None:
    checked = check_tax_code(code)
    assert checked.reason == reason
    assert checked.it.startswith("Codice fiscale: ")
    assert checked.en.startswith("Tax code: ")


def test_nobody_is_born_on_a_99th() -> None:
    assert {check_tax_code(f"RSSMRA80A99H501{last}").reason for last in string.ascii_uppercase} == {
        "checksum",
        "component",
    }


@pytest.mark.parametrize("code", ["MRTMTT91D08F20RW", "MRTMTT91D08FNL5M"])
def test_a_code_whose_digits_became_letters_is_read_as_the_digits(code: str) -> None:
    letter = next(last for last in string.ascii_uppercase if check_tax_code(code[:15] + last))
    found = person_of(code[:15] + letter, TODAY)
    assert found == Person(dt.date(1991, 4, 8), "M", without_omocodia(code)[11:15])
    assert found.place[1:].isdigit()


def test_all_seven_digits_may_become_letters() -> None:
    assert without_omocodia("RSSMRAULALMHRLMX") == "RSSMRA80A01H501X"


def test_a_tax_code_tells_birth_sex_and_place() -> None:
    assert person_of("RSSMRA80A01H501U", TODAY) == Person(dt.date(1980, 1, 1), "M", "H501")
    assert person_of("CNTCHR83T41D969D", TODAY) == Person(dt.date(1983, 12, 1), "F", "D969")
    assert person_of("00743110157", TODAY) is None
    assert person_of("nonsense", TODAY) is None


@pytest.mark.parametrize(("year", "born"), [("25", 2025), ("27", 1927), ("26", 2026)])
def test_nobody_is_born_in_the_future(year: str, born: int) -> None:
    start = f"RSSMRA{year}A01H501"
    code = next(start + last for last in string.ascii_uppercase if check_tax_code(start + last))
    found = person_of(code, TODAY)
    assert found is not None
    assert found.born.year == born


def test_the_codes_of_a_thousand_invented_persons_and_companies_pass() -> None:
    fake = Faker("it_IT")
    fake.seed_instance(633)
    for _ in range(1000):
        assert check_tax_code(fake.ssn())
        assert check_vat_number(fake.company_vat())


@pytest.mark.parametrize(
    "text",
    [
        "IT60X0542811101000000123456",
        "it60 x054 2811 1010 0000 0123 456",
        "IBAN IT60X0542811101000000123456",
        "SM86U0322509800000000270100",
        "DE89370400440532013000",
        "GB82 WEST 1234 5698 7654 32",
        "FR1420041010050500013M02606",
    ],
)
def test_right_ibans_pass(text: str) -> None:
    checked = check_iban(text)
    assert checked
    assert checked.value == normalise_iban(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("IT61X0542811101000000123456", "checksum"),
        ("IT60X054281110100000012345", "checksum"),
        ("IT60X05428111010000001234€6", "characters"),
        ("X", "checksum"),
    ],
)
def test_a_wrong_iban_says_why(text: str, reason: str) -> None:
    checked = check_iban(text)
    assert checked.reason == reason
    assert checked.it.startswith("IBAN: ")


def test_an_italian_iban_with_a_wrong_cin_is_refused_though_its_check_digits_fit() -> None:
    bban = "Y0542811101000000123456"
    text = next(f"IT{digits:02}{bban}" for digits in range(2, 99) if mod_97(bban + f"IT{digits:02}") == 1)
    checked = check_iban(text)
    assert checked.reason == "checksum"
    assert "CIN" in checked.it


def mod_97(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97


@pytest.mark.parametrize(
    ("text", "country", "value"),
    [
        ("DE136695976", "", "DE136695976"),
        ("136 695 976", "DE", "DE136695976"),
        ("FR 40 303265045", "", "FR40303265045"),
        ("EL094259216", "", "EL094259216"),
        ("GR094259216", "", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("IE6433435F", "", "IE6433435F"),
        ("ATU13585627", "AT", "ATU13585627"),
        ("IT00743110157", "", "IT00743110157"),
        ("NL004495445B01", "", "NL004495445B01"),
    ],
)
def test_vat_numbers_of_the_union_pass_with_their_prefix(text: str, country: str, value: str) -> None:
    checked = check_eu_vat(text, country)
    assert checked, checked.en
    assert checked.value == value == normalise_eu_vat(text, country)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("US123456789", "country"),
        ("GB980780684", "country"),
        ("DE136695977", "checksum"),
        ("DE13669597", "length"),
        ("IT00743110158", "checksum"),
    ],
)
def test_a_wrong_vat_number_of_the_union_says_why(text: str, reason: str) -> None:
    checked = check_eu_vat(text)
    assert checked.reason == reason
    assert checked.en.startswith("EU VAT number: ")


def test_northern_ireland_has_its_prefix_and_greece_hers() -> None:
    assert {"XI", "EL"} < identifiers.EU_PREFIXES
    assert not {"GB", "GR"} & identifiers.EU_PREFIXES
    assert len(identifiers.EU_PREFIXES) == 28


@pytest.mark.parametrize(
    ("code", "public", "valid"),
    [
        ("0000000", None, True),
        ("XXXXXXX", False, True),
        ("m5uxcr1", False, True),
        ("UFABC1", True, True),
        ("UFABC1", None, True),
        ("UFABC1", False, False),
        ("M5UXCR1", True, False),
        ("12345", None, False),
        ("M5UX€R1", None, False),
        ("", None, False),
    ],
)
def test_a_recipient_code_has_seven_characters_and_six_for_a_public_body(
    code: str,
    public: bool | None,  # noqa: FBT001 (a parameter of the table)
    valid: bool,  # noqa: FBT001
) -> None:
    checked = check_recipient_code(code, public=public)
    assert checked.valid is valid
    assert bool(checked.it) is not valid


@pytest.mark.parametrize("check", CHECKS)
@given(st.text(max_size=40))
@example("IT")
@example("GR")
@example("0")
@example("²²²²²²²²²²²")
@example("IT\u0660\u0660\u0667\u0664\u0663\u0661\u0661\u0660\u0661\u0665\u0667")
def test_no_text_makes_a_check_raise_and_every_refusal_has_words(check: Callable[[str], Check], text: str) -> None:
    checked = check(text)
    assert checked.valid is (checked.reason == "ok")
    assert bool(checked.it) == bool(checked.en) == (not checked.valid)


@pytest.mark.parametrize("check", CHECKS)
@given(st.text(alphabet=string.ascii_uppercase + string.digits, min_size=2, max_size=30))
def test_what_is_checked_twice_is_the_same_twice(check: Callable[[str], Check], text: str) -> None:
    once = check(text)
    assert check(once.value).reason == once.reason
