"""A demo: a user, three companies and a year of their business, to look around in and to try programs against.

Everything is made through the resources that answer the API, so that what the demo shows is what a client would have
made. The same seed on the same day gives the same documents; the password and the token are made anew each time.
"""

import os
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from sqlalchemy import func, select

from mastro.api.call import Installation, authenticate
from mastro.api.errors import Unauthorized
from mastro.database.connection import Prepared, Session
from mastro.database.schema import users
from mastro.demo import bank, people
from mastro.demo.desk import Desk
from mastro.demo.professionals import Architect, Lawyer
from mastro.demo.sending import post
from mastro.demo.software_house import SoftwareHouse
from mastro.model.company import Company
from mastro.oauth.tokens import create_personal_token
from mastro.resources import setup
from mastro.resources.company import lock_settings, store_settings
from mastro.resources.user import create_user
from mastro.settings import Settings

EMAIL = "demo@mastro.example"
FILE = "demo.txt"
"""In the data folder, for the owner's eyes only: how to sign in to the demo."""

MAX_FILE = 10_000

_STORIES: tuple[tuple[Callable[[], Company], type[SoftwareHouse | Architect | Lawyer]], ...] = (
    (people.software_house, SoftwareHouse),
    (people.architect, Architect),
    (people.lawyer, Lawyer),
)


@dataclass(frozen=True, slots=True)
class Made:
    """How to get at a demo."""

    email: str
    password: str
    company_id: int
    """The first of its companies."""
    token: str
    """Reaches all of them."""
    documents: int


def is_empty(installation: Installation) -> bool:
    """True where the database has no user yet."""
    with installation.database.read() as session:
        return not session.scalar(Prepared(select(func.count()).select_from(users)))


def create(installation: Installation, *, seed: int = 1, progress: Callable[[int], None] = lambda _: None) -> Made:
    """Make the demo in one transaction, and note down how to get at it; `progress` hears of the documents so far.

    Raises EmailTaken where there is a demo already, OSError where the note cannot be written.
    """

    def work() -> Made:
        with installation.database.write() as session:
            made = _create(installation, session, seed, progress)
            _note_down(installation.settings, made)
            return made

    return installation.database.retry(work)


def _create(installation: Installation, session: Session, seed: int, progress: Callable[[int], None]) -> Made:
    now = installation.settings.clock()
    timestamp = now.strftime("%Y-%m-%d %H:%M:%S")
    password = secrets.token_urlsafe(9)
    user_id = create_user(session, email=EMAIL, name="Dario Moretti", password=password, now=timestamp)
    desks: list[Desk] = []

    def told() -> None:
        progress(sum(desk.made for desk in desks))

    for company, story in _STORIES:
        company_id = setup.new_company(session, company(), owner_id=user_id, now=timestamp)
        _test_mode(session, company_id, on=True)
        rng = random.Random(f"{seed} {story.__name__}")  # noqa: S311  (no secret)
        desks.append(
            Desk(installation, session, company_id=company_id, user_id=user_id, rng=rng, progress=told, post=post)
        )
        story(desks[-1]).plan()
        desks[-1].play()
        bank.statement(desks[-1])
        _test_mode(session, company_id, on=False)
    token = create_personal_token(session, user_id=user_id, company_id=None, scopes=(), name="demo", now=timestamp)
    return Made(EMAIL, password, desks[0].company_id, token, sum(desk.made for desk in desks))


def _test_mode(session: Session, company_id: int, *, on: bool) -> None:
    """Let a company's invoices go to the simulated SdI for its year; what comes after is the visitor's to choose."""
    settings = lock_settings(session, company_id)
    settings.test_mode = on
    store_settings(session, company_id, settings)


# the note


def _note_down(settings: Settings, made: Made) -> None:
    path = settings.data_dir / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # an older one may be open to others' eyes
    lines = (f"{field.name}: {getattr(made, field.name)}\n" for field in fields(Made))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(lines)


def noted(installation: Installation) -> Made | None:
    """The demo of the note in the data folder; None without one, or where its token is not good any more."""
    made = _read(installation.settings.data_dir / FILE)
    if made is None:
        return None
    now = installation.settings.clock()
    with installation.database.read() as session:
        try:
            authenticate(session, f"Bearer {made.token}", 0, now)
        except Unauthorized:
            return None
    return made


def _read(path: Path) -> Made | None:
    try:
        with path.open(encoding="utf-8") as file:
            told = dict(line.rstrip("\n").split(": ", 1) for line in file.read(MAX_FILE).splitlines() if ": " in line)
        return Made(told["email"], told["password"], int(told["company_id"]), told["token"], int(told["documents"]))
    except (OSError, ValueError, KeyError):
        return None


def welcome(settings: Settings, made: Made) -> str:
    """What to say about a demo: where it is, how to sign in, and a line of curl that works."""
    address = settings.address
    return f"""
Demo with {made.documents} documents of three companies (kept in {settings.data_dir / FILE}):

  address     {address}  (API reference: {address}/docs)
  login       {made.email}  (the page: {address}/login)
  password    {made.password}
  company id  {made.company_id}
  token       {made.token}

Try it from another terminal:

  curl -H "Authorization: Bearer {made.token}" {address}/c/{made.company_id}/entities/clients/1
"""


__all__ = ["Made", "create", "is_empty", "noted", "welcome"]
