"""The list of recurrences."""

from starlette.responses import Response

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row, both, contains
from mastro.web.sections.issued_documents import states
from mastro.web.sections.recurrences import words
from mastro.web.visit import Visit

PATH = words.PATH


def _rhythm(row: Row, say: Locale) -> Cell:
    return Cell(words.rhythm(row, say))


def _amount(row: Row, say: Locale) -> Cell:
    return Cell(say.money(row["amount_gross"], row["currency"]), "num")


def _to_do(row: Row, say: Locale) -> Cell:
    return Cell(say("%(number)s da vedere", number=row["to_do"]), "badge warn") if row["to_do"] else Cell("")


COLUMNS = (
    Column("name", N_("Nome"), sort="name"),
    Column("type", N_("Tipo"), cell=states.type),
    Column("entity.name", N_("Cliente"), sort="entity.name"),
    Column("amount_gross", N_("Totale"), "money", sort="amount_gross", cell=_amount),
    Column("every", N_("Ogni quanto"), cell=_rhythm),
    Column("next_date", N_("Prossima data"), "date", sort="next_date"),
    Column("state", N_("Stato"), sort="state", cell=words.state),
    Column("to_do", N_("Da vedere"), sort="to_do", cell=_to_do),
)


async def show(visit: Visit) -> Response:
    """The page."""
    listing = Listing(visit, PATH, COLUMNS, "next_date", lambda row: f"{PATH}/{row['id']}")
    wanted = visit.query.get("state", "")
    q = both(
        contains(("name", "entity.name"), visit.query.get("text", "")),
        f"state = '{wanted}'" if wanted in words.STATES else "",
        visit.query.get("q", ""),
    )
    listing.fill(await visit.call("listRecurrences", query={**listing.query, "q": q}))
    return visit.page(
        "recurrences/list.html",
        listing=listing,
        wanted=wanted,
        may_write=any(visit.may(f"issued_documents.{scope}", "a") for scope in DOCUMENT_SCOPES.values()),
        states=[(key, visit.say(label)) for key, (label, _) in words.STATES.items()],
    )
