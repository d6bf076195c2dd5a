from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.model.company import CompanySettings, TaxProfile
from support import CheckAccess, Client, MakeCompany, MakeToken, Sdk

METHODS = "settings/payment_methods"
ACCOUNTS = "settings/payment_accounts"
VAT_TYPES = "settings/vat_types"


def created(client: Client, path: str, **facts: Any) -> dict[str, Any]:
    """The answer to a create."""
    data: dict[str, Any] = client.data("POST", path, json={"data": facts})
    return data


@pytest.mark.parametrize(
    ("path", "body"),
    [(METHODS, {"name": "Baratto"}), (ACCOUNTS, {"name": "Cassaforte"}), (VAT_TYPES, {"value": 7})],
)
def test_access(client: Client, check_access: CheckAccess, path: str, body: dict[str, Any]) -> None:
    id = created(client, path, **body)["id"]
    check_access("POST", path, needs="settings:a", json={"data": body})
    check_access("GET", f"{path}/{id}")
    check_access("PUT", f"{path}/{id}", needs="settings:a", json={"data": body})
    check_access("DELETE", f"{path}/{id}", needs="settings:a")
    check_access("GET", path, needs="settings:r" if path == VAT_TYPES else "")


def test_access_to_what_is_only_read(check_access: CheckAccess) -> None:
    check_access("GET", "settings/tax_profile", needs="settings:r")
    check_access("GET", "settings/templates")
    check_access("GET", "settings/templates/1")


@pytest.mark.parametrize(
    ("path", "body"),
    [(METHODS, {"name": "Baratto"}), (ACCOUNTS, {"name": "Cassaforte"}), (VAT_TYPES, {"value": 7})],
)
def test_settings_of_another_company_are_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken, path: str, body: dict[str, Any]
) -> None:
    ids = [created(client, path, **body)["id"] for _ in range(15)]
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.get(f"{path}/{ids[-1]}").status_code == 404
    assert stranger.put(f"{path}/{ids[-1]}", json={"data": body}).status_code == 404
    assert stranger.delete(f"{path}/{ids[-1]}").status_code == 404


# payment accounts and methods


def test_a_new_company_has_the_usual_accounts_and_methods(client: Client) -> None:
    accounts = client.data("GET", ACCOUNTS)
    assert [(account["name"], account["type"]) for account in accounts] == [("Cassa", "standard"), ("Banca", "bank")]
    methods = {method["name"]: method for method in client.data("GET", METHODS)}
    assert methods["Bonifico bancario"]["is_default"] is True
    assert methods["Bonifico bancario"]["default_payment_account"]["name"] == "Banca"
    assert methods["Contanti"]["default_payment_account"]["name"] == "Cassa"
    assert [name for name, method in methods.items() if method["type"] == "riba"] == ["RiBa"]


def test_a_new_companys_iban_is_that_of_its_account_and_transfers(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    iban = "IT60X0542811101000000123456"
    other = make_company(name="Blu S.r.l.", bank_iban=iban, bank_name="Banca Prima")
    theirs = Client(client.http, other, make_token(company_id=other))
    assert theirs.data("GET", ACCOUNTS)[1]["iban"] == iban
    transfer = theirs.data("GET", METHODS)[0]
    assert (transfer["bank_iban"], transfer["bank_beneficiary"]) == (iban, "Blu S.r.l.")
    assert transfer["default_payment_account"]["iban"] == iban


def test_the_vendors_client_keeps_accounts_and_methods(sdk: Sdk, company_id: int) -> None:
    settings, info = vendor.SettingsApi(sdk()), vendor.InfoApi(sdk())
    request = vendor.CreatePaymentAccountRequest(data=vendor.PaymentAccount(name="Posta", type="bank", iban="IT1"))
    account = settings.create_payment_account(company_id, request).data
    method = settings.create_payment_method(
        company_id,
        vendor.CreatePaymentMethodRequest(
            data=vendor.PaymentMethod(
                name="Vaglia",
                default_payment_account=vendor.PaymentAccount(id=account.id),
                details=[vendor.PaymentMethodDetails(title="Presso", description="Ufficio postale")],
            )
        ),
    ).data
    assert method.default_payment_account.name == "Posta"
    assert settings.get_payment_method(company_id, method.id).data.details[0].title == "Presso"
    assert "Vaglia" in [row.name for row in info.list_payment_methods(company_id).data]
    change = vendor.ModifyPaymentAccountRequest(data=vendor.PaymentAccount(name="Poste", type="bank"))
    assert settings.modify_payment_account(company_id, account.id, change).data.iban == "IT1"
    assert "Poste" in [row.name for row in info.list_payment_accounts(company_id).data]
    settings.delete_payment_method(company_id, method.id)
    settings.delete_payment_account(company_id, account.id)
    assert settings.get_payment_account(company_id, 1).data.name == "Cassa"


def test_methods_show_their_account_as_it_is_now(client: Client) -> None:
    account = created(client, ACCOUNTS, name="Posta")
    method = created(client, METHODS, name="Vaglia", default_payment_account={"id": account["id"]})
    client.data("PUT", f"{ACCOUNTS}/{account['id']}", json={"data": {"iban": "IT2"}})
    assert client.data("GET", f"{METHODS}/{method['id']}")["default_payment_account"]["iban"] == "IT2"
    assert client.delete(f"{ACCOUNTS}/{account['id']}").status_code == 200
    assert client.data("GET", f"{METHODS}/{method['id']}")["default_payment_account"] is None


def test_one_method_at_most_is_the_default(client: Client) -> None:
    created(client, METHODS, name="Baratto", is_default=True)
    methods = client.data("GET", METHODS)
    assert [method["name"] for method in methods if method["is_default"]] == ["Baratto"]


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"name": ""}, "data.name"),
        ({"type": "barter"}, "data.type"),
        ({"ei_payment_method": "MP99"}, "data.ei_payment_method"),
        ({"details": [{"title": str(n)} for n in range(6)]}, "data.details"),
        ({"details": [{"title": 3}]}, "data.details.0.title"),
        ({"default_payment_account": {"id": 77}}, "data.default_payment_account.id"),
        ({"default_payment_account": {"name": "Materasso"}}, "data.default_payment_account.name"),
        ({"default_payment_account": {}}, "data.default_payment_account.id"),
    ],
)
def test_a_method_that_cannot_be_is_refused(client: Client, facts: dict[str, Any], path: str) -> None:
    answer = client.post(METHODS, json={"data": {"name": "Baratto", **facts}})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [path]


@pytest.mark.parametrize("path", [METHODS, "info/payment_methods"])
def test_lists_are_sorted_and_narrowed(client: Client, path: str) -> None:
    names = [row["name"] for row in client.data("GET", path, params={"sort": "-name"})]
    assert names == sorted(names, key=str.lower, reverse=True)
    assert client.data("GET", path, params={"fields": "id"})[0] == {"id": 1}
    assert client.get(path, params={"sort": "iban"}).status_code == 422


# VAT types


def test_built_in_vat_types_have_the_ids_that_clients_know(client: Client) -> None:
    types = {row["id"]: row for row in client.data("GET", "info/vat_types")}
    assert [types[id]["value"] for id in (0, 3, 4)] == [22, 10, 4]
    assert [types[id]["ei_type"] for id in (21, 10, 11, 66)] == ["N1", "N2.1", "N2.1", "N2.2"]
    assert [id for id, row in types.items() if row["default"]] == [0]
    assert client.data("GET", f"{VAT_TYPES}/0")["value"] == 22


def test_built_in_vat_types_are_not_to_be_changed(client: Client) -> None:
    for method in ("PUT", "DELETE"):
        answer = client.call(method, f"{VAT_TYPES}/0", json={"data": {"value": 23}})
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "VAT_TYPE_NOT_EDITABLE"
    assert client.delete(f"{VAT_TYPES}/999").status_code == 404


def test_the_vendors_client_keeps_vat_types(sdk: Sdk, company_id: int) -> None:
    settings, info = vendor.SettingsApi(sdk()), vendor.InfoApi(sdk())
    body = vendor.VatType(value=0, description="Esente", e_invoice=True, ei_type="N4")
    made = settings.create_vat_type(company_id, vendor.CreateVatTypeRequest(data=body)).data
    assert made.id >= 1000
    assert (made.editable, made.default, made.is_disabled) == (True, False, False)
    assert settings.get_vat_type(company_id, made.id).data.ei_type == "N4"
    change = vendor.ModifyVatTypeRequest(data=vendor.VatType(value=0, is_disabled=True))
    assert settings.modify_vat_type(company_id, made.id, change).data.is_disabled
    assert info.list_vat_types(company_id).data[-1].id == made.id
    settings.delete_vat_type(company_id, made.id)
    assert info.list_vat_types(company_id).data[-1].id < 1000


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({}, "data.value"),
        ({"value": 101}, "data.value"),
        ({"value": -1}, "data.value"),
        ({"value": 0, "e_invoice": True}, "data.ei_type"),
        ({"value": 0, "ei_type": "N9"}, "data.ei_type"),
        ({"value": 0, "ei_type": "N3"}, "data.ei_type"),
        ({"value": 22, "ei_type": "N4"}, "data.ei_type"),
    ],
)
def test_a_vat_type_that_the_sdi_would_refuse_is_refused(client: Client, facts: dict[str, Any], path: str) -> None:
    answer = client.post(VAT_TYPES, json={"data": facts})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [path]


def test_a_zero_rate_without_natura_is_for_paper_only(client: Client) -> None:
    assert created(client, VAT_TYPES, value=0)["e_invoice"] is False
    assert created(client, VAT_TYPES, value="7.5")["e_invoice"] is True


def test_a_type_of_the_company_is_found_by_its_rate(client: Client) -> None:
    own = created(client, VAT_TYPES, value=7.5)
    product = client.data("POST", "products", json={"data": {"name": "A", "default_vat": {"value": 7.5}}})
    assert product["default_vat"]["id"] == own["id"]


# templates and tax profile


def test_templates_are_the_layouts_of_the_program(client: Client, sdk: Sdk, company_id: int) -> None:
    api = vendor.SettingsApi(sdk())
    listed = api.list_templates(company_id).data
    assert {template.type for template in listed} == {"standard", "delivery_note", "accompanying_invoice"}
    assert api.get_template(company_id, listed[0].id).data.name == listed[0].name
    assert client.get("settings/templates/99").status_code == 404
    assert client.data("GET", "settings/templates", params={"fields": "id"})[0] == {"id": listed[0].id}


def test_the_tax_profile_follows_the_regime(
    client: Client, sdk: Sdk, company_id: int, make_company: MakeCompany, make_token: MakeToken
) -> None:
    ordinary = vendor.SettingsApi(sdk()).get_tax_profile(company_id).data
    assert (ordinary.regime, ordinary.default_vat.id) == ("ordinario", 0)
    other = make_company(name="Anna Rossi", regime="RF19")
    theirs = Client(client.http, other, make_token(company_id=other))
    profile = theirs.data("GET", "settings/tax_profile")
    assert profile["regime"] == "forfettario_2015"
    assert (profile["default_vat"]["id"], profile["default_vat"]["default"]) == (66, True)
    assert [row["id"] for row in theirs.data("GET", "info/vat_types") if row["default"]] == [66]
    product = theirs.data("POST", "products", json={"data": {"name": "A", "net_price": 10}})
    assert (product["default_vat"]["id"], product["gross_price"]) == (66, 10)


def test_a_finer_word_for_the_regime_is_kept(make_company: MakeCompany, make_token: MakeToken, client: Client) -> None:
    settings = CompanySettings(tax_profile=TaxProfile(regime="forfettario_5"), default_vat_id=66)
    for given, word in ((settings, "forfettario_5"), (CompanySettings(), "forfettario_2015")):
        other = make_company(regime="RF19", settings=given)
        theirs = Client(client.http, other, make_token(company_id=other))
        assert theirs.data("GET", "settings/tax_profile")["regime"] == word
