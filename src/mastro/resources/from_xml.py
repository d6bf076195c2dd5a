"""One document made of an electronic invoice: an issued one exactly, a received one with the cents of the supplier."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from mastro import fatturapa, totals
from mastro.api.call import Call
from mastro.fatturapa import Invoice, as_one, embedded
from mastro.fatturapa.compare import differences, making_up
from mastro.fatturapa.from_document.shapes import BUYER_ISSUES
from mastro.fatturapa.tree import Tree, amount, branch, branches, text, texts
from mastro.model.company import Company, IncomingSettings
from mastro.model.issued_document import IssuedDocument, Payment
from mastro.model.received_document import ReceivedDocument
from mastro.money import ZERO
from mastro.numeration import MAX_PRINTED, printed_number, series_of
from mastro.resources import attachments
from mastro.resources.entities import clients, suppliers
from mastro.resources.entities.matching import Match, find_or_create
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.issued_documents.references import SELF_INVOICES
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import Transmission, name_is_used, transmissions
from mastro.resources.issued_documents.transmissions import add as add_transmission
from mastro.resources.received_documents import incoming, other_files, registration, twins
from mastro.resources.received_documents.documents import resource as received
from mastro.resources.received_documents.reading import fitting_payments, received_rows, received_type
from mastro.resources.received_documents.table import identity_of_document, received_documents
from mastro.totals import received_totals

MOST_DIFFERENCES = 20

_LEADING = re.compile(r"0*(\d{1,9})(\D.*)?", re.ASCII)
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)
_UNTYPED = re.compile(r"[^A-Za-z0-9 ./_-]", re.ASCII)
_OUR_OWN_SENDING = ("IdTrasmittente", "ProgressivoInvio", "ContattiTrasmittente")
"""What a file says of its own way: of a document sent again it would be another."""


DUPLICATE = "DUPLICATE"

TWICE = "The document is in these files more than once."


class Refused(Exception):
    """A document cannot be made; `existing` is the id of the one that is there already."""

    def __init__(self, code: str, words: str, existing: int | None = None) -> None:
        super().__init__(words)
        self.code, self.existing = code, existing


@dataclass(slots=True)
class Made:
    """A document that was stored."""

    id: int
    entity_name: str
    differences: list[str] = field(default_factory=list)
    party: Match | None = None
    """The customer or supplier in the registry."""
    file_id: int | None = None
    """Of `incoming_files`, where the file was new there."""


Known = dict[object, tuple[object, ...]]
"""What earlier parts of a dry run would have made, and no database knows: date and type by what tells it apart."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How documents are to be made."""

    sent: bool = True
    """Whether the SdI has what was issued."""
    create_entities: bool = True
    """Whether customers and suppliers that the registry does not know are added to it."""
    as_last_time: bool = True
    """Whether what is received is completed as the supplier's last document was."""
    keep_files: bool = True
    """False to store no file: no rollback takes one out of the storage."""
    known: Known | None = None
    """Of a dry run in several parts."""

    def remember(self, key: object, *facts: object) -> None:
        """Note what would be there now."""
        if self.known is not None and key is not None:
            self.known[key] = facts


def number_of(written: str) -> tuple[int, str]:
    """Number and numeration of a *Numero* of any form, always the same: printed one after the other they are it.

    Where it does not begin with its number (`FPR 12/2026`), the first digits that are no year count, and the rest is
    the numeration: the number as it was written is then kept in `ei_raw`.
    """
    found = _LEADING.fullmatch(written)
    if found and int(found[1]):
        return int(found[1]), found[2] or ""
    runs = [run for run in _DIGITS.finditer(written) if int(run[0])]
    counting = [run for run in runs if not re.fullmatch(r"(?:19|20)\d\d", run[0])] or runs
    number, rest = (int(counting[0][0]), written) if counting else (1, written)
    if counting:
        rest = written[: counting[0].start()] + written[counting[0].end() :]
    rest = _UNTYPED.sub("-", rest).strip()
    if rest and (rest.isdigit() or rest[0].isdigit()):
        rest = f"/{rest}"
    return number, rest[: MAX_PRINTED - len(str(number))]


# issued


def make_issued(
    call: Call, company: Company, invoice: Invoice, place: int, wish: Wish, file: tuple[str, bytes]
) -> Made:
    """Store an issued document of a file (name and content). Raises Refused, or ApiError for what can be none."""
    new = fatturapa.to_document(invoice, body=place, side="issued")
    tree = invoice.bodies[place]
    own = "CessionarioCommittente" if _kind(tree) in BUYER_ISSUES else "CedentePrestatore"
    check_party(company, branch(invoice.header, own))
    written = text(tree, "DatiGenerali", "DatiGeneraliDocumento", "Numero")
    new.number, new.numeration = number_of(written)
    key = _refuse_second(call, new, wish.known or {})
    split = bool(new.ei_data and new.ei_data.vat_kind == "S")
    new.use_split_payment = split
    declared = _declared(tree)
    new = _as_meant(new, declared)
    call.options = {"fix_payments": True}  # what the file says of payments need not be all that is due: see `ei_raw`
    new.ei_status = "sent" if wish.sent else None
    new.locked = wish.sent
    party = _link(call, new, wish)
    id, _ = issued.add(call, new)
    calculated = _sums_of(new, declared)
    if calculated != declared:
        words = "The rows add up to {}, the file declares {}."
        raise Refused("AMOUNTS_DIFFER", words.format(_told(calculated), _told(declared)))
    left = _make_exact(call, company, new, invoice, place, pin=wish.sent)
    if wish.keep_files:
        _attach(call, new, tree)
    if wish.sent and len(invoice.bodies) == 1:
        _keep_as_sent(call, id, *file)
    wish.remember(key, new.date, new.type)
    return Made(id, new.entity.name if new.entity else "", left, party)


def _link(call: Call, new: IssuedDocument, wish: Wish) -> Match | None:
    """Tie the other party to its entry of the registry: a supplier where the buyer makes out the document."""
    if new.entity is None:
        return None
    registry = suppliers.resource if new.type in SELF_INVOICES else clients.resource
    found = find_or_create(call, registry, new.entity, create=wish.create_entities)
    new.entity.id = found.id if found else None
    return found


def _keep_as_sent(call: Call, id: int, name: str, content: bytes) -> None:
    """Keep the very file that the SdI has, under the name that it has there: messages about it find it by that.

    Only where it can be one: plain XML, under a name that the SdI takes and that no other file has.
    """
    if fatturapa.parse_file_name(name) is None or not name.endswith(".xml") or name_is_used(call, name):
        return
    try:
        xml = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    sent = Transmission(document_id=id, file_name=name, channel="import", carried=True, xml=xml)
    sent.id = transmissions.next_id(call.session, call.company_id, sent)
    add_transmission(call, sent)


def _attach(call: Call, new: IssuedDocument, tree: Tree) -> None:
    """Make the files in the invoice the attachment of its document: several become one archive."""
    file = as_one(embedded(tree, largest=call.settings.attachment_limit))
    if file is not None:
        assert new.id is not None  # noqa: S101  (stored just now)
        new.attachment_token = attachments.keep(call, "issued_documents", file.name, file.content)
        attachments.bind(call, "issued_documents", new, None)
        documents.update(call.session, call.company_id, new.id, new)


def _kind(tree: Tree) -> str:
    return text(tree, "DatiGenerali", "DatiGeneraliDocumento", "TipoDocumento")


def check_party(company: Company, party: Tree) -> None:
    """Raise Refused for an invoice of another company: the numbers of one would be mixed up with those of another."""
    register = branch(party, "DatiAnagrafici") or branch(party, "IdentificativiFiscali") or party
    theirs = {text(register, "IdFiscaleIVA", "IdCodice").upper(), text(register, "CodiceFiscale").upper()} - {""}
    ours = {company.vat_number.upper().removeprefix("IT"), company.tax_code.upper()} - {""}
    if ours and not theirs & ours:
        raise Refused("OTHER_COMPANY", f"The file is of {', '.join(sorted(theirs)) or 'nobody'}, not of this company.")


def _refuse_second(call: Call, new: IssuedDocument, known: Known) -> object:
    """Raise Refused where the number is there already, as a duplicate where it is the same document; what tells it."""
    if new.type is None or new.date is None:
        raise Refused("INCOMPLETE", "The file has no date.")
    series = series_of(new.type, new.date, new.numeration)
    rows = documents.page(
        call.session,
        call.company_id,
        equals={"series": series.kind, "year": series.year, "sezionale": series.numeration, "number": new.number},
        order=(("id", False),),
        limit=1,
    )
    key = (series, new.number)
    if not rows and key not in known:
        return key
    printed = printed_number(new.number or 0, new.numeration)
    if not rows:
        if known[key] == (new.date, new.type):
            raise Refused(DUPLICATE, TWICE)
        raise Refused("NUMBER_TAKEN", f"The number {printed} is that of another document of these files.")
    there = documents.decoder.decode(rows[0][0])
    if there.date == new.date and there.type == new.type:
        raise Refused(DUPLICATE, f"The document is there already, with the id {there.id}.", there.id)
    raise Refused("NUMBER_TAKEN", f"The number {printed} is taken by the document with the id {there.id}.")


Sums = tuple[Decimal, Decimal | None]
"""Taxable amount with the contributions, and VAT; of a simplified invoice what both are together, and None."""


def _declared(tree: Tree) -> Sums:
    if _summaries(tree):
        return _net(tree), _vat(tree)
    return sum((amount(each, "Importo") or ZERO for each in branches(tree, "DatiBeniServizi")), ZERO), None


def _told(sums: Sums) -> str:
    return f"{sums[0]}" if sums[1] is None else f"{sums[0]} and VAT {sums[1]}"


def _as_meant(said: IssuedDocument, declared: Sums) -> IssuedDocument:
    """The one reading of the file whose totals are those that it declares; the plain one where none is."""
    return next((each for each in fatturapa.readings(said) if _sums_of(each, declared) == declared), said)


def _sums_of(document: IssuedDocument, declared: Sums) -> Sums:
    """What the rows add up to, as the file declares it."""
    calculated = totals.calculate(document)
    charged = (calculated.amount_rivalsa, calculated.amount_cassa, calculated.amount_cassa2)
    net = calculated.amount_net + sum((each or ZERO for each in charged), ZERO)
    return (net, calculated.amount_vat) if declared[1] is not None else (net + calculated.amount_vat, None)


def _net(tree: Tree) -> Decimal:
    return sum((amount(each, "ImponibileImporto") or ZERO for each in _summaries(tree)), ZERO)


def _vat(tree: Tree) -> Decimal:
    return sum((amount(each, "Imposta") or ZERO for each in _summaries(tree)), ZERO)


def _summaries(tree: Tree) -> list[Tree]:
    return branches(tree, "DatiBeniServizi", "DatiRiepilogo")


def _make_exact(
    call: Call, company: Company, new: IssuedDocument, invoice: Invoice, place: int, *, pin: bool
) -> list[str]:
    """Make the document's electronic invoice what the file is; the elements in which it is not.

    With `pin` whatever it would have otherwise goes into its `ei_raw`. That is for documents that nobody changes any
    more: what stands there is not worked out again. Attached files are no words of the invoice: those that cannot be
    taken over are told.
    """
    wanted: Tree = {"FatturaElettronicaHeader": _kept(invoice.header)}
    wanted["FatturaElettronicaBody"] = [{k: v for k, v in invoice.bodies[place].items() if k != "Allegati"}]
    before = new.ei_raw
    try:
        if pin:
            new.ei_raw = None
            new.ei_raw = making_up(wanted, _written(new, company)) or None
        made = _written(new, company)
    except (fatturapa.NotAnInvoiceError, fatturapa.RawTreeError) as error:
        raise Refused("NOT_AN_E_INVOICE", str(error)) from None
    if new.ei_raw != before:
        assert new.id is not None  # noqa: S101  (stored just now)
        documents.update(call.session, call.company_id, new.id, new)
    left = list(differences(wanted, made))
    files = branches(invoice.bodies[place], "Allegati")
    if len(embedded(invoice.bodies[place], largest=call.settings.attachment_limit)) < len(files):
        left.append("FatturaElettronicaBody[1]/Allegati")
    return left[:MOST_DIFFERENCES]


def _written(new: IssuedDocument, company: Company) -> Tree:
    """The tree of the document's own electronic invoice, as far as a file is compared with it."""
    tree = dict(fatturapa.from_document(new, company, progressive="00001").tree)
    return tree | {"FatturaElettronicaHeader": _kept(tree["FatturaElettronicaHeader"])}


def _kept(header: Tree) -> Tree:
    sending = branch(header, "DatiTrasmissione")
    kept = {name: value for name, value in sending.items() if name not in _OUR_OWN_SENDING}
    return header | {"DatiTrasmissione": kept}


# received


def make_received(
    call: Call, company: Company, invoice: Invoice, place: int, wish: Wish, file: tuple[str, bytes]
) -> Made:
    """Store a received document, with its file (name and content). Raises Refused, or ApiError."""
    check_party(company, branch(invoice.header, "CessionarioCommittente"))
    new = _as_received(invoice, place)
    if new.date is None:
        raise Refused("INCOMPLETE", "The file has no date.")
    identity = identity_of_document(new)
    existing = twins.registered(call, identity)
    if existing is not None:
        raise Refused(DUPLICATE, f"The document is there already, with the id {existing}.", existing)
    if identity in (wish.known or {}):
        raise Refused(DUPLICATE, TWICE)
    call.options = None
    wanted = IncomingSettings(create_suppliers=wish.create_entities, as_last_time=wish.as_last_time)
    party = registration.complete_as_wanted(call, new, wanted, rows_are_the_suppliers=True)
    id, _ = received.add(call, new)
    made = Made(id, new.entity.name if new.entity else "", party=party)
    if wish.keep_files:
        made.file_id = _keep_files(call, new, invoice.bodies[place], file)
        received_documents.update(call.session, call.company_id, id, new)
    wish.remember(identity)
    return made


def _keep_files(call: Call, new: ReceivedDocument, tree: Tree, file: tuple[str, bytes]) -> int | None:
    """Keep the file once, however many documents are in it, and what is in it; its id where it was new."""
    assert new.date  # noqa: S101
    name, content = file
    there, made = incoming.known(call, content), None
    if there is None:
        token = attachments.keep(call, "received_documents", name, content)
        there = made = incoming.keep(
            call, file_name=name, content=content, token=token, channel="import", received_on=new.date
        )
    new.attachment_token = there.attachment_token
    attachments.bind(call, "received_documents", new, None)
    new.other_attachment_tokens = other_files.keep_embedded(call, tree)
    return made.id if made else None


def _as_received(invoice: Invoice, place: int) -> ReceivedDocument:
    """The amounts and rows are the supplier's own, who rounds as it likes: its cents count."""
    tree = invoice.bodies[place]
    said = fatturapa.to_document(invoice, body=place, side="received")
    held, other = said.amount_withholding_tax, said.amount_other_withholding_tax
    net, vat = _net(tree), _vat(tree)
    if not _summaries(tree):  # the simplified invoice has no summary
        net, vat = said.amount_net or ZERO, said.amount_vat or ZERO
    due = received_totals(
        amount_net=net, amount_vat=vat, amount_withholding_tax=held, amount_other_withholding_tax=other
    )
    payments = [Payment(amount=each.amount, due_date=each.due_date) for each in said.payments_list or ()]
    rows = received_rows(said)
    causes = texts(tree, "DatiGenerali", "DatiGeneraliDocumento", "Causale")
    return ReceivedDocument(
        type=received_type(said),
        entity=said.entity,
        date=said.date,
        description=" ".join(causes) or (rows[0].name if rows else ""),
        invoice_number=text(tree, "DatiGenerali", "DatiGeneraliDocumento", "Numero"),
        amount_net=net,
        amount_vat=vat,
        amount_withholding_tax=held,
        amount_other_withholding_tax=other,
        currency=said.currency,
        items_list=rows,
        payments_list=fitting_payments(payments, due, said.date),
        e_invoice=True,
        is_from_pending_expenses=True,
    )
