"""Fixtures of signing in and letting in: a person, a program, a browser, and a code that the one gave the other."""

from collections.abc import Iterator
from itertools import count

import pytest

from mastro.api.call import Installation
from mastro.oauth.applications import create_application
from oauth.flows import CALLBACK, PASSWORD, Browser, GetCode, MakePerson, MakeProgram, Person, Program
from support import Clock, MakeCompany, MakeUser

_numbers = count(1)


@pytest.fixture
def make_person(make_user: MakeUser, make_company: MakeCompany, clock: Clock) -> MakePerson:
    """Make a user with a password and a company: `make_person(company="Rossi S.r.l.")`."""

    def make(*, company: str = "Rossi S.r.l.") -> Person:
        email = f"person{next(_numbers)}-{id(make)}@example.com"
        user = make_user(email=email, password=PASSWORD)
        return Person(user, email, make_company(owner_id=user, name=company))

    return make


@pytest.fixture
def person(make_person: MakePerson) -> Person:
    """A user with a company."""
    return make_person()


@pytest.fixture
def make_program(installation: Installation, served: str, person: Person) -> MakeProgram:
    """Register an application: `make_program(device=True)`."""

    def make(*, device: bool = False, name: str = "Gestionale", uris: tuple[str, ...] = (CALLBACK,)) -> Program:
        with installation.database.write() as session:
            made = create_application(
                session,
                owner_id=person.id,
                name=name,
                redirect_uris=uris,
                device=device,
                now="2026-03-02 09:30:00",
            )
        return Program(served, *made)

    return make


@pytest.fixture
def program(make_program: MakeProgram) -> Program:
    """A registered application."""
    return make_program()


@pytest.fixture
def browser(served: str, clock: Clock) -> Iterator[Browser]:
    """A browser that nobody signed in with."""
    opened = Browser(served)
    yield opened
    opened.client.close()


@pytest.fixture
def get_code(browser: Browser, person: Person, program: Program) -> GetCode:
    """The code that a person's consent becomes: `get_code(code_challenge=…)`."""

    def get(**parameters: str | None) -> str:
        browser.open(program.authorize(**parameters))
        if browser.page.url.path == "/login":
            browser.sign_in(person.email)
        browser.submit("/oauth/authorize", {"decision": "allow"}, company=str(person.company_id))
        return browser.answer["code"]

    return get
