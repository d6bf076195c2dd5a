"""An operation of the API: its address, who may call it, what it takes and answers, and the function that does it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mastro.model.base import Body

if TYPE_CHECKING:
    from mastro.api.call import Call

Method = Literal["GET", "POST", "PUT", "DELETE"]

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A body of the answer that is not just JSON with status 200."""

    body: bytes
    media_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[["Call"], "bytes | Answer"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A key of the query."""

    name: str
    schema: dict[str, Any]
    description: str = ""
    required: bool = False


FIELDS = Parameter(
    "fields", {"type": "string"}, "Keys to answer with, separated by commas; a.b for a key inside another"
)
FIELDSET = Parameter("fieldset", {"type": "string", "enum": ["basic", "detailed", "fic_view"]}, "Named set of keys")
SORT = Parameter("sort", {"type": "string"}, "Keys to sort by, separated by commas; a leading - is descending")
PAGE = Parameter("page", {"type": "integer", "minimum": 1, "default": 1}, "Page to answer with")
PER_PAGE = Parameter("per_page", {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}, "Rows of a page")
Q = Parameter("q", {"type": "string"}, "Filter, such as: date >= '2026-01-01' and entity.name contains 'rossi'")


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with one verb."""

    id: str
    """The vendor's operation id, or ours in the same style."""
    method: Method
    path: str
    """Template such as `/c/{company_id}/entities/clients/{client_id}`."""
    handler: Handler
    tag: str
    summary: str
    scope: str = ""
    """Scope family that the call needs as a whole; empty where the handler asks by itself or none is needed."""
    level: Literal["r", "a", ""] = ""
    """Level of the scope; empty means `r` for GET and `a` for the rest."""
    writes: bool = False
    """True for an operation that changes the database."""
    slow: bool = False
    """True for one that must not keep other requests waiting even where the database is embedded."""
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    """Headers that the handler reads from `call.headers`."""
    body: type[Body] | None = None
    """Struct of `data` in the request."""
    options: dict[str, Any] | None = None
    """JSON schema of what stands beside `data` in the request, by key."""
    form: dict[str, Any] | None = None
    """JSON schema of a multipart form in place of a JSON body, by field."""
    answer: Any = None
    """Type of `data` in the answer."""
    paginated: bool = False
    answer_extra: dict[str, Any] | None = None
    """JSON schema of what stands beside `data` in the answer, by key."""
    media_type: str = JSON
    also_as: tuple[str, ...] = ()
    """Media types of the files that the answer is where the query asks for one."""
    id_types: dict[str, str] = field(default_factory=dict)
    """JSON type of a key in the path that is not an integer."""

    @property
    def needs(self) -> str:
        """The scope that the call needs as a whole, such as `products:r`; empty for none."""
        if not self.scope:
            return ""
        return f"{self.scope}:{self.level or ('r' if self.method == 'GET' else 'a')}"


_PARAMETER = re.compile(r"\{(\w+)\}")


class Router:
    """Operations by address. A literal part of a path wins over a parameter: `/info` is never taken for an id."""

    def __init__(self, operations: tuple[Operation, ...]) -> None:
        self.root: dict[str, Any] = {}
        for operation in operations:
            node = self.root
            for part in operation.path.strip("/").split("/"):
                node = node.setdefault("{}" if _PARAMETER.fullmatch(part) else part, {})
            verbs = node.setdefault("", {})
            if operation.method in verbs:
                raise ValueError(f"{operation.method} {operation.path} is declared twice")
            names = tuple(_PARAMETER.findall(operation.path))
            verbs[operation.method] = (operation, names)

    def find(self, path: str) -> tuple[dict[str, tuple[Operation, tuple[str, ...]]], list[str]] | None:
        """The operations at an address by verb, and the values of its parameters; None for an unknown address."""
        found: tuple[dict[str, tuple[Operation, tuple[str, ...]]], list[str]] | None
        found = self._find(self.root, path.strip("/").split("/"), 0, [])
        return found

    def _find(self, node: dict[str, Any], parts: list[str], index: int, values: list[str]) -> Any:
        if index == len(parts):
            return (node[""], values) if "" in node else None
        part = parts[index]
        if part and part in node:
            found = self._find(node[part], parts, index + 1, values)
            if found:
                return found
        if part and "{}" in node:
            return self._find(node["{}"], parts, index + 1, [*values, part])
        return None
