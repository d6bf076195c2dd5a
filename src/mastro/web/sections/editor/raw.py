"""`ei_raw` on the form: a tree of texts as JSON, read with what is wrong said by line and column."""

import json
from collections.abc import Mapping
from typing import Any

from mastro.web.language import N_, Locale

RAW = "ei_raw"

LONGEST = 200_000
"""Characters of one tree."""

WRONG = {
    "Expecting property name enclosed in double quotes": N_("qui serve un nome tra virgolette doppie"),
    "Expecting ':' delimiter": N_("manca «:» dopo il nome"),
    "Expecting ',' delimiter": N_("manca una virgola o una parentesi"),
    "Expecting value": N_("qui serve un valore"),
    "Extra data": N_("dopo la fine c’è altro"),
    "Unterminated string starting at": N_("manca la virgoletta di chiusura"),
    "Invalid control character at": N_("un testo sta su una riga sola: l’a capo si scrive \\n"),
    "Invalid \\escape": N_("dopo «\\» c’è un carattere che non può starci"),
    "Invalid \\uXXXX escape": N_("dopo «\\u» servono quattro cifre esadecimali"),
    "Illegal trailing comma before end of object": N_("c’è una virgola di troppo"),
    "Illegal trailing comma before end of array": N_("c’è una virgola di troppo"),
}
"""What the reader of JSON says → what the form says."""

NO_JSON = N_("qui il testo non è JSON")
EXAMPLE = '{"FatturaElettronicaBody": {"DatiGenerali": {"DatiSAL": {"RiferimentoFase": "1"}}}}'


class _Twice(ValueError):
    """A name that stands twice in one object."""


def raw_text(tree: object) -> str:
    """A tree as it stands on the form."""
    return json.dumps(tree, ensure_ascii=False, indent=2, default=str) if tree else ""


def read_raw(text: str, say: Locale) -> tuple[dict[str, Any] | None, str]:
    """The tree that a text means, None for nothing; and what is wrong with it."""
    if not text.strip():
        return None, ""
    if len(text) > LONGEST:
        return None, say("Il testo è troppo lungo: al massimo %(most)s caratteri.", most=LONGEST)
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except _Twice as why:
        return None, say("La chiave «%(name)s» è scritta due volte.", name=str(why))
    except json.JSONDecodeError as why:
        what = say(WRONG.get(why.msg.split(": ")[0], NO_JSON))
        return None, say("Riga %(line)s, colonna %(column)s: %(what)s.", line=why.lineno, column=why.colno, what=what)
    except (RecursionError, ValueError):  # too deep; a number of thousands of digits
        return None, say("Questi dati sono troppo annidati o contengono un numero troppo lungo.")
    if not isinstance(found, Mapping):
        return None, say("Scrivi un oggetto, per esempio %(example)s.", example=EXAMPLE)
    return dict(found), ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found
