"""By which channel electronic invoices travel, and the box of certified mail."""

from collections.abc import Mapping

from starlette.responses import Response

from mastro.fatturapa.simulation import NAMED
from mastro.resources.settings.sdi_channel import ChannelSettings
from mastro.web.language import N_
from mastro.web.saving import Saved, save
from mastro.web.sections.e_invoices.words import OUTCOMES
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit

CHANNELS: Mapping[str, tuple[str, str]] = {
    "manual": (
        N_("A mano"),
        N_("Scarichi il file XML, lo consegni tu (portale dell’Agenzia, intermediario) e carichi qui le ricevute."),
    ),
    "pec": (
        N_("PEC"),
        N_("Mastro spedisce dalla tua casella PEC e legge da solo le ricevute e le fatture in arrivo."),
    ),
    "simulator": (
        N_("Ambiente di prova"),
        N_("Un SdI simulato risponde al posto di quello vero: niente esce da questo server."),
    ),
}

STATES: Mapping[str, tuple[str, str]] = {
    "off": (N_("Nessuna casella"), ""),
    "new": (N_("Non ancora letta"), "info"),
    "ok": (N_("Funziona"), "ok"),
    "failing": (N_("Non raggiungibile"), "bad"),
    "login_refused": (N_("Accesso rifiutato"), "bad"),
}


async def show(visit: Visit) -> Response:
    """The channel and the box."""
    return _page(visit, Saved((await visit.call("getSdiChannel"))["data"]))


def _page(visit: Visit, saved: Saved) -> Response:
    say = visit.say
    state = saved.data.get("pec_state") or {}
    words, tone = STATES.get(state.get("state", "off"), STATES["off"])
    return frame.show(
        visit,
        "settings/sdi.html",
        "/sdi",
        saved,
        channels=[(key, say(name), say(about)) for key, (name, about) in CHANNELS.items()],
        state=state,
        state_words=say(words),
        state_tone=tone,
        outcomes=_outcomes(visit, saved.data.get("test_outcome") or ""),
    )


def _outcomes(visit: Visit, chosen: str) -> list[tuple[str, str]]:
    """What the simulated SdI can be told to answer; a rejection with a code of its own stays as it is."""
    named = [(name, visit.say(OUTCOMES[outcome])) for name, outcome in NAMED.items()]
    own = [(chosen, f"{visit.say(OUTCOMES['discarded'])} ({chosen.removeprefix('NS:')})")]
    return [("", visit.say("Secondo il destinatario")), *named, *(own if chosen and chosen not in NAMED else [])]


async def save_channel(visit: Visit) -> Response:
    """Choose the channel, and set the box."""
    fields = await visit.form()
    if not fields.get("pec.address", "").strip():
        fields = {name: text for name, text in fields.items() if not name.startswith("pec.")}
    if not fields.get("pec.password"):
        fields.pop("pec.password", None)
    saved = await save(visit, "modifySdiChannel", ChannelSettings, fields)
    if saved.done:
        return visit.go("/settings/sdi", visit.say("Salvato."))
    return _page(visit, saved)
