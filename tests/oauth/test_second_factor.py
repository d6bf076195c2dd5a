"""Signing in with a second factor, and what users set for themselves."""

import pytest
from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database.schema import recovery_codes, second_factors
from mastro.oauth import account, second_factor, sessions, totp
from oauth.flows import PASSWORD, Browser, MakePerson, Person
from support import Clock


def code_now(secret: str, clock: Clock, ahead: int = 0) -> str:
    return totp.code(secret, int(clock().timestamp()) // 30 + ahead)


@pytest.fixture
def secret(installation: Installation, person: Person, clock: Clock) -> str:
    """The secret of a person whose second factor is on."""
    return turn_on(installation, person, clock)[0]


def turn_on(installation: Installation, person: Person, clock: Clock) -> tuple[str, list[str]]:
    with installation.database.write() as session:
        enrolled = second_factor.enrol(installation, session, person.id)
        codes = second_factor.confirm(installation, session, person.id, code_now(enrolled.secret, clock), clock())
    assert codes
    clock.advance(seconds=60)
    return enrolled.secret, codes


def test_the_password_alone_opens_nothing_once_the_second_factor_is_on(
    browser: Browser, person: Person, secret: str
) -> None:
    browser.open("/login?next=/applications")
    assert browser.sign_in(person.email).url.path == "/login/code"
    assert browser.open("/applications").url.path == "/login"


def test_the_right_code_lets_in_and_changes_the_cookie(
    browser: Browser, person: Person, secret: str, clock: Clock
) -> None:
    browser.open("/login?next=/applications")
    browser.sign_in(person.email)
    waiting = browser.client.cookies["mastro"]
    assert browser.submit("/login/code", code=f"{code_now(secret, clock)[:3]} {code_now(secret, clock)[3:]}")
    assert browser.page.url.path == "/applications"
    assert browser.client.cookies["mastro"] != waiting


def test_a_code_is_taken_once(browser: Browser, person: Person, secret: str, clock: Clock) -> None:
    typed = code_now(secret, clock)
    browser.open("/login?next=/applications")
    browser.sign_in(person.email)
    browser.submit("/login/code", code=typed)
    browser.client.cookies.clear()
    browser.open("/login?next=/applications")
    browser.sign_in(person.email)
    assert browser.submit("/login/code", code=typed).status_code == 401
    clock.advance(seconds=30)
    assert browser.submit("/login/code", code=code_now(secret, clock)).status_code == 200


def test_wrong_codes_are_slowed_down_like_passwords(
    browser: Browser, person: Person, secret: str, clock: Clock
) -> None:
    browser.open("/login?next=/applications")
    browser.sign_in(person.email)
    wrong = f"{(int(code_now(secret, clock)) + 1) % 1_000_000:06}"
    for _ in range(sessions.CODES):
        assert browser.submit("/login/code", code=wrong).status_code == 401
    assert browser.submit("/login/code", code=code_now(secret, clock)).status_code == 429
    clock.advance(minutes=30)
    browser.open("/login?next=/applications")
    browser.sign_in(person.email)
    assert browser.submit("/login/code", code=code_now(secret, clock)).url.path == "/applications"


def test_a_code_must_come_within_ten_minutes(browser: Browser, person: Person, secret: str, clock: Clock) -> None:
    browser.open("/login")
    browser.sign_in(person.email)
    clock.advance(minutes=10)
    assert browser.submit("/login/code", code=code_now(secret, clock)).url.path == "/login"


def test_without_a_password_there_is_no_code_to_give(browser: Browser, person: Person, secret: str) -> None:
    assert browser.open("/login/code").url.path == "/login"


def test_a_recovery_code_opens_once(browser: Browser, person: Person, installation: Installation, clock: Clock) -> None:
    _, codes = turn_on(installation, person, clock)
    assert len(set(codes)) == 10
    for typed, status in ((codes[3].upper(), 200), (codes[3], 401), (codes[4].replace("-", " "), 200)):
        browser.client.cookies.clear()
        browser.open("/login?next=/applications")
        browser.sign_in(person.email)
        assert browser.submit("/login/code", code=typed).status_code == status
    with installation.database.read() as session:
        assert second_factor.state(session, person.id).codes_left == 8


def test_another_users_code_opens_nothing(
    browser: Browser, person: Person, secret: str, make_person: MakePerson, installation: Installation, clock: Clock
) -> None:
    other = make_person()
    theirs, codes = turn_on(installation, other, clock)
    browser.open("/login")
    browser.sign_in(person.email)
    assert browser.submit("/login/code", code=code_now(theirs, clock)).status_code == 401
    assert browser.submit("/login/code", code=codes[0]).status_code == 401


def test_a_first_wrong_code_turns_nothing_on(installation: Installation, person: Person, clock: Clock) -> None:
    with installation.database.write() as session:
        enrolled = second_factor.enrol(installation, session, person.id)
        wrong = f"{(int(code_now(enrolled.secret, clock)) + 1) % 1_000_000:06}"
        assert second_factor.confirm(installation, session, person.id, wrong, clock()) is None
        assert not second_factor.is_on(session, person.id)
        assert second_factor.enrolment(installation, session, person.id) == enrolled
        assert second_factor.confirm(installation, session, person.id, code_now(enrolled.secret, clock), clock())
        assert second_factor.state(session, person.id) == ("2026-03-02 09:30:00", 10)
        with pytest.raises(second_factor.AlreadyOn):
            second_factor.enrol(installation, session, person.id)
        second_factor.turn_off(session, person.id)
        assert second_factor.state(session, person.id) == ("", 0)


def test_neither_the_secret_nor_a_recovery_code_lies_open_in_the_database(
    installation: Installation, person: Person, clock: Clock
) -> None:
    secret, codes = turn_on(installation, person, clock)
    with installation.database.read() as session:
        kept = session.rows(select(second_factors.c.secret).where(second_factors.c.user_id == person.id))
        kept += session.rows(select(recovery_codes.c.hash).where(recovery_codes.c.user_id == person.id))
    assert len(kept) == 11
    text = str(kept)
    assert secret not in text
    assert not any(code in text or code.replace("-", "") in text for code in codes)


def test_a_new_password_is_asked_for_the_old_one_and_signs_out_everywhere_else(
    installation: Installation, person: Person, clock: Clock
) -> None:
    here, there = (enter(installation, person) for _ in range(2))
    change = {"user_id": person.id, "key": here}
    with pytest.raises(account.WrongPassword):
        account.change_password(installation, old="sbagliata", new="un'altra parola", **change)  # type: ignore[arg-type]
    for bad in ("corta", "x" * 1025, person.email):
        with pytest.raises(ValueError, match="password"):
            account.change_password(installation, old=PASSWORD, new=bad, **change)  # type: ignore[arg-type]
    account.change_password(installation, old=PASSWORD, new="un'altra parola", **change)  # type: ignore[arg-type]
    with installation.database.read() as session:
        assert sessions.signed_in(session, here, clock())
        assert sessions.signed_in(session, there, clock()) is None
    assert sessions.sign_in(installation, email=person.email, password=PASSWORD, client="") is None
    assert sessions.sign_in(installation, email=person.email, password="un'altra parola", client="")


def test_guessing_the_old_password_is_slowed_down(installation: Installation, person: Person) -> None:
    key = enter(installation, person)
    for _ in range(sessions.PER_ACCOUNT_HERE):
        with pytest.raises(account.WrongPassword):
            account.change_password(installation, user_id=person.id, old="no", new="un'altra parola", key=key)
    with pytest.raises(sessions.TooManyAttempts):
        account.change_password(installation, user_id=person.id, old=PASSWORD, new="un'altra parola", key=key)


def enter(installation: Installation, person: Person, client: str = "192.0.2.7", agent: str = "Firefox") -> str:
    entry = sessions.sign_in(installation, email=person.email, password=PASSWORD, client=client, agent=agent)
    assert entry
    return entry.key


def test_a_user_sees_where_they_are_signed_in_and_ends_it(
    installation: Installation, person: Person, make_person: MakePerson, clock: Clock
) -> None:
    here = enter(installation, person)
    clock.advance(minutes=1)
    there = enter(installation, person, "192.0.2.9", "Safari")
    other = make_person()
    enter(installation, other)
    now = clock().timestamp()
    with installation.database.write() as session:
        found = account.open_sessions(session, person.id, here, now)
        assert [(each.address, each.agent, each.current) for each in found] == [
            ("192.0.2.9", "Safari", False),
            ("192.0.2.7", "Firefox", True),
        ]
        assert not account.end_session(session, other.id, found[0].id)
        assert account.end_session(session, person.id, found[0].id)
        assert sessions.signed_in(session, there, clock()) is None
        assert sessions.signed_in(session, here, clock())


def test_language_and_theme_come_with_the_sign_in(browser: Browser, installation: Installation, person: Person) -> None:
    with installation.database.write() as session:
        account.set_preferences(session, person.id, language="en")
        account.set_preferences(session, person.id, theme="dark")
        assert account.preferences(session, person.id) == ("en", "dark")
        with pytest.raises(ValueError, match="fr"):
            account.set_preferences(session, person.id, language="fr")
    browser.open("/login?next=/applications")
    browser.sign_in(person.email)
    assert browser.client.cookies["language"] == "en"
    assert browser.client.cookies["theme"] == "dark"
    assert browser.page.headers["content-language"] == "en"


def test_the_picture_is_an_image_in_itself(installation: Installation, person: Person) -> None:
    with installation.database.write() as session:
        enrolled = second_factor.enrol(installation, session, person.id)
    drawn = second_factor.picture(enrolled)
    assert drawn.startswith("data:image/svg+xml")
    assert enrolled.secret not in drawn
