"""The messages of the SdI in both their namespaces: to the public administration (1.1) and between privates (1.0).

A message of either world has the same skeleton; private ones carry the hash of the file besides, and rejections a
suggestion. An XML signature closes those that the SdI makes; older ones came without.
"""

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


_RECEIVED = one("DataOraRicezione", k.DATE_TIME)
_DELIVERED = one("DataOraConsegna", k.DATE_TIME)

_PA_ID = k.whole("IdentificativoSdI", -(10**12) + 1, 10**12 - 1)
_PA_MESSAGE = k.between("MessageId", 1, 14)
_PA_DESCRIPTION = maybe("Descrizione", k.up_to("Descrizione", 255))
_PA_HEADER, _PA_FOOTER, _PA_ARCHIVE = _header(_PA_ID), _footer(_PA_MESSAGE), _archive(_PA_ID)
_PA_RECIPIENT = one("Destinatario", block(one("Codice", k.CODICE_DESTINATARIO), one("Descrizione", k.TEXT)))
_PA_ERROR = block(one("Codice", k.between("Codice", 5, 5)), one("Descrizione", k.up_to("Descrizione", 255)))
_PA_REFERENCE = (one("IdentificativoSdI", _PA_ID), maybe("RiferimentoFattura", REFERENCE))
_PA_OUTCOME = (
    *_PA_REFERENCE,
    one("Esito", coded(codes.ESITO_COMMITTENTE)),
    _PA_DESCRIPTION,
    maybe("MessageIdCommittente", _PA_MESSAGE),
)
_PA_PARTS: dict[str, tuple[str, tuple[Element, ...]]] = {
    "RC": ("RicevutaConsegna", (*_PA_HEADER, _RECEIVED, _DELIVERED, _PA_RECIPIENT, _PA_ARCHIVE, *_PA_FOOTER)),
    "NS": (
        "NotificaScarto",
        (
            *_PA_HEADER,
            _RECEIVED,
            _PA_ARCHIVE,
            one("ListaErrori", block(some("Errore", _PA_ERROR, most=200))),
            *_PA_FOOTER,
        ),
    ),
    "MC": ("NotificaMancataConsegna", (*_PA_HEADER, _RECEIVED, _PA_ARCHIVE, _PA_DESCRIPTION, *_PA_FOOTER)),
    "NE": (
        "NotificaEsito",
        (*_PA_HEADER, one("EsitoCommittente", block(*_PA_OUTCOME, signed=True, fixed=_VERSION)), *_PA_FOOTER),
    ),
    "AT": (
        "AttestazioneTrasmissioneFattura",
        (*_PA_HEADER, _RECEIVED, _PA_ARCHIVE, _PA_RECIPIENT, *_PA_FOOTER, one("HashFileOriginale", k.TEXT)),
    ),
    "MT": ("MetadatiInvioFile", (*_PA_HEADER, *METADATA, one("MessageId", _PA_MESSAGE), maybe("Note", k.TEXT))),
    "EC": ("NotificaEsitoCommittente", _PA_OUTCOME),
    "SE": (
        "ScartoEsitoCommittente",
        (
            *_PA_REFERENCE,
            one("Scarto", coded(codes.SCARTO_ESITO)),
            one("MessageId", _PA_MESSAGE),
            maybe("MessageIdCommittente", _PA_MESSAGE),
            *_PA_FOOTER[1:],
        ),
    ),
    "DT": ("NotificaDecorrenzaTermini", (*_PA_REFERENCE, _PA_HEADER[1], _PA_DESCRIPTION, *_PA_FOOTER)),
}

_ID = k.between("IdentificativoSdI", 1, 36)
_MESSAGE = k.between("MessageId", 1, 36)
_HEADER, _FOOTER, _ARCHIVE = (*_header(_ID), one("Hash", k.TEXT)), _footer(_MESSAGE), _archive(_ID)
_RECIPIENT = one("Destinatario", block(one("Codice", k.CODICE_DESTINATARIO), maybe("Descrizione", k.TEXT)))
_ERROR = block(
    one("Codice", k.between("Codice", 1, 5)),
    one("Descrizione", k.up_to("Descrizione", 1000)),
    one("Suggerimento", k.up_to("Suggerimento", 2000)),
)
_PARTS: dict[str, tuple[str, tuple[Element, ...]]] = {
    "RC": ("RicevutaConsegna", (*_HEADER, _RECEIVED, _DELIVERED, _RECIPIENT, _ARCHIVE, *_FOOTER)),
    "NS": (
        "RicevutaScarto",
        (*_HEADER, _RECEIVED, _ARCHIVE, one("ListaErrori", block(some("Errore", _ERROR, most=200))), *_FOOTER),
    ),
    "MC": (
        "RicevutaImpossibilitaRecapito",
        (
            *_HEADER,
            _RECEIVED,
            one("DataMessaADisposizione", k.DATE),
            _ARCHIVE,
            maybe("Descrizione", k.up_to("Descrizione", 1000)),
            *_FOOTER,
        ),
    ),
    "MT": ("FileMetadati", (*_HEADER, *METADATA, one("MessageId", _MESSAGE), maybe("Note", k.TEXT))),
}
_ATTRIBUTES: dict[tuple[str, str], tuple[tuple[str, Kind], ...]] = {
    **{(PA_NAMESPACE, type_): (("IntermediarioConDupliceRuolo", _YES),) for type_ in ("RC", "NE", "DT")},
    (PRIVATE_NAMESPACE, "RC"): (("FlussoSemplificato", _YES),),
}


def _schemas(parts: dict[str, tuple[str, tuple[Element, ...]]], namespace: str, version: str) -> dict[str, Schema]:
    return {
        type_: Schema(
            name="message of the SdI",
            version=version,
            namespace=namespace,
            prefix="types",
            root=root,
            block=block(*elements, signed=type_ != "MT"),
            formats=("1.0",),
            attributes=_ATTRIBUTES.get((namespace, type_), ()),
        )
        for type_, (root, elements) in parts.items()
    }


PA = _schemas(_PA_PARTS, PA_NAMESPACE, "1.1")
"""Messages about invoices to the public administration, by their two letters."""

PRIVATE = _schemas(_PARTS, PRIVATE_NAMESPACE, "1.0")
"""Messages about invoices between privates, by their two letters."""
