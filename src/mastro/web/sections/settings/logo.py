"""The company's logo: shown, set and taken away on the page of its facts."""

from typing import Any

from starlette.responses import Response

from mastro.web.saving import attempt
from mastro.web.sections.settings import company
from mastro.web.uploads import as_upload, form_with_files
from mastro.web.visit import Visit


async def picture(visit: Visit) -> Response:
    """The picture itself."""
    answer = await visit.answer("getCompanyLogo")
    headers = {**answer.headers, "Cache-Control": "private, no-cache", "Content-Security-Policy": "default-src 'none'"}
    return Response(answer.body, media_type=answer.media_type, headers=headers)


async def save_logo(visit: Visit) -> Response:
    """Print another one from now on."""
    _, files = await form_with_files(visit)
    file = files.get("attachment")
    if file is None:
        return await company.show(visit, {"attachment": visit.say("Scegli un file PNG o JPEG.")})
    raw, content_type = as_upload(file)

    async def send() -> Any:
        return await visit.call("setCompanyLogo", raw=raw, content_type=content_type)

    saved = await attempt(visit, {}, send)
    if saved.done:
        return visit.go("/settings", visit.say("Logo salvato: compare su ogni documento."))
    wrong = saved.error or " ".join(saved.errors.values())
    return await company.show(visit, {"attachment": wrong})


async def delete_logo(visit: Visit) -> Response:
    """Print none any more."""
    await visit.form()
    await visit.call("deleteCompanyLogo")
    return visit.go("/settings", visit.say("Logo rimosso."))
