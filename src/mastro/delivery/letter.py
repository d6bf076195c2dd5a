"""A letter becomes the message that a mail server takes: recipients, text beside the HTML, files.

Values in, values out: what is written here is sent by `mail`.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html.parser import HTMLParser

MAX_ADDRESS = 254
"""Characters of an address (RFC 5321, § 4.5.3.1.3)."""

MAX_RECIPIENTS = 50

MAX_NAME = 120
"""Characters of the name beside an address that are kept."""

FOLD = 76
"""Characters of a header that are written on one line."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(
    r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII
)


class WrongAddress(ValueError):
    """What should be an e-mail address is none; the message quotes it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that travels with a letter."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be sent. Addresses are bare (`anna@example.it`), as `parse_addresses` gives them."""

    message_id: str
    """Without angle brackets. The same for every attempt, so that whoever receives a letter twice can tell."""
    date: dt.datetime
    from_address: str
    from_name: str
    to: Sequence[str]
    cc: Sequence[str] = ()
    reply_to: str = ""
    subject: str
    html: str
    language: str = "it"
    files: Sequence[File] = ()


def parse_addresses(text: str) -> list[str]:
    """The addresses of a list with commas, each once, in the form that every mail server takes.

    A domain with letters outside ASCII becomes punycode. Raises WrongAddress for what is no address, for none at all
    and for more than MAX_RECIPIENTS.
    """
    found = list(dict.fromkeys(parse_address(part) for part in text.split(",") if part.strip()))
    if not found:
        raise WrongAddress("at least one e-mail address is needed")
    if len(found) > MAX_RECIPIENTS:
        raise WrongAddress(f"at most {MAX_RECIPIENTS} e-mail addresses are taken")
    return found


def parse_address(text: str) -> str:
    """One bare address. Raises WrongAddress: a line break in it, above all, would write headers of its own."""
    bare = text.strip(" ")
    local, at, domain = bare.rpartition("@")
    if at and len(bare) <= MAX_ADDRESS and not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            domain = ""
    if len(local) > 64 or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(domain) > 253:
        raise WrongAddress(f"{text.strip()[:80]!r} is not an e-mail address")
    return f"{local}@{domain.lower()}"


def compose(letter: Letter) -> EmailMessage:
    """The message: plain text and HTML as alternatives, then the files."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Date"] = format_datetime(letter.date)
    message["From"] = Address(_display_name(letter.from_name, letter.from_address), addr_spec=letter.from_address)
    message["To"] = [Address(addr_spec=each) for each in letter.to]
    if letter.cc:
        message["Cc"] = [Address(addr_spec=each) for each in letter.cc]
    if letter.reply_to and letter.reply_to != letter.from_address:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    message["Subject"] = one_line(letter.subject)
    message.set_content(plain_text(letter.html))
    message.add_alternative(letter.html, subtype="html")
    for file in letter.files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=one_line(file.name))
    message["Content-Language"] = letter.language  # last: whoever sets the content clears what is said of it
    return message


_SPECIALS = str.maketrans(dict.fromkeys("<>@,;:\\()[]", " ") | {'"': "'"})


def _display_name(name: str, address: str) -> str:
    """The name beside an address, as far as the standard library can write it so that it is read back.

    Where it folds or encodes a name it forgets the quotes, and a comma in the name then parts addresses: such a name
    goes without those characters, and one that still cannot be read goes altogether.
    """
    clean = one_line(name).replace("=?", "= ?")[:MAX_NAME]
    short = clean.isascii() and len(f'From: "{clean}" <{address}>') + clean.count('"') + clean.count("\\") <= FOLD
    plain = clean if short else " ".join(clean.translate(_SPECIALS).split())
    return plain if _is_read_back(plain, address) else ""


def _is_read_back(name: str, address: str) -> bool:
    written = EmailMessage(policy=SMTP)
    written["From"] = Address(name, addr_spec=address)
    try:
        read = message_from_bytes(written.as_bytes(), policy=SMTP)["From"].addresses
    except Exception:  # noqa: BLE001  (the parser of the standard library stumbles over some names in ways of its own)
        return False
    return [each.addr_spec for each in read] == [address]


def one_line(text: str) -> str:
    """Text without anything that ends or hides a header: control characters become a blank."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def plain_text(html: str) -> str:
    """What a reader without HTML sees: the words, line by line, each link followed by its address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


class _Reader(HTMLParser):
    """Collects the words of HTML."""

    BREAKS = frozenset({"br", "tr", "li", "div", "table", "ul", "ol", "hr"})
    PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
    HIDDEN = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.hidden = 0
        self.links: list[tuple[str, int]] = []
        """Address of each open link, and where its words begin in `out`."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag in self.HIDDEN:
            self.hidden += 1
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.out)))
        elif tag == "li":
            self.out.append("\n- ")
        else:
            self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in self.HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag == "a" and self.links:
            address, start = self.links.pop()
            if address.startswith(("http://", "https://")) and address not in "".join(self.out[start:]):
                self.out.append(f": {address}")
        elif tag != "br":
            self._space(tag)

    def _space(self, tag: str) -> None:
        if tag in self.PARAGRAPHS:
            self.out.append("\n\n")
        elif tag in self.BREAKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        """Words; their own line breaks mean no more than a blank."""
        if not self.hidden:
            self.out.append(re.sub(r"\s+", " ", data))
