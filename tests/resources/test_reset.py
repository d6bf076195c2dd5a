"""A company in test mode is made empty again, and no other one."""

from sqlalchemy import func, select

from mastro.api.call import Installation
from mastro.database.schema import INSTALLATION_TABLES
from mastro.resources import attachments
from mastro.resources.attachments import expire_uploads
from mastro.resources.tables import metadata
from mastro.resources.test_reset import KEPT
from support import Client, MakeCompany, MakeToken

FILE = {"attachment": ("a.pdf", b"%PDF-1.4\n", "application/pdf")}


def reset(client: Client, name: str = "Rossi S.r.l.") -> int:
    return int(client.post("test_mode/reset", json={"data": {"name": name}}).status_code)


def in_test_mode(client: Client) -> Client:
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    return client


def filled(client: Client) -> None:
    """Something of everything: registries, documents, a file, the bin."""
    entity = client.data("POST", "entities/clients", json={"data": {"name": "Rossi"}})
    client.data("POST", "entities/suppliers", json={"data": {"name": "Verdi"}})
    client.data("POST", "products", json={"data": {"name": "Vite"}})
    items = [{"name": "Vite", "qty": 1, "net_price": 10}]
    due = [{"amount": 12.2, "due_date": "2026-04-02", "status": "not_paid"}]
    entity = {"id": entity["id"], "name": "Rossi"}
    made = {"type": "invoice", "entity": entity, "items_list": items, "payments_list": due}
    first = client.data("POST", "issued_documents", json={"data": made})
    client.data("POST", "issued_documents", json={"data": made})
    client.delete(f"issued_documents/{first['id']}")
    token = client.data("POST", "taxes/attachment", files=FILE, data={"filename": "a.pdf"})["attachment_token"]
    tax = {"due_date": "2026-03-16", "amount": 100, "description": "F24", "attachment_token": token}
    client.data("POST", "taxes", json={"data": tax})


def rows_of(installation: Installation, company_id: int) -> dict[str, int]:
    """Rows of a company by table, of those that have any."""
    with installation.database.read() as session:
        counted = {
            table.name: session.scalar(select(func.count()).select_from(table).where(table.c.company_id == company_id))
            for table in metadata.sorted_tables
            if table.name not in INSTALLATION_TABLES
        }
    return {name: count for name, count in counted.items() if count}


def test_a_test_company_is_emptied_and_stays_what_it_was(client: Client, installation: Installation) -> None:
    filled(in_test_mode(client))
    client.data("POST", "settings/payment_methods", json={"data": {"name": "RiBa", "type": "standard"}})
    before = client.data("GET", "settings/payment_methods"), client.data("GET", "company/info")
    assert reset(client) == 200
    assert set(rows_of(installation, client.company_id)) <= KEPT
    assert (client.data("GET", "settings/payment_methods"), client.data("GET", "company/info")) == before
    assert client.data("GET", "test_mode")["enabled"] is True
    for path in (
        "entities/clients",
        "issued_documents?type=invoice",
        "taxes",
        "bin/issued_documents",
        "search?text=rossi",
    ):
        answer = client.get(path).json()
        assert answer["data"] == [], path
        assert answer.get("total", 0) == 0, path


def test_numbers_begin_anew_and_ids_go_on(client: Client) -> None:
    filled(in_test_mode(client))
    was = client.data("GET", "issued_documents?type=invoice")[0]
    reset(client)
    filled(client)
    now = client.data("GET", "issued_documents?type=invoice")[0]
    assert now["number"] == was["number"]
    assert now["id"] > was["id"]
    assert client.get("issued_documents?type=invoice").json()["total"] == 1


def test_its_files_go_with_it(client: Client, installation: Installation) -> None:
    filled(in_test_mode(client))
    with installation.database.read() as session:
        files = attachments.attachments.c
        [(hash, kind)] = session.rows(select(files.hash, files.kind).where(files.company_id == client.company_id))
    key = attachments.storage_key(client.company_id, kind, hash)
    storage = attachments.storage_of(installation.settings)
    assert storage.exists(key)
    reset(client)
    expire_uploads(installation)
    assert not storage.exists(key)


def test_a_company_that_is_not_in_test_mode_is_not_emptied(client: Client) -> None:
    filled(client)
    client.data("PUT", "test_mode", json={"data": {"enabled": False}})
    answer = client.post("test_mode/reset", json={"data": {"name": "Rossi S.r.l."}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NO_TEST_MODE")
    assert len(client.data("GET", "entities/clients")) == 1


def test_its_name_must_be_repeated(client: Client) -> None:
    filled(in_test_mode(client))
    assert reset(client, "Rossi") == 422
    assert reset(client, "") == 422
    assert len(client.data("GET", "entities/clients")) == 1


def test_another_company_keeps_what_it_has(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    company = make_company()
    other = Client(client.http, company, make_token(company_id=company))
    filled(other)
    before = other.data("GET", "issued_documents?type=invoice")
    filled(in_test_mode(client))
    assert reset(client) == 200
    assert other.data("GET", "issued_documents?type=invoice") == before


def test_a_reset_is_in_the_audit(client: Client) -> None:
    reset(in_test_mode(client))
    [first, *_] = client.data("GET", "audit")
    assert (first["resource"], first["action"]) == ("company", "reset")


def test_the_test_clock_is_the_servers_again(client: Client) -> None:
    real = in_test_mode(client).data("GET", "test_mode")["clock"]
    assert client.data("POST", "test_mode/clock", json={"data": {"days": 3}})["clock"] != real
    reset(client)
    assert client.data("GET", "test_mode")["clock"] == real
