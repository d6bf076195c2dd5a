"""A table that comes as a file: taken from a form, read, and its columns described for who says what they are."""

from collections.abc import Mapping, Sequence

from mastro import sheets
from mastro.api.call import Call
from mastro.api.errors import TooLarge, invalid
from mastro.api.multipart import Part
from mastro.resources import attachments
from mastro.resources.table_imports.store import ImportColumn

SAMPLES = 3
SAMPLED = 50
"""Rows that samples are taken from."""
MAX_SAMPLE = 100


def file_of(call: Call, form: Mapping[str, Part]) -> tuple[str, bytes]:
    """Name and content of the file of a form, its field `attachment`. Raises Invalid, TooLarge."""
    file = form.get("attachment")
    if file is None or file.filename is None or not file.size:
        raise invalid("attachment", "The attachment field is required.")
    if file.size > call.settings.attachment_limit:
        raise TooLarge(f"The file is longer than the {call.settings.attachment_limit} bytes that are allowed.")
    return attachments.file_name(file.filename) or "file", b"".join(file.content)


def sheet_of(form: Mapping[str, Part], data: bytes) -> sheets.Sheet:
    """The table of a file; the field `sheet` may name one of a workbook. Raises Invalid."""
    try:
        return sheets.read(data, form["sheet"].text if "sheet" in form else "")
    except sheets.UnreadableSheetError as error:
        raise invalid("attachment", str(error), code="WRONG_CONTENT") from None


def described(names: Sequence[str], below: Sequence[Sequence[str]], keys: Sequence[str]) -> list[ImportColumn]:
    """The columns: headings, or letters where they have none, some of what is in them, and what they seem to be."""
    return [
        ImportColumn(
            name=name[:MAX_SAMPLE] or sheets.letters(index),
            samples=[row[index][:MAX_SAMPLE] for row in below[:SAMPLED] if row[index]][:SAMPLES],
            key=keys[index],
        )
        for index, name in enumerate(names)
    ]
