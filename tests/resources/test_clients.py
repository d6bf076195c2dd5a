import fattureincloud_python_sdk as vendor

from support import CheckAccess, Sdk


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, company_id: int) -> None:
    api = vendor.ClientsApi(sdk())
    created = api.create_client(
        company_id, vendor.CreateClientRequest(data=vendor.Client(name="Bianchi S.p.A.", vat_number="01234567897"))
    ).data
    assert created.name == "Bianchi S.p.A."
    assert created.country == "Italia"
    assert api.get_client(company_id, created.id).data.vat_number == "01234567897"
    changed = api.modify_client(
        company_id,
        created.id,
        vendor.ModifyClientRequest(data=vendor.Client(name="Bianchi S.p.A.", email="amministrazione@bianchi.example")),
    ).data
    assert (changed.email, changed.vat_number) == ("amministrazione@bianchi.example", "01234567897")
    page = api.list_clients(company_id, q="name contains 'bianchi'")
    assert [client.id for client in page.data] == [created.id]
    assert page.total == 1
    api.delete_client(company_id, created.id)
    assert api.list_clients(company_id).data == []


def test_access_to_clients(check_access: CheckAccess) -> None:
    check_access("GET", "entities/clients", needs="entity.clients:r")
    check_access("POST", "entities/clients", needs="entity.clients:a", json={"data": {"name": "A"}})
