"""The operations of imports: bring in, look at, take back; the same for what is issued and what is received."""

import dataclasses
from collections.abc import Callable, Iterator

from mastro.api.call import Call
from mastro.api.errors import NotFound, TooLarge, invalid
from mastro.api.multipart import parse
from mastro.api.operation import Operation, Parameter
from mastro.api.resource import Resource
from mastro.database.collection import encoder
from mastro.model.base import Body
from mastro.resources import attachments
from mastro.resources.company import load_settings
from mastro.resources.from_xml import Wish
from mastro.resources.xml_imports.making import import_file
from mastro.resources.xml_imports.table import SIDES, Side, XmlImport, imports
from mastro.resources.xml_imports.undoing import undo


class UndoneImport(Body):
    """The answer to an undo."""

    undone: int = 0


def _switch(call: Call, name: str, *, default: bool) -> bool:
    """A switch of the query. Raises Invalid for what is none."""
    value = call.query.get(name, "").lower()
    if value not in {"", "0", "false", "1", "true"}:
        raise invalid(name, f"The {name} field must be true or false.")
    return value in {"1", "true"} if value else default


def _import(side: Side) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """Make documents of electronic invoices (xml, p7m, zip): answer what became of each, and the id to undo it by.

        The file is the field `attachment` of a multipart form. A document that is there already, is another company's
        or cannot be made is told with its reason, and does not keep the others from being made.
        """
        call.require(SIDES[side].scope, "a")
        file = parse(call.content_type, call.raw).get("attachment")
        if file is None or file.filename is None or not file.size:
            raise invalid("attachment", "The attachment field is required.")
        if file.size > call.settings.attachment_limit:
            raise TooLarge(f"The file is longer than the {call.settings.attachment_limit} bytes that are allowed.")
        name = attachments.file_name(file.filename) or "file"
        wish = Wish(
            sent=_switch(call, "sent", default=True),
            create_entities=_switch(call, "create_entities", default=True),
            as_last_time=load_settings(call.session, call.company_id).incoming.as_last_time,
        )
        dry_run = _switch(call, "dry_run", default=False)
        done = import_file(call, side, name, b"".join(file.content), dry_run=dry_run, wish=wish)
        return encoder.encode({"data": done})

    return handler


def _undo(side: Side) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """Take back an import: every document that it made is deleted, and leaves nothing in the bin.

        So are the customers and suppliers that it made, unless somebody has changed or used them since.
        """
        call.require(SIDES[side].scope, "a")
        return encoder.encode({"data": UndoneImport(undone=undo(call, side, call.id("import_id")))})

    return handler


_DRY_RUN = Parameter("dry_run", {"type": "boolean", "default": False}, "Answer what would become of it, make nothing")
_SENT = Parameter(
    "sent",
    {"type": "boolean", "default": True},
    "Whether the SdI has the documents: then they are locked, and their e-invoice stays what the file is",
)
_CREATE = Parameter(
    "create_entities",
    {"type": "boolean", "default": True},
    "Whether customers and suppliers that the registry does not know are added to it; known ones are tied always",
)
_FORM = {"attachment": {"type": "string", "format": "binary"}}


def _reading(side: Side) -> Resource[XmlImport]:
    """The imports of one side as they are listed: the newest first, without the line of each document."""
    place, name = SIDES[side], side.capitalize()
    return Resource(
        collection=imports,
        path=f"{place.path}/import",
        item="import_id",
        name=f"{name}DocumentsImport",
        plural=f"{name}DocumentsImports",
        scope=place.scope,
        events="xml_imports",
        tag=place.resource.tag,
        basic=("id", "side", "filename", "created", "duplicates", "refused", "created_at"),
        order=(("created_at", True), ("id", True)),
        list_filter=lambda _call: ({"side": side}, None),
    )


def _get(side: Side, reading: Resource[XmlImport]) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """One import with its report: what became of each document, and whom they were tied to."""
        if reading.load(call, "r").side != side:
            raise NotFound("Import not found.")
        return reading.get(call)

    return handler


def _operations(side: Side) -> Iterator[Operation]:
    place, name = SIDES[side], side.capitalize()
    query = (_DRY_RUN, _CREATE, _SENT) if side == "issued" else (_DRY_RUN, _CREATE)
    yield Operation(
        f"import{name}Documents",
        "POST",
        f"{place.path}/import",
        _import(side),
        place.resource.tag,
        f"Import {name} Documents",
        writes=True,
        query=query,
        form=_FORM,
        answer=XmlImport,
    )
    reading = _reading(side)
    listing, one = reading.operations("list", "get")
    yield from (listing, dataclasses.replace(one, handler=_get(side, reading)))
    yield Operation(
        f"undo{name}DocumentsImport",
        "DELETE",
        f"{place.path}/import/{{import_id}}",
        _undo(side),
        place.resource.tag,
        f"Undo Import Of {name} Documents",
        writes=True,
        answer=UndoneImport,
    )


OPERATIONS = (*_operations("issued"), *_operations("received"))
