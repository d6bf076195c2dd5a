"""Notes are HTML in the API and plain text on the form, unless they hold more than text can say."""

import html
import re

_LINE = re.compile(r"<br\s*/?>\n?|</p>\s*<p>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"</?p>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!]")


def as_text(notes: str) -> tuple[str, bool]:
    """Notes as text, and True; or as they are, and False, where they hold other tags than those of lines."""
    plain = _PARAGRAPH.sub("", _LINE.sub("\n", notes))
    if _TAG.search(plain):
        return notes, False
    return html.unescape(plain), True


def as_html(text: str) -> str:
    """Text as notes."""
    return html.escape(text.replace("\r\n", "\n"), quote=False).replace("\n", "<br>")
