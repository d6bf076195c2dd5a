"""Names of files: what the SdI asks of them and what they say (code 00001)."""

import re
from dataclasses import dataclass

_INVOICE = re.compile(
    r"(?P<id>IT[A-Za-z0-9]{11,16}|(?!IT)[A-Z]{2}[A-Za-z0-9]{2,28})_(?P<progressive>[A-Za-z0-9]{1,5})"
    r"\.(?P<extension>xml|xml\.p7m|zip)",
    re.ASCII,
)
_MESSAGE = re.compile(
    r"(?P<invoice>.{1,50})_(?P<type>RC|NS|MC|NE|MT|EC|SE|DT|AT)_(?P<progressive>[A-Za-z0-9]{1,3})\.(?:xml|zip)",
    re.ASCII,
)

LONGEST = 50


@dataclass(frozen=True, slots=True)
class FileName:
    """The parts of an invoice's name."""

    country: str
    code: str
    progressive: str
    extension: str

    @property
    def stem(self) -> str:
        """The name without its extension, by which messages call the file."""
        return f"{self.country}{self.code}_{self.progressive}"


@dataclass(frozen=True, slots=True)
class MessageName:
    """The parts of a message's name: `IT01234567897_00001_RC_001.xml`."""

    invoice: str
    """Name of the invoice without extension; the SdI cuts a wrong one to 36 characters."""
    type: str
    progressive: str


def parse_file_name(name: str) -> FileName | None:
    """The parts of an invoice's name, None where the SdI would refuse it."""
    found = _INVOICE.fullmatch(name) if len(name) <= LONGEST else None
    if found is None:
        return None
    return FileName(found["id"][:2], found["id"][2:], found["progressive"], found["extension"])


def parse_message_name(name: str) -> MessageName | None:
    """The parts of a message's name, None where it is none."""
    found = _MESSAGE.fullmatch(name)
    return None if found is None else MessageName(found["invoice"], found["type"], found["progressive"])


def message_name(invoice: str, type_: str, number: int = 1) -> str:
    """Name of a message about the file `invoice`; an attestation is an archive. Raises ValueError above 999."""
    if not 1 <= number <= 999:
        raise ValueError(f"A message is numbered from 1 to 999, not {number}.")
    stem = re.sub(r"\.(?:xml\.p7m|xml|zip)$", "", invoice)
    return f"{stem}_{type_}_{number:03}.{'zip' if type_ == 'AT' else 'xml'}"
