"""What the pages say: every text that their templates and modules hand to the catalogue."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract  # noqa: F401  (babel finds it by its name)

from mastro.web.pages import ENVIRONMENTS

WEB = Path(__file__).parents[2] / "src/mastro/web"
LOCALE = WEB / "locale"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "say": None, "pgettext": ((1, "c"), 2)}

NOT_YET = {"reference.html"}
"""Pages in English alone: the reference of the API, as the vendor's."""


@dataclass
class Said:
    """One text, and the files that say it."""

    id: str
    plural: str = ""
    places: set[Path] = field(default_factory=set)


def everything_said() -> dict[str, Said]:
    """All texts by their Italian form."""
    found: dict[str, Said] = {}
    for path in [*(WEB / "templates").rglob("*.html"), *WEB.rglob("*.py")]:
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        options = {"extensions": "jinja2.ext.do", "trimmed": "true", "silent": "false"}
        with path.open("rb") as file:
            for _, text, _, _ in extract(method, file, KEYWORDS, options=options):
                one, many = (text[0], text[1]) if isinstance(text, tuple) else (text, "")
                said = found.setdefault(one, Said(one, many))
                said.plural = said.plural or many
                said.places.add(path)
    return found


def section_of(path: Path) -> str:
    """The catalogue that a file's texts belong to by default."""
    parts = path.relative_to(WEB).with_suffix("").parts
    if parts[0] == "templates":
        return parts[1] if len(parts) > 2 and parts[1] != "components" else "common"
    return parts[1] if parts[0] == "sections" and parts[1] != "__init__" else "common"


ATTRIBUTES = {"title", "placeholder", "aria-label", "alt", "data-copied", "data-count", "label"}
NAMES = re.compile(
    r"\b(Mastro|PDF|XML|CSV|XLSX|JSON|OpenAPI|API|SHA-256|SdI|IBAN|BIC|PEC|SMTP|IMAP|TLS|STARTTLS|OAuth2?|URL|Italiano|English|Ctrl|Alt|Enter|Esc"
    r"|Shift|K|F24|curl|Python|id|https?|ID|ZIP|p7m|xlsx|csv|pdf|xml|zip|PKCE|TOTP|DSO|CIG|CUP|TD|MB|kB|KB|Cmd|D|n|g|X+|broad|narrow)\b"
)
"""What is called the same in every language."""


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in {"code", "kbd", "script", "style", "svg"}
        self.found += [value for name, value in attrs if name in ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in {"code", "kbd", "script", "style", "svg"}

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.found.append(data)


def bare_texts(path: Path) -> Iterator[str]:
    """Words of a template that no catalogue knows, because they stand there as they are."""
    lexed = ENVIRONMENTS["it"].lex(path.read_text())
    html = "".join(value if kind == "data" else "\x00" if kind == "variable_begin" else "" for _, kind, value in lexed)
    parser = _Texts()
    parser.feed(html)
    for text in parser.found:
        plain = NAMES.sub("", text.replace("\x00", ""))
        if re.search(r"[^\W\d_]", plain):
            yield " ".join(text.split())
