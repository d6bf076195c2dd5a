"""Sentences in two languages, found again with what was filled in; and why a file or a mail cannot be read.

A message is written where it is raised, in English; who shows it to somebody asks here for the same in Italian.
"""

import re
from collections.abc import Iterator, Mapping


class Phrases:
    """A table of messages: `{}` stands for what is filled in, and `{0}`, `{1}` … put it into the translation."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = [(_pattern(message), words) for message, words in table.items()]

    def say(self, message: str) -> str:
        """The message in the other language, with what is filled in; as it is where the table does not know it.

        What is filled in may be a message itself, as the reason of another one.
        """
        for pattern, words in self._table:
            found = pattern.fullmatch(message)
            if found:
                return words.format(*(self.say(filled or "") for filled in found.groups()))
        return message


def _pattern(message: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in message.split("{}")), re.DOTALL)


def positional(message: str, other: str) -> tuple[str, str] | None:
    """A pair with named blanks as a table has it; None where the other one says what the first does not."""
    names = re.findall(r"\{(\w*)\}", message)
    if not set(re.findall(r"\{(\w*)\}", other)) <= set(names):
        return None
    return re.sub(r"\{\w*\}", "{}", message), re.sub(r"\{(\w*)\}", lambda m: f"{{{names.index(m[1])}}}", other)


def pairs_of(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """A table out of pairs with named blanks."""
    return dict(found for pair in pairs if (found := positional(*pair)))


UNREADABLE: dict[str, str] = {
    "The file is empty.": "Il file è vuoto.",
    "The file has {} bytes, more than {}.": "Il file ha {0} byte, più di {1}.",
    "The signed file cannot be opened: {}.": "Il file firmato non si può aprire: {0}.",
    "The file is no {}: its root is {}.": "Il file non è {0}: il suo primo elemento è {1}.",
    "The file is no XML.": "Il file non è XML.",
    "The file is no XML: {}.": "Il file non è XML valido ({0}).",
    "The file declares a document type: refused, no invoice needs one.": (
        "Il file dichiara un DOCTYPE: è rifiutato, a nessuna fattura serve."
    ),
    "The file has elements deeper than {} levels.": "Il file ha elementi oltre il livello {0}.",
    "The file has entities that are declared nowhere.": "Il file ha entità che non sono dichiarate.",
    "The file has no FatturaElettronicaBody.": "Il file non ha FatturaElettronicaBody.",
    "The file is an archive within an archive.": "Il file è un archivio dentro un archivio.",
    "The archive has {} files, more than {}.": "L’archivio ha {0} file, più di {1}.",
    "The archive unpacks to more than an invoice can have.": "L’archivio si espande oltre la misura di una fattura.",
    "The archive cannot be opened: {}.": "L’archivio non si può aprire: {0}.",
    "The archive holds no attestation of the SdI.": "L’archivio non contiene un’attestazione dello SdI.",
    "The archive is empty.": "L’archivio è vuoto.",
    "the archive is empty": "l’archivio è vuoto",
    "an archive in an archive": "un archivio dentro un archivio",
    "the signed envelope ends in the middle": "la busta firmata finisce a metà",
    "File is not a zip file": "non è un file ZIP",
    "more than {} envelopes": "ci sono più di {0} buste",
    "the envelope ends in the middle": "la busta finisce a metà",
    "no content in the envelope": "nella busta non c’è contenuto",
    "the signature stands alone, without the file that it signs": "la firma è sola, senza il file firmato",
    "the content is empty": "il contenuto è vuoto",
    "unexpected content of tag {}": "il contenuto ha un tipo inatteso, {0}",
    "a length beyond measure": "una lunghezza è fuori misura",
    "The message has too many parts within parts.": "Il messaggio ha troppe parti dentro parti.",
    "The message has {} bytes, more than {}.": "Il messaggio ha {0} byte, più di {1}.",
    "The message has more than {} lines.": "Il messaggio ha più di {0} righe.",
    "The message has more than {} parts within parts.": "Il messaggio ha più di {0} parti dentro parti.",
    "The message has more than {} parts.": "Il messaggio ha più di {0} parti.",
    "The message has headers longer, or more of them, than any mail needs.": (
        "Il messaggio ha intestazioni più lunghe, o più numerose, di quante ne servano a una mail."
    ),
}
"""Why a file or a mail cannot be read: English → Italian."""

_UNREADABLE = Phrases(UNREADABLE)


def in_italian(why: str) -> str:
    """Why a file cannot be read, in Italian."""
    return _UNREADABLE.say(why)
