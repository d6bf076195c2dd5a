"""Text of users made printable: no control characters, and no word wider than the place it is printed in."""

import re
import unicodedata

ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"

BIDI_OVERRIDES = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
"""Marks that turn the direction of what follows: with them a description could show the digits of a price backwards.
Arabic and Hebrew need none of them."""

NARROW, WIDE, ADDRESS = 10, 28, 42
"""Letters of a word that fit a column of codes, one of descriptions, and the small print of an e-mail address."""

UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Unicode categories: controls, lone surrogates, private use, not assigned."""


def printable(text: str) -> str:
    r"""Text without characters that no printer knows; line ends become `\\n`, tabs a space."""
    if text.isprintable():
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (char for char in lines if char == "\n" or not is_unprintable(char))
    return "".join(kept).strip()


def is_unprintable(char: str) -> bool:
    """Whether a character has no place on paper."""
    return char in BIDI_OVERRIDES or unicodedata.category(char) in UNPRINTABLE


def breakable(text: str, longest: int = WIDE) -> str:
    """Printable text whose overlong words may break after any letter, where the line ends."""
    return re.sub(rf"\S{{{longest + 1},}}", loosen, printable(text))


def loosen(word: re.Match[str]) -> str:
    """A word that may break between any two letters, but not before a mark that belongs to the letter before it."""
    parts: list[str] = []
    for char in word.group():
        joined = unicodedata.combining(char) or char in "\u200d\ufe0f" or (parts and parts[-1] == "\u200d")
        if parts and not joined:
            parts.append(ZERO_WIDTH_SPACE)
        parts.append(char)
    return "".join(parts)


def one_line(text: str, longest: int = WIDE) -> str:
    """Breakable text without line ends."""
    return breakable(" ".join(text.split()), longest)
