"""The simulated SdI: checks, notices, statuses, the test clock, and invoices from company to company."""

import base64
import re
import time
from itertools import count
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select, update

from mastro import fatturapa
from mastro.api.call import Installation
from mastro.database import jobs
from mastro.database.collection import encoder
from mastro.database.schema import companies, events
from mastro.fatturapa import Invoice, parse_message_name, read_notice, simulation
from mastro.resources.company import load_company
from mastro.resources.issued_documents import simulation as simulated
from mastro.resources.issued_documents.notices import take_notice
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import last_of
from resources.issued_documents import create
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, OpenCall

NOBODYS = "07777770012"
"""No company of these tests has it: one in test mode would be reached, and change the outcome."""

CUSTOMER = {
    "name": "Bianchi S.p.A.",
    "type": "company",
    "vat_number": NOBODYS,
    "tax_code": NOBODYS,
    "address_street": "Via Verdi 2",
    "address_postal_code": "00100",
    "address_city": "Roma",
    "address_province": "RM",
    "country": "Italia",
    "ei_code": "ABC1234",
}
OFFICE = CUSTOMER | {"name": "Comune di Roma", "type": "pa", "ei_code": "UFABCD"}
SEAT = {
    "address_street": "Via Roma 1",
    "address_postal_code": "20100",
    "address_city": "Milano",
    "address_province": "MI",
}


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(name="Rossi S.r.l.", **SEAT)


@pytest.fixture
def tester(client: Client) -> Client:
    """The test's company in test mode."""
    assert client.data("PUT", "test_mode", json={"data": {"enabled": True}})["enabled"] is True
    return client


def invoice(client: Client, entity: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An invoice that the SdI would take."""
    sent = {"entity": CUSTOMER if entity is None else entity, "e_invoice": True, "ei_data": {"payment_method": "MP05"}}
    return create(client, **(sent | more))


def to_customer(client: Client, code: str) -> dict[str, Any]:
    """An invoice to a customer with this recipient code: a public administration where it has six characters."""
    return invoice(client, (OFFICE if len(code) == 6 else CUSTOMER) | {"ei_code": code})


def path(document: dict[str, Any], verb: str = "send") -> str:
    return f"issued_documents/{document['id']}/e_invoice/{verb}"


def send(client: Client, document: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Send it and wait until the SdI has it."""
    client.data("POST", path(document), json={"data": {}, "options": options})
    return wait(client, document)


def wait(client: Client, document: dict[str, Any]) -> dict[str, Any]:
    """Wait until the SdI has it; the document then."""
    deadline = time.monotonic() + 20
    while (found := shown(client, document))["ei_status"] in {"attempt", "not_sent"}:
        assert time.monotonic() < deadline
        time.sleep(0.03)
    return found


def shown(client: Client, document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.data("GET", f"issued_documents/{document['id']}")
    return found


def ask(client: Client, document: dict[str, Any], outcome: str, **more: Any) -> dict[str, Any]:
    """Order an outcome for a file that was sent."""
    data = {"outcome": outcome, **more}
    played: dict[str, Any] = client.data("POST", path(document, "test_outcome"), json={"data": data})
    return played


def types(client: Client, document: dict[str, Any]) -> list[str]:
    return [notice["type"] for notice in client.data("GET", path(document, "notices"))]


def move(client: Client, **delta: int) -> dict[str, Any]:
    moved: dict[str, Any] = client.data("POST", "test_mode/clock", json={"data": delta})
    return moved


def happened(installation: Installation, company_id: int, type: str) -> list[int]:
    """The resources that an event was told of, in order."""
    with installation.database.read() as session:
        statement = select(events.c.resource_id).where(events.c.company_id == company_id, events.c.type == type)
        return [id for (id,) in session.rows(statement.order_by(events.c.id))]


UPDATE = "issued_documents.e_invoices.status_update"
RECEIVED = "received_documents.e_invoices.receive"


# outcomes by the customer's recipient code


@pytest.mark.parametrize(
    ("code", "notices", "status", "locked"),
    [
        ("ABC1234", ["RC"], "accepted", True),
        ("RC00000", ["RC"], "accepted", True),
        ("MC00000", ["MC"], "not_delivered", True),
        ("", ["MC"], "not_delivered", True),
        ("ZZ00000", [], "sent", True),
        ("NS00423", ["NS"], "discarded", False),
        ("UFABCD", ["RC"], "sent", True),
        ("MC0000", ["MC"], "not_delivered", True),
        ("NEEC01", ["RC", "NE"], "accepted", True),
        ("NEEC02", ["RC", "NE"], "rejected", False),
        ("DT0000", ["RC"], "sent", True),
        ("ZZ0000", [], "sent", True),
        ("N00404", ["NS"], "discarded", False),
    ],
)
def test_the_recipient_code_chooses_the_outcome(
    tester: Client, code: str, notices: list[str], status: str, locked: object
) -> None:
    document = to_customer(tester, code)
    found = send(tester, document)
    assert types(tester, document) == notices
    assert (found["ei_status"], found["locked"]) == (status, locked)


HEADER = "X-Mastro-Sdi-Outcome"


@pytest.mark.parametrize(
    ("asked", "ei_code", "notices", "status"),
    [
        ("NS:00404", "ABC1234", ["NS"], "discarded"),
        ("ns", "ABC1234", ["NS"], "discarded"),
        ("MC", "ABC1234", ["MC"], "not_delivered"),
        ("RC", "MC00000", ["RC"], "accepted"),
        ("NE:EC01", "UFABCD", ["RC", "NE"], "accepted"),
        ("NE:EC02", "UFABCD", ["RC", "NE"], "rejected"),
        ("DT", "UFABCD", ["RC"], "sent"),
        ("ZZ", "ABC1234", [], "sent"),
    ],
)
def test_a_header_asks_for_an_outcome(
    tester: Client, asked: str, ei_code: str, notices: list[str], status: str
) -> None:
    document = to_customer(tester, ei_code)
    tester.data("POST", path(document), json={"data": {}}, headers={HEADER: asked})
    wait(tester, document)
    assert types(tester, document) == notices
    assert shown(tester, document)["ei_status"] == status


@pytest.mark.parametrize("asked", ["NS:404", "NE", "EC01", "RC:00404", "x" * 300])
def test_a_header_that_names_no_outcome_is_refused(tester: Client, asked: str) -> None:
    document = invoice(tester)
    answer = tester.post(path(document), json={"data": {}}, headers={HEADER: asked})
    assert (answer.status_code, list(answer.json()["error"]["validation_result"])) == (422, [HEADER])
    assert shown(tester, document)["ei_status"] == "not_sent"


def test_between_privates_no_header_makes_anybody_refuse(tester: Client) -> None:
    answer = tester.post(path(invoice(tester)), json={"data": {}}, headers={HEADER: "NE:EC02"})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [f"{HEADER}.outcome"]


def test_an_option_counts_more_than_the_header(tester: Client) -> None:
    document = invoice(tester)
    body = {"data": {}, "options": {"test_outcome": {"outcome": "not_delivered"}}}
    tester.data("POST", path(document), json=body, headers={HEADER: "NS"})
    assert wait(tester, document)["ei_status"] == "not_delivered"


def test_the_header_is_for_test_mode_alone(client: Client) -> None:
    answer = client.post(path(invoice(client)), json={"data": {}}, headers={HEADER: "RC"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NO_TEST_MODE")


def test_the_reference_page_names_every_outcome_of_the_header() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "sdi-simulator.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`([A-Z]{2}(?::EC0[12])?)` →", page)) == set(simulation.NAMED)


def test_the_reference_page_names_every_recipient_code_and_outcome() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "sdi-simulator.md").read_text(encoding="utf-8")
    rows = [row.split(" | ") for row in re.findall(r"^\| (`\w+` \| .*)\|$", page, flags=re.MULTILINE)]
    told = {row[0].strip("`"): (row[1].strip("`"), row[2].strip("`")) for row in rows if len(row) == 6}
    assert set(told) == set(get_args(simulation.Outcome))
    for outcome, codes in told.items():
        for code, format_ in zip(codes, ("FPR12", "FPA12"), strict=True):
            if code.isalnum() or "`" in code:
                named = code.rpartition("`")[2]
                header = {"DatiTrasmissione": {"CodiceDestinatario": named}}
                found = simulation.order_of(Invoice({"FatturaElettronicaHeader": header}, format_))
                assert (found.outcome, found.code) == (outcome, "00423" if outcome == "discarded" else "")


def test_a_company_has_a_usual_outcome_which_counts_where_nothing_else_asks_for_one(tester: Client) -> None:
    def usual(name: str) -> str:
        shown: str = tester.data("PUT", "settings/sdi_channel", json={"data": {"test_outcome": name}})["test_outcome"]
        return shown

    assert tester.data("GET", "settings/sdi_channel")["test_outcome"] == ""
    assert usual("ns:00311") == "NS:00311"
    assert send(tester, invoice(tester))["ei_status"] == "discarded"
    assert send(tester, to_customer(tester, "MC00000"))["ei_status"] == "not_delivered"
    assert send(tester, invoice(tester), test_outcome={"outcome": "waiting"})["ei_status"] == "sent"
    assert usual("NE:EC02") == "NE:EC02"
    assert send(tester, invoice(tester, OFFICE))["ei_status"] == "rejected"
    assert send(tester, invoice(tester))["ei_status"] == "accepted", "no private customer refuses"
    tester.data("PUT", "settings/sdi_channel", json={"data": {"channel": "simulator"}})
    assert tester.data("GET", "settings/sdi_channel")["test_outcome"] == "NE:EC02", "what is not sent stays"
    assert usual("") == ""
    refused = tester.put("settings/sdi_channel", json={"data": {"test_outcome": "XX"}})
    assert refused.status_code == 422
    assert list(refused.json()["error"]["validation_result"]) == ["data.test_outcome"]


@pytest.mark.parametrize(("code", "given"), [("NS00423", "00423"), ("N00404", "00404"), ("NS09999", "09999")])
def test_a_discarded_invoice_says_why_and_what_to_do(tester: Client, code: str, given: str) -> None:
    document = to_customer(tester, code)
    send(tester, document)
    reason = tester.data("GET", path(document, "error_reason"))
    assert (reason["code"], reason["ei_status"]) == (given, "discarded")
    assert reason["reason"].startswith(f"{given} ")
    assert reason["solution"]
    assert reason["date"] == "2026-03-02 09:30:00"


def test_a_discarded_invoice_is_sent_again_under_another_file_name(tester: Client) -> None:
    document = invoice(tester)
    send(tester, document, test_outcome={"outcome": "discarded", "code": "00311"})
    tester.data("PUT", f"issued_documents/{document['id']}", json={"data": {"visible_subject": "Corretta"}})
    found = send(tester, document)
    assert (found["ei_status"], found["number"]) == ("accepted", document["number"])
    listed = tester.data("GET", path(document, "notices"))
    assert [notice["type"] for notice in listed] == ["RC", "NS"]  # the latest attempt first
    assert len({notice["e_invoice_file_name"] for notice in listed}) == 2
    assert tester.data("GET", path(document, "error_reason"))["code"] == ""


@pytest.mark.parametrize(
    ("code", "remedy"), [("MC00000", "area riservata"), ("MC0000", "dieci giorni"), ("NEEC02", "stesso numero")]
)
def test_other_bad_news_say_what_to_do_too(tester: Client, code: str, remedy: str) -> None:
    document = to_customer(tester, code)
    send(tester, document)
    assert remedy in tester.data("GET", path(document, "error_reason"))["solution"]


# real checks


@pytest.mark.parametrize("ei_code", ["ABC1234", "UFABCD"])
@pytest.mark.parametrize("name", ["Ł€ & <b> “x”", "x" * 300, ""])
def test_a_file_however_wrong_is_answered(tester: Client, ei_code: str, name: str) -> None:
    kind = "pa" if len(ei_code) == 6 else "person"
    entity = {"name": name or "x", "type": kind, "ei_code": ei_code, "tax_code": name[:16], "address_province": "ZZ"}
    document = invoice(tester, entity, ei_data={"payment_method": ""})
    assert send(tester, document, test_unchecked=True)["ei_status"] == "discarded"
    reason = tester.data("GET", path(document, "error_reason"))
    assert reason["code"]
    assert reason["solution"]


def test_a_wrong_invoice_is_refused_before_it_is_sent_or_discarded_by_the_sdi(tester: Client) -> None:
    document = invoice(tester, {"name": "Bianchi S.p.A.", "vat_number": "01234567890", "ei_code": "ABC1234"})
    refused = tester.post(path(document), json={"data": {}, "options": {"test_outcome": {"outcome": "delivered"}}})
    assert refused.status_code == 422
    codes = {message[:5] for message in refused.json()["error"]["validation_result"]["xml_errors"]}
    found = send(tester, document, test_unchecked=True, test_outcome={"outcome": "delivered"})
    assert (found["ei_status"], found["locked"]) == ("discarded", False)
    (named,) = tester.data("GET", path(document, "notices"))
    content = tester.get(path(document, f"notices/{named['file_name']}")).content
    assert {error.code for error in read_notice(content).errors} == codes
    assert tester.data("GET", path(document, "error_reason"))["code"] in codes


# notices


@pytest.mark.parametrize("code", ["ABC1234", "MC00000", "NS00423", "MC0000", "NEEC01", "NEEC02", "N00404", "DT0000"])
def test_every_notice_is_kept_fits_its_format_and_can_be_downloaded(tester: Client, code: str) -> None:
    document = to_customer(tester, code)
    send(tester, document)
    move(tester, days=16)
    listed = tester.data("GET", path(document, "notices"))
    assert listed
    identifiers = set()
    for each in listed:
        answer = tester.get(path(document, f"notices/{each['file_name']}"))
        assert answer.status_code == 200
        notice = read_notice(answer.content)
        name = parse_message_name(each["file_name"])
        assert name is not None
        assert name.type == notice.type == each["type"]
        assert f"{name.invoice}.xml" == each["e_invoice_file_name"] == notice.file_name
        findings = [f for f in fatturapa.check_notice(notice) if "Signature" not in f.path]
        assert findings == []
        identifiers.add(notice.identifier)
    assert len(identifiers) == 1
    assert tester.get(path(document, "notices/IT00000000000_00001_RC_001.xml")).status_code == 404


def test_notices_that_come_twice_count_once(tester: Client, installation: Installation, company_id: int) -> None:
    document = to_customer(tester, "NEEC01")
    send(tester, document, test_outcome={"outcome": "accepted", "repeated": True})
    assert types(tester, document) == ["RC", "NE"]
    assert happened(installation, company_id, UPDATE) == [document["id"]] * 3  # attempt, sent, accepted


def test_notices_in_the_wrong_order_are_kept_and_the_later_word_stands(
    tester: Client, call: OpenCall, clock: Clock
) -> None:
    model, document = to_customer(tester, "NEEC02"), to_customer(tester, "ZZ0000")
    send(tester, model)
    send(tester, document)
    with call() as opened:
        told = last_of(opened, documents.get(opened.session, opened.company_id, model["id"]))  # type: ignore[arg-type]
        mine = last_of(opened, documents.get(opened.session, opened.company_id, document["id"]))  # type: ignore[arg-type]
        assert told is not None
        assert mine is not None

        for notice in reversed(told.notices):
            content = base64.b64decode(notice.content)
            assert take_notice(opened, mine, notice.file_name, content)
            assert not take_notice(opened, mine, notice.file_name, content)
    assert types(tester, document) == ["NE", "RC"]
    assert shown(tester, document)["ei_status"] == "rejected"
    assert tester.data("GET", path(document, "error_reason"))["ei_status"] == "rejected"


def test_who_may_read_the_notices(tester: Client, check_access: CheckAccess) -> None:
    document = invoice(tester)
    send(tester, document)
    (named,) = tester.data("GET", path(document, "notices"))
    check_access("GET", path(document, "notices"), needs="issued_documents.invoices:r")
    check_access("GET", path(document, f"notices/{named['file_name']}"), needs="issued_documents.invoices:r")


# outcomes by order


def test_an_order_on_the_document_is_played_at_once(tester: Client) -> None:
    document = to_customer(tester, "ZZ0000")
    send(tester, document)
    assert ask(tester, document, "not_delivered")["ei_status"] == "not_delivered"
    # the office is reached after all, and refuses
    assert ask(tester, document, "refused") == {"ei_status": "rejected", "planned": []}
    assert types(tester, document) == ["MC", "RC", "NE"]
    refused = tester.post(path(document, "test_outcome"), json={"data": {"outcome": "accepted"}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "SDI_HAS_ANSWERED")


@pytest.mark.parametrize("outcome", ["accepted", "refused", "no_response"])
def test_a_private_customer_neither_accepts_nor_refuses(tester: Client, outcome: str) -> None:
    document = invoice(tester)
    body = {"data": {}, "options": {"test_outcome": {"outcome": outcome}}}
    assert tester.post(path(document), json=body).status_code == 422
    send(tester, document, test_outcome={"outcome": "waiting"})
    assert tester.post(path(document, "test_outcome"), json={"data": {"outcome": outcome}}).status_code == 422
    assert shown(tester, document)["ei_status"] == "sent"


@pytest.mark.parametrize(
    "order",
    [3, {"outcome": "lost"}, {"outcome": "discarded", "code": "1"}, {"outcome": "delivered", "delay": -1}],
)
def test_an_order_that_is_none_is_refused(tester: Client, order: Any) -> None:
    document = invoice(tester)
    body = {"data": {}, "options": {"test_outcome": order}}
    assert tester.post(path(document), json=body).status_code == 422
    assert shown(tester, document)["ei_status"] == "not_sent"
    send(tester, document, test_outcome={"outcome": "waiting"})
    assert tester.post(path(document, "test_outcome"), json={"data": order}).status_code == 422


def test_outside_of_test_mode_nothing_is_played(client: Client) -> None:
    document = invoice(client)
    for options in ({"test_outcome": {"outcome": "delivered"}}, {"test_unchecked": True}):
        answer = client.post(path(document), json={"data": {}, "options": options})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NO_TEST_MODE")
    client.data("POST", path(document), json={"data": {}})
    for address, data in ((path(document, "test_outcome"), {"outcome": "delivered"}), ("test_mode/clock", {"days": 1})):
        answer = client.post(address, json={"data": data})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NO_TEST_MODE")


# the test clock


def test_an_administration_that_stays_silent_lets_the_term_pass(
    tester: Client, installation: Installation, company_id: int
) -> None:
    document = to_customer(tester, "DT0000")
    send(tester, document)
    assert move(tester, days=14) == {"clock": "2026-03-16T09:30:00+01:00", "notices": 0}
    assert shown(tester, document)["ei_status"] == "sent"
    assert move(tester, days=1) == {"clock": "2026-03-17T09:30:00+01:00", "notices": 1}
    found = shown(tester, document)
    assert (found["ei_status"], found["locked"]) == ("no_response", True)
    reason = tester.data("GET", path(document, "error_reason"))
    assert reason["date"] == "2026-03-17 09:30:00"
    assert reason["solution"]
    assert happened(installation, company_id, UPDATE) == [document["id"]] * 3


def test_an_office_out_of_reach_is_attested_after_ten_days(tester: Client) -> None:
    document = to_customer(tester, "MC0000")
    send(tester, document)
    move(tester, days=10)
    assert types(tester, document) == ["MC", "AT"]
    name = tester.data("GET", path(document, "notices"))[1]["file_name"]
    assert name.endswith("_AT_001.zip")
    assert tester.get(path(document, f"notices/{name}")).content.startswith(b"PK")


def test_delays_count_on_the_test_clock(tester: Client) -> None:
    document = to_customer(tester, "UFABCD")
    send(tester, document, test_outcome={"outcome": "accepted", "delay": 3600, "answer_delay": 7200})
    assert types(tester, document) == []
    assert move(tester, hours=1)["notices"] == 1
    assert types(tester, document) == ["RC"]
    assert move(tester, hours=2)["notices"] == 1
    assert shown(tester, document)["ei_status"] == "accepted"


def test_what_is_due_by_the_servers_own_clock_is_played_by_the_worker(tester: Client, clock: Clock) -> None:
    document = invoice(tester)
    send(tester, document, test_outcome={"outcome": "delivered", "delay": 60})
    assert shown(tester, document)["ei_status"] == "sent"
    clock.advance(seconds=61)
    deadline = time.monotonic() + 20
    while shown(tester, document)["ei_status"] != "accepted":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_test_clock_goes_ahead_within_bounds(tester: Client) -> None:
    for delta in ({"days": -1}, {"seconds": 10**12}, {"days": 8000}):
        assert tester.post("test_mode/clock", json={"data": delta}).status_code == 422
    refused = tester.post("test_mode/clock", json={"data": {"days": 2, "hours": -1}}).json()["error"]
    assert refused["code"] == "CLOCK_GOES_AHEAD"
    assert "va solo avanti" in refused["validation_result"]["data.hours"][0]
    now = "2026-03-02T09:30:00+01:00"
    assert tester.data("GET", "test_mode") == {"enabled": True, "sdi_channel": "simulator", "clock": now}


# test mode


def test_test_mode_is_turned_on_and_off(client: Client) -> None:
    assert client.data("GET", "test_mode")["enabled"] is False
    assert client.data("PUT", "test_mode", json={"data": {"enabled": True}})["enabled"] is True
    assert client.data("PUT", "test_mode", json={"data": {"enabled": False}})["enabled"] is False
    assert client.put("test_mode", json={"data": {}}).status_code == 422


@pytest.mark.parametrize("chosen", ["", "manual", "simulator"])
def test_the_channel_follows_test_mode_unless_a_real_one_is_chosen(
    client: Client, installation: Installation, company_id: int, chosen: str
) -> None:
    choose(installation, company_id, chosen)
    for enabled, channel in ((True, "simulator"), (False, "manual"), (True, "simulator")):
        shown = client.data("PUT", "test_mode", json={"data": {"enabled": enabled}})
        assert (shown["enabled"], shown["sdi_channel"]) == (enabled, channel)
        assert client.data("GET", "test_mode") == shown


def choose(installation: Installation, company_id: int, channel: str) -> None:
    with installation.database.write() as session:
        _, settings = load_company(session, company_id)
        settings.sdi_channel = channel
        session.run(update(companies).where(companies.c.id == company_id).values(settings=encoder.encode(settings)))


def test_a_company_with_a_channel_of_its_own_keeps_it(
    client: Client, installation: Installation, company_id: int
) -> None:
    choose(installation, company_id, "pec")
    answer = client.put("test_mode", json={"data": {"enabled": True}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "REAL_CHANNEL")
    client.data("PUT", "test_mode", json={"data": {"enabled": False}})
    with installation.database.read() as session:
        assert load_company(session, company_id)[1].sdi_channel == "pec"


def test_who_may_use_test_mode(tester: Client, check_access: CheckAccess) -> None:
    check_access("GET", "test_mode", needs="settings:r")
    check_access("PUT", "test_mode", needs="settings:a", json={"data": {"enabled": True}})
    check_access("POST", "test_mode/clock", needs="settings:a", json={"data": {"days": 1}})
    document = invoice(tester)
    send(tester, document, test_outcome={"outcome": "waiting"})
    data = {"data": {"outcome": "delivered"}}
    check_access("POST", path(document, "test_outcome"), needs="issued_documents.invoices:a", json=data)


def test_a_clock_that_is_moved_leaves_no_job_behind(
    tester: Client, installation: Installation, company_id: int
) -> None:
    document = to_customer(tester, "UFABCD")
    send(tester, document, test_outcome={"outcome": "delivered", "delay": 60})
    with installation.database.read() as session:
        assert len(jobs.waiting(session, company_id, simulated.JOB)) == 2
    assert move(tester, days=16)["notices"] == 2
    with installation.database.read() as session:
        assert jobs.waiting(session, company_id, simulated.JOB) == []
    assert shown(tester, document)["ei_status"] == "no_response"


# from company to company


_numbers = count(1)


@pytest.fixture
def vat_number() -> str:
    """A VAT number that no other company of the server has."""
    digits = f"{next(_numbers):07}001"
    doubled = [int(digit) * 2 - 9 * (digit > "4") for digit in digits[1::2]]
    return f"{digits}{-(sum(map(int, digits[::2])) + sum(doubled)) % 10}"


@pytest.fixture
def customer(make_company: MakeCompany, make_token: MakeToken, client: Client, vat_number: str) -> Client:
    """Another company of the server, in test mode, without a recipient code."""
    id = make_company(name="Verdi S.r.l.", vat_number=vat_number, tax_code=vat_number, **SEAT)
    other = Client(client.http, id, make_token(company_id=id))
    other.data("PUT", "test_mode", json={"data": {"enabled": True}})
    return other


@pytest.fixture
def buyer(vat_number: str) -> dict[str, Any]:
    """That company as a customer."""
    return CUSTOMER | {"name": "Verdi S.r.l.", "vat_number": vat_number, "tax_code": vat_number, "ei_code": ""}


def waiting(client: Client) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = client.data("GET", "received_documents/pending", params={"fieldset": "detailed"})
    return listed


def test_an_invoice_to_a_company_of_the_server_arrives_there(
    tester: Client, customer: Client, buyer: dict[str, Any], installation: Installation
) -> None:
    document = invoice(tester, buyer)
    assert send(tester, document)["ei_status"] == "accepted"
    (found,) = waiting(customer)
    assert happened(installation, customer.company_id, RECEIVED) == [found["id"]]
    assert (found["type"], found["document_type"], found["supplier_name"]) == ("agyo", "expense", "Rossi S.r.l.")
    assert (found["amount_net"], found["amount_vat"], found["amount_gross"]) == (100, 22, 122)
    assert found["ei_number"] == str(document["number"])
    assert [row["name"] for row in found["items_list"]] == ["Consulenza"]
    assert [payment["amount"] for payment in found["payments_list"]] == [122]
    attached = customer.http.get(found["attachment_url"])
    assert attached.content == tester.get(path(document, "xml")).content


def test_an_invoice_that_is_not_delivered_arrives_nowhere(
    tester: Client, customer: Client, buyer: dict[str, Any]
) -> None:
    for outcome in ("not_delivered", "discarded", "waiting"):
        send(tester, invoice(tester, buyer), test_outcome={"outcome": outcome})
    assert waiting(customer) == []


def test_a_company_outside_of_test_mode_gets_no_simulated_invoice(
    tester: Client, customer: Client, buyer: dict[str, Any]
) -> None:
    customer.data("PUT", "test_mode", json={"data": {"enabled": False}})
    document = invoice(tester, buyer)
    assert send(tester, document)["ei_status"] == "not_delivered"  # no recipient code, nobody to deliver to
    assert waiting(customer) == []


def test_a_credit_note_arrives_as_one(tester: Client, customer: Client, buyer: dict[str, Any]) -> None:
    note = create(tester, "credit_note", entity=buyer, e_invoice=True, ei_data={"payment_method": "MP05"})
    assert send(tester, note)["ei_status"] == "accepted"
    assert [found["document_type"] for found in waiting(customer)] == ["passive_credit_note"]
