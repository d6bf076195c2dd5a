"""Transform and join: a new document, not stored, made from one or several others, and the options to store it with."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast, get_args

import msgspec

from mastro import totals
from mastro.api.call import Call
from mastro.api.errors import Invalid, invalid
from mastro.api.operation import Operation, Parameter
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import encoder
from mastro.model.base import RawTree
from mastro.model.company import CompanySettings
from mastro.model.issued_document import DocumentType, EInvoiceData, IssuedDocument, Item, Payment
from mastro.money import EXACT, ONE, ZERO
from mastro.numeration import printed_number
from mastro.resources.company import load_settings
from mastro.resources.derived.stock import moves_stock
from mastro.resources.issued_documents import completion, originals
from mastro.resources.issued_documents.documents import OPTIONS, resource
from mastro.resources.issued_documents.originals import JOIN_TYPES
from mastro.totals.payments import PAYMENT_FREE_TYPES, due_date, fix_payments, next_due_date

OWN = (
    *("id", "number", "numeration", "year", "attachment_token", "seen_date", "next_due_date", "ei_status", "locked"),
    *("is_marked", "merged_in", "original_document", "original_documents", "created_at", "updated_at"),
    *("delivery_note", "accompanying_invoice", "dn_number", "dn_date"),
)
"""Keys that a document does not hand on."""

_TRANSPORT = ("packages_number", "weight", "causal", "destination", "transporter", "notes")
"""What is said of a transport, as `dn_ai_…`: only a delivery note keeps it."""

_TAXATION = (
    *("rivalsa", "cassa", "cassa_taxable", "amount_cassa_taxable", "cassa2", "cassa2_taxable"),
    *("amount_cassa2_taxable", "global_cassa_taxable", "amount_global_cassa_taxable", "withholding_tax"),
    *("withholding_tax_taxable", "other_withholding_tax", "use_split_payment", "use_gross_prices"),
)
"""Keys that say how a whole document is taxed: one invoice has one answer for all that it joins."""

_NUMBERED = frozenset({"invoice", "credit_note"})
"""Originals whose `ei_raw` speaks of their own electronic invoice, not of what is sold."""

DEFERRED = "TD24"
"""*Fattura differita*: billed after goods that went with a delivery note (art. 21 c. 4 lett. a DPR 633/1972)."""

MOST_REFERENCES = 999
"""Row numbers that a delivery note is said to cover; beyond, the reference stands for the whole invoice."""

FLAGS = {"": None, "0": False, "false": False, "1": True, "true": True}

_DEFAULTS = {field.name: field.default for field in msgspec.structs.fields(IssuedDocument)}


def transform_issued_document(call: Call) -> bytes:
    """What a document would be as another type; nothing is stored."""
    new_type = _new_type(call)
    ids = originals.ids_of([call.query.get("original_document_id", "")], "original_document_id")
    found = originals.load(call, resource, ids)
    type = call.query.get("type", "")
    if type and type != found[0].type:
        raise invalid("type", f"The type field is not the type of the document, which is {found[0].type}.")
    originals.check_transform(found, new_type, "new_type")
    kept = _flag(call, "transform_keep_copy")
    keep_copy = kept if kept is not None else True
    made = _made(call, found, new_type, e_invoice=_flag(call, "e_invoice"), keep_copy=keep_copy, group=False)
    return _answer(made, {"create_from": [str(id) for id in ids], "transform": True, "keep_copy": keep_copy})


def join_issued_documents(call: Call) -> bytes:
    """The invoice of several documents together; nothing is stored."""
    ids = originals.ids_of([text for text in call.query.get("ids", "").split(",") if text.strip()], "ids")
    found = originals.load(call, resource, ids)
    originals.check_join(found, "invoice", "ids")
    names = {type: name for name, type in JOIN_TYPES.items()}
    joined = names[cast("DocumentType", found[0].type)]
    type = call.query.get("type", "")
    if type not in {"", *JOIN_TYPES}:
        raise invalid("type", f"The type field must be one of: {', '.join(JOIN_TYPES)}.")
    if type not in {"", joined}:
        raise invalid("type", f"The type field is not the type of the documents, which are {joined}.")
    _refuse_mixed(found)
    group = _flag(call, "group") or False
    made = _made(call, found, "invoice", e_invoice=_flag(call, "e_invoice"), keep_copy=True, group=group)
    return _answer(made, {"create_from": [str(id) for id in ids], "join_type": joined})


def duplicate_issued_document(call: Call) -> bytes:
    """A new document that says what another one says (ours); nothing is stored.

    Its installments are as many, to be paid, by their terms from today on.
    """
    ids = originals.ids_of([call.query.get("original_document_id", "")], "original_document_id")
    return encoder.encode({"data": duplicate(call, originals.load(call, resource, ids)[0])})


def duplicate(call: Call, original: IssuedDocument) -> IssuedDocument:
    """A new document that says what another one says."""
    assert original.type  # noqa: S101
    made = _made(call, [original], original.type, e_invoice=None, keep_copy=False, group=False)
    for key in _TRANSPORT:
        setattr(made, f"dn_ai_{key}", getattr(original, f"dn_ai_{key}"))
    if made.ei_data and original.ei_data:  # of a credit note that says again what another said
        made.ei_data.document_type = original.ei_data.document_type
        made.ei_data.invoice_number = original.ei_data.invoice_number
        made.ei_data.invoice_date = original.ei_data.invoice_date
    if original.type not in PAYMENT_FREE_TYPES and original.payments_list:
        again = [msgspec.structs.replace(payment, status="not_paid") for payment in original.payments_list]
        made.payments_list = [_fresh(payment, made) for payment in again]
        made.next_due_date = next_due_date(made.payments_list)
    return made


def _answer(made: IssuedDocument, options: dict[str, Any]) -> bytes:
    return encoder.encode({"data": made, "options": options})


def _new_type(call: Call) -> DocumentType:
    text = call.query.get("new_type", "")
    for known in get_args(DocumentType):
        if known == text:
            return cast("DocumentType", known)
    raise invalid("new_type", f"The new type field is required; it is one of: {', '.join(DOCUMENT_SCOPES)}.")


def _flag(call: Call, name: str) -> bool | None:
    text = call.query.get(name, "").lower()
    if text not in FLAGS:
        raise invalid(name, f"The {name.replace('_', ' ')} field must be 0 or 1.")
    return FLAGS[text]


def _refuse_mixed(found: list[IssuedDocument]) -> None:
    """Raise Invalid for documents that one invoice cannot be: of two currencies, or taxed in two ways."""
    first = found[0]
    for other in found[1:]:
        differing = [key for key in _TAXATION if (getattr(first, key) or 0) != (getattr(other, key) or 0)]
        if (first.currency and first.currency.id) != (other.currency and other.currency.id):
            differing.append("currency")
        if differing:
            message = f"Documents cannot be joined that differ in: {', '.join(differing)}."
            raise Invalid(message, code="CANNOT_JOIN", validation={"ids": [message]})


# the new document


def _made(
    call: Call, found: list[IssuedDocument], type: DocumentType, *, e_invoice: bool | None, keep_copy: bool, group: bool
) -> IssuedDocument:
    """The document of a type that the originals make; complete but for its number, which it gets when it is stored."""
    settings = load_settings(call.session, call.company_id)
    first = found[0]
    new = msgspec.structs.replace(first, **{key: _DEFAULTS[key] for key in OWN})
    new.type, new.date = type, call.now.date()
    new.year = new.date.year
    if type != "delivery_note":
        for key in _TRANSPORT:
            setattr(new, f"dn_ai_{key}", "")
    if first.type in totals.BARE_TYPES and type not in totals.BARE_TYPES:
        _take_profile(new, settings)
    new.items_list, lines = _rows(found, type, keep_copy=keep_copy, group=group)
    _speak_for_all(new, found)
    _set_e_invoice(new, found, lines, wanted=e_invoice)
    completion.set_defaults(call, new)
    completion.complete_items(new)
    calculated = totals.calculate(new)
    totals.write_amounts(new, calculated)
    new.payments_list = _installments(new, found, calculated.amount_due, settings)
    new.next_due_date = next_due_date(new.payments_list)
    return new


def _take_profile(new: IssuedDocument, settings: CompanySettings) -> None:
    """A delivery note says nothing of contributions and withholdings: its invoice has those of the company."""
    profile = settings.tax_profile
    new.rivalsa, new.cassa, new.cassa2 = profile.default_rivalsa, profile.default_cassa, profile.default_cassa2
    new.cassa_taxable, new.cassa2_taxable = profile.default_cassa_taxable, profile.default_cassa2_taxable
    new.withholding_tax = profile.default_withholding_tax
    new.withholding_tax_taxable = profile.default_withholding_tax_taxable
    new.other_withholding_tax = profile.default_other_withholding_tax
    new.ei_cassa_type = new.ei_cassa_type or settings.ei_cassa_type
    new.ei_withholding_tax_causal = new.ei_withholding_tax_causal or settings.ei_withholding_tax_causal


def _rows(
    found: list[IssuedDocument], type: DocumentType, *, keep_copy: bool, group: bool
) -> tuple[list[Item], list[list[int]]]:
    """The rows of all originals, and for each original the numbers (from 1) of the rows that it is in.

    With `group` rows that differ in nothing but the quantity are one. Goods that an original moved, and that stays,
    are not moved again; a credit note takes them back.
    """
    rows: list[Item] = []
    places: dict[bytes, int] = {}
    lines: list[list[int]] = []
    for original in found:
        moved = moves_stock(original.type) and keep_copy and type != "credit_note"
        own: list[int] = []
        for item in original.items_list or ():
            row = msgspec.structs.replace(item, id=None, in_dn=False, stock=bool(item.stock) and not moved)
            key = encoder.encode(msgspec.structs.replace(row, qty=None)) if group else b""
            place = places.setdefault(key, len(rows)) if group else len(rows)
            if place == len(rows):
                rows.append(row)
            else:
                together = EXACT.add(_quantity(rows[place]), _quantity(row))
                rows[place] = msgspec.structs.replace(rows[place], qty=together)
            own.append(place + 1)
        lines.append(list(dict.fromkeys(own)))
    return rows, lines


def _quantity(row: Item) -> Decimal:
    return ONE if row.qty is None else row.qty


def _speak_for_all(new: IssuedDocument, found: list[IssuedDocument]) -> None:
    """What documents that are joined say, as far as they say the same; discounts add up."""
    if len(found) > 1:
        for key in ("subject", "visible_subject", "rc_center"):
            said = {getattr(original, key) for original in found}
            setattr(new, key, said.pop() if len(said) == 1 else "")
        new.notes = "<br>".join(dict.fromkeys(original.notes for original in found if original.notes))
        discount = sum(((original.amount_due_discount or ZERO) for original in found), ZERO)
        new.amount_due_discount = discount or new.amount_due_discount
        new.stamp_duty = max((original.stamp_duty or ZERO) for original in found)
    delivered = [original for original in found if original.type == "delivery_note"]
    if delivered and new.type in originals.BILLS:  # the law wants them named on a deferred invoice
        cited = ", ".join(f"n. {_printed(note)} del {note.date:%d/%m/%Y}" for note in delivered if note.date)
        new.notes = "<br>".join(filter(None, (new.notes, f"Rif. DDT {cited}")))


def _printed(document: IssuedDocument) -> str:
    return printed_number(document.number or 0, document.numeration)


def _set_e_invoice(
    new: IssuedDocument, found: list[IssuedDocument], lines: list[list[int]], *, wanted: bool | None
) -> None:
    """What only the electronic invoice needs: whether it is one, what it follows from, and its kind.

    Raises Invalid for an electronic invoice of a type that the SdI does not take.
    """
    first = found[0]
    takes = new.type in completion.E_INVOICE_TYPES
    if wanted and not takes:
        raise invalid("e_invoice", f"The e invoice field must be 0 for a {new.type}.")
    usual = bool(first.e_invoice) or (first.type not in completion.E_INVOICE_TYPES and _prefers(first))
    new.e_invoice = takes and (usual if wanted is None else wanted)
    new.ei_raw = None if first.type in _NUMBERED or len(found) > 1 else first.ei_raw
    if not takes:
        return
    data = msgspec.structs.replace(first.ei_data or EInvoiceData(), document_type="")
    if not data.payment_method and new.payment_method:
        data.payment_method = new.payment_method.ei_payment_method
    if new.type == "credit_note":
        data.invoice_number, data.invoice_date = _printed(first), first.date
    if new.type == "invoice" and first.type == "delivery_note":
        data.document_type = DEFERRED
        new.ei_raw = _with_delivery_notes(new.ei_raw, found, lines)
    new.ei_data = data


def _prefers(original: IssuedDocument) -> bool:
    """True where the customer is one who gets electronic invoices."""
    return bool(original.entity and original.entity.e_invoice)


def _with_delivery_notes(raw: RawTree | None, found: list[IssuedDocument], lines: list[list[int]]) -> RawTree:
    """`ei_raw` with the block DatiDDT: each delivery note, and the rows that it covers where there are several."""
    blocks = []
    for note, rows in zip(found, lines, strict=True):
        block: RawTree = {"NumeroDDT": _printed(note), "DataDDT": note.date.isoformat() if note.date else ""}
        if len(found) > 1 and len(rows) <= MOST_REFERENCES:
            block["RiferimentoNumeroLinea"] = [str(row) for row in rows]
        blocks.append(block)
    whole = dict(raw or {})
    body = whole["FatturaElettronicaBody"] = dict(_tree(whole.get("FatturaElettronicaBody")))
    general = body["DatiGenerali"] = dict(_tree(body.get("DatiGenerali")))
    general["DatiDDT"] = blocks
    return whole


def _tree(value: Any) -> RawTree:
    return value if isinstance(value, dict) else {}


def _installments(
    new: IssuedDocument, found: list[IssuedDocument], amount_due: Decimal, settings: CompanySettings
) -> list[Payment]:
    """Installments that add up: the open ones of one original, else one by the terms of the customer.

    What was settled is not carried over; a credit note is settled at once.
    """
    assert new.date  # noqa: S101
    if new.type in PAYMENT_FREE_TYPES:
        return []
    entity = new.entity
    days = entity.default_payment_terms if entity and entity.default_payment_terms is not None else None
    kept: Iterable[Payment] = found[0].payments_list or () if len(found) == 1 and new.type != "credit_note" else ()
    return fix_payments(
        [_fresh(payment, new) for payment in kept if payment.status == "not_paid"],
        amount_due,
        date=new.date,
        terms_days=0 if new.type == "credit_note" else settings.default_payment_terms if days is None else days,
        terms_type=entity.default_payment_terms_type if entity else "standard",
        account=new.payment_method.default_payment_account if new.payment_method else None,
    )


def _fresh(payment: Payment, new: IssuedDocument) -> Payment:
    """An open installment, due by its terms from the new date; without terms on its day, if that is still to come."""
    assert new.date  # noqa: S101
    terms = payment.payment_terms
    if terms is not None and terms.days is not None:
        when = due_date(new.date, terms.days, terms.type)
    else:
        when = max(payment.due_date or new.date, new.date)
    return msgspec.structs.replace(payment, id=None, due_date=when, paid_date=None, ei_raw=None)


_FLAG = {"type": "integer", "enum": [0, 1]}
_TYPE = {"type": "string", "enum": list(DOCUMENT_SCOPES)}


def _operation(id: str, name: str, handler: Any, summary: str, *query: Parameter) -> Operation:
    return Operation(
        id,
        "GET",
        f"{resource.path}/{name}",
        handler,
        resource.tag,
        summary,
        query=query,
        answer=IssuedDocument,
        answer_extra=OPTIONS,
    )


OPERATIONS = (
    _operation(
        "transformIssuedDocument",
        "transform",
        transform_issued_document,
        "Transform Issued Document",
        Parameter("original_document_id", {"type": "integer"}, "The document", required=True),
        Parameter("new_type", _TYPE, "What it is to become", required=True),
        Parameter("type", _TYPE, "What it is"),
        Parameter("e_invoice", _FLAG, "Whether it is to be electronic; without it as the customer prefers"),
        Parameter("transform_keep_copy", _FLAG, "0 moves the document to the bin when the new one is stored"),
    ),
    _operation(
        "duplicateIssuedDocument",
        "duplicate",
        duplicate_issued_document,
        "Duplicate Issued Document",
        Parameter("original_document_id", {"type": "integer"}, "The document", required=True),
    ),
    _operation(
        "joinIssuedDocuments",
        "join",
        join_issued_documents,
        "Join Issued Documents",
        Parameter("ids", {"type": "string"}, "Ids of the documents, separated by commas", required=True),
        Parameter("group", _FLAG, "1 makes one row of rows that differ only in the quantity"),
        Parameter("type", {"type": "string", "enum": list(JOIN_TYPES)}, "What they are"),
        Parameter("e_invoice", _FLAG, "Whether the invoice is to be electronic; without it as the customer prefers"),
    ),
)
