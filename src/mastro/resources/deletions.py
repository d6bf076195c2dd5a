"""Deleting a company: at once nobody is in it; for some days its owners can take it back; then nothing of it is left.

Ours: the vendor closes companies by a contract.
"""

import datetime as dt
from dataclasses import replace

from mastro.api.call import Call
from mastro.api.errors import Forbidden, NotFound
from mastro.api.operation import Operation
from mastro.database import deletions
from mastro.database.collection import encoder
from mastro.model.base import Body, Id, Timestamp
from mastro.resources.company import load_company, lock_settings, refuse_other_name
from mastro.resources.users import require_person


class DeletionOrder(Body):
    """The order to delete a company."""

    name: str = ""
    """The company's name, so that no other one is deleted by mistake."""


class DeletedCompany(Body):
    """A company that was deleted."""

    id: Id | None = None
    name: str = ""
    deleted_at: Timestamp = ""
    purge_at: Timestamp = ""
    """Until when it can be taken back; then its data and files are gone for good."""


def delete_company(call: Call) -> bytes:
    """Delete the company: nobody reaches it any more, and its jobs rest. For its owner in person.

    Its owners can take it back for as many days as the installation says (`MASTRO_DELETED_DAYS`). Raises Forbidden,
    Invalid.
    """
    call.require("settings", "a")
    if call.role != "master":
        raise Forbidden("Only an owner of the company may delete it.")
    require_person(call, "Only an owner in person deletes a company, not a program.")
    wanted = call.parse(DeletionOrder).data.name
    lock_settings(call.session, call.company_id)
    company, _ = load_company(call.session, call.company_id)
    refuse_other_name(company, wanted)
    purge_at = call.now + dt.timedelta(days=call.settings.deleted_days)
    call.emit("settings.company.delete", call.company_id)
    deletions.add(call.session, call.company_id, deleted_at=call.timestamp, purge_at=purge_at)
    gone = deletions.Deleted(call.company_id, company.name, call.timestamp, int(purge_at.timestamp()))
    return encoder.encode({"data": _shown(call, gone)})


def _shown(call: Call, gone: deletions.Deleted) -> DeletedCompany:
    purge_at = dt.datetime.fromtimestamp(gone.purge_at, call.now.tzinfo)
    return DeletedCompany(
        id=gone.company_id, name=gone.name, deleted_at=gone.deleted_at, purge_at=f"{purge_at:%Y-%m-%d %H:%M:%S}"
    )


def _within_reach(call: Call) -> list[deletions.Deleted]:
    """Those that the user may still take back. Raises Forbidden for a program."""
    require_person(call, "Only an owner in person takes a company back, not a program.", of_all=True)
    now = call.now.timestamp()
    return [each for each in deletions.owned_by(call.session, call.principal.user_id) if each.purge_at > now]


def _reached(call: Call, id: int) -> deletions.Deleted:
    """One of those. Raises Forbidden, NotFound."""
    gone = next((each for each in _within_reach(call) if each.company_id == id), None)
    if gone is None:
        raise NotFound("There is no such deleted company, or it can be taken back no more.")
    return gone


def list_deleted_companies(call: Call) -> bytes:
    """The deleted companies that the user owned and can take back."""
    return encoder.encode({"data": [_shown(call, each) for each in _within_reach(call)]})


def restore_company(call: Call) -> bytes:
    """Take a deleted company back, with everybody who was in it. Raises NotFound for one that is out of reach."""
    id = call.id("deleted_id")
    _reached(call, id)  # before anything is held: nobody holds what is another's
    lock_settings(call.session, id)
    gone = _reached(call, id)
    deletions.take_back(call.session, id)
    replace(call, company_id=id).emit("settings.company.restore", id)
    return encoder.encode({"data": _shown(call, gone)})


_DELETED = "/user/deleted_companies"

OPERATIONS = (
    Operation(
        "deleteCompany",
        "POST",
        "/c/{company_id}/deletion",
        delete_company,
        "Companies",
        "Delete Company",
        writes=True,
        body=DeletionOrder,
        answer=DeletedCompany,
    ),
    Operation(
        "listDeletedCompanies",
        "GET",
        _DELETED,
        list_deleted_companies,
        "User",
        "List Deleted Companies",
        answer=list[DeletedCompany],
    ),
    Operation(
        "restoreCompany",
        "POST",
        f"{_DELETED}/{{deleted_id}}/restore",
        restore_company,
        "User",
        "Restore Company",
        writes=True,
        answer=DeletedCompany,
    ),
)
