"""The developers' area and long work, in a browser: webhooks that reach a program, refused calls, everything out."""

import zipfile
from pathlib import Path

import httpx2
from playwright.sync_api import Page, expect

from browser.conftest import OpenPage
from browser.site import Site, sign_in
from sinks import listening


def test_a_webhook_is_verified_and_sent_again_from_its_page(page: Page, site: Site) -> None:
    with listening() as sink:
        page.goto(site.url("/app/{company}/developers/webhooks/new"))
        page.locator("input[name=sink]").fill(sink.address)
        page.locator("textarea[name=types]").fill("entities.clients.create")
        page.get_by_role("button", name="Crea").click()
        page.wait_for_url("**/developers/webhooks/*")
        for _ in range(20):
            if page.get_by_text("Da confermare").count() == 0:
                break
            page.wait_for_timeout(200)
            page.reload()
        expect(page.get_by_text("Confermato")).to_be_visible()
        assert sink.verifications
        made = site.api("POST", "entities/clients", {"name": "Cliente annunciato"})
        [told] = sink.wait_for(1)
        assert told.json["data"]["ids"] == [made["id"]]
        page.reload()
        page.get_by_role("row", name="entities.clients.create").get_by_role("button", name="Invia di nuovo").click()
        assert len(sink.wait_for(2)) == 2
        assert sink.events[1].json == told.json
        page.get_by_role("button", name="Elimina").click()
        page.locator("#delete").get_by_role("button", name="Elimina").click()
        page.wait_for_url("**/developers/webhooks")
        expect(page.get_by_text(sink.address)).to_have_count(0)


def test_a_refused_call_is_found_in_the_log(page: Page, site: Site) -> None:
    answer = httpx2.post(
        f"http://{site.socket}/c/{site.company_id}/products",
        json={"data": {"net_price": "molto"}},
        headers={"Authorization": f"Bearer {site.token}"},
    )
    assert answer.status_code == 422
    page.goto(site.url("/app/{company}/developers/requests?errors=1&columns=what,status,error,id"))
    row = page.get_by_role("row", name=answer.headers["x-request-id"])
    expect(row).to_contain_text("422")
    expect(row).to_contain_text("net_price")


def test_everything_is_ordered_followed_and_downloaded(page: Page, site: Site, tmp_path: Path) -> None:
    page.goto(site.url("/app/{company}/export"))
    page.get_by_label("Anche un PDF").uncheck()
    page.get_by_role("button", name="Prepara il pacchetto").click()
    done = page.get_by_role("link", name="Scarica")
    expect(done).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        done.click()
    path = tmp_path / "all.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert any(name.endswith("manifest.json") for name in package.namelist())


def test_a_test_company_is_emptied_by_typing_its_name(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    sign_in(page, own_site)
    own_site.api("PUT", "test_mode", {"enabled": True})
    page.goto(own_site.url("/app/{company}/developers"))
    page.get_by_role("button", name="Svuota l’azienda di prova").click()
    dialog = page.locator("#reset")
    expect(dialog.locator("input[name=name]")).to_be_focused()
    dialog.locator("input[name=name]").fill(own_site.api("GET", "company/info")["name"])
    dialog.get_by_role("button", name="Svuota").click()
    expect(page.get_by_text("L’azienda è vuota")).to_be_visible()
    assert own_site.api("GET", "entities/clients") == []
