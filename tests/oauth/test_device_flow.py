import re

import httpx2
import pytest
from fattureincloud_python_sdk.oauth2.oauth2 import OAuth2DeviceCodeManager, OAuth2Error
from fattureincloud_python_sdk.oauth2.scopes import Scope

from oauth.flows import Browser, MakeProgram, Person, Program
from support import Clock

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def device(make_program: MakeProgram) -> Program:
    return make_program(device=True, name="Registratore di cassa", uris=())


def begin(device: Program) -> dict[str, str]:
    answer = device.post("device", scope="situation:r settings:a", client_secret=None)
    assert answer.status_code == 200, answer.text
    data: dict[str, str] = answer.json()["data"]
    return data


def poll(device: Program, code: str) -> httpx2.Response:
    return device.post("token", grant_type=GRANT, device_code=code, client_secret=None)


def allow(browser: Browser, person: Person, user_code: str, decision: str = "allow") -> None:
    browser.open("/connetti")
    if browser.page.url.path == "/login":
        browser.sign_in(person.email)
    browser.submit("/connetti", user_code=user_code)
    browser.submit("/connetti", {"decision": decision}, company=str(person.company_id))


def test_the_vendors_client_connects_a_device(
    served: str, device: Program, browser: Browser, person: Person, clock: Clock
) -> None:
    manager = OAuth2DeviceCodeManager(device.client_id, base_uri=served)
    begun = manager.get_device_code([Scope.SITUATION_READ, Scope.SETTINGS_ALL, Scope.SETTINGS_READ])
    assert (begun.interval, begun.expires_in) == (5, 300)
    assert begun.scope == {"situation": "r", "settings": "a"}
    assert begun.verification_uri == f"{served}/connetti"
    assert re.fullmatch("[A-Z]{4}-[A-Z]{4}", begun.user_code)
    assert begun.device_code.startswith("d/")
    with pytest.raises(OAuth2Error) as caught:
        manager.fetch_token(begun.device_code)
    assert (caught.value.status, caught.value.error) == (400, "authorization_pending")

    browser.open(begun.verification_uri)
    browser.sign_in(person.email)
    browser.submit("/connetti", user_code=begun.user_code.lower().replace("-", " "))
    assert "Registratore di cassa" in browser.page.text
    assert "Impostazioni" in browser.page.text
    browser.submit("/connetti", {"decision": "allow"}, company=str(person.company_id))
    assert "Dispositivo collegato" in browser.page.text

    clock.advance(seconds=5)
    first = manager.fetch_token(begun.device_code)
    second = manager.refresh_token(first.refresh_token)
    for token in (first.access_token, second.access_token):
        answer = httpx2.get(
            f"{served}/c/{person.company_id}/company/info", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200


def test_a_device_that_asks_too_often_is_slowed_down(device: Program, clock: Clock) -> None:
    code = begin(device)["device_code"]
    errors = []
    for seconds in (0, 4, 5, 10, 15):
        clock.advance(seconds=seconds)
        errors.append(poll(device, code).json()["error"])
    assert errors == ["authorization_pending", "slow_down", "slow_down", "slow_down", "slow_down"]
    clock.advance(seconds=25)
    assert poll(device, code).json()["error"] == "authorization_pending"


def test_a_device_code_holds_for_five_minutes_and_one_use(
    device: Program, browser: Browser, person: Person, clock: Clock
) -> None:
    late = begin(device)
    clock.advance(seconds=300)
    assert poll(device, late["device_code"]).json()["error"] == "expired_token"
    allow_page = begin(device)
    allow(browser, person, allow_page["user_code"])
    assert poll(device, allow_page["device_code"]).status_code == 200
    assert poll(device, allow_page["device_code"]).json()["error"] == "invalid_grant"


def test_a_device_that_its_user_refuses_is_told_so(device: Program, browser: Browser, person: Person) -> None:
    begun = begin(device)
    allow(browser, person, begun["user_code"], "deny")
    assert "Richiesta rifiutata" in browser.page.text
    assert poll(device, begun["device_code"]).json()["error"] == "access_denied"


def test_wrong_codes_are_refused_and_guessing_comes_to_an_end(
    device: Program, browser: Browser, person: Person, clock: Clock
) -> None:
    begun = begin(device)
    browser.open("/connetti")
    browser.sign_in(person.email)
    for _ in range(20):
        browser.submit("/connetti", user_code="BBBB-CCCC")
        assert browser.page.status_code == 400
        assert "non esiste" in browser.page.text
    browser.submit("/connetti", user_code=begun["user_code"])
    assert browser.page.status_code == 429
    clock.advance(minutes=30)
    browser.submit("/connetti", user_code=begin(device)["user_code"])
    assert browser.page.status_code == 200


def test_only_a_program_that_was_registered_for_it_uses_the_device_flow(program: Program, device: Program) -> None:
    refused = program.post("device", scope="settings:r")
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")
    assert program.post("device", scope="settings:r", client_secret=None).status_code == 401
    assert device.post("device", scope="settings:r", client_secret="wrong").status_code == 401
    assert device.post("device", scope=" ").json()["error"] == "invalid_request"
    assert device.post("device", scope="nothing:r").json()["error"] == "invalid_scope"


def test_nobody_fills_the_database_with_device_codes(device: Program, clock: Clock) -> None:
    clock.advance(days=20)
    for _ in range(60):
        begin(device)
    refused = device.post("device", scope="settings:r")
    assert refused.status_code == 429
