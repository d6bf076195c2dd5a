"""What the pages of recurrences call things."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from mastro.web.language import N_, Locale
from mastro.web.listing import Cell

PATH = "/recurrences"

Row = Mapping[str, Any]

ACTIONS = {
    "create": N_("Crea il documento"),
    "create_and_email": N_("Crea il documento e lo spedisce per e-mail"),
    "create_and_send": N_("Crea la fattura elettronica e la invia allo SdI"),
    "remind": N_("Ricorda soltanto, senza creare nulla"),
}

MISSED = {
    "all": N_("Tutti, uno dopo l’altro"),
    "last": N_("Solo l’ultimo"),
    "skip": N_("Nessuno"),
}

UNITS = {"month": N_("mesi"), "week": N_("settimane")}

STATES = {
    "active": (N_("Attiva"), "ok"),
    "paused": (N_("In pausa"), "warn"),
    "ended": (N_("Finita"), ""),
}

RUN_STATES = {
    "coming": (N_("In arrivo"), "info"),
    "due": (N_("Da fare"), "warn"),
    "done": (N_("Creato"), "ok"),
    "failed": (N_("Non riuscito"), "bad"),
    "skipped": (N_("Saltato"), ""),
    "missed": (N_("Passato"), ""),
}


def rhythm(row: Row, say: Locale) -> str:
    """How often, and on which day."""
    every = int(row["every"])
    if row["unit"] == "week":
        often = say("Ogni settimana") if every == 1 else say("Ogni %(number)s settimane", number=every)
        return say(
            "%(often)s, di %(day)s", often=often, day=say.weekday(dt.date.fromisoformat(row["first_date"]).weekday())
        )
    known = {1: N_("Ogni mese"), 12: N_("Ogni anno")}
    often = say(known[every]) if every in known else say("Ogni %(number)s mesi", number=every)
    if row["end_of_month"]:
        return say("%(often)s, l’ultimo giorno", often=often)
    return say("%(often)s, il giorno %(day)s", often=often, day=int(row["first_date"][8:]))


def ends(row: Row, say: Locale) -> str:
    """When it ends; "" for one without an end."""
    found = []
    if row["last_date"]:
        found.append(say("fino al %(date)s", date=say.date(row["last_date"])))
    if row["count"]:
        found.append(say.ngettext("%(num)s volta", "%(num)s volte", row["count"]) % {"num": row["count"]})
    return ", ".join(found)


def state(row: Row, say: Locale) -> Cell:
    """Whether it runs."""
    words, tone = STATES[row["state"]]
    return Cell(say(words), f"badge {tone}".strip())


def run_state(run: Row, say: Locale) -> Cell:
    """What became of a date."""
    words, tone = RUN_STATES[run["state"]]
    return Cell(say(words), f"badge {tone}".strip())
