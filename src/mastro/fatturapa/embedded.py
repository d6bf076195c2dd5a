"""The files inside an electronic invoice (*Allegati*): read with bounds, and named so that every system takes them."""

import base64
import binascii
import io
import zipfile

from mastro.fatturapa.from_document.shapes import Attachment
from mastro.fatturapa.tree import Tree, branches, text

MOST = 50
"""Files of one invoice that are read: an invoice has 5 MB at most."""

LONGEST_NAME = 100

_ZIP = b"PK\x03\x04"
_FIRST = (1980, 1, 1, 0, 0, 0)


def embedded(body: Tree, *, largest: int) -> list[Attachment]:
    """The files of one document of a file; those that are broken, empty or longer than `largest` bytes are left out."""
    found = []
    for place, each in enumerate(branches(body, "Allegati")[:MOST], 1):
        encoded = "".join(text(each, "Attachment").split())
        if len(encoded) * 3 // 4 > largest + 2:
            continue
        try:
            content = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            continue
        if content and len(content) <= largest:
            found.append(Attachment(_name(each, content, place), content, text(each, "DescrizioneAttachment")))
    return found


def _name(tree: Tree, content: bytes, place: int) -> str:
    """The name that the file says, without folders and with an extension that tells what it is."""
    said = text(tree, "NomeAttachment").replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in said if c.isprintable() and c not in '<>:"|?*').strip(" .")[-LONGEST_NAME:]
    name = name or f"allegato-{place}"
    extension = "".join(c for c in text(tree, "FormatoAttachment").lower() if c.isascii() and c.isalnum())[:10]
    if text(tree, "AlgoritmoCompressione").lower() == "zip" and content.startswith(_ZIP):
        extension = "zip"
    known = name.rpartition(".")[2].lower() if "." in name else ""
    if extension and known != extension and (not known or extension == "zip"):
        name = f"{name}.{extension}"
    return name


def as_one(files: list[Attachment]) -> Attachment | None:
    """The one file, or an archive of several; None for none. The same files always give the same bytes."""
    if len(files) < 2:
        return files[0] if files else None
    held = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, each in enumerate(files, 1):
            name = each.name if each.name.lower() not in taken else f"{place}-{each.name}"
            taken.add(name.lower())
            archive.writestr(zipfile.ZipInfo(name, _FIRST), each.content, zipfile.ZIP_DEFLATED)
    return Attachment("allegati.zip", held.getvalue())
