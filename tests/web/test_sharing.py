"""The panel of a document's page that shares it by links."""

from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from resources.issued_documents import create
from support import Client, Clock
from web.conftest import Visitor
from web.pages import Pages

PANEL = "//*[@id='share']"


def addresses(pages: Pages) -> list[str]:
    return [urlsplit(url).path for url in pages.find(f"{PANEL}//input[@readonly]/@value")]


@pytest.mark.parametrize(
    ("end", "day", "words"),
    [
        ("7", "", "Link fino al 09/03/2026"),
        ("30", "", "Link fino al 01/04/2026"),
        ("90", "", "Link fino al 31/05/2026"),
        ("never", "", "Link senza scadenza"),
        ("date", "2026-12-31", "Link fino al 31/12/2026"),
    ],
)
def test_a_link_is_made_with_the_end_that_one_wants(
    pages: Pages, client: Client, http: TestClient, end: str, day: str, words: str
) -> None:
    here = f"/issued_documents/{create(client)['id']}"
    pages.get(here).submit(f"{here}/share", end=end, expires_on=day)
    assert words in pages.said(PANEL)
    [address] = addresses(pages)
    assert "Fattura 1" in http.get(address).text
    assert "Link creato" in pages.said("//ol[@class='timeline']")


@pytest.mark.parametrize("day", ["", "domani", "2026-03-01"])
def test_a_wrong_day_is_refused_in_words(pages: Pages, client: Client, day: str) -> None:
    here = f"/issued_documents/{create(client)['id']}"
    pages.get(here).submit(f"{here}/share", end="date", expires_on=day)
    assert pages.status == 422
    assert pages.said("//*[@role='alert']") in {
        "Scrivi un giorno da oggi in poi, entro dieci anni.",
        "Questa data non esiste.",
    }
    assert addresses(pages) == []


def test_the_panel_says_when_a_link_was_opened_and_takes_it_back(
    pages: Pages, client: Client, http: TestClient, clock: Clock
) -> None:
    here = f"/issued_documents/{create(client)['id']}"
    pages.get(here).submit(f"{here}/share", end="30")
    assert "Non ancora aperto" in pages.said(PANEL)
    [address] = addresses(pages)
    clock.advance(hours=1)
    http.get(address)
    assert "Aperto l’ultima volta il 02/03/2026 10:30 · 1 volta" in pages.get(here).said(PANEL)
    pages.submit(f"{here}/share/1/revoke")
    assert "Revocato il 02/03/2026 10:30" in pages.said(PANEL)
    assert addresses(pages) == []
    assert http.get(address).status_code == 410


def test_who_may_only_read_sees_the_links_and_makes_none(pages: Pages, visitor: Visitor, client: Client) -> None:
    here = f"/issued_documents/{create(client)['id']}"
    reader = visitor({"fic_issued_documents": "read"})
    assert reader.get(here).find(PANEL) == []
    pages.get(here).submit(f"{here}/share", end="never")
    assert len(addresses(reader.get(here))) == 1
    assert reader.find(f"{PANEL}//form") == []
    assert reader.post(f"{here}/share", {"end": "never"}).status == 403
    assert reader.post(f"{here}/share/1/revoke").status == 403


def test_the_panel_speaks_english(visitor: Visitor, client: Client) -> None:
    assert "Share" in visitor(language="en").get(f"/issued_documents/{create(client)['id']}").said(PANEL)
