"""A file as it is sent: its name, its size, its signatures, and the invoice in it (SdI codes 00001 to 00106)."""

import datetime as dt
from dataclasses import replace

from mastro.fatturapa import archives, p7m
from mastro.fatturapa.check import check
from mastro.fatturapa.findings import Finding
from mastro.fatturapa.names import parse_file_name
from mastro.fatturapa.phrases import in_italian
from mastro.fatturapa.read import UnreadableError, read
from mastro.fatturapa.signatures import Signature, signatures
from mastro.fatturapa.tree import Invoice

LARGEST = 5_000_000
"""Bytes of a file on the web and SDICoop channels; PEC counts 30 MB for the whole message, SDIFTP 150 MB."""

WORDS = {
    "00001": (
        "Il nome del file, {value}, non è nel formato richiesto.",
        "The file's name {value} is not in the form asked for.",
        "Usare paese, codice fiscale di chi trasmette, trattino basso, progressivo: IT01234567897_00001.xml.",
        "Use country, tax code of the sender, underscore, progressive: IT01234567897_00001.xml.",
    ),
    "00003": (
        "Il file ha {value} byte, più dei {expected} ammessi.",
        "The file has {value} bytes, more than the {expected} allowed.",
        "Togliere o ridurre gli allegati.",
        "Remove or shrink the attachments.",
    ),
    "00100": (
        "Il certificato di firma è scaduto il {value}.",
        "The signing certificate expired on {value}.",
        "Firmare di nuovo con un certificato valido.",
        "Sign again with a valid certificate.",
    ),
    "00102": (
        "La firma non è valida: il file è stato cambiato dopo la firma.",
        "The signature does not verify: the file was changed after signing.",
        "Firmare di nuovo il file.",
        "Sign the file again.",
    ),
    "00103": (
        "La firma non dice quando è stata apposta.",
        "The signature does not say when it was made.",
        "Firmare di nuovo con la data di firma (SigningTime).",
        "Sign again with the signing time (SigningTime).",
    ),
    "00105": (
        "La firma è datata nel futuro: {value}.",
        "The signature is dated in the future: {value}.",
        "Controllare l'orologio di chi firma e firmare di nuovo.",
        "Check the signer's clock and sign again.",
    ),
    "00106": (
        "Il file non si può leggere: {value}",
        "The file cannot be read: {value}",
        "Rigenerare il file.",
        "Write the file anew.",
    ),
    "W-FIRMA": (
        "La firma non si può verificare.",
        "The signature cannot be verified.",
        "Verificarla con un altro programma.",
        "Verify it with another program.",
    ),
    "W-FPA12": (
        "Il file non è firmato: le fatture alla pubblica amministrazione devono esserlo.",
        "The file is not signed: invoices to the public administration must be.",
        "Firmare il file (CAdES o XAdES) prima di trasmetterlo.",
        "Sign the file (CAdES or XAdES) before sending it.",
    ),
}


def words_of(code: str) -> tuple[str, str, str, str] | None:
    """Message in Italian and English, remedy in both, of a check of files, with `{value}` and `{expected}`."""
    return WORDS.get(code)


def check_file(data: bytes, name: str = "", *, now: dt.datetime | None = None, largest: int = LARGEST) -> list[Finding]:
    """What the SdI would find in a file, or in the files of an archive, as it is sent.

    `name` is held against 00001 where it is given; `now`, with its time zone, against the signatures and the dates of
    the documents. Findings of an archive have the member's name before their path. Never raises.
    """
    found: list[Finding] = []
    if name and parse_file_name(name) is None:
        found.append(_finding("00001", name))
    if len(data) > largest:
        found.append(_finding("00003", str(len(data)), str(largest)))
    if not archives.is_archive(data):
        return [*found, *_check_one(data, now)]
    try:
        inside = archives.members(data)
    except UnreadableError as error:
        return [*found, _finding("00106", str(error))]
    if not inside:
        found.append(_finding("00106", "the archive is empty"))
    for member, content in inside:
        nested = archives.is_archive(content)
        of_it = [_finding("00106", "an archive in an archive")] if nested else check_file(content, member, now=now)
        found.extend(replace(finding, path=f"{member}:{finding.path}") for finding in of_it)
    return found


def read_all(data: bytes) -> list[Invoice]:
    """The invoices of a file: one, or those of an archive. Raises UnreadableError for the first that is none."""
    if not archives.is_archive(data):
        return [read(data)]
    return [read(content) for _, content in archives.members(data)]


def _check_one(data: bytes, now: dt.datetime | None) -> list[Finding]:
    signed = signatures(data)
    found = [finding for signature in signed for finding in _check_signature(signature, now)]
    try:
        invoice = read(data)
    except UnreadableError as error:
        return [*found, _finding("00106", str(error))]
    if p7m.is_cut(data):
        found.append(_finding("00106", "the signed envelope ends in the middle"))
    if invoice.format == "FPA12" and not signed:
        found.append(_finding("W-FPA12"))
    return [*found, *check(invoice, today=None if now is None else now.date())]


def _check_signature(signature: Signature, now: dt.datetime | None) -> list[Finding]:
    found = []
    if signature.intact is False:
        found.append(_finding("00102", signature.signer))
    if signature.intact is None:
        return [_finding("W-FIRMA", signature.signer)]
    if signature.signed_at is None:
        found.append(_finding("00103", signature.signer))
    elif now is not None and signature.signed_at > now:
        found.append(_finding("00105", signature.signed_at.isoformat()))
    if now is not None and signature.valid_until is not None and signature.valid_until < now:
        found.append(_finding("00100", signature.valid_until.date().isoformat()))
    return found


def _finding(code: str, value: str = "", expected: str = "") -> Finding:
    said = {"value": value, "expected": expected}
    in_their_words = {"value": in_italian(value), "expected": expected}
    it, remedy_it = (words.format_map(in_their_words) for words in WORDS[code][::2])
    en, remedy_en = (words.format_map(said) for words in WORDS[code][1::2])
    return Finding(code, "", value, expected, it, en, remedy_it, remedy_en)
