"""What becomes of the electronic invoices that come in."""

from starlette.responses import Response

from mastro.resources.settings.incoming import IncomingOrder
from mastro.web.saving import Saved, save
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit


async def show(visit: Visit) -> Response:
    """The switches."""
    saved = Saved((await visit.call("getIncomingSettings"))["data"])
    return frame.show(visit, "settings/incoming.html", "/incoming", saved)


async def save_switches(visit: Visit) -> Response:
    """Change them."""
    saved = await save(visit, "modifyIncomingSettings", IncomingOrder, await visit.form())
    if saved.done:
        return visit.go("/settings/incoming", visit.say("Salvato."))
    return frame.show(visit, "settings/incoming.html", "/incoming", saved)
