"""Zip archives: several invoices sent together, or an attestation with the file that could not be delivered."""

import io
import zipfile

from mastro.fatturapa.read import LARGEST, UnreadableError

MOST_MEMBERS = 1000
LARGEST_SUM = 150_000_000
"""Bytes of all members: the largest archive that the SdI takes on any channel."""


def is_archive(data: bytes) -> bool:
    """Whether these are the bytes of a zip archive."""
    return data[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def _is_litter(path: str) -> bool:
    """True for what a computer puts into an archive by itself: `__MACOSX/…`, `.DS_Store`, `Thumbs.db`."""
    name = path.rsplit("/", 1)[-1]
    return path.startswith("__MACOSX/") or name.startswith(".") or name in {"Thumbs.db", "desktop.ini"}


def members(data: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of the files in an archive, without folders and what computers add by themselves.

    Raises UnreadableError for what is broken, encrypted or of a size that its own directory denies: sizes are counted
    while unpacking, not believed.
    """
    found: list[tuple[str, bytes]] = []
    left = LARGEST_SUM
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
            if len(infos) > MOST_MEMBERS:
                raise UnreadableError(f"The archive has {len(infos)} files, more than {MOST_MEMBERS}.")
            for info in infos:
                with archive.open(info) as file:
                    content = file.read(min(left, LARGEST) + 1)
                left -= len(content)
                if len(content) > LARGEST or left < 0:
                    raise UnreadableError("The archive unpacks to more than an invoice can have.")
                found.append((info.filename.rsplit("/", 1)[-1], content))
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"The archive cannot be opened: {error}.") from error
    return found
