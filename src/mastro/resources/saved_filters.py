"""Saved filters: what a user wants to see of a list again, under a name (ours). Each user has their own."""

import re
from typing import ClassVar

from mastro.api.body import check_required
from mastro.api.call import Call
from mastro.api.errors import Invalid, NotFound, invalid
from mastro.api.operation import Operation, Parameter
from mastro.database.collection import Collection, encoder
from mastro.database.fields import exact, integer
from mastro.model.base import Body, Id, Timestamp

MOST = 50
"""Of one user for one list."""

MAX_NAME = 60
MAX_QUERY = 4000

_LIST = re.compile(r"[a-z][a-z_/]{0,59}")


class SavedFilter(Body):
    """A filter under a name."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "user_id", "created_at"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("list", "name", "query")

    id: Id | None = None
    user_id: Id | None = None
    list: str = ""
    """Path of the list after the company, such as `issued_documents`."""
    name: str = ""
    query: str = ""
    """Query of the list's page: filters, order and columns."""
    created_at: Timestamp = ""


saved_filters = Collection(
    "saved_filters",
    SavedFilter,
    integer("user_id", required=True),
    exact("list", required=True),
    exact("name", required=True),
    unique=(("user_id", "list", "name"),),
)


def _mine(call: Call, **equals: object) -> list[SavedFilter]:
    rows = saved_filters.page(
        call.session,
        call.company_id,
        equals={"user_id": call.principal.user_id, **equals},
        order=(("name", False),),
        limit=MOST + 1,
    )
    return [saved_filters.decoder.decode(stored) for (stored,) in rows]


def list_saved_filters(call: Call) -> bytes:
    """The user's filters for a list, by name."""
    return encoder.encode({"data": _mine(call, list=call.query.get("list", ""))})


def create_saved_filter(call: Call) -> bytes:
    """Save a filter; one of the same name is replaced."""
    new = call.parse(SavedFilter).data
    new.name = " ".join(new.name.split())
    errors = check_required(new)
    for key, most in (("name", MAX_NAME), ("query", MAX_QUERY)):
        if len(getattr(new, key)) > most:
            errors[f"data.{key}"] = [f"The data.{key} field must not be longer than {most} characters."]
    if errors:
        raise Invalid(validation=errors)
    if not _LIST.fullmatch(new.list):
        raise invalid("data.list", "The data.list field must be the path of a list, such as issued_documents.")
    saved_filters.lock(call.session, call.company_id)
    known = _mine(call, list=new.list)
    same = next((each for each in known if each.name == new.name), None)
    if same is None and len(known) >= MOST:
        raise invalid("data.name", f"A list has at most {MOST} saved filters: delete one first.")
    new.user_id, new.created_at = call.principal.user_id, call.timestamp
    if same is not None:
        new.id = same.id
        saved_filters.update(call.session, call.company_id, same.id or 0, new, same)
    else:
        new.id = saved_filters.next_id(call.session, call.company_id, new)
        saved_filters.insert(call.session, call.company_id, new.id, new)
    return encoder.encode({"data": new})


def delete_saved_filter(call: Call) -> bytes:
    """Delete a filter of the user."""
    id = call.id("saved_filter_id")
    found = saved_filters.get(call.session, call.company_id, id)
    if found is None or found.user_id != call.principal.user_id:
        raise NotFound
    saved_filters.delete(call.session, call.company_id, id, found)
    return b"{}"


_PATH = "/c/{company_id}/saved_filters"

OPERATIONS = (
    Operation(
        "listSavedFilters",
        "GET",
        _PATH,
        list_saved_filters,
        "User",
        "List Saved Filters",
        query=(Parameter("list", {"type": "string"}, "Of which list, such as issued_documents", required=True),),
        answer=list[SavedFilter],
    ),
    Operation(
        "createSavedFilter",
        "POST",
        _PATH,
        create_saved_filter,
        "User",
        "Create Saved Filter",
        writes=True,
        body=SavedFilter,
        answer=SavedFilter,
    ),
    Operation(
        "deleteSavedFilter",
        "DELETE",
        f"{_PATH}/{{saved_filter_id}}",
        delete_saved_filter,
        "User",
        "Delete Saved Filter",
        writes=True,
    ),
)
