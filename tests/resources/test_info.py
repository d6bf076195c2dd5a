import fattureincloud_python_sdk as vendor
import pytest

from support import CheckAccess, Client, MakeToken, Sdk

COMMON = ("countries", "detailed_countries", "cities", "languages", "currencies", "templates", "measures", "dn_causals")


@pytest.mark.parametrize("name", COMMON)
def test_lists_of_all_companies_want_any_token(client: Client, make_token: MakeToken, name: str) -> None:
    assert client.using("").get(f"/info/{name}").status_code == 401
    assert client.using(make_token(scopes=["calendar:r"])).get(f"/info/{name}").status_code == 200


@pytest.mark.parametrize(
    ("path", "needs"),
    [
        ("info/vat_types", "settings:r"),
        ("info/payment_methods", ""),
        ("info/payment_accounts", ""),
        ("info/revenue_centers", ""),
        ("info/cost_centers", ""),
        ("info/product_categories?context=products", ""),
        ("info/received_document_categories", ""),
        ("info/archive_categories", ""),
    ],
)
def test_access_to_the_lists_of_a_company(check_access: CheckAccess, path: str, needs: str) -> None:
    check_access("GET", path, needs=needs)


def test_the_vendors_client_reads_every_list(sdk: Sdk, company_id: int) -> None:
    api = vendor.InfoApi(sdk())
    assert api.list_countries().data[0] == "Italia"
    italy = api.list_detailed_countries().data[0]
    assert (italy.name, italy.iso, italy.fiscal_iso) == ("Italia", "IT", "IT")
    assert {city.city for city in api.list_cities(postal_code="24121").data} == {"Bergamo"}
    assert api.list_languages().data[0].code == "it"
    euro = next(currency for currency in api.list_currencies().data if currency.id == "EUR")
    assert (euro.symbol, euro.exchange_rate) == ("€", "1.00000")
    assert {template.type for template in api.list_default_templates(type="delivery_note").data} == {"delivery_note"}
    assert "kg" in api.list_units_of_measure().data
    assert "Vendita" in api.list_delivery_notes_default_causals().data
    assert api.list_cost_centers(company_id).data == []
    assert api.list_revenue_centers(company_id).data == []
    assert api.list_product_categories(company_id, context="issued_documents").data == []
    assert api.list_received_document_categories(company_id).data == []
    assert api.list_archive_categories(company_id).data == []


def test_cities_are_found_by_the_beginning_of_their_name(client: Client) -> None:
    found = client.data("GET", "/info/cities", params={"city": "forli"})
    assert "Forlì" in [city["city"] for city in found]
    assert client.data("GET", "/info/cities") == []
    assert client.get("/info/cities", params={"city": "x" * 101}).status_code == 422


def test_layouts_are_grouped_by_type_on_request(client: Client) -> None:
    grouped = client.data("GET", "/info/templates", params={"by_type": "true"})
    assert set(grouped) == {"standard", "delivery_note", "accompanying_invoice"}
    assert len(client.data("GET", "/info/templates", params={"type": "all"})) == sum(map(len, grouped.values()))
    for wrong in ({"type": "x"}, {"by_type": "maybe"}):
        assert client.get("/info/templates", params=wrong).status_code == 422


@pytest.mark.parametrize("query", ["", "?context=", "?context=archive"])
def test_product_categories_want_a_context(client: Client, query: str) -> None:
    answer = client.get(f"info/product_categories{query}")
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == ["context"]


def test_an_address_that_does_not_exist_is_not_found(client: Client) -> None:
    for path in ("/info/nothing", "info/nothing", "/info", "/c/1", "/c/x/products"):
        assert client.get(path).status_code in {403, 404}
