"""Messages of the SdI (RC NS MC NE DT AT MT EC SE): read from either namespace, and written.

What the signature is worth is for its own verifier; a message without one is read all the same, as older ones are.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mastro.fatturapa import archives
from mastro.fatturapa.findings import Finding
from mastro.fatturapa.read import UnreadableError, read_tree
from mastro.fatturapa.schema import Schema
from mastro.fatturapa.schema.messages import PA, PRIVATE
from mastro.fatturapa.structure import structure
from mastro.fatturapa.tree import Tree, branch, branches, text
from mastro.fatturapa.write import write_tree

NoticeType = Literal["RC", "NS", "MC", "NE", "DT", "AT", "MT", "EC", "SE"]
Channel = Literal["pa", "private"]

_BY_ROOT: dict[int, tuple[NoticeType, Channel]] = {
    id(schema): (type_, channel)  # type: ignore[misc]  # the keys of both tables are the types
    for channel, table in (("pa", PA), ("private", PRIVATE))
    for type_, schema in table.items()
}


class SdiError(NamedTuple):
    """An entry of the list of errors of a rejection."""

    code: str
    description: str
    suggestion: str = ""


@dataclass(slots=True)
class Notice:
    """A message about a file that was sent, or, MT, about one that arrives."""

    type: NoticeType
    channel: Channel
    tree: Tree
    attributes: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def schema(self) -> Schema:
        """The declaration of this message. Raises KeyError for a type that its channel does not have."""
        return (PA if self.channel == "pa" else PRIVATE)[self.type]

    @property
    def identifier(self) -> str:
        """IdentificativoSdI: the number under which the SdI knows the file, as text."""
        return text(self.tree, "IdentificativoSdI")

    @property
    def file_name(self) -> str:
        """Name of the invoice's file; empty in outcomes (EC, SE), which know only the identifier."""
        return text(self.tree, "NomeFile")

    @property
    def message_id(self) -> str:
        """MessageId of the message itself."""
        return text(self.tree, "MessageId")

    @property
    def received_at(self) -> dt.datetime | None:
        """When the SdI received the file."""
        return _time(text(self.tree, "DataOraRicezione"))

    @property
    def delivered_at(self) -> dt.datetime | None:
        """When the customer received it (RC)."""
        return _time(text(self.tree, "DataOraConsegna"))

    @property
    def available_on(self) -> dt.date | None:
        """When it was put in the customer's reserved area (MC between privates)."""
        found = _time(text(self.tree, "DataMessaADisposizione"))
        return None if found is None else found.date()

    @property
    def errors(self) -> list[SdiError]:
        """Why the file was rejected (NS)."""
        return [
            SdiError(text(each, "Codice"), text(each, "Descrizione"), text(each, "Suggerimento"))
            for each in branches(self.tree, "ListaErrori", "Errore")
        ]

    @property
    def outcome(self) -> Literal["accepted", "refused"] | None:
        """What the administration decided (EC, and NE that forwards it)."""
        said = text(branch(self.tree, "EsitoCommittente") or self.tree, "Esito")
        return {"EC01": "accepted", "EC02": "refused"}.get(said)  # type: ignore[return-value]

    @property
    def description(self) -> str:
        """The words that came with it: of the refusal, of the failed delivery."""
        return text(branch(self.tree, "EsitoCommittente") or self.tree, "Descrizione")

    @property
    def invoice_reference(self) -> tuple[str, str, str]:
        """Number, year and position in its file of the one invoice that is meant; empty where the whole file is."""
        reference = branch(branch(self.tree, "EsitoCommittente") or self.tree, "RiferimentoFattura")
        return text(reference, "NumeroFattura"), text(reference, "AnnoFattura"), text(reference, "PosizioneFattura")


def read_notice(data: bytes) -> Notice:
    """A message of the SdI; of an archive (AT) the attestation in it. Raises UnreadableError."""
    if archives.is_archive(data):
        inside = [content for name, content in archives.members(data) if "_AT_" in name.upper()]
        if not inside:
            raise UnreadableError("The archive holds no attestation of the SdI.")
        data = inside[0]
    schema, tree, attributes, findings = read_tree(data, (*PA.values(), *PRIVATE.values()))
    type_, channel = _BY_ROOT[id(schema)]
    return Notice(type_, channel, tree, attributes, findings)


def write_notice(notice: Notice) -> bytes:
    """A message as XML, unsigned. Raises NotWritableError, and KeyError for a type that the channel does not have."""
    known = {"versione", *(name for name, _ in notice.schema.attributes)}
    kept = {name: value for name, value in notice.attributes.items() if name in known}
    return write_tree(notice.schema, notice.tree, {"versione": "1.0"} | kept)


def check_notice(notice: Notice) -> list[Finding]:
    """What does not fit the format; for an outcome it is what the SdI answers EN00 to."""
    return [*notice.findings, *structure(notice.tree, notice.schema.block)]


def outcome_notice(
    identifier: str,
    *,
    accepted: bool,
    description: str = "",
    number: str = "",
    year: int | None = None,
    position: int | None = None,
    message_id: str = "",
) -> Notice:
    """The answer of an administration (EC) to the whole file, or to one invoice of a lot by its number."""
    tree: Tree = {"IdentificativoSdI": identifier}
    if number:
        reference = {"NumeroFattura": number, "AnnoFattura": "" if year is None else str(year)}
        tree["RiferimentoFattura"] = reference | ({} if position is None else {"PosizioneFattura": str(position)})
    tree["Esito"] = "EC01" if accepted else "EC02"
    if description:
        tree["Descrizione"] = description
    if message_id:
        tree["MessageIdCommittente"] = message_id
    return Notice("EC", "pa", tree)


def _time(value: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(value)
    except ValueError:
        return None
