"""The layouts of the documents, each with a picture of how it prints for this company."""

from starlette.responses import Response

from mastro.resources.settings.template_preview import LANGUAGES
from mastro.web.language import N_
from mastro.web.saving import Saved
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit

WORDS = {
    "it": N_("Italiano"),
    "en": N_("Inglese"),
    "de": N_("Tedesco"),
    "es": N_("Spagnolo"),
    "fr": N_("Francese"),
}


async def show(visit: Visit) -> Response:
    """The layouts, in the language that the address names."""
    await visit.call("getCompanySettings")  # refuses who may not see the settings
    rows = (await visit.call("listTemplates"))["data"]
    asked = visit.query.get("language", visit.say.code)
    return frame.show(
        visit,
        "settings/templates.html",
        "/templates",
        Saved({}),
        rows=rows,
        spoken=asked if asked in LANGUAGES else "it",
        languages=[(key, visit.say(words)) for key, words in WORDS.items()],
    )


async def picture(visit: Visit) -> Response:
    """The first page of a sample document."""
    at = {"template_id": visit.request.path_params["id"]}
    answer = await visit.answer("getTemplatePreview", path=at, query={"language": visit.query.get("language")})
    return Response(answer.body, media_type=answer.media_type, headers={"Cache-Control": "private, no-cache"})
