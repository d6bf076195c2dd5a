import fattureincloud_python_sdk as vendor
import pytest

from support import Client, MakeCompany, MakeToken, MakeUser, Sdk


@pytest.mark.parametrize("path", ["/user/info", "/user/companies"])
def test_access(client: Client, make_token: MakeToken, path: str) -> None:
    assert client.using("").get(path).status_code == 401
    assert client.using("r/refresh").get(path).status_code == 401
    assert client.using(make_token(scopes=["calendar:r"])).get(path).status_code == 200


def test_the_vendors_client_reads_the_user_and_the_companies(
    sdk: Sdk, make_user: MakeUser, make_company: MakeCompany, make_token: MakeToken
) -> None:
    user = make_user(name="Anna Maria Rossi", email="anna@rossi.example")
    company = make_company(owner_id=user, name="Rossi", vat_number="01234567897")
    api = vendor.UserApi(sdk(make_token(company_id=company)))
    info = api.get_user_info()
    assert (info.data.id, info.data.first_name, info.data.last_name) == (user, "Anna", "Maria Rossi")
    assert info.data.email == "anna@rossi.example"
    assert info.info.need_password_change is False
    [reached] = api.list_user_companies().data.companies
    assert (reached.id, reached.name, reached.vat_number, reached.access_token) == (
        company,
        "Rossi",
        "01234567897",
        None,
    )


def test_a_token_of_one_company_does_not_show_the_users_others(
    client: Client, make_user: MakeUser, make_company: MakeCompany, make_token: MakeToken
) -> None:
    user = make_user()
    first, second = make_company(owner_id=user), make_company(owner_id=user)
    make_company()

    def reached(token: str) -> list[int]:
        data = client.using(token).data("GET", "/user/companies")
        return [company["id"] for company in data["companies"]]

    assert reached(make_token(company_id=second)) == [second]
    assert reached(make_token(company_id=second, every_company=True)) == [first, second]
