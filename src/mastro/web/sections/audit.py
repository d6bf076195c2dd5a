"""The trail of changes: who did what, when, with which program, and what it changed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import attempt
from mastro.web.visit import Visit, page

PATH = "/audit"

RESOURCES = {
    "issued_documents": N_("Documenti emessi"),
    "received_documents": N_("Acquisti"),
    "entities.clients": N_("Clienti"),
    "entities.suppliers": N_("Fornitori"),
    "products": N_("Prodotti e servizi"),
    "receipts": N_("Corrispettivi"),
    "taxes": N_("F24"),
    "cashbook": N_("Prima nota"),
    "bank_statements": N_("Riconciliazione"),
    "archive_documents": N_("Archivio"),
    "price_lists": N_("Listini"),
    "recurrences": N_("Ricorrenze"),
    "settings": N_("Impostazioni"),
    "emails": N_("E-mail"),
}

PLACES = {
    "issued_documents": "issued_documents",
    "received_documents": "received_documents",
    "entities.clients": "clients",
    "entities.suppliers": "suppliers",
    "products": "products",
    "receipts": "receipts",
    "taxes": "taxes",
    "archive_documents": "archive",
    "recurrences": "recurrences",
}
"""Resource → the section with its page."""

ACTIONS = {
    "create": N_("Creazione"),
    "update": N_("Modifica"),
    "delete": N_("Eliminazione"),
    "purge": N_("Eliminazione definitiva"),
    "stock_update": N_("Movimento di magazzino"),
    "status_update": N_("Cambio di stato"),
    "share": N_("Link creato"),
    "unshare": N_("Link revocato"),
}

PROGRAMS = {"web": N_("Pagine web"), "personal": N_("Token personale"), "mastro": N_("Il server")}

KEYS = ("resource", "id", "action", "program", "user_id", "from", "to", "cursor")


PROBLEMS = {
    "entry_changed": N_("La voce %(entry)s è stata cambiata dopo il sigillo (blocco %(block)s)."),
    "entry_missing": N_("La voce %(entry)s è stata tolta dopo il sigillo (blocco %(block)s)."),
    "entry_added": N_("La voce %(entry)s è stata aggiunta dopo il sigillo (blocco %(block)s)."),
    "block_changed": N_("Il sigillo del blocco %(block)s non è più quello, o non segue quello prima."),
    "block_missing": N_("Il blocco %(block)s manca."),
    "head_unknown": N_("Nessun sigillo ha l’impronta conservata: la catena è stata tagliata o rifatta."),
}


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [page(site, PATH, _show), page(site, f"{PATH}/verify", _verify), page(site, f"{PATH}/seal.json", _file)]


async def _show(visit: Visit) -> Response:
    query = {key: visit.query.get(key) for key in KEYS}

    def ask(api: Operations) -> tuple[Any, Any, Any]:
        return api("listAudit", query=query), api("getAuditActors")["data"], api("getAuditSeal")["data"]

    answer, actors, seal = await visit.read(ask, slow=True)
    kept = {key: value for key, value in visit.query.items() if key in KEYS and key != "cursor"}
    older = f"{visit.base}{PATH}?{urlencode({**kept, 'cursor': answer['cursor']})}" if answer["cursor"] else ""
    others = {each["program"]: each["name"] or each["program"] for each in actors["programs"]}
    return visit.page(
        "audit/list.html",
        rows=[_row(visit, row) for row in answer["data"]],
        older=older,
        resources=[(key, visit.say(words)) for key, words in RESOURCES.items()],
        actions=[(key, visit.say(words)) for key, words in ACTIONS.items()],
        programs=[*{**others, **{key: visit.say(words) for key, words in PROGRAMS.items()}}.items()],
        people=[(each["id"], each["name"]) for each in actors["users"]],
        seal=seal,
    )


async def _verify(visit: Visit) -> Response:
    """The check of the whole trail, and the hash to keep elsewhere."""
    head = visit.query.get("head", "")
    done = await attempt(visit, {}, lambda: visit.call("verifyAudit", query={"head": head}))
    problems = [_problem(visit, each) for each in done.data.get("problems", ())]
    return visit.page("audit/verify.html", **done.shown, found=done.data, problems=problems, head_typed=head)


def _problem(visit: Visit, problem: Mapping[str, Any]) -> str:
    words = PROBLEMS[problem["kind"]]
    return visit.say(words, entry=problem["entry"], block=problem["block"])


async def _file(visit: Visit) -> Response:
    """The last seal as a file, to be kept where nobody who can reach the database can change it."""
    seal = (await visit.call("getAuditSeal"))["data"]
    content = json.dumps(
        {"company_id": visit.company_id, "company": visit.company, **seal}, ensure_ascii=False, indent=2
    )
    name = f"mastro-audit-{visit.company_id}-{seal['number']}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content + "\n", media_type="application/json", headers=headers)


def _row(visit: Visit, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the reader's words, with where it leads."""
    under = [key for key in RESOURCES if f"{row['resource']}.".startswith(f"{key}.")]
    key = max(under, key=len, default="")
    gone = row["action"] in {"delete", "purge"}
    place = "" if gone or not row["resource_id"] else PLACES.get(key, "")
    program, action = PROGRAMS.get(row["program"]), ACTIONS.get(row["action"])
    return {
        **row,
        "words": visit.say(RESOURCES[key]) if key else row["resource"],
        "act": visit.say(action) if action else row["action"],
        "href": f"{visit.base}/{place}/{row['resource_id']}" if place else "",
        "by": visit.say(program) if program else row["program_name"] or row["program"],
        "changed": list((row["changes"] or {}).items()),
    }
