"""The people of a company, invitations, and the profile."""

from itertools import count

import pytest
from starlette.testclient import TestClient

from mastro.api.call import Installation
from mastro.oauth import account, second_factor, sessions, totp
from mastro.resources.user import passwords
from support import Clock, MakeUser
from web.conftest import Visitor
from web.pages import Pages

PASSWORD = "una lunga parola d'ordine"
_numbers = count(1)


def invited(pages: Pages, **levels: str) -> tuple[str, str]:
    """Invite somebody; the address that was invited and the path of the link."""
    email = f"persona{next(_numbers)}@example.com"
    pages.get("/settings/people/new").submit(email=email, **levels)
    [link] = pages.find("//input[@id='link']/@value")
    return email, link[link.index("/invitation/") :]


def stranger(http: TestClient) -> Pages:
    return Pages(http, 1, "")


def test_who_is_invited_comes_in_and_sees_only_what_is_permitted(pages: Pages, http: TestClient) -> None:
    email, link = invited(pages, permissions__fic_clients="read")
    guest = stranger(http)
    guest._go("GET", link, {})
    assert guest.find("//input[@name='email']/@value") == [email]
    guest.submit(name="Carla <script>", password="corta")
    assert set(guest.errors) == {"password"}
    guest.submit(name="Carla <script>", password=PASSWORD)
    guest.session, guest.company_id = guest.cookies["mastro"], pages.company_id
    assert guest.get("/clients").status == 200
    assert not guest.find("//a[@data-new]")
    for closed in ("/taxes", "/settings", "/settings/people", "/receipts"):
        assert guest.get(closed).status == 403
    pages.get("/settings/people")
    assert ["Carla <script>", email, "Collaboratore", "Consultazione: Clienti"] in pages.rows
    assert "<script>" not in pages.text.split("<main")[1]
    second = stranger(http)
    second._go("GET", link, {})
    assert second.status == 404


def test_the_link_can_be_copied_and_says_how_long_it_counts(pages: Pages, http: TestClient) -> None:
    _, link = invited(pages)
    assert "09/03/2026" in pages.said()
    [shown] = pages.find("//input[@id='link']")
    [button] = pages.find("//button[@data-copy]")
    assert shown.get("readonly") is not None
    assert shown.get("value") == button.get("data-copy")
    guest = stranger(http)
    guest._go("GET", link, {})
    assert "vale fino al 09/03/2026" in guest.said()


def test_who_has_a_user_signs_in_to_accept(
    pages: Pages, visitor: Visitor, http: TestClient, make_company: object
) -> None:
    _, link = invited(pages, role="master")
    other = visitor(company=make_company())  # type: ignore[operator]
    other._go("GET", link, {})
    assert "Entrerai come" in other.said()
    other.submit()
    assert other.address.endswith(f"/app/{pages.company_id}")
    assert other.get(f"/app/{pages.company_id}/settings/people").status == 200
    assert other.find("//a[@data-new]")


def test_an_owner_changes_and_removes_but_never_the_last_one(pages: Pages, visitor: Visitor) -> None:
    employee = visitor({"fic_clients": "write", "fic_settings": "write"})
    pages.get("/settings/people")
    assert len(pages.rows) == 2
    theirs = next(
        link
        for link in pages.find("//a[@class='row-link']/@href")
        if "(tu)" not in pages.said(f"//td[a/@href='{link}']")
    )
    pages.get(theirs).submit(theirs.removeprefix(f"/app/{pages.company_id}"), permissions__fic_clients="none")
    assert "Salvato" in pages.said("//*[@class='flash']")
    assert employee.get("/clients").status == 403
    assert employee.get("/settings/people").status == 200
    assert not employee.find("//a[@data-new]")
    assert employee.get("/settings/people/new").status == 404
    assert employee.post("/settings/people/new", {"email": "x@example.com", "role": "master"}).status == 403
    pages.get(theirs).submit(theirs.removeprefix(f"/app/{pages.company_id}") + "/delete")
    assert len(pages.rows) == 1
    assert employee.get("/settings/people").status == 404
    own = pages.find("//a[@class='row-link']/@href")[0]
    pages.get(own).submit(own.removeprefix(f"/app/{pages.company_id}") + "/delete")
    assert pages.status == 422
    assert pages.find("//*[@role='alert']")


def test_an_invitation_is_taken_back(pages: Pages, http: TestClient) -> None:
    email, link = invited(pages)
    pages.get("/settings/people")
    assert email in pages.said()
    [action] = pages.find("//form[contains(@action, '/invitations/')]/@action")
    pages.submit(action.removeprefix(f"/app/{pages.company_id}"))
    assert email not in pages.said()
    guest = stranger(http)
    guest._go("GET", link, {})
    assert guest.status == 404


# the profile


@pytest.fixture
def person(installation: Installation, http: TestClient, clock: Clock, make_user: MakeUser) -> Pages:
    """Somebody with a password who is signed in twice."""
    id = make_user(name="Anna Rossi")
    with installation.database.write() as session:
        session.run(account._SET_PASSWORD, user=id, made=passwords.hash(PASSWORD))
        sessions.begin(session, id, clock(), agent="Mozilla/5.0 (Windows) Firefox/140.0")
        key = sessions.begin(session, id, clock(), agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0")
    found = Pages(http, 1, key)
    found.user_id = id  # type: ignore[attr-defined]
    return found


def test_a_name_is_changed(person: Pages) -> None:
    person.get("/app/me").submit("/app/me/name", name=" ")
    assert set(person.errors) == {"name"}
    person.submit("/app/me/name", name="Anna  Maria <Rossi>")
    assert "Salvato" in person.said("//*[@class='flash']")
    assert person.find("//input[@name='name']/@value") == ["Anna Maria <Rossi>"]


def test_language_and_theme_are_kept_for_every_browser(person: Pages, installation: Installation) -> None:
    person.get("/app/me").submit("/app/preferences", {"theme": "dark"})
    person.submit("/app/preferences", {"language": "en"})
    with installation.database.read() as session:
        assert account.preferences(session, person.user_id) == ("en", "dark")  # type: ignore[attr-defined]
    assert person.title == "Profile and security"
    assert person.find("//html/@data-theme") == ["dark"]


def test_a_new_password_ends_the_other_sessions(person: Pages) -> None:
    person.get("/app/me")
    assert "Firefox · Windows" in person.said()
    person.submit("/app/me/password", old="sbagliata", new="un'altra parola lunga")
    assert set(person.errors) == {"old"}
    person.submit("/app/me/password", old=PASSWORD, new="corta")
    assert set(person.errors) == {"new"}
    person.submit("/app/me/password", old=PASSWORD, new="un'altra parola lunga")
    assert "Password cambiata" in person.said()
    assert "Firefox · Windows" not in person.said()


def test_a_session_is_ended(person: Pages) -> None:
    person.get("/app/me")
    [action] = person.find("//form[contains(@action, '/end')]/@action")
    person.submit(action)
    assert "Firefox · Windows" not in person.said()
    assert person.post(action).status == 404


def test_the_second_factor_is_turned_on_with_the_apps_code_and_off_with_the_password(
    person: Pages, clock: Clock, installation: Installation
) -> None:
    person.get("/app/me").submit("/app/me/second_factor/begin", password="sbagliata")
    assert set(person.errors) == {"password"}
    person.submit("/app/me/second_factor/begin", password=PASSWORD)
    assert person.find("//img[starts-with(@src, 'data:image/svg')]")
    secret = person.said("//code[@class='secret']").replace(" ", "")
    person.submit(code="000000")
    assert set(person.errors) == {"code"}
    person.submit(code=totp.code(secret, int(clock().timestamp()) // 30))
    assert len(person.find("//ul[@class='recovery']/li")) == second_factor.RECOVERY_CODES
    person.get("/app/me").submit("/app/me/second_factor/codes", password=PASSWORD)
    assert len(person.find("//ul[@class='recovery']/li")) == second_factor.RECOVERY_CODES
    person.get("/app/me").submit("/app/me/second_factor/off", password="sbagliata")
    with installation.database.read() as session:
        assert second_factor.is_on(session, person.user_id)  # type: ignore[attr-defined]
    person.get("/app/me").submit("/app/me/second_factor/off", password=PASSWORD)
    with installation.database.read() as session:
        assert not second_factor.is_on(session, person.user_id)  # type: ignore[attr-defined]


def test_nobody_sees_the_profile_without_signing_in(http: TestClient) -> None:
    guest = stranger(http)
    guest.get("/app/me")
    assert guest.title == "Accedi a Mastro"
