import fattureincloud_python_sdk as vendor
import pytest

from mastro.resources.company import add_member
from support import CheckAccess, Client, MakeToken, MakeUser, OpenCall, Sdk


@pytest.mark.parametrize("path", ["company/info", "company/plan_usage?category=clients"])
def test_access(check_access: CheckAccess, path: str) -> None:
    check_access("GET", path)


def test_the_vendors_client_reads_the_company(sdk: Sdk, company_id: int) -> None:
    api = vendor.CompaniesApi(sdk())
    info = api.get_company_info(company_id).data
    assert (info.id, info.name, info.type) == (company_id, "Rossi S.r.l.", "company")
    assert info.access_info.role == "master"
    assert info.access_info.permissions.fic_issued_documents == "write"
    assert api.get_company_plan_usage(company_id, category="clients").data.usage == 0


def test_usage_counts_what_is_there(client: Client) -> None:
    def usage(category: str) -> int:
        answer = client.data("GET", "company/plan_usage", params={"category": category})
        assert answer["limit"] is None
        counted: int = answer["usage"]
        return counted

    client.data("POST", "entities/clients", json={"data": {"name": "A"}})
    second = client.data("POST", "entities/clients", json={"data": {"name": "B"}})
    client.data("POST", "products", json={"data": {"name": "A"}})
    client.delete(f"entities/clients/{second['id']}")
    assert [usage(name) for name in ("clients", "products", "suppliers", "documents")] == [1, 1, 0, 0]
    assert client.get("company/plan_usage?category=x").status_code == 422
    assert client.get("company/plan_usage").status_code == 422


def test_a_member_sees_the_own_permissions(
    client: Client, company_id: int, call: OpenCall, make_user: MakeUser, make_token: MakeToken
) -> None:
    user = make_user()
    permissions: dict[str, object] = {
        "fic_clients": "read",
        "fic_issued_documents": "detailed",
        "fic_issued_documents_detailed": {"quotes": "write"},
    }
    with call() as opened:
        add_member(opened.session, company_id=company_id, user_id=user, role="subaccount", permissions=permissions)
    info = client.using(make_token(user_id=user)).data("GET", "company/info")["access_info"]
    assert info["role"] == "subaccount"
    assert (info["permissions"]["fic_clients"], info["permissions"]["fic_suppliers"]) == ("read", "none")
    assert info["permissions"]["fic_issued_documents_detailed"]["quotes"] == "write"
    assert info["permissions"]["fic_issued_documents_detailed"]["invoices"] == "none"
