"""The settings of the channel to the SdI, and the box of certified mail."""

from typing import Any

import pytest
from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database import jobs
from mastro.database.schema import companies
from mastro.delivery.sdi import SdiRefused
from mastro.delivery.sdi_pec import Pec
from mastro.resources.company import load_company, lock_settings, store_settings
from mastro.resources.pec import box
from mastro.resources.pec.messages import JOB
from support import CheckAccess, Client

PEC = {
    "address": "Rossi@pec.example.it",
    "password": "segreto-lungo",
    "smtp_host": "smtps.pec.example.it",
    "imap_host": "imaps.pec.example.it",
}


def _set(client: Client, **data: Any) -> Any:
    return client.put("settings/sdi_channel", json={"data": data})


def _channel(client: Client, installation: Installation) -> Pec:
    with installation.database.read() as session:
        company, settings = load_company(session, client.company_id)
    return box.channel_of(installation, company, settings.pec)


def test_access(check_access: CheckAccess) -> None:
    check_access("GET", "settings/sdi_channel", needs="settings:r")
    check_access("PUT", "settings/sdi_channel", needs="settings:a", json={"data": {"channel": "manual"}})
    check_access("GET", "pec/messages", needs="settings:r")
    check_access("POST", "pec/poll", needs="settings:a")
    check_access("POST", "pec/messages/1/retry", needs="settings:a")


def test_a_new_company_hands_its_invoices_in_by_hand(client: Client) -> None:
    shown = client.data("GET", "settings/sdi_channel")
    assert (shown["channel"], shown["pec"], shown["password_is_set"]) == ("manual", None, False)
    assert shown["pec_state"]["state"] == "off"
    assert client.data("GET", "pec/messages") == []


def test_a_box_is_completed_with_what_the_sdi_has_published_and_the_day(client: Client) -> None:
    shown = _set(client, channel="pec", pec=PEC).json()["data"]
    assert shown["channel"] == "pec"
    pec = shown["pec"]
    assert (pec["address"], pec["user"], pec["imap_folder"]) == ("rossi@pec.example.it", "", "INBOX")
    assert (pec["smtp_security"], pec["imap_security"]) == ("tls", "tls")
    assert (pec["sdi_address"], pec["assigned_address"]) == ("sdi01@pec.fatturapa.it", "")
    assert pec["since"] == "2026-03-02"
    assert shown["pec_state"]["state"] == "new"
    assert client.data("GET", "settings/sdi_channel")["pec"] == pec


def test_the_password_is_kept_sealed_and_never_answered(client: Client, installation: Installation) -> None:
    answers = [_set(client, channel="pec", pec=PEC), client.get("settings/sdi_channel")]
    for answer in answers:
        assert answer.status_code == 200
        assert "segreto" not in answer.text
        assert "sealed" not in answer.text
        assert answer.json()["data"]["password_is_set"] is True
    with installation.database.read() as session:
        stored = session.scalar(select(companies.c.settings).where(companies.c.id == client.company_id))
    assert b"segreto" not in stored
    _set(client, pec={key: value for key, value in PEC.items() if key != "password"})
    mailer = _channel(client, installation).mailer
    assert getattr(mailer, "password", "") == "segreto-lungo"


@pytest.mark.parametrize("server", ["smtp_host", "imap_host"])
def test_another_server_does_not_get_the_password_of_the_one_before(client: Client, server: str) -> None:
    _set(client, channel="pec", pec=PEC)
    other = {key: value for key, value in PEC.items() if key != "password"} | {server: "ladro.example.it"}
    refused = _set(client, pec=other)
    assert list(refused.json()["error"]["validation_result"]) == ["data.pec.password"]


def test_nobody_says_by_themselves_which_address_was_assigned(client: Client) -> None:
    shown = _set(client, channel="pec", pec=PEC | {"assigned_address": "ladro@pec.fatturapa.it"}).json()["data"]
    assert shown["pec"]["assigned_address"] == ""


def test_the_assigned_address_goes_with_the_address_that_it_was_assigned_to(
    client: Client, installation: Installation
) -> None:
    _set(client, channel="pec", pec=PEC)
    with installation.database.write() as session:
        settings = lock_settings(session, client.company_id)
        assert settings.pec is not None
        settings.pec.assigned_address = "sdi48@pec.fatturapa.it"
        store_settings(session, client.company_id, settings)
    assert _set(client, pec=PEC | {"imap_folder": "SdI"}).json()["data"]["pec"]["assigned_address"]
    assert _channel(client, installation).to == "sdi48@pec.fatturapa.it"
    shown = _set(client, pec=PEC | {"address": "altra@pec.example.it"}).json()["data"]
    assert shown["pec"]["assigned_address"] == ""


def test_a_box_that_is_taken_away_is_not_read_any_more(client: Client) -> None:
    _set(client, channel="pec", pec=PEC)
    refused = _set(client, pec={"address": ""})
    assert list(refused.json()["error"]["validation_result"]) == ["data.channel"]
    shown = _set(client, channel="manual", pec={"address": ""}).json()["data"]
    assert (shown["pec"], shown["pec_state"]["state"]) == (None, "off")
    answer = client.post("pec/poll")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NO_PEC_BOX")


def test_certified_mail_without_a_box_is_no_channel(client: Client) -> None:
    refused = _set(client, channel="pec")
    assert list(refused.json()["error"]["validation_result"]) == ["data.channel"]
    assert client.data("GET", "settings/sdi_channel")["channel"] == "manual"


def test_a_company_with_a_channel_of_its_own_is_not_put_in_test_mode_by_the_way(client: Client) -> None:
    _set(client, channel="pec", pec=PEC)
    answer = client.put("test_mode", json={"data": {"enabled": True}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "REAL_CHANNEL")
    assert _set(client, channel="simulator").json()["data"]["channel"] == "simulator"
    assert client.data("GET", "test_mode")["enabled"] is True


@pytest.mark.parametrize(
    ("pec", "path"),
    [
        ({"address": "nobody"}, "data.pec.address"),
        ({"address": "a@b.it\r\nBcc: c@d.it"}, "data.pec.address"),
        ({"sdi_address": "sdi"}, "data.pec.sdi_address"),
        ({"smtp_host": ""}, "data.pec.smtp_host"),
        ({"imap_host": "imap pec"}, "data.pec.imap_host"),
        ({"imap_host": "user@imap.it"}, "data.pec.imap_host"),
        ({"imap_host": "imap\x00.it"}, "data.pec.imap_host"),
        ({"smtp_host": "x" * 254}, "data.pec.smtp_host"),
        ({"smtp_host": "caffè.it"}, "data.pec.smtp_host"),
        ({"imap_port": 70000}, "data.pec.imap_port"),
        ({"smtp_port": -1}, "data.pec.smtp_port"),
        ({"imap_security": "ssl"}, "data.pec.imap_security"),
        ({"imap_security": "none"}, "data.pec.imap_security"),
        ({"smtp_security": "none"}, "data.pec.smtp_security"),
        ({"password": "a\r\nA1 LOGOUT"}, "data.pec.password"),
        ({"user": "x" * 501}, "data.pec.user"),
        ({"password": ""}, "data.pec.password"),
        ({"since": "ieri"}, "data.pec.since"),
    ],
)
def test_what_can_be_no_setting_is_refused_by_its_key(client: Client, pec: dict[str, Any], path: str) -> None:
    refused = _set(client, channel="pec", pec=PEC | pec)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["validation_result"]) == [path]
    assert client.data("GET", "settings/sdi_channel")["pec"] is None


def test_a_channel_that_there_is_not_is_refused(client: Client) -> None:
    assert _set(client, channel="piccione").status_code == 422


def test_a_password_that_cannot_be_opened_is_a_failure_that_says_what_to_do(
    client: Client, installation: Installation
) -> None:
    _set(client, channel="pec", pec=PEC)
    with installation.database.write() as session:
        settings = lock_settings(session, client.company_id)
        assert settings.pec is not None
        settings.pec.password = "sealed:1:AAAA"
        store_settings(session, client.company_id, settings)
    channel = _channel(client, installation)
    xml = b'<FatturaElettronica versione="FPR12"/>'
    with pytest.raises(SdiRefused, match="Inserirla di nuovo"):
        channel.send("IT12345670017_00001.xml", xml)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1"])
def test_a_box_in_the_installations_own_network_is_not_visited(
    client: Client, installation: Installation, host: str
) -> None:
    _set(client, channel="pec", pec=PEC | {"imap_host": host, "smtp_host": host})
    with pytest.raises(SdiRefused, match="internet at large"):
        _channel(client, installation).send("IT12345670017_00001.xml", b'<FatturaElettronica versione="FPR12"/>')


def test_orders_to_read_the_box_do_not_pile_up(client: Client, installation: Installation) -> None:
    _set(client, channel="pec", pec=PEC | {"imap_host": "unknown.invalid"})
    for _ in range(5):
        assert client.data("POST", "pec/poll") == {"ordered": True}
    with installation.database.read() as session:
        assert len(jobs.waiting(session, client.company_id, JOB)) <= 2
