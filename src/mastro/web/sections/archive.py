"""The archive: documents with a file, by category."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.resources.archive import ArchiveDocument
from mastro.web.entry_form import EntryForm
from mastro.web.language import N_
from mastro.web.listing import Column, Listing, both, contains, quoted
from mastro.web.pages import Site
from mastro.web.saving import Saved
from mastro.web.uploads import File, form_with_many, upload_for
from mastro.web.visit import Visit, page

PATH = "/archive"
UPLOAD = "uploadArchiveDocumentAttachment"

MOST_WORDS = 250
"""Characters of a description that is made of a file's name."""

COLUMNS = (
    Column("description", N_("Descrizione"), sort="description"),
    Column("category", N_("Categoria"), sort="category"),
    Column("date", N_("Data"), "date", sort="date"),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _list),
        *FORM.routes(site, keep=_keep),
    ]


async def _list(visit: Visit) -> Response:
    listing = Listing(visit, PATH, COLUMNS, "-date", lambda row: f"{PATH}/{row['id']}")
    category = visit.query.get("category", "")
    q = both(
        contains(("description", "category"), visit.query.get("text", "")),
        f"category = {quoted(category)}" if category else "",
    )
    listing.fill(await visit.call("listArchiveDocuments", query={**listing.query, "q": q}))
    return visit.page("archive/list.html", listing=listing, categories=await _categories(visit), category=category)


async def _categories(visit: Visit) -> list[str]:
    """The categories that are in use."""
    answer = await visit.call("listArchiveCategories")
    return [str(name) for name in answer["data"]]


async def _show_form(visit: Visit, saved: Saved) -> Response:
    return visit.page("archive/form.html", **saved.shown, categories=await _categories(visit))


FORM = EntryForm(
    PATH,
    "ArchiveDocument",
    "document_id",
    ArchiveDocument,
    _show_form,
    fresh=lambda visit: {"date": visit.today.isoformat()},
    upload=UPLOAD,
)


async def _keep(visit: Visit) -> Response:
    return await (_create(visit) if FORM.at(visit) is None else FORM.keep(visit))


async def _create(visit: Visit) -> Response:
    """A document for each file of the form, or one without a file; what has no name is called as its file."""
    fields, files = await form_with_many(visit)
    given: list[File | None] = [*files] or [None]
    results = [(file, await _store(visit, _named(fields, file, many=len(given) > 1), file)) for file in given]
    refused = [(file, saved) for file, saved in results if not saved.done]
    done = len(results) - len(refused)
    if not refused:
        count = visit.say.ngettext("%(num)s documento archiviato.", "%(num)s documenti archiviati.", done)
        return visit.go(PATH, count % {"num": done})
    saved = refused[0][1]
    if len(results) > 1:
        reasons = [f"{file.name if file else ''}: {_reason(each)}" for file, each in refused]
        kept = visit.say("Archiviati: %(count)s. Non archiviati: %(files)s", count=done, files="; ".join(reasons))
        saved = Saved({**fields}, error=kept)
    return await _show_form(visit, saved)


def _named(fields: Mapping[str, str], file: File | None, *, many: bool) -> dict[str, str]:
    """The fields for one file: several of them are told apart by their names."""
    words = fields.get("description", "").strip()
    if file is not None and (many or not words):
        words = f"{words} {file.name}".strip()[:MOST_WORDS]
    return {**fields, "description": words}


def _reason(saved: Saved) -> str:
    return saved.error or " ".join(saved.errors.values())


async def _store(visit: Visit, fields: Mapping[str, str], file: File | None) -> Saved:
    saved, more = await upload_for(visit, UPLOAD, fields, file)
    if not saved.done:
        return saved
    return await FORM.save(visit, fields, more=more)
