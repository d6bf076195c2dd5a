"""The form on its way: shown, worked on, saved or refused."""

from typing import Any

from starlette.responses import JSONResponse, Response

from mastro.api.errors import ApiError, BadRequest, Conflict, Forbidden, Invalid, TooLarge
from mastro.web.forms import number
from mastro.web.language import Locale
from mastro.web.meant import Entries, exactly, nearest
from mastro.web.operations import Operations
from mastro.web.refusals import by_input, said
from mastro.web.sections.editor import acts, saving, versions, xml
from mastro.web.sections.editor import totals as live
from mastro.web.sections.editor.choices import ORDER_KINDS, SHOW_TOTALS, STATUSES, VAT_KINDS, choices_of
from mastro.web.sections.editor.differences import differences
from mastro.web.sections.editor.differences import taken as taken_over
from mastro.web.sections.editor.labels import label_of
from mastro.web.sections.editor.sheet import PAYMENTS, Fields, Sheet, data_of, read, written
from mastro.web.sections.editor.start import Start
from mastro.web.uploads import form_with_attachment, name_of
from mastro.web.visit import Visit

MAX_FIELDS = 80_000
"""Inputs of a form: 2,000 rows with some twenty each, and their hidden ones."""

SHOWN_ENTITY_KEYS = (
    *("name", "type", "code", "vat_number", "tax_code", "first_name", "last_name", "address_street", "address_city"),
    *("address_postal_code", "address_province", "country", "email", "certified_email", "ei_code", "shipping_address"),
    *("has_intent_declaration", "intent_declaration_protocol_number", "intent_declaration_protocol_date"),
)
"""What the form shows of the other party; the rest of what it holds is hidden."""

HIDDEN_ENTITY_KEYS = tuple(key for key in acts.ENTITY_KEYS if key not in SHOWN_ENTITY_KEYS)

REFUSALS = (Invalid, Conflict, Forbidden, BadRequest, TooLarge)


async def form(visit: Visit) -> tuple[Fields, dict[str, str]]:
    """What was sent; and by input what was refused of the file that came with it."""
    return await form_with_attachment(visit, "uploadIssuedDocumentAttachment", MAX_FIELDS)


async def show(
    visit: Visit, start: Start, sheet: Sheet, *, status: int = 200, template: str = "editor/editor.html", **more: Any
) -> Response:
    """The form, or the part of it that a script asks for."""
    if start.id is not None and start.info and "_base" not in sheet.fields:
        sheet.fields["_base"] = versions.packed(start.document)
    data = data_of(sheet, start.kind, visit.say)
    shown = await visit.read(lambda api: live.show(api, start, data))
    broken = {**(_errors(shown.refused, visit) if shown.refused else {}), **data.errors}
    return visit.page(
        template,
        status=status,
        start=start,
        kind=start.kind,
        sheet=sheet,
        choices=choices_of(start, sheet, visit.say) if start.info else None,
        shown=shown,
        broken={sheet.sent(name): words for name, words in broken.items()},
        label_of=lambda name: label_of(name, visit.say, start.kind),
        totals_query=f"id={start.id}" if start.id else visit.request.url.query,
        hidden_entity_keys=HIDDEN_ENTITY_KEYS,
        entity_inputs=[f"entity.{key}" for key in SHOWN_ENTITY_KEYS],
        attachment_name=name_of(sheet("attachment_token")),
        **_words(visit, start, sheet, shown),
        **_choices(visit),
        **more,
    )


def _words(visit: Visit, start: Start, sheet: Sheet, shown: live.Shown) -> dict[str, Any]:
    """What the totals say in words."""
    say, currency = visit.say, sheet("currency.id") or "EUR"
    shares = [_share(each, sheet, place, say) for place, each in enumerate(shown.payments)]
    added = [amount for amount, _, _ in shares[sheet.payments :]]
    told = shown.number
    has = f"{start.document.get('number')}{start.document.get('numeration') or ''}" if start.id else ""
    changes = told.get("printed") not in (None, "", has)
    about = say("Sarà il n. %(number)s", number=told["printed"]) if changes else ""
    return {
        "row_words": [say.money(worth, currency) for worth in shown.rows],
        "shares": shares,
        "shares_more": say("Si aggiunge una rata di %(amount)s.", amount=added[0]) if added else "",
        "number_words": said(told["message"], say) if told.get("message") else about,
    }


def _share(each: live.Installment, sheet: Sheet, place: int, say: Locale) -> tuple[str, str, str]:
    """An installment as it will be: amount, day, and in words what differs from what is typed."""
    if each.amount is None:
        return "", "", say("Viene tolta.")
    typed = number(sheet(f"{PAYMENTS}.{place}.amount"), say.code)
    told = [] if typed in (None, each.amount) else [say("Diventa %(amount)s.", amount=say.number(each.amount, 2))]
    if not sheet(f"{PAYMENTS}.{place}.due_date"):
        told.append(say("Scade il %(day)s.", day=say.date(each.due_date)))
    return say.number(each.amount, 2), each.due_date, " ".join(told)


def _choices(visit: Visit) -> dict[str, Any]:
    """The choices that are the same for every document."""
    known = {"statuses": STATUSES, "show_totals": SHOW_TOTALS, "vat_kinds": VAT_KINDS, "order_kinds": ORDER_KINDS}
    return {name: [(value, visit.say(words)) for value, words in pairs] for name, pairs in known.items()}


async def totals(visit: Visit, start: Start, fields: Fields) -> Response:
    """The totals of what is typed, as a part of the page."""
    sheet = read(fields, blank=False)
    versions.settle(sheet, visit.say)
    return await show(visit, start, sheet, template="editor/totals.html")


async def act(visit: Visit, start: Start, fields: Fields, refused: dict[str, str]) -> Response:
    """Do what the button that was pressed says; `refused` is what is wrong already, by input."""
    words = fields.pop("do", "save")
    sheet = read(fields, blank=words not in {"save", "preview_xml"})
    versions.settle(sheet, visit.say)
    if words == "save":
        return await _save(visit, start, sheet, refused)
    sheet.errors = refused
    before = dict(sheet.fields)
    found = await visit.read(lambda api: _do(api, start, sheet, visit, words))
    if visit.request.headers.get("accept") == "application/json":
        changed = {name: text for name, text in sheet.fields.items() if before.get(name, "") != text}
        return JSONResponse({"set": changed}, headers={"Cache-Control": "no-store"})
    return await show(visit, start, sheet, **found)


def _do(api: Operations, start: Start, sheet: Sheet, visit: Visit, words: str) -> dict[str, Any]:
    """Change the form; what was looked for without a script is answered beside it."""
    name, _, rest = words.partition(":")
    if name == "find_entity":
        return {"found_entities": nearest(api, start.kind.registry, sheet("_find"))}
    if name == "preview_xml":
        refused = lambda why: _errors(why, visit) or {"": said(why.message, visit.say)}  # noqa: E731
        return {"xml": xml.preview(api, start, sheet, visit.say, refused)}
    if name == "match_entity":
        _match(api, start, sheet, visit)
        return {}
    if name == "find_product" and rest.isdigit():
        asked = {"text": sheet(f"items_list.{rest}.name")}
        return {"found_products": api("suggestIssuedDocumentProducts", query=asked)["data"], "found_for": int(rest)}
    acts.do(api, start, sheet, visit.say, words)
    if name == "new_entity" and not visit.may(f"entity.{start.kind.registry}", "a"):
        sheet.fields["_save_entity"] = "off"
    return {}


def _match(api: Operations, start: Start, sheet: Sheet, visit: Visit) -> Entries | None:
    """Take the one whom the text means exactly; who else it may mean, where that is nobody or not clear."""
    text = sheet("_find").strip()
    if not text or sheet("entity.name"):
        return None
    if not visit.may(f"entity.{start.kind.registry}"):
        sheet.fields["entity.name"] = text  # there is no address book to choose from
        return None
    found = exactly(api, start.kind.registry, text)
    if len(found) != 1:
        return found or nearest(api, start.kind.registry, text)
    acts.do(api, start, sheet, visit.say, f"entity:{found[0]['id']}")
    return None


async def _save(visit: Visit, start: Start, sheet: Sheet, refused: dict[str, str]) -> Response:
    others = await visit.read(lambda api: _match(api, start, sheet, visit))
    if others is not None:
        sheet.errors["entity"] = visit.say("Chi intendi con «%(text)s»?", text=sheet("_find").strip())
        return await show(visit, start, sheet, status=422, found_entities=others, asked=True)
    data = data_of(sheet, start.kind, visit.say)
    sheet.errors = {**data.errors, **refused}
    if not sheet.errors:
        try:
            stored = await visit.write(lambda api: saving.save(api, start, sheet, data, visit.say))
        except REFUSALS as why:
            _refuse(sheet, why, visit)
        except saving.Change as change:
            return await _conflict(visit, start, sheet, change)
        else:
            return _saved(visit, stored)
    return await show(visit, start, sheet, status=422)


def _saved(visit: Visit, stored: saving.Stored) -> Response:
    told = visit.say("Salvato, con le modifiche che %(who)s ha fatto intanto.", who=stored.joined)
    response = visit.go(f"/issued_documents/{stored.id}", told if stored.joined else visit.say("Salvato."))
    if visit.fragment:  # a script goes there itself, once it has dropped its draft
        response.status_code = 204
        response.headers["HX-Redirect"] = response.headers["location"]
        del response.headers["location"]
    return response


async def _conflict(visit: Visit, start: Start, sheet: Sheet, change: saving.Change) -> Response:
    """Show what somebody else has changed, too; the form holds the changes of both, and its base is now theirs."""
    kept = {name: text for name, text in sheet.fields.items() if name.startswith("_")}
    both = written(change.merged.document, visit.say)
    both.fields = {**kept, **both.fields, "_base": versions.packed(change.document)}
    return await show(
        visit,
        start,
        both,
        status=409,
        change=change,
        differences=differences(start, change.merged, visit.say),
        taken=taken_over(start, change.merged, visit.say),
    )


INPUT_OF_CODE = {
    "NUMBER_TAKEN": "number",
    "NUMBER_BELOW_EARLIER": "number",
    "DATE_BEFORE_LAST": "date",
    "PAYMENTS_MISMATCH": "payments_list",
    "CODE_TAKEN": "entity.code",
    "VAT_NUMBER_TAKEN": "entity.vat_number",
}
"""Refusals without a key, and the input that mends them."""


def _errors(why: ApiError, visit: Visit) -> dict[str, str]:
    """What is refused, by input."""
    found = by_input(why.validation, visit.say)
    if not found and why.code in INPUT_OF_CODE:
        return {INPUT_OF_CODE[why.code]: said(why.message, visit.say)}
    if "attachment_token" in found:
        found["attachment"] = found.pop("attachment_token")
    return found


def _refuse(sheet: Sheet, why: ApiError, visit: Visit) -> None:
    sheet.errors = _errors(why, visit)
    if not sheet("entity.name") and "entity.name" in sheet.errors:  # nobody is chosen yet
        sheet.errors["entity"] = sheet.errors.pop("entity.name")
    sheet.error = "" if sheet.errors else said(why.message, visit.say)
