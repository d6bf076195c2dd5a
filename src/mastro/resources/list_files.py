"""Customers, suppliers, products and documents as a spreadsheet: what a filter finds, or those that are named.

The headings are those that an import of a table understands, so that a list can be mended outside and come back.
"""

from collections.abc import Callable, Iterator
from typing import Any

from mastro.api.call import Call
from mastro.api.errors import TooLarge, invalid
from mastro.api.operation import SORT, Answer, Operation, Parameter, Q
from mastro.api.resource import Resource
from mastro.resources import products, receipts, taxes
from mastro.resources.entities import clients, suppliers
from mastro.resources.exports import lists
from mastro.resources.issued_documents import documents as issued_documents
from mastro.resources.received_documents import documents as received_documents
from mastro.resources.reports.common import FORMATS, LANGUAGE, LANGUAGES, choice
from mastro.tables import Section, Table, write_csv, write_xlsx

MOST_ROWS = 50_000
MOST_IDS = 1000
AT_ONCE = 1000

WRITERS = {"xlsx": write_xlsx, "csv": write_csv}

RESOURCES: tuple[tuple[Resource[Any], str, str], ...] = (
    (clients.resource, "Clienti", "Customers"),
    (suppliers.resource, "Fornitori", "Suppliers"),
    (products.resource, "Prodotti", "Products"),
    (issued_documents.resource, "Documenti emessi", "Issued documents"),
    (received_documents.resource, "Documenti ricevuti", "Received documents"),
    (receipts.resource, "Corrispettivi", "Daily receipts"),
    (taxes.resource, "F24", "F24 forms"),
)


def _file(resource: Resource[Any], italian: str, english: str) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        """The rows that match as xlsx or csv."""
        format = choice(call, "format", tuple(WRITERS), "xlsx")
        language = choice(call, "language", LANGUAGES, "it")
        name = resource.collection.name
        rows = list(lists.rows(name, _bodies(call, resource)))
        made = Table(
            title=english if language == "en" else italian,
            sections=[Section(columns=lists.columns(name, language), rows=rows)],
            language=language,
            made_on=call.now.date(),
        )
        headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
        return Answer(WRITERS[format](made), media_type=FORMATS[format], headers=headers)

    return handler


def _bodies(call: Call, resource: Resource[Any]) -> Iterator[Any]:
    """What is asked for, in its order. Raises TooLarge, Invalid."""
    collection = resource.collection
    equals, where = resource.narrowed(call)
    if ids := _ids(call):
        named = collection.table.c.id.in_(ids)
        where = named if where is None else where & named
    order = resource.order_of(call.query.get("sort", ""))
    total = collection.total(call.session, call.company_id, equals=equals, where=where)
    if total > MOST_ROWS:
        raise TooLarge(f"The list has more than {MOST_ROWS} rows: narrow it by a filter.")
    for offset in range(0, total, AT_ONCE):
        rows = collection.page(
            call.session, call.company_id, equals=equals, where=where, order=order, limit=AT_ONCE, offset=offset
        )
        yield from (collection.decoder.decode(stored) for (stored,) in rows)


def _ids(call: Call) -> list[int]:
    parts = [part for part in call.query.get("ids", "").split(",") if part]
    if len(parts) > MOST_IDS or not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in parts):
        raise invalid("ids", f"The ids field must have at most {MOST_IDS} ids, separated by commas.")
    return [int(part) for part in parts]


_QUERY = (
    Parameter("ids", {"type": "string"}, "Only these, separated by commas"),
    SORT,
    Q,
    Parameter("format", {"type": "string", "enum": list(WRITERS), "default": "xlsx"}, "What to answer with"),
    LANGUAGE,
)

OPERATIONS = tuple(
    Operation(
        f"get{resource.plural}File",
        "GET",
        f"{resource.path}/file",
        _file(resource, italian, english),
        resource.tag,
        f"Get {resource.plural} File",
        scope=resource.scope if isinstance(resource.scope, str) else "",
        slow=True,
        query=(*resource.list_query, *_QUERY),
        media_type=FORMATS["xlsx"],
        also_as=(FORMATS["csv"],),
    )
    for resource, italian, english in RESOURCES
)
