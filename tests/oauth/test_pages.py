import re

import httpx2
import pytest
from lxml import html

from mastro.api.call import Installation
from mastro.api.scopes import FAMILIES
from mastro.app import create_app
from mastro.settings import Settings
from mastro.web.language import preferred
from mastro.web.pages import local_path, same_origin
from oauth.flows import PASSWORD, SCOPES, Browser, MakePerson, Person, Program
from support import Clock


def signed_in(browser: Browser, person: Person) -> Browser:
    browser.open("/login")
    browser.sign_in(person.email)
    return browser


def test_a_wrong_password_and_an_unknown_user_are_refused_alike(browser: Browser, person: Person) -> None:
    pages = []
    for email, password in ((person.email, "sbagliata"), ("nessuno@example.com", PASSWORD), ("nul\x00@x.it", PASSWORD)):
        browser.open("/login")
        if "\x00" in email:
            continue
        browser.sign_in(email, password)
        assert browser.page.status_code == 401
        pages.append(browser.page.text.replace(email, "EMAIL"))
    assert pages[0] == pages[1]
    assert not browser.client.cookies


def test_the_cookie_is_for_this_server_alone_and_changes_at_every_sign_in(browser: Browser, person: Person) -> None:
    browser.client.cookies.set("mastro", "fixed by somebody else")
    browser.open("/login")
    sent = browser.client.post("/login", data={"email": person.email, "password": PASSWORD})
    cookie = sent.headers["set-cookie"]
    assert re.match(r"mastro=[\w-]{43};", cookie)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "fixed by" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(installation: Installation, person: Person) -> None:
    from starlette.testclient import TestClient

    settings = Settings(
        data_dir=installation.settings.data_dir,
        database_url=installation.settings.database,
        base_url="https://fatture.example.it",
        clock=installation.settings.clock,
        worker=0,
    )
    client = TestClient(create_app(settings), base_url="https://fatture.example.it")
    answer = client.post("/login", data={"email": person.email, "password": PASSWORD}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["set-cookie"].startswith("__Host-mastro=")
    assert "Secure" in answer.headers["set-cookie"]


def test_signing_out_ends_the_session_on_the_server(browser: Browser, person: Person) -> None:
    signed_in(browser, person)
    cookies = dict(browser.client.cookies)
    browser.open("/applications")
    assert browser.page.status_code == 200
    browser.submit("/logout")
    browser.client.cookies.update(cookies)
    assert browser.open("/applications").url.path == "/login"


def test_a_session_ends_after_two_weeks(browser: Browser, person: Person, clock: Clock) -> None:
    signed_in(browser, person)
    clock.advance(days=14, seconds=-1)
    assert browser.open("/applications").url.path == "/applications"
    clock.advance(seconds=1)
    assert browser.open("/applications").url.path == "/login"


def test_guessing_a_password_comes_to_an_end_and_others_still_get_in(
    browser: Browser, person: Person, make_person: MakePerson, clock: Clock
) -> None:
    clock.advance(days=10)
    other = make_person()
    for _ in range(10):
        browser.open("/login")
        assert browser.sign_in(person.email, "sbagliata").status_code == 401
    browser.open("/login")
    assert browser.sign_in(person.email).status_code == 429
    browser.open("/login")
    assert browser.sign_in(other.email).status_code == 200
    browser.client.cookies.clear()
    clock.advance(minutes=30)
    browser.open("/login")
    assert browser.sign_in(person.email).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_does_nothing(
    served: str, browser: Browser, person: Person, program: Program, headers: dict[str, str]
) -> None:
    signed_in(browser, person)
    consent = {
        "response_type": "code",
        "client_id": program.client_id,
        "redirect_uri": "http://localhost:9999/callback?from=mastro",
        "scope": SCOPES,
        "company": str(person.company_id),
        "decision": "allow",
    }
    for path, fields in (
        ("/oauth/authorize", consent),
        ("/login", {"email": person.email, "password": PASSWORD}),
        ("/logout", {}),
        ("/connetti", {"user_code": "BBBB-CCCC", "decision": "allow"}),
        ("/applications/tokens", {"name": "x", "access": "all", "company": str(person.company_id)}),
        ("/applications/new", {"name": "x", "redirect_uris": "https://evil.example/"}),
        ("/applications/remove", {"what": "application", "key": program.client_id}),
    ):
        assert browser.client.post(path, data=fields, headers=headers).status_code == 403, path
    assert "Gestionale" in browser.open("/applications").text


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_signing_in_leads_to_no_other_site(browser: Browser, person: Person, onward: str) -> None:
    browser.open("/login?next=" + onward.replace("\t", "%09"))
    answer = browser.client.post("/login", data={"email": person.email, "password": PASSWORD, "next": onward})
    assert answer.headers["location"] == "/app"


def test_local_paths() -> None:
    assert local_path("/oauth/authorize?a=b&c=%2F%2Fx", "/") == "/oauth/authorize?a=b&c=%2F%2Fx"
    for wrong in ("", "x", "//x", "/\\x", "http://x", "/" + "x" * 20_000, "/\n", "/é"):
        assert local_path(wrong, "/d") == "/d"


def test_same_origin() -> None:
    assert same_origin({}, "a.it")
    assert same_origin({"origin": "https://a.it"}, "a.it")
    assert not same_origin({"origin": "https://a.it.evil.it"}, "a.it")
    assert not same_origin({"sec-fetch-site": "cross-site", "origin": "https://a.it"}, "a.it")


def test_every_page_is_strict_and_readable(browser: Browser, person: Person, program: Program) -> None:
    pages = ["/login", "/oauth/authorize"]
    signed = ["/applications", "/connetti", "/connetti?user_code=BBBBCCCC", program.authorize()]
    for path in [*pages, "SIGN IN", *signed]:
        if path == "SIGN IN":
            signed_in(browser, person)
            continue
        page = browser.open(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy
        assert page.headers["cache-control"] == "no-store"
        tree = html.fromstring(page.text)
        assert not tree.xpath("//script|//*[@style]|//*[@onclick]|//style")
        assert tree.xpath("count(//h1)") == 1
        assert tree.get("lang") == "it"
        for field in tree.xpath("//input[not(@type='hidden')]|//select|//textarea"):
            labelled = field.xpath("ancestor::label") or tree.xpath("//label[@for=$id]", id=field.get("id") or "")
            assert labelled, html.tostring(field)
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids))


def test_the_consent_form_may_end_at_the_program_and_nowhere_else(
    browser: Browser, person: Person, program: Program
) -> None:
    signed_in(browser, person)
    policy = browser.open(program.authorize()).headers["content-security-policy"]
    assert policy.endswith("form-action 'self' http://localhost:9999")


def test_the_pages_speak_the_readers_language(served: str) -> None:
    for accepted, words in (("en-GB,en;q=0.9,it;q=0.2", "Sign in"), ("it", "Accedi"), ("de", "Accedi"), ("", "Accedi")):
        page = httpx2.get(f"{served}/login", headers={"Accept-Language": accepted})
        assert words in page.text
    assert preferred("en;q=oops, it") == "it"


def test_every_scope_has_its_words() -> None:
    from mastro.web.permissions import FAMILIES as IN_WORDS

    assert set(IN_WORDS) == set(FAMILIES)


def test_text_from_outside_is_only_text(browser: Browser, person: Person, program: Program) -> None:
    signed_in(browser, person)
    browser.open("/applications")
    browser.submit("/applications/new", name="<b>x</b>", redirect_uris="https://example.it/cb")
    assert "<b>x</b>" not in browser.open("/applications").text
    assert "&lt;b&gt;x&lt;/b&gt;" in browser.page.text


def test_a_user_registers_an_application_and_deletes_it(browser: Browser, person: Person) -> None:
    signed_in(browser, person)
    browser.open("/applications")
    page = browser.submit("/applications/new", name="Negozio", redirect_uris="https://negozio.example/cb")
    client_id, secret = html.fromstring(page.text).xpath("//code[@class='secret']/text()")
    assert (len(client_id), len(secret)) == (32, 64)
    again = browser.open("/applications").text
    assert client_id in again
    assert secret not in again
    made = Program(browser.address, client_id, secret)
    browser.open(made.authorize(redirect_uri="https://negozio.example/cb"))
    assert browser.page.status_code == 200
    browser.open("/applications")
    removal = {"what": "application", "key": client_id}
    browser.client.post("/applications/remove", data=removal)
    assert "Negozio" not in browser.open("/applications").text
    assert made.exchange("c/x").status_code == 401


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.com/cb",
        "https://user@example.com/",
        "https://example.com/#x",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://exa;mple.com/",
        "ftp://example.com",
        "https://[::1",
    ],
)
def test_codes_are_sent_to_no_doubtful_address(browser: Browser, person: Person, uri: str) -> None:
    signed_in(browser, person)
    browser.open("/applications")
    assert browser.submit("/applications/new", name="x", redirect_uris=uri).status_code == 400


@pytest.mark.parametrize(
    "uri", ["https://example.com/cb?a=b", "http://localhost:8080/cb", "http://127.0.0.1/", "it.example.app:/cb"]
)
def test_codes_are_sent_to_the_web_to_this_machine_and_to_apps(browser: Browser, person: Person, uri: str) -> None:
    signed_in(browser, person)
    browser.open("/applications")
    assert browser.submit("/applications/new", name="x", redirect_uris=uri).status_code == 200


def test_a_personal_token_has_the_chosen_scopes_until_it_is_revoked(
    served: str, browser: Browser, person: Person, make_person: MakePerson
) -> None:
    signed_in(browser, person)
    browser.open("/applications")
    page = browser.submit(
        "/applications/tokens",
        name="Foglio di calcolo",
        company=str(person.company_id),
        access="chosen",
        **{"scope.entity.clients": "r", "scope.emails": "a"},
    )
    [token] = html.fromstring(page.text).xpath("//code[@class='secret']/text()")
    assert token.startswith("a/")

    def status(path: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.get(f"{served}/c/{person.company_id}/{path}", headers=headers).status_code

    assert (status("entities/clients"), status("entities/suppliers")) == (200, 403)
    browser.open("/applications")
    assert token not in browser.page.text
    [key] = html.fromstring(browser.page.text).xpath(
        "//input[@name='what'][@value='token']/../input[@name='key']/@value"
    )
    stranger = signed_in(Browser(served), make_person())
    stranger.client.post("/applications/remove", data={"what": "token", "key": key})
    assert status("entities/clients") == 200
    browser.client.post("/applications/remove", data={"what": "token", "key": key})
    assert status("entities/clients") == 401


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 101}, {"access": "chosen"}, {"access": ""}, {"company": "1 "}, {"company": ""}],
)
def test_a_wrong_token_form_makes_no_token(browser: Browser, person: Person, wrong: dict[str, str]) -> None:
    signed_in(browser, person)
    browser.open("/applications")
    fields = {"name": "x", "company": str(person.company_id), "access": "all"} | wrong
    assert browser.submit("/applications/tokens", **fields).status_code == 400
    assert "Nessun token personale" in browser.open("/applications").text
