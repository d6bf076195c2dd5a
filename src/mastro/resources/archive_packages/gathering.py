"""What goes into an archive package: the files as they were sent and as they came in, and every message about them.

What was issued belongs to the day of its document, what was received to the day on which it came in: so is each file in
one period, and a period that is over does not change any more, but for messages that are late.
"""

import base64
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from mastro import fatturapa
from mastro.api.call import Call
from mastro.database.collection import Collection
from mastro.fatturapa import UnreadableError
from mastro.fatturapa.tree import branch, text
from mastro.model.issued_document import EInvoiceStatus, IssuedDocument
from mastro.resources import attachments
from mastro.resources.company import load_company
from mastro.resources.issued_documents.completion import E_INVOICE_TYPES
from mastro.resources.issued_documents.e_invoice import invoice_of, progressive, written
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import Transmission, all_of, outgoing
from mastro.resources.received_documents.incoming import IncomingFile, incoming_files
from mastro.resources.received_documents.other_files import KIND

BATCH = 200

YEARS = range(1980, 2108)
"""That the times in a zip archive can be of."""

NOT_SENT: frozenset[EInvoiceStatus | None] = frozenset({"error", "attempt", "pending", None})
"""Where nobody knows that the SdI took the file: it is no invoice, or not yet."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the first and the last included."""

    first: dt.date
    last: dt.date

    def covers(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that a column with a date lies in it."""
        return (column >= self.first.isoformat()) & (column <= self.last.isoformat())


@dataclass(slots=True)
class File:
    """A file of the package, before it has a place there."""

    group: str
    """`issued`, `discarded`, `received`, `notices`."""
    name: str
    content: bytes
    facts: dict[str, Any]
    """What the index says of it."""
    notices: list["File"] = field(default_factory=list)
    """The messages about it."""


def total(call: Call, period: Period) -> int:
    """How many documents and files are looked at."""
    issued = _issued(period)
    return documents.total(call.session, call.company_id, where=issued) + incoming_files.total(
        call.session, call.company_id, where=period.covers(incoming_files.table.c.received_on)
    )


def _issued(period: Period) -> ColumnElement[bool]:
    table = documents.table
    return period.covers(table.c.date) & table.c.type.in_(sorted(E_INVOICE_TYPES)) & table.c.ei_status.is_not(None)


def files_of_issued(call: Call, period: Period) -> Iterator[list[File]]:
    """The files of each issued document of the period, oldest first; documents that were never sent have none."""
    for document in _rows(call, documents, "date", _issued(period)):
        yield _of_issued(call, document)


def files_of_received(call: Call, period: Period) -> Iterator[list[File]]:
    """The file of each arrival of the period, oldest first."""
    where = period.covers(incoming_files.table.c.received_on)
    for file in _rows(call, incoming_files, "received_on", where):
        yield [_of_incoming(call, file)]


def _rows(call: Call, collection: Collection[Any], column: str, where: ColumnElement[bool]) -> Iterator[Any]:
    """The rows under a condition by day and id, some at a time."""
    day, id = collection.table.c[column], collection.table.c.id
    after = where
    while True:
        rows = collection.page(
            call.session,
            call.company_id,
            columns=("body", column, "id"),
            where=after,
            order=((column, False), ("id", False)),
            limit=BATCH,
        )
        for stored, _, _ in rows:
            yield collection.decoder.decode(stored)
        if len(rows) < BATCH:
            return
        _, last_day, last_id = rows[-1]
        after = where & ((day > last_day) | ((day == last_day) & (id > last_id)))


def _of_issued(call: Call, document: IssuedDocument) -> list[File]:
    assert document.id is not None  # noqa: S101  (it is stored)
    sent = [each for each in reversed(all_of(call, document.id)) if each.carried]
    if sent:
        told = [(each, _status(document, each, last=each is sent[-1])) for each in sent]
        return [_of_transmission(document, each, status) for each, status in told if status not in NOT_SENT]
    if document.locked:  # it was sent by another program: what the SdI has is what the document says, to the letter
        return [_rebuilt(call, document)]
    return []


def _status(document: IssuedDocument, sent: Transmission, *, last: bool) -> EInvoiceStatus | None:
    """What became of an attempt: of the last one what the document says, of earlier ones what was answered."""
    return document.ei_status if last else sent.outcomes[-1].ei_status if sent.outcomes else "discarded"


def _of_transmission(document: IssuedDocument, sent: Transmission, status: EInvoiceStatus | None) -> File:
    name, content = outgoing(sent)
    facts = {
        "side": "issued",
        "document_id": document.id,
        "channel": sent.channel,
        "sdi_id": sent.sdi_id,
        "date": sent.created_at[:10],
        "ei_status": status,
        **facts_of(content),
    }
    notices = [
        File("notices", each.file_name, base64.b64decode(each.content), {"type": each.type, "date": each.date[:10]})
        for each in sent.notices
    ]
    return File("discarded" if status == "discarded" else "issued", name, content, facts, notices)


def _rebuilt(call: Call, document: IssuedDocument) -> File:
    company, _ = load_company(call.session, call.company_id)
    content = written(invoice_of(call, document, company=company))
    facts = {"side": "issued", "document_id": document.id, "rebuilt": True, "ei_status": document.ei_status}
    name = fatturapa.file_name(company, progressive(document))
    return File("issued", name, content, {**facts, **facts_of(content)})


def _of_incoming(call: Call, file: IncomingFile) -> File:
    found = attachments.read_token(file.attachment_token)
    content = attachments.content(call, KIND, found[0]) if found else None
    facts: dict[str, Any] = {
        "side": "received",
        "channel": file.channel,
        "sdi_id": file.sdi_id,
        "date": file.received_on.isoformat() if file.received_on else "",
    }
    if content is None:
        facts["problem"] = "The storage does not have this file."
        return File("received", file.file_name, b"", facts)
    notices = []
    if file.metadata:
        notices = [File("notices", file.metadata_file_name, base64.b64decode(file.metadata), {"type": "MT"})]
    return File("received", file.file_name, content, {**facts, **facts_of(content)}, notices)


def facts_of(content: bytes) -> dict[str, Any]:
    """Who sells, who buys, and number, date and total of each document of a file, as the file itself says."""
    try:
        invoice = fatturapa.read(content)
    except UnreadableError as error:
        return {"problem": str(error)}
    named = [_general(body) for body in invoice.bodies]
    return {
        "seller": _party(invoice.header, "CedentePrestatore"),
        "buyer": _party(invoice.header, "CessionarioCommittente"),
        "documents": named,
    }


def _general(body: dict[str, Any]) -> dict[str, str]:
    general = branch(body, "DatiGenerali", "DatiGeneraliDocumento")
    names = {"type": "TipoDocumento", "number": "Numero", "date": "Data", "total": "ImportoTotaleDocumento"}
    return {key: text(general, name) for key, name in names.items()}


def _party(header: dict[str, Any], name: str) -> dict[str, str]:
    party = branch(header, name)
    register = branch(party, "DatiAnagrafici") or branch(party, "IdentificativiFiscali") or party
    names = branch(register, "Anagrafica") or branch(party, "AltriDatiIdentificativi") or party
    person = f"{text(names, 'Nome')} {text(names, 'Cognome')}".strip()
    return {
        "name": text(names, "Denominazione") or person,
        "vat_number": text(register, "IdFiscaleIVA", "IdPaese") + text(register, "IdFiscaleIVA", "IdCodice"),
        "tax_code": text(register, "CodiceFiscale"),
    }
