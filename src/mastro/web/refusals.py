"""What operations refuse, in the reader's language.

Operations answer in the vendor's words: mostly English, some Italian. Here each of them has its sentence in the other
language; `{}` stands for what is filled in, and `{0}`, `{1}` … put it into the translation. A text for the Italian page
speaks of "this field": it stands at its input, or behind its name.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mastro.web.language import Code, Locale
from mastro.web.refusals_english import ENGLISH
from mastro.web.refusals_table import ITALIAN


@cache
def _patterns(code: Code) -> list[tuple[re.Pattern[str], str]]:
    table = ENGLISH if code == "en" else ITALIAN
    return [(_pattern(message), words) for message, words in table.items()]


def _pattern(message: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in message.split("{}")), re.DOTALL)


def said(message: str, say: Locale) -> str:
    """A message of a refusal as the reader understands it; as it is where it has no translation."""
    for pattern, words in _patterns(say.code):
        found = pattern.fullmatch(message)
        if found:
            return words.format(*found.groups())
    return say.gettext(message)


def by_input(validation: Mapping[str, Any] | None, say: Locale) -> dict[str, str]:
    """What is said of each input: `data.entity.name` is `entity.name`."""
    found: dict[str, str] = {}
    for path, messages in (validation or {}).items():
        texts = messages if isinstance(messages, list | tuple) else [messages]
        found[path.removeprefix("data.")] = " ".join(said(str(text), say) for text in texts)
    return found
