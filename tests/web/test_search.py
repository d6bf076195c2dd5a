"""The search page and the palette."""

from support import Client
from web.conftest import Visitor
from web.pages import Pages


def _client(client: Client, name: str) -> int:
    return int(client.data("POST", "entities/clients", json={"data": {"name": name}})["id"])


def test_records_pages_and_actions_are_found_in_one_list(pages: Pages, client: Client) -> None:
    id = _client(client, "Clienti Riuniti S.r.l.")
    pages.get("/search/palette?text=client")
    links = pages.find("//a/@href")
    assert f"/app/{client.company_id}/clients" in links
    assert f"/app/{client.company_id}/clients/new" in links
    assert f"/app/{client.company_id}/clients/{id}" in links
    assert not pages.find("//nav")


def test_a_key_narrows_what_is_looked_for(pages: Pages, client: Client) -> None:
    _client(client, "Rossi Mario")
    client.data("POST", "entities/suppliers", json={"data": {"name": "Rossi Carta"}})
    assert "Rossi Carta" in pages.get("/search?text=rossi").said()
    assert "Rossi Carta" not in pages.get("/search?text=cliente:rossi").said()
    assert "Rossi Mario" in pages.said()


def test_who_may_not_read_finds_nothing(visitor: Visitor, client: Client) -> None:
    _client(client, "Segreti S.p.A.")
    reader = visitor({"fic_products": "read"})
    assert "Segreti" not in reader.get("/search?text=segreti").said("//main//ul")
    assert not reader.get("/search/palette?text=nuovo").find("//a[contains(@href, '/clients/new')]")


def test_hostile_names_are_only_text(pages: Pages, client: Client) -> None:
    _client(client, "<script>alert(1)</script>")
    assert "<script>alert" not in pages.get("/search?text=script").text
    assert "<script>alert" not in pages.get("/search/palette?text=alert").text


def test_nothing_found_says_so(pages: Pages) -> None:
    assert "Nessun risultato" in pages.get("/search?text=qqqqqqq").said()
    assert "Nessun risultato" in pages.get("/search/palette?text=qqqqqqq").text
