"""`mastro user reset`: a way back in for who lost the password or the second factor."""

import secrets
import sys
from typing import Annotated

from cyclopts import Parameter
from sqlalchemy import delete, update

from mastro.cli.common import DatabaseUrl, DataDir, Failure, say, settings_of, transaction
from mastro.cli.create import password_from_stdin
from mastro.database.schema import sessions, users
from mastro.oauth import second_factor
from mastro.resources.user import passwords, user_by_email


def user(
    *,
    email: Annotated[str, Parameter(help="Address that the user signs in with")],
    keep_password: Annotated[bool, Parameter(help="Only turn the second factor off", negative="")] = False,
    password_stdin: Annotated[
        bool, Parameter(help="Read the new password from standard input; else one is made and shown", negative="")
    ] = False,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Give a user a new password, turn the second factor off, and end every session of theirs."""
    made = "" if keep_password or password_stdin else secrets.token_urlsafe(12)
    password = password_from_stdin() if password_stdin and not keep_password else made
    with transaction(settings_of(database, data)) as session:
        found = user_by_email(session, email)
        if found is None:
            raise Failure(f"there is no user with the address {email}")
        second_factor.turn_off(session, found[0])
        session.run(delete(sessions).where(sessions.c.user_id == found[0]))
        if password:
            session.run(update(users).where(users.c.id == found[0]).values(password_hash=passwords.hash(password)))
    if made:
        say.print(f"password: {made}", markup=False, highlight=False)
    sys.stdout.write(f"{found[0]}\n")
