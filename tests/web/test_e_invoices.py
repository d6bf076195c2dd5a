"""The centre of electronic invoices: the queue, messages, the simulator's panel, certified mail, packages."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from mastro.api.call import Installation
from mastro.database.schema import memberships
from mastro.resources import attachments
from mastro.resources.pec.messages import KIND, PecMessage, PecSignature, keep
from resources.test_sdi_by_hand import notice
from resources.test_sdi_simulator import CUSTOMER, SEAT, invoice, send
from support import Client, MakeCompany, OpenCall
from web.conftest import Visitor
from web.pages import Pages

PATH = "/e_invoices"


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(name="Rossi S.r.l.", **SEAT)


@pytest.fixture
def tester(client: Client) -> Client:
    """The test's company in test mode."""
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    return client


def until(found: Callable[[], Any]) -> Any:
    """What is found at last."""
    deadline = time.monotonic() + 20
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.03)
    return answer


def status(client: Client, document: dict[str, Any]) -> str:
    return str(client.data("GET", f"issued_documents/{document['id']}")["ei_status"])


# who may see it


@pytest.mark.parametrize(
    ("path", "section"),
    [("", "fic_issued_documents"), ("/simulator", "fic_settings"), ("/mail", "fic_settings")],
)
def test_a_page_opens_to_who_may_read_it(visitor: Visitor, path: str, section: str) -> None:
    assert visitor({section: "none"}).get(PATH + path).status in {200, 403}
    assert visitor().get(PATH + path).status == 200


def test_who_may_not_read_invoices_sees_no_queue(visitor: Visitor, client: Client) -> None:
    document = invoice(client)
    stranger = visitor({"fic_clients": "read"})
    assert stranger.get(PATH).rows == []
    assert CUSTOMER["name"] not in stranger.text
    assert stranger.post(f"{PATH}/{document['id']}/send").status == 422
    assert status(client, document) == "not_sent"
    assert stranger.get(f"{PATH}/packages").status == 403
    assert stranger.get(f"{PATH}/simulator").status == 403


def test_another_company_is_not_there(visitor: Visitor, make_company: MakeCompany, client: Client) -> None:
    document = invoice(client)
    stranger = visitor(company=make_company(vat_number="02345678904"))
    assert stranger.get(f"/app/{client.company_id}{PATH}").status == 404
    assert stranger.get(PATH).rows == []
    assert stranger.post(f"{PATH}/{document['id']}/send").status == 422
    assert status(client, document) == "not_sent"


# the queue


def test_an_empty_queue_says_what_it_is_for(pages: Pages) -> None:
    assert "Ancora nessuna fattura elettronica" in pages.get(PATH).said()
    assert "in questo stato" in pages.get(f"{PATH}?state=discarded").said()


def test_a_discarded_invoice_is_told_with_its_reason_mended_and_sent_again(pages: Pages, tester: Client) -> None:
    document = invoice(tester)
    pages.get(PATH).submit(f"{PATH}/{document['id']}/send", outcome="discarded", code="00404")
    assert "In viaggio" in pages.said("//*[@class='flash']")
    until(lambda: status(tester, document) == "discarded")
    pages.get(f"{PATH}?state=discarded")
    told = pages.said("//table")
    assert "Scartata" in told
    assert "00404" in told
    assert "altrimenti darle un altro numero" in told
    assert "Scartate (1)" in pages.said("//nav[@aria-label='Stati']")
    [notice] = pages.find("//a[contains(@href, '/notices/')]/@href")
    pages.get(notice)
    assert pages.title == "Notifica di scarto"
    assert "00404" in pages.said()
    assert "<Codice>00404</Codice>" in "".join(pages.find("//pre")[0].itertext())
    download = pages.find("//a[@download]/@href")[0]
    assert pages.get(download).answer.headers["content-type"].startswith("text/xml")
    pages.get(PATH).submit(f"{PATH}/{document['id']}/send", outcome="delivered")
    until(lambda: status(tester, document) == "accepted")
    assert "Consegnata" in pages.get(f"{PATH}?state=delivered").said("//table")


def test_several_are_sent_at_once_with_a_result_for_each(pages: Pages, tester: Client) -> None:
    good = invoice(tester)
    bad = invoice(tester, CUSTOMER | {"address_city": "", "name": "<script>alert(1)</script>"})
    pages.get(PATH)
    pages._go(
        "POST",
        f"/app/{tester.company_id}{PATH}/send",
        {"content-type": "application/x-www-form-urlencoded"},
        content=f"ids={good['id']}&ids={bad['id']}&outcome=not_delivered",
    )
    results = {row[0].rpartition("· ")[2]: row[1] for row in pages.rows}
    assert results[CUSTOMER["name"]] == "In viaggio"
    assert results["<script>alert(1)</script>"].startswith("Non inviata")
    assert "<script>alert" not in pages.text
    until(lambda: status(tester, good) == "not_delivered")
    assert status(tester, bad) == "not_sent"


def test_a_file_of_the_channel_that_is_a_person_is_handed_in_or_taken_back(pages: Pages, client: Client) -> None:
    first, second = invoice(client), invoice(client)
    for each in (first, second):
        pages.get(PATH).submit(f"{PATH}/{each['id']}/send")
        until(lambda each=each: status(client, each) == "pending")
    pages.get(PATH)
    assert "consegnalo sul portale" in pages.said()
    pages.submit(f"{PATH}/{first['id']}/handed_in", sdi_id="123456789")
    assert status(client, first) == "sent"
    assert "IdSdI 123456789" in pages.said()
    pages.submit(f"{PATH}/{second['id']}/withdraw")
    assert status(client, second) == "not_sent"


def test_the_page_says_that_a_file_that_was_taken_back_is_with_the_sdi(pages: Pages, client: Client) -> None:
    document = invoice(client)
    pages.get(PATH).submit(f"{PATH}/{document['id']}/send")
    until(lambda: status(client, document) == "pending")
    file = dict([notice(client, document, "RC")])
    pages.get(PATH).submit(f"{PATH}/{document['id']}/withdraw")
    client.data("PUT", f"issued_documents/{document['id']}", json={"data": {"visible_subject": "Altro"}})
    pages.post(f"{PATH}/notices", {}, {"attachment": (*next(iter(file.items())), "text/xml")})
    for place in (PATH, f"/issued_documents/{document['id']}"):
        assert "era stato ritirato, ma lo SdI lo ha ricevuto" in pages.get(place).said()
        assert "modificato dopo" in pages.said()


def test_a_wrong_identifier_is_corrected_on_the_page(pages: Pages, client: Client) -> None:
    document = invoice(client)
    pages.get(PATH).submit(f"{PATH}/{document['id']}/send")
    until(lambda: status(client, document) == "pending")
    pages.get(PATH).submit(f"{PATH}/{document['id']}/handed_in", sdi_id="123456789")
    pages.submit(f"{PATH}/{document['id']}/handed_in", sdi_id="987654321")
    assert "IdSdI 987654321" in pages.said()


def test_notices_from_the_portal_are_taken_in(pages: Pages, tester: Client) -> None:
    document = invoice(tester)
    send(tester, document, test_outcome={"outcome": "delivered"})
    path = f"issued_documents/{document['id']}/e_invoice/notices"
    name = tester.data("GET", path)[0]["file_name"]
    content = tester.get(f"{path}/{name}").content
    file = {"attachment": (name, content, "text/xml")}
    assert [row[1:3] for row in pages.post(f"{PATH}/notices", {}, file).rows] == [["Ricevuta di consegna", "C’era già"]]
    pages.post(f"{PATH}/notices", {}, {"attachment": ("x.xml", b"<x/>", "text/xml")})
    assert pages.status == 422
    assert "x.xml" in pages.said("//*[@role='alert']")


# the simulator's panel


def test_test_mode_is_turned_on_and_off(pages: Pages, client: Client) -> None:
    pages.get(f"{PATH}/simulator")
    assert "Orologio" not in pages.said()
    pages.submit(f"{PATH}/simulator/mode")
    assert client.data("GET", "test_mode")["enabled"] is True
    assert "Orologio" in pages.said()
    assert "Ambiente di prova" in pages.said("//header")
    pages.submit(f"{PATH}/simulator/mode")
    assert client.data("GET", "test_mode")["enabled"] is False


def test_the_clock_goes_to_the_next_message(pages: Pages, tester: Client) -> None:
    document = invoice(tester)
    send(tester, document, test_outcome={"outcome": "discarded", "delay": 7200})
    assert "Attesa: Notifica di scarto" in pages.get(PATH).said()
    pages.get(f"{PATH}/simulator")
    assert "Notifica di scarto" in pages.said("//table")
    pages.submit(f"{PATH}/simulator/clock", {"by": "hour"})
    assert status(tester, document) == "sent"
    pages.submit(f"{PATH}/simulator/clock", {"by": "next"})
    assert "messaggi arrivati: 1" in pages.said("//*[@class='flash']")
    assert status(tester, document) == "discarded"
    pages.submit(f"{PATH}/simulator/clock", {"by": "next"})
    assert "Nessun messaggio è in programma." in pages.said("//*[@class='flash']")


def test_another_outcome_is_asked_for_while_the_sdi_is_silent(pages: Pages, tester: Client) -> None:
    document = invoice(tester)
    send(tester, document, test_outcome={"outcome": "waiting"})
    pages.get(PATH).submit(f"{PATH}/{document['id']}/outcome", outcome="delivered")
    assert status(tester, document) == "accepted"


def test_another_company_of_the_user_sends_an_invoice_to_register(
    pages: Pages, tester: Client, installation: Installation, make_company: MakeCompany, make_token: Any
) -> None:
    # a number of its own: the simulated SdI finds the customer by it, and other tests' companies share theirs
    own = {"vat_number": "07712345672", "tax_code": "07712345672"}
    tester.data("PUT", "settings/company", json={"data": {"company": own}})
    assert "Serve un’altra azienda" in pages.get(f"{PATH}/simulator").said()
    other = make_company(name="Verdi S.r.l.", vat_number="02345678904", tax_code="02345678904", **SEAT)
    with installation.database.write() as session:
        owner = session.scalar(
            memberships.select()
            .with_only_columns(memberships.c.user_id)
            .where(memberships.c.company_id == tester.company_id, memberships.c.role == "master")
        )
        session.run(memberships.insert(), company_id=other, user_id=owner, role="master", permissions=b"{}")
    pages.get(f"{PATH}/simulator").submit(f"{PATH}/simulator/incoming", amount_net="100")
    assert (pages.status, list(pages.errors)) == (422, ["from_company_id"])
    theirs = Client(tester.http, other, make_token(company_id=other))
    theirs.data("PUT", "test_mode", json={"data": {"enabled": True}})
    pages.submit(f"{PATH}/simulator/incoming", amount_net="1.000,00")
    assert "in viaggio" in pages.said("//*[@class='flash']")
    assert until(lambda: pages.get("/received_documents/pending").rows)[0][1] == "Verdi S.r.l."


# certified mail


SIGNED = PecSignature(verified=True, signer="Gestore PEC di prova", valid_from="2020-01-01", valid_until="2030-01-01")


def test_messages_that_nobody_knew_what_to_do_with_are_there_to_be_looked_at(
    pages: Pages, client: Client, call: OpenCall
) -> None:
    assert "Nessuna casella PEC" in pages.get(f"{PATH}/mail").said()
    server = {"smtp_host": "smtp.example.com", "imap_host": "imap.example.com", "password": "x"}
    client.data("PUT", "settings/sdi_channel", json={"data": {"pec": {"address": "rossi@pec.example.com", **server}}})
    with call() as opened:
        token = attachments.keep(opened, KIND, "m.eml", b"x")
        keep(opened, PecMessage(subject="<script>alert(1)</script>", sender="a@b.it", reason="Boh", hash="1"), token)
        keep(opened, PecMessage(subject="Consegna", status="taken", hash="2", signature=SIGNED), "")
    assert [row[0] for row in pages.get(f"{PATH}/mail").rows] == ["<script>alert(1)</script>"]
    assert "<script>alert" not in pages.text
    assert [row[0] for row in pages.get(f"{PATH}/mail?status=taken").rows] == ["Consegna"]
    assert "Verificata" in pages.get(f"{PATH}/mail/2").said()
    assert "Gestore PEC di prova" in pages.said()
    pages.get(f"{PATH}/mail/1")
    assert "Boh" in pages.said()
    assert "Non verificata" in pages.said()
    pages.submit(f"{PATH}/mail/1/retry")
    assert pages.find("//*[@class='flash']")
    pages.get(f"{PATH}/mail").submit(f"{PATH}/mail/poll")
    assert "si sta leggendo" in pages.said("//*[@class='flash']")


# packages


def test_a_package_is_made_fetched_and_checked(pages: Pages, tester: Client) -> None:
    document = invoice(tester)
    send(tester, document)
    pages.get(f"{PATH}/packages").submit(f"{PATH}/packages", from_date="2026-01-01", to_date="2025-12-31")
    assert (pages.status, list(pages.errors)) == (422, ["to_date"])
    pages.submit(f"{PATH}/packages", to_date="31/12/2026")
    assert "si sta preparando" in pages.said("//*[@class='flash']")
    until(lambda: tester.data("GET", "archive_packages")[0]["state"] == "done")
    pages.get(f"{PATH}/packages", **{"HX-Request": "true", "HX-Target": "jobs"})
    assert pages.text.strip().startswith('<section id="jobs"')
    assert "lasciati fuori 2 file di prova" in pages.text
    address = tester.data("GET", "archive_packages")[0]["file"]["url"]
    package = tester.http.get(address[address.index("/attachment/") :]).content
    pages.post(f"{PATH}/packages/verify", {}, {"attachment": ("p.zip", package, "application/zip")})
    assert "p.zip è come è stato fatto" in pages.said()
    pages.post(f"{PATH}/packages/verify", {}, {"attachment": ("p.zip", b"PK no", "application/zip")})
    assert (pages.status, list(pages.errors)) == (422, ["attachment"])


def test_pages_speak_english(visitor: Visitor, tester: Client) -> None:
    english = visitor(language="en")
    assert english.get(PATH).title == "E-invoices"
    assert english.get(f"{PATH}/simulator").title == "Test environment"
    assert "Clock" in english.said()
