"""Making the package of a company: JSON of one moment, and from it spreadsheets, e-invoices, PDFs and attachments."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from mastro import fatturapa, packages
from mastro.api.call import Call, Installation, internal_call
from mastro.api.errors import ApiError
from mastro.database.collection import Collection, encoder
from mastro.database.connection import Prepared, Session
from mastro.database.schema import bin_, events, memberships, users
from mastro.model.issued_document import IssuedDocument
from mastro.packages import Writer
from mastro.pdf import LayoutError
from mastro.resources.attachments import attachments, make_token, storage_key, storage_of
from mastro.resources.company import Issuer, load_company
from mastro.resources.exports import lists
from mastro.resources.issued_documents import links
from mastro.resources.issued_documents.e_invoice import invoice_of, progressive
from mastro.resources.issued_documents.table import documents, links_of
from mastro.resources.issued_documents.transmissions import Transmission, outgoing, transmissions
from mastro.resources.jobs import Tell
from mastro.resources.price_lists import price_list_items
from mastro.resources.results import KIND as RESULTS
from mastro.resources.setup import collections
from mastro.tables import stream_xlsx

LEFT_OUT = {"long_jobs": "work of this server, and packages like this one"}
"""Collections that are not exported, each with its reason."""

SECRET = ("password", "secret", "token")
"""Keys of a company's settings that are not exported."""

MOST_PROBLEMS = 1000
"""Problems that are told of one package."""


@dataclass(slots=True)
class Export:
    """A package that is being made, and what is in it."""

    installation: Installation
    company_id: int
    user_id: int
    package: Writer
    folder: Path
    tell: Tell
    language: str = "it"
    counted: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    """What could not be put in, with its reason."""

    def problem(self, what: str, error: Exception) -> None:
        """Note what could not be put in; the rest is."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{what}: {error}")

    def count(self, what: str, number: int = 1) -> None:
        """Count entries of a kind."""
        self.counted[what] = self.counted.get(what, 0) + number

    def spool(self, name: str) -> Path:
        """Where the bodies of a collection wait for their turn, one a line."""
        return self.folder / f"{name}.jsonl"


def export(
    installation: Installation,
    company_id: int,
    path: Path,
    folder: Path,
    *,
    user_id: int,
    pdf: bool = True,
    language: str = "it",
    tell: Tell = lambda *_: None,
) -> Export:
    """Write the package of a company to a path; `folder` is an empty one to work in.

    All rows are of one moment. Memory does not grow with them. Raises StorageUnavailable, Cancelled.
    """
    moment = installation.settings.clock()
    with packages.written(path, moment=moment) as package:
        made = Export(installation, company_id, user_id, package, folder, tell, language)
        with installation.database.read() as session:
            issuer = company, settings = load_company(session, company_id)
            package.add("data/company.json", encoder.encode(company))
            package.add("data/settings.json", json.dumps(_open(msgspec.to_builtins(settings)), default=str).encode())
            _data(made, session)
        _spreadsheets(made)
        _e_invoices(made)
        if pdf:
            _pdfs(made, issuer)
        _attachments(made)
        package.add("LEGGIMI.txt", _README.encode())
        about: dict[str, Any] = {"what": "mastro export", "format": 1, "company_id": company_id, "name": company.name}
        about |= {"vat_number": company.vat_number, "created_at": moment.isoformat(timespec="seconds")}
        package.close({**about, "counted": made.counted, "problems": made.problems})
    return made


_README = """\
Tutti i dati dell'azienda / Everything of the company

data/           JSON di ogni risorsa, come la serve l'API / JSON of every resource, as the API serves it
xlsx/           gli elenchi come fogli di calcolo / the lists as spreadsheets
e_invoices/     fatture elettroniche e notifiche dello SdI / electronic invoices and notices of the SdI
pdf/            i documenti emessi / the issued documents
attachments/    gli allegati / attachments (data/attachments.json: di chi / whose)
manifest.json   SHA-256 di ogni file / SHA-256 of every file
"""


def _open(value: Any) -> Any:
    """Settings without what opens something."""
    if isinstance(value, dict):
        return {key: _open(inner) for key, inner in value.items() if not any(word in key for word in SECRET)}
    return value


# data


def _data(made: Export, session: Session) -> None:
    """JSON of every collection and of what else the company has; bodies that are needed again wait in the folder."""
    every = [collection for collection in collections() if collection.name not in LEFT_OUT]
    for place, collection in enumerate(every):
        made.tell("data", place, 5 * len(every))
        wanted = collection.name in lists.LISTS or collection is transmissions
        with made.package.entry(f"data/{collection.name}.json") as entry:
            waiting = made.spool(collection.name).open("wb") if wanted else None
            entry.write(b"[")
            number = 0
            for body in _bodies(session, made.company_id, collection):
                entry.write(b",\n" + body if number else b"\n" + body)
                number += 1
                if waiting:
                    waiting.write(body.replace(b"\n", b" ") + b"\n")
            entry.write(b"\n]\n")
            if waiting:
                waiting.close()
        made.count(collection.name, number)
    for name, statement in _TABLES.items():
        rows = session.rows(statement, company_id=made.company_id)
        names = [column.name for column in statement.statement.selected_columns]  # type: ignore[attr-defined]
        shown = [{key: _raw(value) for key, value in zip(names, row, strict=True)} for row in rows]
        made.package.add(f"data/{name}.json", msgspec.json.encode(shown))
        made.count(name, len(shown))
    _events(made, session)
    with made.spool("attachments").open("wb") as file:
        for row in session.rows(_FILES, company_id=made.company_id, results=RESULTS):
            file.write(msgspec.json.encode(row) + b"\n")


def _events(made: Export, session: Session) -> None:
    """What was done, by whom and when: the one list that grows with every change."""
    last, number = -1, 0
    with made.package.entry("data/events.json") as entry:
        entry.write(b"[")
        while rows := session.rows(_EVENTS, company_id=made.company_id, after=last):
            for row in rows:
                shown = msgspec.json.encode(dict(zip(_EVENT, row, strict=True)))
                entry.write((b",\n" if number else b"\n") + shown)
                number += 1
            last = rows[-1][0]
        entry.write(b"\n]\n")
    made.count("events", number)


def _raw(value: object) -> object:
    return msgspec.Raw(value) if isinstance(value, bytes) else value


def _bodies(session: Session, company_id: int, collection: Collection[Any]) -> Iterator[bytes]:
    """The bodies of a collection in the order of their ids, some at a time."""
    table, last = collection.table, -1
    following = Prepared(
        select(table.c.id, table.c.body)
        .where(table.c.company_id == bindparam("company_id"), table.c.id > bindparam("after"))
        .order_by(table.c.id)
        .limit(200)
    )
    while rows := session.rows(following, company_id=company_id, after=last):
        yield from (body for _, body in rows)
        last = rows[-1][0]


def _mine(column: Any) -> Any:
    return column == bindparam("company_id")


_TABLES = {
    "bin": Prepared(
        select(bin_.c.collection, bin_.c.id, bin_.c.deleted_at, bin_.c.body).where(_mine(bin_.c.company_id))
    ),
    "price_list_items": Prepared(
        select(price_list_items.c.price_list_id, price_list_items.c.product_id, price_list_items.c.price).where(
            _mine(price_list_items.c.company_id)
        )
    ),
    "users": Prepared(
        select(users.c.id, users.c.name, users.c.email, memberships.c.role, memberships.c.permissions)
        .join(memberships, memberships.c.user_id == users.c.id)
        .where(_mine(memberships.c.company_id))
    ),
}
"""Tables that are no collection."""

_EVENT = ("id", "type", "resource_id", "user_id", "created_at")
_EVENTS = Prepared(
    select(*(events.c[name] for name in _EVENT))
    .where(_mine(events.c.company_id), events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(500)
)

_FILES = Prepared(
    select(attachments.c.kind, attachments.c.hash, attachments.c.filename)
    .where(_mine(attachments.c.company_id), attachments.c.kind != bindparam("results"), attachments.c.uses > 0)
    .order_by(attachments.c.kind, attachments.c.hash)
)


# what is made of the data


def _waiting(made: Export, name: str, step: str, fifth: int) -> Iterator[bytes]:
    """The lines that wait for their turn, telling how far they are: each step counts a fifth."""
    path = made.spool(name)
    length = max(1, path.stat().st_size)
    with path.open("rb") as file:
        for line in file:
            yield line
            made.tell(step, fifth * length + file.tell(), 5 * length)


def _spreadsheets(made: Export) -> None:
    for name in lists.LISTS:
        collection = next(each for each in collections() if each.name == name)
        bodies = (collection.decoder.decode(line) for line in _waiting(made, name, "xlsx", 1))
        path = made.folder / f"{name}.xlsx"
        stream_xlsx(path, name, lists.columns(name, made.language), lists.rows(name, bodies))
        with path.open("rb") as file:
            made.package.add(f"xlsx/{name}.xlsx", iter(lambda: file.read(packages.CHUNK), b""), compress=False)
        path.unlink()
        made.count("xlsx")


def _e_invoices(made: Export) -> None:
    """Every file that was sent with what was answered to it, and of e-invoices that were not sent what would be."""
    sent: set[int] = set()
    for line in _waiting(made, transmissions.name, "e_invoices", 2):
        one = transmissions.decoder.decode(line)
        sent.add(one.document_id or 0)
        folder = f"e_invoices/{one.created_at[:4] or 'sent'}"
        name, content = outgoing(one)
        made.package.add(made.package.free_name(f"{folder}/{_safe(name)}"), content)
        made.count("e_invoices")
        _notices(made, one, folder)
    for line in _waiting(made, documents.name, "e_invoices", 2):
        document = documents.decoder.decode(line)
        if document.e_invoice and document.id not in sent:
            _not_sent(made, document)


def _notices(made: Export, sent: Transmission, folder: str) -> None:
    for notice in sent.notices:
        name = made.package.free_name(f"{folder}/{_safe(notice.file_name)}")
        made.package.add(name, base64.b64decode(notice.content))
        made.count("notices")


def _not_sent(made: Export, document: IssuedDocument) -> None:
    try:
        with made.installation.database.read() as session:
            call = _call(made, session)
            xml = fatturapa.write(invoice_of(call, document))
            company, _ = load_company(session, made.company_id)
    except (ApiError, fatturapa.NotWritableError) as error:
        made.problem(f"e-invoice of document {document.id}", error)
        return
    name = fatturapa.file_name(company, progressive(document))
    made.package.add(made.package.free_name(f"e_invoices/not_sent/{_safe(name)}"), xml)
    made.count("e_invoices_not_sent")


def _call(made: Export, session: Session) -> Call:
    return internal_call(made.installation, session, company_id=made.company_id, user_id=made.user_id)


def _pdfs(made: Export, issuer: Issuer) -> None:
    for line in _waiting(made, documents.name, "pdf", 3):
        document = documents.decoder.decode(line)
        for key in links_of(document).split():
            kind = links.KINDS[key]
            try:
                content = links.render(made.installation.settings, document, issuer, kind)
            except LayoutError as error:
                made.problem(f"PDF of document {document.id}", error)
                continue
            name = f"pdf/{document.type}/{document.year or 0}/{links.file_name(document, kind)}"
            made.package.add(made.package.free_name(name), content, compress=False)
            made.count("pdf")


def _attachments(made: Export) -> None:
    """The attachments under names that people know, and a list that says which token each belongs to."""
    storage, index = storage_of(made.installation.settings), made.folder / "index.json"
    with index.open("wb") as listed:
        comma = b""
        for line in _waiting(made, "attachments", "attachments", 4):
            kind, hash, filename = msgspec.json.decode(line)
            stored = storage.get(storage_key(made.company_id, kind, hash))
            if stored is None:
                made.problem(f"attachment {filename}", FileNotFoundError("it is not in the storage"))
                continue
            name = made.package.free_name(f"attachments/{kind}/{_safe(filename)}")
            made.package.add(name, stored.chunks, compress=False)
            made.count("attachments")
            row = {"file": name, "attachment_token": make_token(hash, filename)}
            listed.write(comma + msgspec.json.encode(row))
            comma = b",\n"
    with index.open("rb") as file:
        pieces = iter(lambda: file.read(packages.CHUNK), b"")
        made.package.add(
            "data/attachments.json", (piece for part in ((b"[\n",), pieces, (b"\n]\n",)) for piece in part)
        )


def _safe(name: str) -> str:
    """A name that leads nowhere else and that every system takes."""
    clean = "".join(c if c.isprintable() and c not in '<>:"/\\|?*' else "_" for c in name).strip(" .")
    return clean[-120:] or "file"
