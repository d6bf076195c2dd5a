"""The first user of an installation, made in a browser: whoever reads what the server printed at its start.

A code is asked for even of who sits at the machine: behind a proxy, or in a container, every stranger seems to. It is
worked out of the installation's key, so all processes know it without keeping it, and counts only while there is no
user: eighty bits, which nobody guesses.
"""

import base64
import hashlib
import hmac

from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database.connection import Prepared, Session
from mastro.database.schema import users
from mastro.oauth import account, sessions
from mastro.resources.user import create_user, passwords
from mastro.settings import Settings

_ANYBODY = Prepared(select(users.c.id).limit(1))


class WrongCode(Exception):
    """The code is another one."""


class NotTheFirst(Exception):
    """There is a user already."""


def is_due(session: Session) -> bool:
    """True while the installation has no user."""
    return session.row(_ANYBODY) is None


def code(settings: Settings) -> str:
    """What `mastro serve` prints while there is no user: four groups of four letters and digits."""
    made = hmac.new(settings.key, b"first user", hashlib.sha256).digest()[:10]
    text = base64.b32encode(made).decode().lower()
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def link(settings: Settings) -> str:
    """The address that asks for the first user's name and password."""
    return f"{settings.address}/welcome?code={code(settings)}"


def create(
    installation: Installation, *, typed: str, who: account.NewUser, client: str = "", agent: str = ""
) -> sessions.Entry:
    """Make the first user and sign them in; outside the database's thread, because a password takes long to hash.

    Raises NotTheFirst, WrongCode, account.WrongFacts.
    """
    with installation.database.read() as session:
        if not is_due(session):
            raise NotTheFirst
    given = "".join(c for c in typed.lower()[:80] if c.isascii() and c.isalnum())
    if not hmac.compare_digest(given, code(installation.settings).replace("-", "")):
        raise WrongCode
    account.check_new(who)
    made = passwords.hash(who.password)
    now = installation.settings.clock()

    def work() -> sessions.Entry:
        with installation.database.write() as session:
            if not is_due(session):
                raise NotTheFirst
            user_id = create_user(
                session, email=who.email, name=who.name, password_hash=made, now=f"{now:%Y-%m-%d %H:%M:%S}"
            )
            return sessions.Entry(sessions.begin(session, user_id, now, address=client, agent=agent), user_id)

    return installation.database.retry(work)
