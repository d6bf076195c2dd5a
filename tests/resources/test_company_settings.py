"""Who the company is and with what its documents start: our own operation `settings/company`."""

import pytest

from support import VAT_NUMBER, Client, MakeToken

PATH = "settings/company"


def test_only_who_may_see_the_settings_reads_them(client: Client, make_token: MakeToken) -> None:
    reader = client.using(make_token(scopes=["products:r"]))
    assert reader.get(PATH).status_code == 403
    assert client.using(make_token(scopes=["settings:r"])).put(PATH, json={"data": {}}).status_code == 403


def test_what_is_not_sent_stays(client: Client) -> None:
    before = client.data("GET", PATH)["company"]
    sent = {"company": {"address_city": "Bologna", "id": 99, "logo": "x"}}
    after = client.data("PUT", PATH, json={"data": sent})["company"]
    assert after == {**before, "address_city": "Bologna"}
    assert client.data("GET", PATH)["company"] == after


def test_a_new_name_is_the_name_everywhere(client: Client) -> None:
    client.data("PUT", PATH, json={"data": {"company": {"name": "Verdi S.r.l."}}})
    assert client.data("GET", "company/info")["name"] == "Verdi S.r.l."
    assert "Verdi S.r.l." in client.get("/user/companies").text


def test_numbers_are_stored_as_they_are_declared(client: Client) -> None:
    company = client.data("PUT", PATH, json={"data": {"company": {"vat_number": f"IT {VAT_NUMBER}"}}})["company"]
    assert company["vat_number"] == VAT_NUMBER


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", " "),
        ("vat_number", "12345678901"),
        ("tax_code", "XXX"),
        ("bank_iban", "IT00A0000000000000000000000"),
        ("regime", "RF99"),
        ("country_iso", "XX"),
        ("address_city", "x" * 1001),
    ],
)
def test_what_cannot_be_is_refused_at_its_key_and_nothing_is_saved(client: Client, key: str, value: str) -> None:
    before = client.data("GET", PATH)
    refused = client.put(PATH, json={"data": {"company": {"email": "new@example.com", key: value}}})
    assert refused.status_code == 422
    assert f"data.company.{key}" in refused.json()["error"]["validation_result"]
    assert client.data("GET", PATH) == before


def test_defaults_are_those_of_new_documents(client: Client) -> None:
    sent = {"defaults": {"default_vat_id": 3, "default_payment_terms": 60, "default_withholding_tax": 20}}
    defaults = client.data("PUT", PATH, json={"data": sent})["defaults"]
    assert (defaults["default_vat_id"], defaults["default_payment_terms"]) == (3, 60)
    assert client.data("GET", "settings/tax_profile")["default_withholding_tax"] == 20
    assert client.data("GET", "settings/tax_profile")["default_vat"]["id"] == 3


@pytest.mark.parametrize(("key", "value"), [("default_vat_id", 999_999), ("default_payment_terms", -1)])
def test_defaults_that_cannot_be_are_refused(client: Client, key: str, value: int) -> None:
    refused = client.put(PATH, json={"data": {"defaults": {key: value}}})
    assert refused.status_code == 422
    assert f"data.defaults.{key}" in refused.json()["error"]["validation_result"]


def test_the_regime_has_the_vendors_word(client: Client) -> None:
    client.data("PUT", PATH, json={"data": {"company": {"regime": "RF19"}}})
    assert client.data("GET", "settings/tax_profile")["regime"] == "forfettario_2015"
