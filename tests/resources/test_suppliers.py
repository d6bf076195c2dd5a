from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from support import CheckAccess, Client, Sdk

PATH = "entities/suppliers"


def test_access(client: Client, check_access: CheckAccess) -> None:
    id = client.data("POST", PATH, json={"data": {"name": "Neri"}})["id"]
    check_access("GET", PATH, needs="entity.suppliers:r")
    check_access("POST", PATH, needs="entity.suppliers:a", json={"data": {"name": "A"}})
    check_access("GET", f"{PATH}/{id}", needs="entity.suppliers:r")
    check_access("PUT", f"{PATH}/{id}", needs="entity.suppliers:a", json={"data": {}})
    check_access("DELETE", f"{PATH}/{id}", needs="entity.suppliers:a")


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, company_id: int) -> None:
    api = vendor.SuppliersApi(sdk())
    body = vendor.Supplier(name="Neri & Figli", tax_code="NREGNN80A01H501X", country="Germania")
    created = api.create_supplier(company_id, vendor.CreateSupplierRequest(data=body)).data
    assert (created.name, created.country_iso) == ("Neri & Figli", "DE")
    assert api.get_supplier(company_id, created.id).data.tax_code == "NREGNN80A01H501X"
    change = vendor.ModifySupplierRequest(data=vendor.Supplier(name="Neri & Figlie"))
    assert api.modify_supplier(company_id, created.id, change).data.name == "Neri & Figlie"
    assert api.list_suppliers(company_id, sort="-name").total == 1
    api.delete_supplier(company_id, created.id)
    assert api.list_suppliers(company_id).data == []


def test_clients_and_suppliers_do_not_stand_in_each_others_way(client: Client) -> None:
    entry = {"data": {"name": "Neri", "code": "X1", "vat_number": "01234567897"}}
    assert client.post("entities/clients", json=entry).status_code == 200
    assert client.post(PATH, json=entry).status_code == 200
    refused = client.post(PATH, json=entry)
    assert refused.status_code == 409
    assert "fornitore" in refused.json()["error"]["message"]


def test_keys_of_clients_are_ignored(client: Client) -> None:
    created = client.data("POST", PATH, json={"data": {"name": "Neri", "ei_code": "ABCDEFG", "default_vat": {"id": 9}}})
    assert not {"ei_code", "default_vat"} & set(created)


@pytest.mark.parametrize("data", [{}, {"name": None}, {"name": "A", "country": "Oz"}, {"name": "A", "type": "person"}])
def test_what_cannot_be_is_refused(client: Client, data: dict[str, Any]) -> None:
    assert client.post(PATH, json={"data": data}).status_code == 422
