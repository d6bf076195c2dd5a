"""Lists that forms offer for choice: whole, not paged, sorted and narrowed as the request asks."""

from typing import Any

from mastro.api import fields as narrowing
from mastro.api.call import Call
from mastro.api.errors import Conflict
from mastro.api.resource import Resource
from mastro.database.collection import Collection
from mastro.resources.settings.lookup import MAX_ROWS


def list_whole(call: Call, resource: Resource[Any]) -> bytes:
    """The answer of a list of all the rows of a resource."""
    wanted = narrowing.wanted(call.query, "basic", resource.basic)
    order = resource.order_of(call.query.get("sort", ""))
    rows = resource.collection.page(call.session, call.company_id, order=order, limit=MAX_ROWS)
    return b'{"data":[%s]}' % b",".join(narrowing.narrow(row[0], wanted) for row in rows)


def check_room(call: Call, collection: Collection[Any]) -> None:
    """Raise Conflict where a company has as many rows of a list as it can show."""
    if collection.total(call.session, call.company_id) > MAX_ROWS:
        raise Conflict(f"A company has at most {MAX_ROWS} {collection.name.replace('_', ' ')}.", code="TOO_MANY")
