"""What surrounds every page: shortcuts, the company that was open last, parts of pages whose session is over."""

from urllib.parse import urljoin

import pytest
from starlette.testclient import TestClient

from mastro.api.call import Installation
from mastro.model.access import Permissions
from mastro.web import sections
from mastro.web.navigation import MENU
from mastro.web.pages import Site
from mastro.web.shortcuts import CHANGEABLE, DEFAULTS
from resources.issued_documents import create
from support import Client, MakeCompany
from web.conftest import Visitor
from web.pages import Pages


def test_the_list_of_shortcuts_and_the_page_speak_of_the_same_keys(pages: Pages) -> None:
    pages.get("/shortcuts")
    [body] = pages.find("//body")
    assert body.get("data-keyboard") == DEFAULTS
    listed = {(line.get("data-name"), line.find("span").get("data-keys")) for line in pages.find("//dd[@data-name]")}
    links = {link.get("data-go") for link in pages.find("//nav[@id='menu']//a[@data-go]")}
    assert listed == {(one.name, one.keys) for one in CHANGEABLE} | {(f"go {key}", f"g {key}") for key in links}


def test_no_two_shortcuts_have_the_same_keys() -> None:
    keys = [one.keys for one in CHANGEABLE if one.keys] + [f"g {entry.shortcut}" for entry in MENU if entry.shortcut]
    assert len(keys) == len(set(keys))


def test_a_member_sees_the_shortcuts_of_their_own_sections(visitor: Visitor) -> None:
    said = visitor({"fic_clients": "read"}).get("/shortcuts").said()
    assert "Clienti" in said
    assert "Prima nota" not in said


def test_the_company_that_was_open_last_opens_again(pages: Pages, client: Client, make_company: MakeCompany) -> None:
    other = make_company(owner_id=client.data("GET", "/user/info")["id"])
    for company in (other, client.company_id, other):
        pages.get(f"/app/{company}/clients")
        pages.get("/app")
        assert pages.address.endswith(f"/app/{company}")


def test_the_menu_of_companies_says_what_one_is_in_each(
    visitor: Visitor, make_company: MakeCompany, client: Client
) -> None:
    member = visitor({"fic_clients": "read"}).get("/clients")
    assert member.said("//div[@id='companies']/a[@aria-current]").endswith("Collaboratore")
    for number in range(7):
        make_company(owner_id=client.data("GET", "/user/info")["id"], name=f"Azienda {number}")
    owner = visitor().get("/clients")
    roles = [line.text_content() for line in owner.find("//div[@id='companies']/a/span[contains(@class, 'badge')]")]
    assert roles == ["Titolare"] * 8
    assert owner.find("//div[@id='companies']/input[@data-narrow]")
    assert not member.find("//div[@id='companies']/input")


def test_the_company_with_the_most_documents_opens_first(
    pages: Pages, client: Client, make_company: MakeCompany
) -> None:
    make_company(owner_id=client.data("GET", "/user/info")["id"], name="Alfa, senza documenti")
    create(client)
    pages.get("/app")
    assert pages.address.endswith(f"/app/{client.company_id}")


def test_a_part_of_a_page_is_refused_where_nobody_is_signed_in(http: TestClient, client: Client) -> None:
    path = f"/app/{client.company_id}/clients"
    htmx = {"HX-Request": "true", "HX-Target": "list", "HX-Current-URL": path}
    part = http.get(path, headers=htmx, follow_redirects=False)
    assert (part.status_code, part.text) == (401, "")
    whole = http.get(path, follow_redirects=False)
    assert whole.status_code == 303
    assert whole.headers["location"].startswith("/login")


EVERYTHING = {name: "read" for name in Permissions.__struct_fields__ if not name.endswith("_detailed")}
"""A member who may look at everything and change nothing."""

PLACES = sorted({line.path for entry in MENU for line in (entry, *entry.inside)})


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path or "/")
def test_every_line_of_the_menu_opens(path: str, visitor: Visitor) -> None:
    assert visitor().get(path).status == 200


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path or "/")
def test_who_may_only_read_is_offered_nothing_to_write(path: str, visitor: Visitor) -> None:
    reader = visitor(EVERYTHING).get(path)
    assert reader.status == 200
    forms = [form.get("action", "") for form in reader.find("//main//form[@method='post'][.//button]")]
    assert [form for form in forms if not form.endswith("/filters")] == []  # saved filters are the reader's own
    links = reader.find("//main//a[@data-new or contains(@href, '/new')]")
    assert [link.get("href") for link in links] == []


SECTIONS = sorted(name for name in Permissions.__struct_fields__ if not name.endswith("_detailed"))


def _local(page: Pages, path: str) -> set[str]:
    """Where the links of a page lead within the company, files and other companies left out."""
    base = f"/app/{page.company_id}"
    found = {urljoin(page.address, href).partition("#")[0] for href in page.find(f"{path}//a[not(@download)]/@href")}
    return {href.removeprefix("http://testserver") for href in found if f"{base}/" in f"{href}/"}


@pytest.mark.parametrize("level", ["read", "write"])
@pytest.mark.parametrize("section", SECTIONS)
def test_who_has_one_permission_is_led_nowhere_that_refuses(
    section: str, level: str, visitor: Visitor, client: Client
) -> None:
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    customer = client.data("POST", "entities/clients", json={"data": {"name": "Cliente"}})
    supplier = client.data("POST", "entities/suppliers", json={"data": {"name": "Fornitore"}})
    client.data("POST", "products", json={"data": {"name": "Prodotto"}})
    create(client, entity={"id": customer["id"], "name": "Cliente"}, e_invoice=True)
    bought = {"type": "expense", "date": "2026-02-20", "amount_net": 100, "amount_vat": 22}
    bought |= {"entity": {"id": supplier["id"], "name": "Fornitore"}}
    client.data("POST", "received_documents", json={"data": bought})
    client.data("POST", "taxes", json={"data": {"amount": 50, "due_date": "2026-03-16", "description": "IVA"}})
    person = visitor({section: level})
    menu = _local(person.get(""), "//nav[@id='menu']")
    refused, seen = {}, set()
    for place in sorted(menu):
        if person.get(place).status != 200:
            refused[place] = "the menu"
            continue
        for link in sorted(_local(person, "//main") - menu - seen):
            seen.add(link)
            if person.get(link).status in {403, 404, 500}:
                refused[link] = place
    assert "; ".join(f"{link} from {place}" for link, place in refused.items()) == ""


def _forms(installation: Installation) -> list[str]:
    """The addresses of the forms that something new is made with, or something is changed with."""
    paths = {getattr(route, "path", "") for route in sections.routes(Site(installation))}
    inside = {path.removeprefix("/app/{company_id:int}") for path in paths if path.startswith("/app/{company_id:int}/")}
    inside.discard("/developers/webhooks/new")  # who may read of an event may be told of it
    return sorted(path.replace("{id:int}", "1") for path in inside if path.endswith(("/new", "/edit")))


def test_who_may_only_read_gets_no_form_that_could_not_be_sent(
    installation: Installation, visitor: Visitor, client: Client
) -> None:
    client.data("POST", "entities/clients", json={"data": {"name": "Cliente"}})
    create(client)
    reader, places = visitor(EVERYTHING), _forms(installation)
    assert {"/clients/new", "/clients/1/edit", "/issued_documents/new", "/issued_documents/1/edit"} <= set(places)
    opened = {place: reader.get(place).status for place in places}
    assert {place: status for place, status in opened.items() if status not in {403, 404}} == {}
    assert reader.get("/clients/new").title == "Non hai accesso a questa pagina"
    assert reader.get("/clients/1/edit").status == 403
