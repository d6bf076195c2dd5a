"""The users of a company and what each may do there. Ours: the vendor's API shows only the user of the token.

Only an owner changes any of it, in person: a program with a token could let itself into everything.
"""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select, update

from mastro.api.call import Call
from mastro.api.errors import Conflict, Forbidden, NotFound
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.database.schema import memberships, users
from mastro.model.access import Permissions, Role, everything
from mastro.model.base import Body, Id
from mastro.resources.backups import OWN
from mastro.resources.company import lock_settings

TAG = "Users"


class Access(Body):
    """What somebody may do in the company."""

    role: Role = "subaccount"
    """`master` may do everything, and lets others in."""
    permissions: Permissions | None = None
    """Level by section; of no meaning for a master."""


class Member(Access):
    """Somebody who belongs to the company."""

    id: Id | None = None
    name: str = ""
    email: str = ""


_MEMBER = (memberships.c.company_id == bindparam("company"), memberships.c.user_id == bindparam("user"))
_LIST = Prepared(
    select(users.c.id, users.c.name, users.c.email, memberships.c.role, memberships.c.permissions)
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(memberships.c.company_id == bindparam("company"))
    .order_by(users.c.name, users.c.id)
)
_CHANGE = Prepared(
    update(memberships).where(*_MEMBER).values(role=bindparam("new_role"), permissions=bindparam("new_permissions"))
)
_REMOVE = Prepared(delete(memberships).where(*_MEMBER))


def require_owner(call: Call) -> None:
    """Raise Forbidden for who does not own the company, or asks through a program."""
    call.require("settings", "a")
    if call.role != "master":
        raise Forbidden("Only an owner of the company says who may do what in it.")
    require_person(call, "Only an owner in person says who may do what in the company, not a program.")


def require_person(call: Call, refusal: str, *, of_all: bool = False) -> None:
    """Raise Forbidden for a program, and for a token without `settings:a`, whatever its user may do in the company.

    With `of_all` also for a token that reaches one company only.
    """
    by = call.principal
    if by.program not in OWN or "settings:a" not in by.granted.split() or (of_all and by.company_id):
        raise Forbidden(refusal, code="IN_PERSON")


def stored_access(access: Access) -> dict[str, Any]:
    """Role and permissions as a membership keeps them."""
    kept = msgspec.to_builtins(access.permissions or Permissions()) if access.role != "master" else {}
    return {"role": access.role, "permissions": encoder.encode(kept)}


def read_permissions(role: str, stored: bytes) -> Permissions:
    """The permissions of a membership."""
    return everything() if role == "master" else msgspec.json.decode(stored, type=Permissions)


def _members(call: Call) -> list[Member]:
    return [
        Member(
            id=id,
            name=name,
            email=email,
            role=msgspec.convert(role, Role),
            permissions=read_permissions(role, permissions),
        )
        for id, name, email, role, permissions in call.session.rows(_LIST, company=call.company_id)
    ]


def list_users(call: Call) -> bytes:
    """Everybody who belongs to the company."""
    return encoder.encode({"data": _members(call)})


def modify_user(call: Call) -> bytes:
    """Change what somebody may do. Raises Conflict for the last owner."""
    require_owner(call)
    wanted = call.parse(Access).data
    member = _load(call, call.id("user_id"), stays_owner=wanted.role == "master")
    call.session.run(
        _CHANGE,
        company=call.company_id,
        user=member.id,
        **{f"new_{key}": value for key, value in stored_access(wanted).items()},
    )
    call.emit("settings.users.update", member.id or 0)
    changed = next(each for each in _members(call) if each.id == member.id)
    return encoder.encode({"data": changed})


def remove_user(call: Call) -> bytes:
    """Put somebody out of the company; what they did stays. Raises Conflict for the last owner."""
    require_owner(call)
    return _put_out(call, call.id("user_id"))


def _put_out(call: Call, id: int) -> bytes:
    member = _load(call, id, stays_owner=False)
    call.session.run(_REMOVE, company=call.company_id, user=member.id)
    call.emit("settings.users.delete", member.id or 0)
    return b"{}"


def leave_company(call: Call) -> bytes:
    """Leave the company, in person; what one did stays. Raises Conflict for the last owner."""
    require_person(call, "Only a user in person leaves a company, not a program.")
    return _put_out(call, call.principal.user_id)


def _load(call: Call, id: int, *, stays_owner: bool) -> Member:
    """A member, with nobody else changing members. Raises NotFound, Conflict."""
    lock_settings(call.session, call.company_id)
    members = _members(call)
    member = next((each for each in members if each.id == id), None)
    if member is None:
        raise NotFound
    if not stays_owner and [each.id for each in members if each.role == "master"] == [id]:
        raise Conflict("A company keeps at least one owner: make somebody else one first.", code="LAST_OWNER")
    return member


_PATH = "/c/{company_id}/users"

OPERATIONS = (
    Operation("listUsers", "GET", _PATH, list_users, TAG, "List Users", scope="settings", answer=list[Member]),
    Operation(
        "modifyUser",
        "PUT",
        f"{_PATH}/{{user_id}}",
        modify_user,
        TAG,
        "Modify User",
        writes=True,
        body=Access,
        answer=Member,
    ),
    Operation("leaveCompany", "POST", "/c/{company_id}/leave", leave_company, TAG, "Leave Company", writes=True),
    Operation("removeUser", "DELETE", f"{_PATH}/{{user_id}}", remove_user, TAG, "Remove User", writes=True),
)
