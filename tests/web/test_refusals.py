"""What operations refuse is said in the reader's language."""

import re

import pytest

from mastro.delivery import webhooks
from mastro.web.language import LOCALES
from mastro.web.refusals import by_input, said
from mastro.web.refusals_english import ENGLISH
from mastro.web.refusals_table import ITALIAN
from web.refused import refusals

it, en = LOCALES["it"], LOCALES["en"]

MESSAGES = sorted(refusals())
BARE = re.compile(r"[\W\d_]+")
"""A message that is nothing but what is filled in: its words come from elsewhere."""

ITALIAN_BEGIN = re.compile(r"(Il|La|Lo|L'|Gli|É|È|Esiste|Per|Solo|Nessun)\b ?")


def is_italian(message: str) -> bool:
    return bool(ITALIAN_BEGIN.match(message))


def test_there_are_messages_to_translate() -> None:
    assert len(MESSAGES) > 150


@pytest.mark.parametrize("message", [text for text in MESSAGES if not BARE.fullmatch(text)])
def test_every_message_is_said_in_both_languages(message: str) -> None:
    table = ENGLISH if is_italian(message) else ITALIAN
    other = en if is_italian(message) else it
    assert table
    assert said(message, other) != message
    assert "{" not in said(message, other)


def test_a_message_in_the_readers_language_stays_as_it_is() -> None:
    assert said("The data.entity field is required.", en) == "The data.entity field is required."
    assert said("La fattura elettronica contiene errori.", it) == "La fattura elettronica contiene errori."


@pytest.mark.parametrize(
    ("sink", "told"),
    [
        ("http://example.com/a", "L’indirizzo comincia con https://."),
        ("https://exa mple.com", "Scrivi un indirizzo di 2048 caratteri al massimo, senza spazi né lettere accentate."),
        ("https://[x/", "Scrivi un indirizzo, per esempio https://example.com/eventi."),
        ("https:///a", "L’indirizzo non nomina nessun server."),
        ("https://a:b@example.com", "L’indirizzo non contiene utente, password o frammento (#)."),
        ("https://localhost/a", "localhost sta in una rete privata."),
        ("https://10.0.0.1/a", "10.0.0.1 sta in una rete privata."),
    ],
)
def test_why_the_address_of_a_webhook_is_refused_is_said_in_italian(sink: str, told: str) -> None:
    with pytest.raises(webhooks.RefusedSink) as refused:
        webhooks.check_sink(sink, private=False)
    assert said(f"The data.sink field is refused: {refused.value}.", it) == told


def test_what_is_filled_in_is_kept() -> None:
    message = "The data.ts field must be an integer between 3 and 7."
    assert said(message, it) == "Scrivi un numero intero tra 3 e 7."
    taken = "Esiste già una fattura con lo stesso numero (n. 3/A del 01/02/2026)."
    assert said(taken, en) == "This number is taken already (n. 3/A del 01/02/2026)."


def test_messages_stand_at_their_inputs() -> None:
    validation = {"data.items_list.0.vat.id": ["The data.items_list.0.vat.id field is required"], "number": "Text."}
    assert by_input(validation, it) == {"items_list.0.vat.id": "Scegli un'aliquota IVA.", "number": "Text."}
    assert by_input(None, it) == {}
