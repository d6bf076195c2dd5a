"""Who belongs to the company, what each may do there, and who is invited."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.scopes import READ_ONLY_FAMILIES
from mastro.model.access import DocumentPermissions
from mastro.resources.invitations import Invitation
from mastro.resources.users import Access
from mastro.web.language import N_, Locale
from mastro.web.pages import NotHere, Site
from mastro.web.permissions import FAMILIES, ROLES
from mastro.web.saving import Saved, attempt, save
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit, page, post

PATH = "/settings/people"
TAB = "/people"

LEVELS = {"none": N_("Nessuno"), "read": N_("Consultazione"), "write": N_("Modifica")}
BY_TYPE = N_("Secondo il tipo")

SECTIONS = {
    "fic_situation": N_("Situazione"),
    "fic_clients": N_("Clienti"),
    "fic_suppliers": N_("Fornitori"),
    "fic_products": N_("Prodotti"),
    "fic_stock": N_("Magazzino"),
    "fic_received_documents": N_("Acquisti"),
    "fic_receipts": N_("Corrispettivi"),
    "fic_taxes": N_("Tasse e F24"),
    "fic_cashbook": N_("Prima nota"),
    "fic_calendar": N_("Calendario"),
    "fic_archive": N_("Archivio"),
    "fic_emails": N_("E-mail inviate"),
    "fic_settings": N_("Impostazioni"),
}
"""Sections whose level counts here, in the order of the menu; the issued documents come first on the page."""


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, show),
        page(site, f"{PATH}/new", invite_form),
        post(site, f"{PATH}/new", invite),
        post(site, f"{PATH}/invitations/{{id}}/delete", take_back),
        page(site, f"{PATH}/{{id:int}}", member_form),
        post(site, f"{PATH}/{{id:int}}", save_member),
        post(site, f"{PATH}/{{id:int}}/delete", remove),
    ]


def _is_owner(visit: Visit) -> bool:
    return visit.role == "master"


async def show(visit: Visit, saved: Saved | None = None) -> Response:
    """The users of the company, and the invitations that wait."""
    people = (await visit.call("listUsers"))["data"]
    waiting = (await visit.call("listInvitations"))["data"] if _is_owner(visit) else []
    return frame.show(
        visit,
        "people/list.html",
        TAB,
        saved or Saved({}),
        people=[(each, _role(visit.say, each), _summary(visit.say, each)) for each in people],
        waiting=[(each, _role(visit.say, each)) for each in waiting],
        is_owner=_is_owner(visit),
    )


def _role(say: Locale, person: Mapping[str, Any]) -> str:
    words = ROLES[person["role"]]
    return say(words)


def _summary(say: Locale, person: Mapping[str, Any]) -> str:
    """What somebody may change and see, in a line."""
    if person["role"] == "master":
        return say("Tutto")
    levels = person["permissions"]
    words = dict(SECTIONS)
    words["fic_issued_documents"] = N_("Documenti emessi")
    told = []
    for heading, counted in ((N_("Modifica"), ("write", "detailed")), (N_("Consultazione"), ("read",))):
        found = [say(name) for key, name in words.items() if levels[key] in counted]
        if found:
            told.append(f"{say(heading)}: {', '.join(found)}")
    return "; ".join(told) or say("Nessun permesso")


async def invite_form(visit: Visit) -> Response:
    """Whom to invite, and as what."""
    _owners_only(visit)
    return _form(visit, "people/invite.html", Saved({"role": "subaccount"}))


async def invite(visit: Visit) -> Response:
    """Invite; the link is shown this once."""
    fields = await visit.form()
    saved = await save(visit, "createInvitation", Invitation, fields, more={"language": visit.say.code})
    if not saved.done:
        return _form(visit, "people/invite.html", saved)
    return frame.show(visit, "people/invited.html", TAB, saved)


def _owners_only(visit: Visit) -> None:
    if not _is_owner(visit):
        raise NotHere


def _form(visit: Visit, template: str, saved: Saved) -> Response:
    say = visit.say
    levels = [(key, say(words)) for key, words in LEVELS.items()]
    return frame.show(
        visit,
        template,
        TAB,
        saved,
        roles=[(key, say(ROLES[key])) for key in ("subaccount", "master")],
        levels=levels,
        seen=levels[:2],
        read_only=[f"fic_{family}" for family in READ_ONLY_FAMILIES],
        document_levels=[*levels, ("detailed", say(BY_TYPE))],
        sections=[(key, say(words)) for key, words in SECTIONS.items()],
        types=[(key, say(FAMILIES[f"issued_documents.{key}"])) for key in DocumentPermissions.__struct_fields__],
        is_owner=_is_owner(visit),
    )


async def _member(visit: Visit) -> dict[str, Any]:
    """The person of the address. Raises NotHere."""
    people = (await visit.call("listUsers"))["data"]
    found = [each for each in people if each["id"] == visit.request.path_params["id"]]
    if not found:
        raise NotHere
    return dict(found[0])


async def member_form(visit: Visit) -> Response:
    """What somebody may do."""
    return _form(visit, "people/member.html", Saved(await _member(visit)))


async def save_member(visit: Visit) -> Response:
    """Change it."""
    at = {"user_id": visit.request.path_params["id"]}
    saved = await save(visit, "modifyUser", Access, await visit.form(), path=at)
    if saved.done:
        return visit.go(PATH, visit.say("Salvato."))
    return _form(visit, "people/member.html", Saved({**await _member(visit), **saved.data}, saved.errors, saved.error))


async def remove(visit: Visit) -> Response:
    """Put somebody out."""
    await visit.form()
    at = {"user_id": visit.request.path_params["id"]}
    gone = await attempt(visit, {}, lambda: visit.call("removeUser", path=at))
    if not gone.done:
        return _form(visit, "people/member.html", Saved(await _member(visit), gone.errors, gone.error))
    if at["user_id"] == visit.user.id:
        return visit.site.page("people/left.html", visit.request, scripts=True, user=visit.user, company=visit.company)
    return visit.go(PATH, visit.say("Non fa più parte dell’azienda."))


async def take_back(visit: Visit) -> Response:
    """Take an invitation back."""
    await visit.form()
    at = {"invitation_id": visit.request.path_params["id"]}
    gone = await attempt(visit, {}, lambda: visit.call("deleteInvitation", path=at))
    return visit.go(PATH, visit.say("Invito ritirato.")) if gone.done else await show(visit, gone)
