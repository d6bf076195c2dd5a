import base64
import hashlib

import httpx2
import pytest
from fattureincloud_python_sdk.oauth2.oauth2 import OAuth2AuthorizationCodeManager, OAuth2Error
from fattureincloud_python_sdk.oauth2.scopes import Scope

from mastro.api.call import Installation
from oauth.flows import CALLBACK, SCOPES, Browser, GetCode, MakePerson, MakeProgram, Person, Program
from support import Clock, MakeCompany

VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def call(served: str, token: str, path: str) -> httpx2.Response:
    return httpx2.get(f"{served}{path}", headers={"Authorization": f"Bearer {token}"})


def test_the_vendors_client_goes_from_the_sign_in_page_to_the_api(
    served: str, browser: Browser, person: Person, program: Program
) -> None:
    manager = OAuth2AuthorizationCodeManager(program.client_id, program.client_secret, CALLBACK, base_uri=served)
    url = manager.get_authorization_url([Scope.ENTITY_CLIENTS_READ, Scope.PRODUCTS_ALL], "uno stato & altro")
    browser.open(url)
    assert browser.page.url.path == "/login"
    assert "Gestionale" in browser.page.text
    browser.sign_in(person.email)
    assert browser.page.status_code == 200
    assert "Rossi S.r.l." in browser.page.text
    assert "Clienti" in browser.page.text
    assert "Prodotti" in browser.page.text
    browser.submit("/oauth/authorize", {"decision": "allow"}, company=str(person.company_id))
    assert browser.answer["iss"] == served
    given = manager.get_params_from_url(browser.sent_to)
    assert given.state == "uno stato & altro"
    assert given.authorization_code.startswith("c/")

    first = manager.fetch_token(given.authorization_code)
    assert (first.token_type, first.expires_in) == ("bearer", 86400)
    assert (first.access_token[:2], first.refresh_token[:2]) == ("a/", "r/")
    company = f"/c/{person.company_id}"
    assert call(served, first.access_token, f"{company}/entities/clients").status_code == 200
    assert call(served, first.access_token, f"{company}/products").status_code == 200
    assert call(served, first.access_token, f"{company}/entities/suppliers").status_code == 403

    second = manager.refresh_token(first.refresh_token)
    assert second.access_token != first.access_token
    assert call(served, second.access_token, f"{company}/products").status_code == 200


def test_a_token_request_may_be_json_or_a_form_with_the_secret_in_it_or_in_the_header(
    get_code: GetCode, program: Program
) -> None:
    assert program.exchange(get_code()).status_code == 200
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    assert program.post("token", form=True, code=get_code(), **form).status_code == 200
    answer = httpx2.post(
        f"{program.address}/oauth/token",
        data={**form, "code": get_code()},
        auth=(program.client_id, program.client_secret),
    )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["token_type"] == "bearer"


def test_a_code_holds_for_sixty_seconds(get_code: GetCode, program: Program, clock: Clock) -> None:
    in_time, late = get_code(), get_code()
    clock.advance(seconds=59)
    assert program.exchange(in_time).status_code == 200
    clock.advance(seconds=1)
    refused = program.exchange(late)
    assert refused.status_code == 400
    assert refused.json() == {"error": "invalid_grant", "error_description": "token expired"}


def test_a_code_used_twice_ends_the_tokens_that_it_gave(
    served: str, get_code: GetCode, program: Program, person: Person
) -> None:
    code = get_code()
    tokens = program.exchange(code).json()
    assert call(served, tokens["access_token"], "/user/info").status_code == 200
    again = program.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert call(served, tokens["access_token"], "/user/info").status_code == 401
    assert program.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_code_is_for_the_program_and_the_address_that_it_was_given_for(
    get_code: GetCode, program: Program, make_program: MakeProgram
) -> None:
    other = make_program(name="Altro")
    assert other.exchange(get_code()).json()["error"] == "invalid_grant"
    refused = program.exchange(get_code(), redirect_uri="http://localhost:9999/callback")
    assert refused.json()["error"] == "invalid_grant"


def test_a_wrong_secret_and_an_unknown_program_are_refused_alike(get_code: GetCode, program: Program) -> None:
    code = get_code()
    wrong = program.exchange(code, client_secret="x" * 64)
    unknown = program.exchange(code, client_id="y" * 32)
    missing = program.exchange(code, client_secret=None)
    assert wrong.status_code == unknown.status_code == missing.status_code == 401
    assert wrong.json() == unknown.json() == missing.json()
    assert wrong.json()["error"] == "invalid_client"
    assert program.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("code", "The code field is required when grant type is authorization_code."),
        ("redirect_uri", "The redirect_uri field is required when grant type is authorization_code."),
        ("grant_type", "The grant_type field is required."),
        ("client_id", "The client_id field is required."),
    ],
)
def test_a_token_request_without_a_field_says_which(program: Program, missing: str, words: str) -> None:
    fields = {"grant_type": "authorization_code", "code": "c/x", "redirect_uri": CALLBACK}
    refused = program.post("token", **{**fields, missing: None})
    assert refused.status_code == 400
    assert refused.json() == {"error": "invalid_request", "error_description": words}


@pytest.mark.parametrize("body", [b"{", b'{"grant_type":["a"]}', b"\xff\xfe", b"a=1&a=2", b"x" * 40_000, b"{\x00}"])
def test_a_body_that_is_neither_json_nor_a_form_is_refused(served: str, body: bytes) -> None:
    refused = httpx2.post(f"{served}/oauth/token", content=body)
    assert refused.status_code in {400, 413}
    assert refused.json()["error"] == "invalid_request"


def test_the_vendors_client_reads_our_errors(served: str, program: Program) -> None:
    manager = OAuth2AuthorizationCodeManager(program.client_id, program.client_secret, CALLBACK, base_uri=served)
    with pytest.raises(OAuth2Error) as caught:
        manager.fetch_token("c/unknown")
    assert (caught.value.status, caught.value.error) == (400, "invalid_grant")


def test_pkce_holds_a_code_to_the_program_that_asked_for_it(get_code: GetCode, program: Program) -> None:
    promised = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    assert program.exchange(get_code(**promised), code_verifier=VERIFIER).status_code == 200
    for verifier in (None, "another-verifier-0123456789-0123456789-0123456789", CHALLENGE):
        refused = program.exchange(get_code(**promised), code_verifier=verifier)
        assert refused.json()["error"] == "invalid_grant"
    assert program.exchange(get_code(), code_verifier=VERIFIER).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"scope": None}, "invalid_request"),
        ({"scope": " "}, "invalid_request"),
        ({"scope": "entity.clients:r everything:a"}, "invalid_scope"),
        ({"scope": "emails:a"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_a_wrong_request_goes_back_to_the_program_with_an_error(
    browser: Browser, program: Program, parameters: dict[str, str | None], error: str
) -> None:
    browser.open(program.authorize(**parameters))
    assert browser.sent_to.startswith(CALLBACK + "&")
    assert browser.answer["error"] == error
    assert browser.answer["state"] == "stato /&?à"
    assert browser.answer["iss"] == program.address
    assert "code" not in browser.answer


@pytest.mark.parametrize(
    "parameters",
    [
        {"client_id": "unknown"},
        {"client_id": None},
        {"client_id": "nul\x00"},
        {"redirect_uri": None},
        {"redirect_uri": "http://localhost:9999/callback"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": "https://evil.example/"},
    ],
)
def test_a_browser_is_sent_to_no_address_that_is_not_registered(
    browser: Browser, program: Program, parameters: dict[str, str | None]
) -> None:
    browser.open(program.authorize(**parameters))
    assert browser.page.status_code == 400
    assert "location" not in browser.page.headers
    assert "Richiesta non valida" in browser.page.text


def test_whoever_refuses_is_sent_back_without_a_code(browser: Browser, person: Person, program: Program) -> None:
    browser.open(program.authorize())
    browser.sign_in(person.email)
    browser.submit("/oauth/authorize", {"decision": "deny"})
    assert browser.answer["error"] == "access_denied"
    assert "code" not in browser.answer


def test_nobody_gives_access_to_another_users_company(
    browser: Browser, make_person: MakePerson, person: Person, program: Program
) -> None:
    stranger = make_person(company="Estranea S.p.A.")
    browser.open(program.authorize())
    browser.sign_in(person.email)
    assert "Estranea" not in browser.page.text
    page = browser.page
    for company in (str(stranger.company_id), "0", "", "all", "1 OR 1"):
        browser.page = page
        browser.submit("/oauth/authorize", {"decision": "allow"}, company=company)
        assert browser.page.status_code == 400


def test_a_token_reaches_the_chosen_company_or_all(
    served: str, browser: Browser, person: Person, program: Program, make_company: MakeCompany
) -> None:
    other = make_company(owner_id=person.id, name="Seconda")

    def token(company: str) -> str:
        browser.open(program.authorize())
        if browser.page.url.path == "/login":
            browser.sign_in(person.email)
        browser.submit("/oauth/authorize", {"decision": "allow"}, company=company)
        return str(program.exchange(browser.answer["code"]).json()["access_token"])

    one, every = token(str(person.company_id)), token("all")
    assert call(served, one, f"/c/{person.company_id}/entities/clients").status_code == 200
    assert call(served, one, f"/c/{other}/entities/clients").status_code == 403
    assert call(served, every, f"/c/{other}/entities/clients").status_code == 200


def test_an_access_token_holds_for_a_day(served: str, get_code: GetCode, program: Program, clock: Clock) -> None:
    token = program.exchange(get_code()).json()["access_token"]
    clock.advance(hours=24, seconds=-1)
    assert call(served, token, "/user/info").status_code == 200
    clock.advance(seconds=1)
    assert call(served, token, "/user/info").status_code == 401


def test_the_hour_that_october_repeats_does_not_make_a_code_live_longer(
    get_code: GetCode, program: Program, clock: Clock
) -> None:
    clock.set(2026, 10, 25, 2, 59, 30)
    code = get_code()
    clock.now = clock.now.replace(hour=2, minute=31, fold=1)
    assert program.exchange(code).json()["error_description"] == "token expired"


def test_no_secret_is_kept_as_it_is(
    installation: Installation, get_code: GetCode, program: Program, browser: Browser
) -> None:
    code = get_code()
    tokens = program.exchange(code).json()
    secrets = [code, tokens["access_token"], tokens["refresh_token"], program.client_secret]
    secrets += list(browser.client.cookies.values())
    assert len(secrets) == 5
    with installation.database.read() as session:
        from sqlalchemy import text

        kept = "".join(
            str(row)
            for table in ("tokens", "grants", "applications", "sessions")
            for row in session.rows(text(f"SELECT * FROM {table}"))
        )
    assert program.client_id in kept
    for secret in secrets:
        assert secret not in kept
        assert secret.partition("/")[2] not in kept or "/" not in secret


def test_the_metadata_says_what_there_is(served: str, program: Program) -> None:
    metadata = httpx2.get(f"{served}/.well-known/oauth-authorization-server").json()
    assert metadata["issuer"] == served
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert set(SCOPES.split()) <= set(metadata["scopes_supported"])
    assert "emails:a" not in metadata["scopes_supported"]
    for name in ("token_endpoint", "revocation_endpoint", "device_authorization_endpoint"):
        assert httpx2.post(metadata[name], json={}).status_code == 400
    assert httpx2.get(metadata["authorization_endpoint"]).status_code == 400
