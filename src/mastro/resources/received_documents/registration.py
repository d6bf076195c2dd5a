"""What waits becomes a received document: the same by hand and by itself.

The supplier is found in the registry or added to it, and category, centre, deductions and VAT types are those of its
last document. What whoever registers it says counts more than all of this.
"""

from decimal import Decimal

from mastro.api.call import Call
from mastro.api.errors import Conflict
from mastro.database.columns import fold
from mastro.model.company import IncomingSettings
from mastro.model.entity import Entity
from mastro.model.received_document import PendingReceivedDocument, ReceivedDocument, ReceivedItem
from mastro.money import ZERO
from mastro.resources.company import load_settings
from mastro.resources.entities import matching, suppliers
from mastro.resources.received_documents import other_files, twins
from mastro.resources.received_documents.reading import fitting_payments
from mastro.resources.received_documents.table import identity_of_document, received_documents
from mastro.resources.settings import lookup
from mastro.totals import received_totals
from mastro.totals.payments import mismatch

LOOKED_BACK = 20
"""Documents of a supplier among which the last one with an electronic invoice's facts is looked for."""

ROUNDED = Decimal(1)
"""Euro by which the amounts of a document may differ from its rows, as by the check 00422 of the SdI."""

VatKey = tuple[Decimal | None, str]
"""Rate and natura."""


def take_over(call: Call, new: ReceivedDocument, waiting: PendingReceivedDocument) -> None:
    """Complete a document that is being registered with what came in; what was sent with it counts more."""
    fill(call, new, waiting, load_settings(call.session, call.company_id).incoming)
    for token in new.other_attachment_tokens or ():
        other_files.hold(call, token)


def fill(call: Call, new: ReceivedDocument, waiting: PendingReceivedDocument, wanted: IncomingSettings) -> None:
    """What `take_over` writes into a document; it changes nothing else, but for the supplier that may be made."""
    if new.type == "expense":
        new.type = waiting.document_type
    _take_party(new, waiting)
    taken = _take_amounts(new, waiting)
    new.date = new.date or waiting.emission_date
    new.currency = new.currency or waiting.currency
    new.category = new.category or waiting.category
    new.rc_center = new.rc_center or waiting.cost_center
    new.invoice_number = new.invoice_number or waiting.ei_number
    new.description = new.description or waiting.subject
    new.attachment_token = new.attachment_token or waiting.attachment_token
    new.other_attachment_tokens = waiting.other_attachment_tokens
    new.is_from_pending_expenses = True
    if waiting.type == "agyo":
        new.e_invoice = True
        new.ei_reception_date = waiting.date
    complete_as_wanted(call, new, wanted, rows_are_the_suppliers=taken)


def _take_party(new: ReceivedDocument, waiting: PendingReceivedDocument) -> None:
    """The supplier as it came in, for one that is not sent, or sent by its name alone."""
    sent, came = new.entity, waiting.entity
    if came is None:
        return
    bare = sent is None or (not sent.id and not sent.vat_number and not sent.tax_code)
    if bare and (sent is None or not sent.name or fold(sent.name) == fold(came.name)):
        new.entity = came


def _take_amounts(new: ReceivedDocument, waiting: PendingReceivedDocument) -> bool:
    """The amounts, rows and payments, as the supplier has them: its cents count, not ours. Whether its rows are.

    Rows that are not sent are the supplier's, also beside amounts that are, unless these are of something else.
    """
    silent = new.amount_net is None and new.amount_vat is None and new.items_list is None
    taken = new.items_list is None and _are_of(new, waiting)
    if silent:
        new.amount_net, new.amount_vat = waiting.amount_net, waiting.amount_vat
        if new.amount_withholding_tax is None and new.amount_other_withholding_tax is None:
            new.amount_withholding_tax = waiting.amount_withholding_tax
            new.amount_other_withholding_tax = waiting.amount_other_withholding_tax
    if taken:
        new.items_list = waiting.items_list
    calculated = received_totals(
        amount_net=new.amount_net,
        amount_vat=new.amount_vat,
        amount_withholding_tax=new.amount_withholding_tax,
        amount_other_withholding_tax=new.amount_other_withholding_tax,
    )
    if not new.payments_list and (silent or not mismatch(waiting.payments_list, calculated)):
        new.payments_list = fitting_payments(waiting.payments_list, calculated, new.date or waiting.emission_date)
    return taken


def _are_of(new: ReceivedDocument, waiting: PendingReceivedDocument) -> bool:
    """Whether the amounts that are sent are those that the rows of what came in add up to, roundings aside."""
    pairs = ((new.amount_net, waiting.amount_net), (new.amount_vat, waiting.amount_vat))
    return all(sent is None or abs(sent - (came or ZERO)) <= ROUNDED for sent, came in pairs)


def complete_as_wanted(
    call: Call, new: ReceivedDocument, wanted: IncomingSettings, *, rows_are_the_suppliers: bool
) -> matching.Match | None:
    """Link the supplier, and take over from its last document what the company wants to be as it was.

    The entry of the registry, None where there is none. Raises ApiError where it cannot be made.
    """
    party = new.entity
    found = None
    if party is not None and not party.id:
        found = matching.find_or_create(call, suppliers.resource, party, create=wanted.create_suppliers)
        party.id = found.id if found else None
    if wanted.as_last_time and party is not None and party.id and not (found and found.created):
        last = _last_of(call, party)
        if last is not None:
            _repeat(call, new, last, rows=rows_are_the_suppliers)
    return found


def _last_of(call: Call, party: Entity) -> ReceivedDocument | None:
    """The last document of a supplier, delivery notes aside."""
    rows = received_documents.page(
        call.session,
        call.company_id,
        equals={"entity_id": party.id},
        order=(("date", True), ("id", True)),
        limit=LOOKED_BACK,
    )
    for (stored,) in rows:
        document = received_documents.decoder.decode(stored)
        if document.type != "passive_delivery_note":
            return document
    return None


def _repeat(call: Call, new: ReceivedDocument, last: ReceivedDocument, *, rows: bool) -> None:
    new.category = new.category or last.category
    new.rc_center = new.rc_center or last.rc_center
    if new.tax_deductibility is None:
        new.tax_deductibility = last.tax_deductibility
    if new.vat_deductibility is None:
        new.vat_deductibility = last.vat_deductibility
    if rows:
        _repeat_rows(call, new.items_list or [], last.items_list or [])


def _repeat_rows(call: Call, rows: list[ReceivedItem], before: list[ReceivedItem]) -> None:
    """VAT types by their rate and natura; category and deduction by what was bought."""
    types = {_vat_key(row): row.vat.id for row in reversed(before) if row.vat and row.vat.id is not None}
    known = {id for id in types.values() if lookup.vat_type(call.session, call.company_id, id)}
    bought = {(row.code, row.name): row for row in reversed(before)}
    for row in rows:
        id = types.get(_vat_key(row))
        if row.vat is not None and row.vat.id is None and id in known:
            row.vat.id = id
        same = bought.get((row.code, row.name))
        if same is not None:
            row.category = row.category or same.category
            if row.deductibility_vat_percentage is None:
                row.deductibility_vat_percentage = same.deductibility_vat_percentage


def _vat_key(row: ReceivedItem) -> VatKey:
    return (row.vat.value, row.vat.ei_type) if row.vat else (None, "")


def refuse_duplicate(call: Call, new: ReceivedDocument) -> None:
    """Raise Conflict where the same document is registered already."""
    existing = twins.registered(call, identity_of_document(new))
    if existing is not None:
        words = f"Il documento {new.invoice_number} di questo fornitore è già registrato (id {existing})."
        raise Conflict(words, code="DUPLICATE_DOCUMENT", extra={"existing_id": existing})
