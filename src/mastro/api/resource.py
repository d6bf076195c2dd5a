"""The five verbs of a resource, written once: list, create, get, modify, delete.

A resource names what is special about it when it is declared; what cannot be said so is an ordinary function beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement

from mastro.api import body as bodies
from mastro.api import fields as narrowing
from mastro.api.call import Call
from mastro.api.changes import changes
from mastro.api.errors import Invalid, NotFound
from mastro.api.operation import FIELDS, FIELDSET, PAGE, PER_PAGE, SORT, Handler, Method, Operation, Parameter, Q
from mastro.api.paging import envelope, page_of
from mastro.database.collection import Collection, Order
from mastro.database.connection import Row
from mastro.database.fields import WrongOperand
from mastro.database.filtering import UnknownField, condition
from mastro.filters import QuerySyntaxError
from mastro.filters import parse as parse_filter
from mastro.model.base import Body

B = TypeVar("B", bound=Body)

Prepare = Callable[[Call, B, B | None], None]
"""Check and complete a body before it is stored: (call, new, old); old is None for a create. Raises ApiError."""

Compute = Callable[[Call, Row], narrowing.Computed]
"""Keys that are not stored: (call, row of the resource's `outgoing` columns) → JSON by key."""


def _nothing(_call: Call, _new: Any, _old: Any) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[B]):
    """A collection with an address."""

    collection: Collection[B]
    path: str
    """Such as `/c/{company_id}/entities/clients`."""
    item: str
    """Name of the key in the path, such as `client_id`."""
    name: str
    """Singular, as in the vendor's operation ids: `Client` gives `createClient`."""
    plural: str
    scope: str | Callable[[B], str]
    """Scope family, fixed or by body."""
    open_to_read: bool = False
    """True where reading needs no scope: what every form offers for choice."""
    events: str | Callable[[B], str]
    """Prefix of the events, fixed or by body: `entities.clients` gives `entities.clients.create`."""
    tag: str
    basic: tuple[str, ...] | None = None
    """Keys of the basic fieldset; None where it is the whole."""
    prepare: Prepare[B] = _nothing
    stored: Prepare[B] = _nothing
    """What else belongs into the transaction once the row is there: derived rows."""
    deleted: Callable[[Call, B], None] = lambda _call, _old: None
    """What else belongs into the transaction of a delete. Raises ApiError to refuse it."""
    keeps: tuple[str, ...] = ()
    """Keys that no modify changes, whatever it says: clients send defaults for what their caller did not set."""
    order: Order = (("id", False),)
    """Order of a list that asks for none."""
    outgoing: tuple[str, ...] = ()
    """Columns that `computed` reads."""
    computed: Compute | None = None
    list_filter: Callable[[Call], tuple[dict[str, Any], ColumnElement[bool] | None]] | None = None
    """What a list is narrowed by besides `q`: columns by value, and a condition. Checks the scope of a list where the
    resource's scope depends on the body."""
    list_query: tuple[Parameter, ...] = ()
    """Parameters that `list_filter` reads."""
    list_extra_schema: dict[str, Any] | None = None
    """JSON schema of what `list_extra` puts beside the rows, by key."""
    list_extra: Callable[[Call, dict[str, Any]], bytes] | None = None
    """JSON to put beside the rows of a list, beginning with a comma."""
    create_options: dict[str, Any] | None = None
    """Schema of what stands beside `data` in a create and a modify."""
    null_in_basic: tuple[str, ...] = ()
    """Keys that the basic fieldset has as null: the vendor's lists tell so that there is more."""
    ids: dict[str, str] = field(default_factory=dict)
    """Operation ids that do not follow from the name, by verb."""

    # what the verbs share

    def scope_of(self, body: B) -> str:
        """Scope family that a body needs."""
        return self.scope if isinstance(self.scope, str) else self.scope(body)

    def event_of(self, body: B, verb: str) -> str:
        """Event of a change."""
        return f"{self.events if isinstance(self.events, str) else self.events(body)}.{verb}"

    def load(self, call: Call, level: str, id: int | None = None) -> B:
        """The resource of the path. Raises NotFound, or Forbidden where its scope is not covered."""
        return self._load(call, level, call.id(self.item) if id is None else id)[0]

    def _load(self, call: Call, level: str, id: int) -> tuple[B, bytes]:
        """A resource, and its body as stored."""
        if level == "a":  # before reading what is about to be written anew
            self.collection.lock(call.session, call.company_id)
        stored = self.collection.get_bytes(call.session, call.company_id, id)
        if stored is None:
            raise NotFound(f"{self.name} not found.")
        body = self.collection.decoder.decode(stored)
        call.require(self.scope_of(body), level)
        return body, stored

    def show(self, call: Call, id: int, stored: bytes) -> bytes:
        """A body as the request wants to see it."""
        row = self._outgoing(call, id) if self.computed else ()
        return self._one(call, stored, row)

    def _one(self, call: Call, stored: bytes, outgoing: Row) -> bytes:
        """The answer to a request for one resource."""
        wanted = narrowing.wanted(call.query, "detailed", self.basic)
        return b"".join((b'{"data":', *self._shape(call, stored, outgoing, wanted), b"}"))

    def _shape(self, call: Call, stored: bytes, outgoing: Row, wanted: narrowing.Wanted) -> tuple[narrowing.Part, ...]:
        """A stored body with the keys that are wanted, and those that are computed, in pieces to be joined."""
        narrowed = narrowing.narrow(stored, wanted)
        computed = self.computed(call, outgoing) if self.computed else {}
        if self.null_in_basic and wanted is self.basic and wanted is not None:
            computed = {**computed, **dict.fromkeys(self.null_in_basic, b"null")}
            wanted = (*wanted, *self.null_in_basic)
        return narrowing.splice(narrowed, computed, wanted) if computed else (narrowed,)

    def _outgoing(self, call: Call, id: int) -> Row:
        rows = self.collection.page(
            call.session,
            call.company_id,
            columns=self.outgoing,
            equals={"id": id},
            order=(("id", False),),
            limit=1,
        )
        return rows[0]

    # the verbs

    def list(self, call: Call) -> bytes:
        """A page of the rows that match."""
        wanted = narrowing.wanted(call.query, "basic", self.basic)
        page = page_of(call.query)
        equals, where = self.narrowed(call)
        order = self.order_of(call.query.get("sort", ""))
        rows = self.collection.page(
            call.session,
            call.company_id,
            columns=("body", *self.outgoing),
            equals=equals,
            where=where,
            order=order,
            limit=page.size,
            offset=page.offset,
        )
        if page.number == 1 and len(rows) < page.size:
            total = len(rows)
        else:
            total = self.collection.total(call.session, call.company_id, equals=equals, where=where)
        shown = [self._shape(call, row[0], row[1:], wanted) for row in rows]
        beside = self.list_extra(call, {**equals, "where": where}) if self.list_extra else b""
        return envelope(shown, page, total, call.url, call.query, beside)

    def create(self, call: Call) -> bytes:
        """Store a new resource."""
        parsed = call.parse(self.collection.body)
        call.options, call.autocomplete_number, call.pending_id = (
            parsed.options,
            parsed.autocomplete_number,
            parsed.pending_id,
        )
        _, stored = self.add(call, parsed.data)
        return self._answer(call, stored, parsed.data)

    def add(self, call: Call, new: B) -> tuple[int, bytes]:
        """Store a new resource, whoever made it: its id and its body as stored."""
        self._check(new)
        call.require(self.scope_of(new), "a")
        id = self.collection.next_id(call.session, call.company_id, new)
        new.id = id  # type: ignore[attr-defined]  # every stored body has an id
        _stamp(call, new, None)
        self.prepare(call, new, None)
        stored = self.collection.insert(call.session, call.company_id, id, new)
        self.stored(call, new, None)
        call.emit(self.event_of(new, "create"), id)
        return id, stored

    def get(self, call: Call) -> bytes:
        """One resource."""
        id = call.id(self.item)
        if isinstance(self.scope, str):
            if not self.open_to_read:
                call.require(self.scope, "r")
            stored = self.collection.get_bytes(call.session, call.company_id, id)
            if stored is None:
                raise NotFound(f"{self.name} not found.")
            return self.show(call, id, stored)
        return self._get_by_scope(call, id)

    def _get_by_scope(self, call: Call, id: int) -> bytes:
        """One resource whose scope is written in the column `scope`: the body need not be read to check it."""
        rows = self.collection.page(
            call.session,
            call.company_id,
            columns=("body", "scope", *self.outgoing),
            equals={"id": id},
            order=(("id", False),),
            limit=1,
        )
        if not rows:
            raise NotFound(f"{self.name} not found.")
        body, scope, *outgoing = rows[0]
        call.require(scope, "r")
        return self._one(call, body, tuple(outgoing))

    def modify(self, call: Call) -> bytes:
        """Change a resource: keys that are sent replace the stored ones, the others stay."""
        id = call.id(self.item)
        old, stored = self._load(call, "a", id)
        parsed = bodies.parse_over(call.raw, stored, self.collection.body)
        call.options = parsed.options
        return self._answer(call, self.replace(call, id, parsed.data, old), parsed.data)

    def replace(self, call: Call, id: int, new: B, old: B) -> bytes:
        """Store a changed resource, whoever changed it; its body as stored."""
        for key in self.keeps:
            setattr(new, key, getattr(old, key))
        self._check(new)
        call.require(self.scope_of(new), "a")
        new.id = id  # type: ignore[attr-defined]  # every stored body has an id
        _stamp(call, new, old)
        self.prepare(call, new, old)
        stored = self.collection.update(call.session, call.company_id, id, new, old)
        self.stored(call, new, old)
        call.emit(self.event_of(new, "update"), id, changes=changes(old, new))
        return stored

    def delete(self, call: Call) -> bytes:
        """Delete a resource."""
        self.remove(call, call.id(self.item), self.load(call, "a"))
        return b"{}"

    def remove(self, call: Call, id: int, old: B) -> None:
        """Delete a resource that was loaded, whoever deletes it."""
        self.deleted(call, old)
        self.collection.delete(call.session, call.company_id, id, old)
        call.emit(self.event_of(old, "delete"), id)

    def _answer(self, call: Call, stored: bytes, body: B) -> bytes:
        """The answer to a change: what was stored just now need not be read again."""
        return self._one(call, stored, self.collection.columns_of(body, self.outgoing))

    def _check(self, body: B) -> None:
        errors = bodies.check_required(body)
        if errors:
            raise Invalid(validation=errors)

    def narrowed(self, call: Call) -> tuple[dict[str, Any], ColumnElement[bool] | None]:
        """What a list is narrowed to, by its own parameters and by `q`: columns by value, and a condition."""
        equals, extra = self.list_filter(call) if self.list_filter else ({}, None)
        return equals, _and(extra, self._filter(call))

    def _filter(self, call: Call) -> ColumnElement[bool] | None:
        text = call.query.get("q", "")
        if not text.strip():
            return None
        try:
            return condition(self.collection, parse_filter(text))
        except QuerySyntaxError as error:
            raise Invalid(str(error), code="INVALID_QUERY") from None
        except (UnknownField, WrongOperand) as error:
            raise Invalid(f"Invalid query: {error}", code="INVALID_QUERY") from None

    def order_of(self, sort: str) -> Order:
        """The order that `sort` asks for, always ending with the id, so that pages never overlap."""
        if not sort.strip():
            return self.order
        order: list[tuple[str, bool]] = []
        for part in sort.split(","):
            name = part.strip().removeprefix("-").strip()
            known = self.collection.fields.get(name)
            if not ((known and known.sortable) or name == "id") or len(order) > 8:
                names = ", ".join(sorted(f.name for f in self.collection.fields.values() if f.sortable))
                raise Invalid(validation={"sort": [f"The sort field takes: {names}; a leading - is descending."]})
            order.append((name, part.strip().startswith("-")))
        if all(name != "id" for name, _ in order):
            order.append(("id", order[-1][1]))
        return tuple(order)

    # declaration

    def operations(self, *verbs: str) -> Sequence[Operation]:
        """The operations of the verbs that are named, of all five where none is."""
        body = self.collection.body
        shaped = (FIELDS, FIELDSET)
        changes: dict[str, Any] = {"body": body, "options": self.create_options, "answer": body}
        listed: dict[str, Any] = {
            "query": (*self.list_query, *shaped, SORT, PAGE, PER_PAGE, Q),
            "answer": list[body],  # type: ignore[valid-type]  # a type made at run time
            "answer_extra": self.list_extra_schema,
            "paginated": True,
        }
        every = {
            "list": self._operation("list", "GET", self.list, **listed),
            "create": self._operation("create", "POST", self.create, **changes),
            "get": self._operation("get", "GET", self.get, query=shaped, answer=body),
            "modify": self._operation("modify", "PUT", self.modify, **changes),
            "delete": self._operation("delete", "DELETE", self.delete),
        }
        return [every[verb] for verb in verbs or every]

    def _operation(self, verb: str, method: Method, handler: Handler, **more: Any) -> Operation:
        name = self.plural if verb == "list" else self.name
        reads = method == "GET"
        fixed = self.scope if isinstance(self.scope, str) else ""
        return Operation(
            self.ids.get(verb, f"{verb}{name}"),
            method,
            self.path if verb in {"list", "create"} else f"{self.path}/{{{self.item}}}",
            handler,
            self.tag,
            f"{verb.capitalize()} {name}",
            scope="" if reads and self.open_to_read else fixed,
            writes=not reads,
            **more,
        )


def _stamp(call: Call, new: Any, old: Any) -> None:
    """Keep or set the times of creation and change, where a body has them."""
    if hasattr(new, "updated_at"):
        new.created_at = old.created_at if old else call.timestamp
        new.updated_at = call.timestamp


def _and(one: ColumnElement[bool] | None, other: ColumnElement[bool] | None) -> ColumnElement[bool] | None:
    if one is None:
        return other
    return one if other is None else one & other
