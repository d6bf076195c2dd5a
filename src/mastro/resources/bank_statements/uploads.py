"""A statement comes: its file is looked at, tried under a mapping of its columns, and its movements are kept."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Literal, get_args

import msgspec
from sqlalchemy import bindparam, select

from mastro import sheets
from mastro.api.call import Call
from mastro.api.errors import Conflict, NotFound, TooLarge, invalid
from mastro.api.multipart import parse
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.model.base import Body, Integer
from mastro.model.settings import PaymentAccount
from mastro.money import ZERO
from mastro.resources import attachments, results
from mastro.resources.bank_statements import camt
from mastro.resources.bank_statements.columns import Key, heading_row, suggest
from mastro.resources.bank_statements.reading import Movement, Reading, read
from mastro.resources.bank_statements.store import BankLine, BankStatement, lines, statements
from mastro.resources.jobs import Failed
from mastro.resources.settings import lookup
from mastro.resources.table_imports.files import described, file_of, sheet_of
from mastro.resources.table_imports.work import content_of

MOST_LINES = 5000
"""Movements of a statement: a year of a busy account."""

MOST_SHOWN = 200
"""Rows of a preview, and refused rows beside them."""

AT_ONCE = 400
"""Fingerprints of one query."""

_rows = msgspec.json.Decoder(list[list[str]])


class StatementOptions(Body):
    """How the rows of a statement are to be read."""

    mapping: list[str] | None = None
    """What each column is; without it as it was suggested, or set before."""
    heading: Integer | None = None
    """Row of the file that holds the headings; 0 for none."""
    closing_balance: Decimal | None = None
    """What the bank says that the account held at the end, where the file does not say it."""


class PreviewedRow(Body):
    """What would become of a row."""

    row: int
    status: Literal["new", "known", "refused"]
    date: str = ""
    description: str = ""
    amount: Decimal | None = None
    reason: str = ""
    cells: list[str] = msgspec.field(default_factory=list)
    """Of a refused row."""


class StatementPreview(Body):
    """What would be kept of a statement."""

    rows: list[PreviewedRow]
    """The first of those that would be kept or are known, and of those that are refused."""
    lines: int
    known: int
    refused: int
    money_in: Decimal
    money_out: Decimal
    opening_balance: Decimal | None
    closing_balance: Decimal | None
    unexplained: Decimal
    """Between the two balances, and no movement: other than zero says that rows are missing or read wrongly."""


# the file


def upload_statement(call: Call) -> bytes:
    """Take the file of a statement (csv, xlsx, xls, camt.053) of a payment account: its columns, and what each seems.

    The form has the fields `attachment` and `payment_account_id`, and optionally `sheet`. For a camt file the account
    may be left out: it is the one with its IBAN. Nothing is kept of its movements yet.
    """
    form = parse(call.content_type, call.raw)
    filename, data = file_of(call, form)
    iban = ""
    if camt.is_xml(data):
        try:
            sheet, iban = camt.read(data)
        except sheets.UnreadableSheetError as error:
            raise invalid("attachment", str(error), code="WRONG_CONTENT") from None
    else:
        sheet = sheet_of(form, data)
    asked = form["payment_account_id"].text if "payment_account_id" in form else ""
    return encoder.encode({"data": shown(take(call, filename, sheet, _account(call, asked, iban)))})


def take(call: Call, filename: str, sheet: sheets.Sheet, account: PaymentAccount) -> BankStatement:
    """Store a statement whose rows were read; nothing is kept of its movements yet."""
    new = _described(sheet)
    new.payment_account, new.filename, new.created_at = account, filename, call.timestamp
    new.attachment_token = attachments.keep(call, results.KIND, "rows.json", encoder.encode(sheet.rows))
    new.id = statements.next_id(call.session, call.company_id, new)
    statements.insert(call.session, call.company_id, new.id, new)
    return new


def _account(call: Call, asked: str, iban: str) -> PaymentAccount:
    """The account of a statement. Raises Invalid."""
    known = lookup.every(call.session, call.company_id, lookup.payment_accounts)
    if asked:
        found = next((account for account in known if str(account.id) == asked), None)
    else:
        found = next((account for account in known if iban and account.iban.replace(" ", "").upper() == iban), None)
    if found is None:
        words = "The selected payment account is invalid." if asked else "The payment account id field is required."
        raise invalid("payment_account_id", words)
    return found


def _described(sheet: sheets.Sheet) -> BankStatement:
    heading = heading_row(sheet.rows)
    below = [row for row in sheet.rows[heading + 1 :] if any(row)]
    if not below:
        raise invalid("attachment", "The file has no rows below the headings.", code="WRONG_CONTENT")
    names = sheet.rows[heading] if heading >= 0 else [""] * len(below[0])
    keys = suggest(names, below)
    return BankStatement(
        format=sheet.format,
        sheet=sheet.name,
        sheets=sheet.names,
        heading=heading + 1,
        columns=described(names, below, keys),
        mapping=keys,
    )


def shown(statement: BankStatement) -> BankStatement:
    """A statement as the wire has it."""
    return msgspec.structs.replace(statement, attachment_token="")


# trying and keeping


def preview_statement(call: Call) -> bytes:
    """What would be kept of a statement under a mapping, and why the other rows would not be."""
    found = load(call)
    options = call.parse(StatementOptions).data
    reading = _read(call, found, options)
    known = _known(call, found, reading.movements)
    fresh = [
        PreviewedRow(
            row=each.row,
            status="known" if each.fingerprint in known else "new",
            date=each.date.isoformat(),
            description=each.description,
            amount=each.amount,
        )
        for each in reading.movements[:MOST_SHOWN]
    ]
    refused = [
        PreviewedRow(row=each.row, status="refused", reason=each.reason, cells=each.cells)
        for each in reading.refused[:MOST_SHOWN]
    ]
    amounts = [each.amount for each in reading.movements]
    preview = StatementPreview(
        rows=[*refused, *fresh],
        lines=len(amounts) - len(known),
        known=len(known),
        refused=len(reading.refused),
        money_in=sum((amount for amount in amounts if amount > 0), ZERO),
        money_out=sum((amount for amount in amounts if amount < 0), ZERO),
        opening_balance=reading.opening,
        closing_balance=_closing(reading, options),
        unexplained=reading.unexplained,
    )
    return encoder.encode({"data": preview})


def keep_statement(call: Call) -> bytes:
    """Keep the movements of a statement; those that an earlier one had already are left out."""
    statements.lock(call.session, call.company_id)
    lines.lock(call.session, call.company_id)
    found = load(call)
    if found.state != "uploaded":
        raise Conflict("The movements of this statement are kept already.", code="STATEMENT_KEPT")
    keep(call, found, call.parse(StatementOptions).data)
    return encoder.encode({"data": shown(found)})


def keep(call: Call, found: BankStatement, options: StatementOptions) -> None:
    """Keep the movements that no earlier statement had. Raises ApiError."""
    reading = _read(call, found, options)
    known = _known(call, found, reading.movements)
    fresh = [each for each in reading.movements if each.fingerprint not in known]
    if not fresh:
        raise Conflict("Every movement of this statement came with an earlier one.", code="NOTHING_NEW")
    for movement in fresh:
        _keep(call, found, movement)
    days = [each.date for each in reading.movements]
    found.state, found.lines, found.open, found.known = "kept", len(fresh), len(fresh), len(known)
    found.refused, found.date_from, found.date_to = len(reading.refused), min(days), max(days)
    found.opening_balance, found.closing_balance = reading.opening, _closing(reading, options)
    results.give_up(call.session, call.company_id, found.attachment_token, call.now)
    found.attachment_token = ""
    store(call, found)
    call.emit("bank_statements.create", found.id or 0)


def _closing(reading: Reading, options: StatementOptions) -> Decimal | None:
    return reading.closing if options.closing_balance is None else options.closing_balance


def _keep(call: Call, statement: BankStatement, movement: Movement) -> None:
    assert statement.payment_account  # noqa: S101
    line = BankLine(
        statement_id=statement.id,
        account_id=statement.payment_account.id,
        row=movement.row,
        date=movement.date,
        value_date=movement.value_date,
        description=movement.description,
        amount=movement.amount,
        balance=movement.balance,
        fingerprint=movement.fingerprint,
    )
    line.id = lines.next_id(call.session, call.company_id, line)
    lines.insert(call.session, call.company_id, line.id, line)


def load(call: Call) -> BankStatement:
    """The statement of the path. Raises NotFound."""
    found = statements.get(call.session, call.company_id, call.id("statement_id"))
    if found is None:
        raise NotFound("Bank statement not found.")
    return found


def store(call: Call, statement: BankStatement) -> None:
    """Store a changed statement."""
    statements.update(call.session, call.company_id, statement.id or 0, statement)


def _read(call: Call, found: BankStatement, options: StatementOptions) -> Reading:
    """The movements under a mapping, which the statement takes over. Raises ApiError."""
    _choose(found, options)
    try:
        content = content_of(call.installation, call.company_id, found.attachment_token)
    except Failed as why:
        raise Conflict(str(why), code="FILE_GONE") from None
    reading = read(_rows.decode(content), found.mapping, found.heading)
    if len(reading.movements) > MOST_LINES:
        raise TooLarge(f"The statement has more than {MOST_LINES} movements: split it.")
    if not reading.movements:
        words = reading.refused[0].reason if reading.refused else "The file has no rows below the headings."
        raise invalid("data.mapping", words, code="NO_MOVEMENTS")
    return reading


def _choose(found: BankStatement, options: StatementOptions) -> None:
    """Take over how the rows are to be read. Raises Invalid."""
    mapping = found.mapping if options.mapping is None else options.mapping
    keys = [key for key in mapping if key]
    if len(mapping) != len(found.columns):
        raise invalid(
            "data.mapping", f"The data.mapping field must have one key for each of {len(found.columns)} columns."
        )
    if unknown := [key for key in keys if key not in get_args(Key)]:
        raise invalid("data.mapping", f"{unknown[0][:40]!r} is no key; the keys are {', '.join(get_args(Key))}.")
    if [key for key in set(keys) - {"description"} if keys.count(key) > 1]:
        raise invalid("data.mapping", "The data.mapping field must not have a key twice.")
    if "date" not in keys or not {"amount", "amount_in", "amount_out"} & set(keys):
        raise invalid("data.mapping", "The data.mapping field must have the key date, and an amount.")
    found.mapping = mapping
    if options.heading is not None:
        found.heading = max(options.heading, 0)


def _known(call: Call, statement: BankStatement, movements: Sequence[Movement]) -> set[str]:
    """Fingerprints of the movements that an earlier statement of the account had."""
    assert statement.payment_account  # noqa: S101
    return {
        fingerprint
        for some in _chunks([each.fingerprint for each in movements])
        for (fingerprint,) in call.session.rows(
            select(lines.table.c.fingerprint).where(
                lines.table.c.company_id == call.company_id,
                lines.table.c.account_id == statement.payment_account.id,
                lines.table.c.fingerprint.in_(some),
            )
        )
    }


def _chunks(fingerprints: Sequence[str]) -> Iterator[list[str]]:
    left = iter(fingerprints)
    while some := list(islice(left, AT_ONCE)):
        yield some


_LINES_OF = Prepared(
    select(lines.table.c.id, lines.table.c.body)
    .where(lines.table.c.company_id == bindparam("company_id"), lines.table.c.statement_id == bindparam("statement_id"))
    .order_by(lines.table.c.id)
)


def lines_of(call: Call, statement: BankStatement) -> list[BankLine]:
    """The movements of a statement, in the order of the file."""
    rows = call.session.rows(_LINES_OF, company_id=call.company_id, statement_id=statement.id)
    return [lines.decoder.decode(body) for _, body in rows]
