"""What operations refuse, in the reader's language.

Operations answer in the vendor's words: mostly English, some Italian. Here each of them has its sentence in the other
language; `{}` stands for what is filled in, and `{0}`, `{1}` … put it into the translation. A text for the Italian page
speaks of "this field": it stands at its input, or behind its name.
"""

import re
from collections.abc import Mapping
from typing import Any

from mastro.fatturapa.errors import error_of
from mastro.fatturapa.phrases import Phrases
from mastro.web import e_invoice_phrases
from mastro.web.language import Code, Locale
from mastro.web.refusals_english import ENGLISH
from mastro.web.refusals_table import ITALIAN

PHRASES: dict[Code, Phrases] = {
    "it": Phrases(ITALIAN | e_invoice_phrases.ITALIAN),
    "en": Phrases(ENGLISH | e_invoice_phrases.ENGLISH),
}

_OF_THE_SDI = re.compile(r"(\d{5}) \S.*", re.DOTALL)


def said(message: str, say: Locale) -> str:
    """A message of a refusal as the reader understands it; as it is where it has no translation."""
    found = PHRASES[say.code].say(message)
    if found != message:
        return found
    about, colon, why = message.partition(": ")
    if colon and (found := PHRASES[say.code].say(why)) != why:  # `file.xml: why`
        return f"{about}: {found}"
    return say.gettext(message)


def told(text: str | None, say: Locale) -> str:
    """A text of several messages, one on each line, as the reader understands it.

    What the SdI says of a code comes in Italian; in English its code is told in general.
    """
    return "\n".join(_line(line, say) for line in (text or "").split("\n"))


def _line(line: str, say: Locale) -> str:
    found = said(line, say)
    code = _OF_THE_SDI.fullmatch(line)
    if code is None or say.code == "it":
        return found
    words = said(line[6:], say)
    return f"{code[1]} {words if words != line[6:] else error_of(code[1], 'en').description}"


def by_input(validation: Mapping[str, Any] | None, say: Locale) -> dict[str, str]:
    """What is said of each input, line by line: `data.entity.name` is `entity.name`."""
    found: dict[str, str] = {}
    for path, messages in (validation or {}).items():
        texts = messages if isinstance(messages, list | tuple) else [messages]
        found[path.removeprefix("data.")] = "\n".join(said(str(text), say) for text in texts)
    return found
