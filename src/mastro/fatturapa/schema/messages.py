"""The messages of the SdI in both their namespaces: to the public administration (1.1) and between privates (1.0).

A message of either world has the same skeleton; private ones carry the hash of the file besides, and rejections a
suggestion. An XML signature closes those that the SdI makes; older ones came without.
"""

from collections.abc import Iterator

from mastro.fatturapa.schema import codes
from mastro.fatturapa.schema import kinds as k
from mastro.fatturapa.schema.grammar import Element, Kind, Schema, block, maybe, one, some
from mastro.fatturapa.schema.kinds import basic, coded

PA_NAMESPACE = "http://www.fatturapa.gov.it/sdi/messaggi/v1.0"
PRIVATE_NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0"

_VERSION = (("versione", "1.0"),)
_YES = k.exactly("Si")
_MOST = 10**18


def _header(identifier: Kind) -> tuple[Element, ...]:
    return one("IdentificativoSdI", identifier), one("NomeFile", k.up_to("NomeFile", 50))


def _footer(message: Kind) -> tuple[Element, ...]:
    return one("MessageId", message), maybe("PecMessageId", k.TEXT), maybe("Note", k.TEXT)


def _archive(identifier: Kind) -> Element:
    return maybe("RiferimentoArchivio", block(*_header(identifier)))


REFERENCE = block(
    one("NumeroFattura", basic(20)),
    one("AnnoFattura", k.whole("AnnoFattura", 0, _MOST)),
    maybe("PosizioneFattura", k.whole("PosizioneFattura", 1, _MOST)),
)
METADATA = (
    one("CodiceDestinatario", k.CODICE_DESTINATARIO),
    one("Formato", k.up_to("Formato", 5)),
    one("TentativiInvio", k.whole("TentativiInvio", -_MOST, _MOST)),
)


def _pa() -> Iterator[tuple[str, Schema]]:
    identifier, message = k.whole("IdentificativoSdI", -(10**12) + 1, 10**12 - 1), k.between("MessageId", 1, 14)
    header, footer, archive = _header(identifier), _footer(message), _archive(identifier)
    description = k.up_to("Descrizione", 255)
    received = one("DataOraRicezione", k.DATE_TIME)
    recipient = one("Destinatario", block(one("Codice", k.CODICE_DESTINATARIO), one("Descrizione", k.TEXT)))
    errors = some("Errore", block(one("Codice", k.between("Codice", 5, 5)), one("Descrizione", description)), most=200)
    outcome = (
        one("IdentificativoSdI", identifier),
        maybe("RiferimentoFattura", REFERENCE),
        one("Esito", coded(codes.ESITO_COMMITTENTE)),
        maybe("Descrizione", description),
        maybe("MessageIdCommittente", message),
    )
    parts: dict[str, tuple[str, tuple[Element, ...]]] = {
        "RC": (
            "RicevutaConsegna",
            (*header, received, one("DataOraConsegna", k.DATE_TIME), recipient, archive, *footer),
        ),
        "NS": ("NotificaScarto", (*header, received, archive, one("ListaErrori", block(errors)), *footer)),
        "MC": ("NotificaMancataConsegna", (*header, received, archive, maybe("Descrizione", description), *footer)),
        "NE": (
            "NotificaEsito",
            (*header, one("EsitoCommittente", block(*outcome, signed=True, fixed=_VERSION)), *footer),
        ),
        "AT": (
            "AttestazioneTrasmissioneFattura",
            (*header, received, archive, recipient, *footer, one("HashFileOriginale", k.TEXT)),
        ),
        "MT": ("MetadatiInvioFile", (*header, *METADATA, one("MessageId", message), maybe("Note", k.TEXT))),
        "EC": ("NotificaEsitoCommittente", outcome),
        "SE": (
            "ScartoEsitoCommittente",
            (
                one("IdentificativoSdI", identifier),
                maybe("RiferimentoFattura", REFERENCE),
                one("Scarto", coded(codes.SCARTO_ESITO)),
                one("MessageId", message),
                maybe("MessageIdCommittente", message),
                maybe("PecMessageId", k.TEXT),
                maybe("Note", k.TEXT),
            ),
        ),
        "DT": (
            "NotificaDecorrenzaTermini",
            (
                header[0],
                maybe("RiferimentoFattura", REFERENCE),
                header[1],
                maybe("Descrizione", description),
                *footer,
            ),
        ),
    }
    role = ("IntermediarioConDupliceRuolo", _YES)
    for type_, (root, elements) in parts.items():
        attributes = (role,) if type_ in {"RC", "NE", "DT"} else ()
        yield type_, _schema(root, "1.1", PA_NAMESPACE, elements, attributes, signed=type_ != "MT")


def _private() -> Iterator[tuple[str, Schema]]:
    identifier, message = k.between("IdentificativoSdI", 1, 36), k.between("MessageId", 1, 36)
    header, footer, archive = (*_header(identifier), one("Hash", k.TEXT)), _footer(message), _archive(identifier)
    description = k.up_to("Descrizione", 1000)
    received = one("DataOraRicezione", k.DATE_TIME)
    recipient = one("Destinatario", block(one("Codice", k.CODICE_DESTINATARIO), maybe("Descrizione", k.TEXT)))
    errors = some(
        "Errore",
        block(
            one("Codice", k.between("Codice", 1, 5)),
            one("Descrizione", description),
            one("Suggerimento", k.up_to("Suggerimento", 2000)),
        ),
        most=200,
    )
    parts: dict[str, tuple[str, tuple[Element, ...]]] = {
        "RC": (
            "RicevutaConsegna",
            (*header, received, one("DataOraConsegna", k.DATE_TIME), recipient, archive, *footer),
        ),
        "NS": ("RicevutaScarto", (*header, received, archive, one("ListaErrori", block(errors)), *footer)),
        "MC": (
            "RicevutaImpossibilitaRecapito",
            (
                *header,
                received,
                one("DataMessaADisposizione", k.DATE),
                archive,
                maybe("Descrizione", description),
                *footer,
            ),
        ),
        "MT": ("FileMetadati", (*header, *METADATA, one("MessageId", message), maybe("Note", k.TEXT))),
    }
    flow = ("FlussoSemplificato", _YES)
    for type_, (root, elements) in parts.items():
        attributes = (flow,) if type_ == "RC" else ()
        yield type_, _schema(root, "1.0", PRIVATE_NAMESPACE, elements, attributes, signed=type_ != "MT")


def _schema(
    root: str,
    version: str,
    namespace: str,
    elements: tuple[Element, ...],
    attributes: tuple[tuple[str, Kind], ...],
    *,
    signed: bool,
) -> Schema:
    return Schema(
        "message of the SdI", version, namespace, "types", root, block(*elements, signed=signed), ("1.0",), attributes
    )


PA: dict[str, Schema] = dict(_pa())
"""Messages about invoices to the public administration, by their two letters."""

PRIVATE: dict[str, Schema] = dict(_private())
"""Messages about invoices between privates, by their two letters."""
