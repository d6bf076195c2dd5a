"""What users set for themselves: their password, language and theme, and where they are signed in."""

from typing import Literal, NamedTuple, get_args

from sqlalchemy import bindparam, delete, select, update

from mastro.api.call import Installation, hash_token
from mastro.database.connection import Prepared, Session
from mastro.database.schema import sessions, users
from mastro.oauth import attempts
from mastro.oauth.sessions import MAX_PASSWORD, PER_ACCOUNT_HERE, TooManyAttempts
from mastro.resources.user import is_address, passwords

MIN_PASSWORD = 8
MAX_NAME = 200

Language = Literal["", "it", "en"]
Theme = Literal["", "system", "light", "dark"]


# preferences


class Preferences(NamedTuple):
    """How a user wants the pages; empty where the browser is to say."""

    language: Language = ""
    theme: Theme = ""


_PREFERENCES = Prepared(select(users.c.language, users.c.theme).where(users.c.id == bindparam("user")))
_SET_PREFERENCES = Prepared(
    update(users)
    .where(users.c.id == bindparam("user"))
    .values(language=bindparam("language"), theme=bindparam("theme"))
)


def preferences(session: Session, user_id: int) -> Preferences:
    """How a user wants the pages."""
    row = session.row(_PREFERENCES, user=user_id)
    return Preferences(*row) if row else Preferences()


def set_preferences(session: Session, user_id: int, *, language: str | None = None, theme: str | None = None) -> None:
    """Set what is not None. Raises ValueError for a language or theme that there is not."""
    for value, known in ((language, get_args(Language)), (theme, get_args(Theme))):
        if value is not None and value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(filter(None, known))}")
    before = preferences(session, user_id)
    session.run(
        _SET_PREFERENCES,
        user=user_id,
        language=before.language if language is None else language,
        theme=before.theme if theme is None else theme,
    )


# the password


class WrongPassword(Exception):
    """The present password is another one."""


_HASH = Prepared(select(users.c.password_hash, users.c.email).where(users.c.id == bindparam("user")))
_SET_PASSWORD = Prepared(update(users).where(users.c.id == bindparam("user")).values(password_hash=bindparam("made")))


def change_password(installation: Installation, *, user_id: int, old: str, new: str, key: str) -> None:
    """Change a user's password, and end all sessions but that of `key`.

    Takes as long as a sign-in on purpose: call it outside the database's thread. Raises WrongPassword, TooManyAttempts,
    ValueError for a new password that cannot be one.
    """
    check_password(new, confirm_password(installation, user_id=user_id, password=old))
    made = passwords.hash(new)
    with installation.database.write() as session:
        session.run(_SET_PASSWORD, user=user_id, made=made)
        end_other_sessions(session, user_id, key)


def confirm_password(installation: Installation, *, user_id: int, password: str) -> str:
    """Make sure that it is the user who sits there; their e-mail address. Outside the database's thread, as above.

    Raises WrongPassword, TooManyAttempts.
    """
    now = installation.settings.clock()
    with installation.database.read() as session:
        if attempts.used_up(session, "password", str(user_id), allowed=PER_ACCOUNT_HERE, now=now):
            raise TooManyAttempts
        row = session.row(_HASH, user=user_id)
    if not row or not row[0] or len(password) > MAX_PASSWORD or not passwords.verify(password, row[0]):
        with installation.database.write() as session:
            attempts.count(session, "password", str(user_id), now=now)
        raise WrongPassword
    email: str = row[1]
    return email


def check_password(password: str, email: str) -> None:
    """Raise ValueError for a password that is too short, too long, or the user's e-mail address."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise ValueError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if password.strip().lower() == email or "\x00" in password:
        raise ValueError("the password must not be the e-mail address")


# a new user


class NewUser(NamedTuple):
    """Who somebody says to be."""

    email: str
    name: str
    password: str


class WrongFacts(ValueError):
    """What of a new user cannot be: `email`, `taken` (the address is another user's), `name`, `password`."""

    def __init__(self, *what: str) -> None:
        super().__init__(", ".join(what))
        self.what = what


def check_new(who: NewUser) -> None:
    """Raise WrongFacts for who cannot become a user."""
    wrong = []
    if not is_address(who.email.strip().lower()):
        wrong.append("email")
    if not 0 < len(who.name.strip()) <= MAX_NAME:
        wrong.append("name")
    try:
        check_password(who.password, who.email.strip().lower())
    except ValueError:
        wrong.append("password")
    if wrong:
        raise WrongFacts(*wrong)


def set_name(session: Session, user_id: int, name: str) -> None:
    """Call a user otherwise. Raises WrongFacts."""
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise WrongFacts("name")
    first, _, last = name.partition(" ")
    session.run(_SET_NAME, user=user_id, full=name, first=first, last=last)


_SET_NAME = Prepared(
    update(users)
    .where(users.c.id == bindparam("user"))
    .values(name=bindparam("full"), first_name=bindparam("first"), last_name=bindparam("last"))
)


# where one is signed in


class OpenSession(NamedTuple):
    """A browser in which somebody is signed in as this user."""

    id: str
    """What ends it; lets nobody in."""
    created_at: str
    address: str
    """Of the network."""
    agent: str
    """What the browser calls itself."""
    current: bool
    """True for the browser that asks."""


_SESSIONS = Prepared(
    select(sessions.c.hash, sessions.c.created_at, sessions.c.address, sessions.c.agent)
    .where(sessions.c.user_id == bindparam("user"), ~sessions.c.waiting, sessions.c.expires_at > bindparam("now"))
    .order_by(sessions.c.created_at.desc(), sessions.c.hash)
    .limit(100)
)
_END = Prepared(delete(sessions).where(sessions.c.user_id == bindparam("user"), sessions.c.hash == bindparam("hash")))
_END_OTHERS = Prepared(
    delete(sessions).where(sessions.c.user_id == bindparam("user"), sessions.c.hash != bindparam("hash"))
)


def open_sessions(session: Session, user_id: int, key: str, now: float) -> list[OpenSession]:
    """Where a user is signed in, the latest first; `key` is what the cookie of the browser that asks holds."""
    current = hash_token(key)
    rows = session.rows(_SESSIONS, user=user_id, now=int(now))
    return [OpenSession(id, since, address, agent, id == current) for id, since, address, agent in rows]


def end_session(session: Session, user_id: int, id: str) -> bool:
    """Sign a browser of this user out; False where there is none."""
    return session.run(_END, user=user_id, hash=id) > 0


def end_other_sessions(session: Session, user_id: int, key: str) -> int:
    """Sign this user out everywhere but here; how many sessions there were."""
    return session.run(_END_OTHERS, user=user_id, hash=hash_token(key))
