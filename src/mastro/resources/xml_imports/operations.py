"""The operations of imports: bring in, look at, take back; the same for what is issued and what is received."""

import dataclasses
from collections.abc import Callable, Iterator

import msgspec

from mastro.api.call import Call
from mastro.api.errors import NotFound, invalid
from mastro.api.multipart import parse
from mastro.api.operation import Operation, Parameter
from mastro.api.resource import Resource
from mastro.database.collection import encoder
from mastro.model.base import Body
from mastro.resources import attachments, jobs, results
from mastro.resources.company import load_settings
from mastro.resources.from_xml import Wish
from mastro.resources.jobs import LongJob
from mastro.resources.table_imports.files import file_of
from mastro.resources.xml_imports.making import import_file
from mastro.resources.xml_imports.table import SIDES, Side, XmlImport, imports
from mastro.resources.xml_imports.undoing import undo
from mastro.resources.xml_imports.work import JOB, Order, order_of

MAX_DIGITS = 10
"""Of an id."""


class UndoneImport(Body):
    """The answer to an undo."""

    undone: int = 0


def _switch(call: Call, name: str, *, default: bool) -> bool:
    """A switch of the query. Raises Invalid for what is none."""
    value = call.query.get(name, "").lower()
    if value not in {"", "0", "false", "1", "true"}:
        raise invalid(name, f"The {name} field must be true or false.")
    return value in {"1", "true"} if value else default


def _file(call: Call) -> tuple[str, bytes]:
    return file_of(call, parse(call.content_type, call.raw))


def _switches(call: Call) -> dict[str, bool]:
    defaults = {"dry_run": False, "sent": True, "create_entities": True}
    return {name: _switch(call, name, default=default) for name, default in defaults.items()}


def _import(side: Side) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """Make documents of electronic invoices (xml, p7m, zip): answer what became of each, and the id to undo it by.

        The file is the field `attachment` of a multipart form. A document that is there already, is another company's
        or cannot be made is told with its reason, and does not keep the others from being made.
        """
        call.require(SIDES[side].scope, "a")
        wanted = _switches(call)
        wish = Wish(
            sent=wanted["sent"],
            create_entities=wanted["create_entities"],
            as_last_time=load_settings(call.session, call.company_id).incoming.as_last_time,
        )
        done = import_file(call, side, *_file(call), dry_run=wanted["dry_run"], wish=wish)
        return encoder.encode({"data": done})

    return handler


def _start(side: Side) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """Do an import in a job: answer the job, which says how far it is and then `import_id` in its `result`.

        `result.report` is there instead where nothing was made: of a trial, and of an import all of whose documents
        were there or refused. `trial` does with the file of a trial what was tried. One at a time.
        """
        call.require(SIDES[side].scope, "a")
        name, token = _of_trial(call, side) if call.query.get("trial") else _laid_aside(call)
        order = Order(
            side=side,
            filename=name,
            attachment_token=token,
            scopes=" ".join(sorted(call.scopes)),
            **_switches(call),
        )
        job = jobs.start(call, JOB, msgspec.to_builtins(order), scope=f"{SIDES[side].scope}:a")
        return b'{"data":%s}' % jobs.shown(call, job)

    return handler


def _laid_aside(call: Call) -> tuple[str, str]:
    """Name and token of the file of a form, once it is stored."""
    name, content = _file(call)
    return name, attachments.keep(call, results.KIND, name, content)


def _of_trial(call: Call, side: Side) -> tuple[str, str]:
    """Name and token of the file of a trial. Raises Invalid where there is none."""
    id = call.query["trial"]
    known = id.isascii() and id.isdigit() and len(id) < MAX_DIGITS
    tried = jobs.long_jobs.get(call.session, call.company_id, int(id)) if known else None
    if tried is None or tried.kind != JOB or not jobs.may_see(call, tried) or order_of(tried).side != side:
        raise invalid("trial", "The selected trial is invalid.")
    return order_of(tried).filename, order_of(tried).attachment_token


def _undo(side: Side) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """Take back an import: every document that it made is deleted, and leaves nothing in the bin.

        So are the customers and suppliers that it made, unless somebody has changed or used them since.
        """
        call.require(SIDES[side].scope, "a")
        return encoder.encode({"data": UndoneImport(undone=undo(call, side, call.id("import_id")))})

    return handler


_TRIAL = Parameter("trial", {"type": "integer"}, "Job of a trial, whose file is taken: the form is left out")
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
    yield Operation(
        f"start{name}DocumentsImport",
        "POST",
        f"{place.path}/import/start",
        _start(side),
        place.resource.tag,
        f"Start Import Of {name} Documents",
        writes=True,
        query=(*query, _TRIAL),
        form=_FORM,
        answer=LongJob,
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
