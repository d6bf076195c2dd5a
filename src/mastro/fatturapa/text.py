"""Text as the SdI takes it: HTML turned into plain lines, characters outside Latin-1 replaced, words cut to lengths.

The official schemas accept Basic Latin and the Latin-1 Supplement only: a euro sign or a typographic apostrophe is
enough for a refusal (00200).
"""

# ruff: noqa: RUF001 - look-alikes of plain characters are what this module is about

import html
import re
import unicodedata

_REPLACED = str.maketrans(
    {
        "€": "EUR",
        "£": "GBP",
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‛": "'",
        "′": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "″": '"',
        "‹": "<",
        "›": ">",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "−": "-",
        "•": "-",
        "…": "...",
        "™": "(TM)",
        "Œ": "OE",
        "œ": "oe",
        "Ł": "L",
        "ł": "l",
        "Đ": "D",
        "đ": "d",
        "ı": "i",
        "ẞ": "SS",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "≈": "~",
        "→": "->",
        "\u2028": " ",
        "\u2029": " ",
    }
)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_BREAKS = re.compile(r"<\s*(?:br\s*/?|/\s*(?:p|div|li|tr|h[1-6]))\s*>", re.IGNORECASE)
_DROPPED = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def latin(text: str, longest: int = 0) -> str:
    """One line of Latin-1 text, cut to `longest` characters (0: whole).

    What has a known equivalent is replaced (€ → EUR, œ → oe), accents that Latin-1 lacks are taken off (č → c), Greek,
    emoji and the like become `?` so that a reader sees that something stood there.
    """
    if not text.isascii():
        text = _latin1(text)
    text = _BLANKS.sub(" ", text).strip()
    return text[:longest].rstrip() if longest else text


def ascii_(text: str, longest: int = 0) -> str:
    """The same in Basic Latin: accents are taken off (à → a)."""
    text = latin(text)
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("°", "o"))
        text = "".join(c if c.isascii() else "" if unicodedata.combining(c) else "?" for c in plain)
        text = _BLANKS.sub(" ", text).strip()  # some accents that stand alone leave a blank
    return text[:longest].rstrip() if longest else text


def _latin1(text: str) -> str:
    text = unicodedata.normalize("NFC", text.translate(_REPLACED))
    return "".join(c if c <= "\xff" else _nearest(c) for c in text)


def _nearest(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in plain if c <= "\xff")
    if kept:
        return kept
    return "" if unicodedata.category(character) in {"Mn", "Cf", "Me"} else "?"


def plain(markup: str) -> str:
    """HTML as plain text, one line per paragraph; text that is not HTML comes back as it is."""
    if "<" in markup or "&" in markup:
        markup = _DROPPED.sub("", markup)
        markup = html.unescape(_TAG.sub("", _BREAKS.sub("\n", markup)))
    return markup.strip()


def pieces(text: str, longest: int) -> list[str]:
    """A long text cut at blanks into pieces of at most so many characters."""
    cut = []
    while len(text) > longest:
        at = text.rfind(" ", 1, longest + 1)
        at = at if at > 0 else longest
        cut.append(text[:at].rstrip())
        text = text[at:].lstrip()
    if text:
        cut.append(text)
    return cut
