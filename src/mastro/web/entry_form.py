"""The form of an entry: a new one, or one that is there, saved and deleted by the operations of its name."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import Forbidden
from mastro.model.base import Body
from mastro.web.pages import Site
from mastro.web.saving import Saved, attempt, save
from mastro.web.uploads import form_with_files, upload_for
from mastro.web.visit import Page, Visit, page, post


def _nothing(_: Visit) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class EntryForm:
    """Entries of one kind: where their pages are, their operations, and the page that shows the form."""

    path: str
    """Of the list, such as `/taxes`."""
    name: str
    """What the operation ids call one: `F24` gives getF24, createF24, modifyF24 and deleteF24."""
    item: str
    """Key of the operations' path, such as `document_id`."""
    body: type[Body]
    show: Callable[[Visit, Saved], Awaitable[Response]]
    """The page with the form in it; it must stand a `Saved` whose data has an id of None."""
    fresh: Callable[[Visit], dict[str, Any]] = _nothing
    """What a new one begins with."""
    card: bool = False
    """True where an entry has a page of its own at `path/id`: its form is then at `path/id/edit`, and leads there."""
    upload: str = ""
    """The operation that takes the form's file; "" for a form without one."""
    families: tuple[str, ...] = ()
    """One of these a user must be allowed to change who gets the form, where the operations name no scope."""
    id: str = "int"
    """Kind of id in the address: int or str."""

    def routes(self, site: Site, *, keep: Page | None = None) -> Sequence[BaseRoute]:
        """The addresses of the form; `keep` saves what is sent where `self.keep` would not do."""
        one = f"{self.path}/{{id:{self.id}}}"
        places = f"{self.path}/new", f"{one}/edit" if self.card else one
        return [
            *(page(site, place, self.form) for place in places),
            *(post(site, place, keep or self.keep) for place in places),
            post(site, f"{one}/delete", self.delete),
        ]

    def at(self, visit: Visit) -> dict[str, object] | None:
        """The path of the operations on the entry that the address names; None for a new one."""
        id = visit.request.path_params.get("id")
        return None if id is None else {self.item: id}

    async def form(self, visit: Visit) -> Response:
        """The form: of an entry also for who may only read it, where it is all that there is of it."""
        at = self.at(visit)
        if at is None or self.card:
            visit.require(f"{'create' if at is None else 'modify'}{self.name}")
            if self.families and not any(visit.may(family, "a") for family in self.families):
                raise Forbidden
        return await self.show(visit, Saved(self.fresh(visit) if at is None else await self._entry(visit, at)))

    async def keep(self, visit: Visit) -> Response:
        """Save what was sent."""
        if not self.upload:
            return await self.answer(visit, await self.save(visit, await visit.form()))
        fields, files = await form_with_files(visit)
        saved, more = await upload_for(visit, self.upload, fields, files.get("attachment"))
        return await self.answer(visit, await self.save(visit, fields, more=more) if saved.done else saved)

    async def save(
        self, visit: Visit, fields: Mapping[str, str], *, more: Mapping[str, object] | None = None, **beside: object
    ) -> Saved:
        """Create or modify; `more` are keys that no input fills, `beside` those beside the data."""
        at = self.at(visit)
        verb = "create" if at is None else "modify"
        return await save(visit, verb + self.name, self.body, fields, path=at, more=more, **beside)

    async def answer(self, visit: Visit, saved: Saved) -> Response:
        """On to the entry's page or to the list, or the form again with what is wrong in it."""
        if saved.done:
            return visit.go(f"{self.path}/{saved.data['id']}" if self.card else self.path, visit.say("Salvato."))
        return await self.again(visit, saved)

    async def again(self, visit: Visit, saved: Saved) -> Response:
        """The form with what was typed, for the same entry."""
        saved.data["id"] = visit.request.path_params.get("id")
        return await self.show(visit, saved)

    async def delete(self, visit: Visit) -> Response:
        """Delete the entry; where that is refused, its form says why."""
        await visit.form()
        at = self.at(visit)
        gone = await attempt(visit, {}, lambda: visit.call(f"delete{self.name}", path=at))
        if gone.done:
            return visit.go(self.path, visit.say("Eliminato."))
        return await self.show(visit, Saved(await self._entry(visit, at), gone.errors, gone.error))

    async def _entry(self, visit: Visit, at: Mapping[str, object] | None) -> dict[str, Any]:
        entry: dict[str, Any] = (await visit.call(f"get{self.name}", path=at))["data"]
        return entry
