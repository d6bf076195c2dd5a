"""The electronic invoice that a form would yield, shown before anything is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mastro.api.errors import ApiError
from mastro.web.language import Locale
from mastro.web.operations import Operations
from mastro.web.sections.editor.saving import merged
from mastro.web.sections.editor.sheet import Sheet, data_of
from mastro.web.sections.editor.start import Start

LONGEST = 300_000
"""Characters that are shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The XML, or why there is none."""

    text: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    """Message by input; what is wrong with the whole by ""."""


def preview(
    api: Operations, start: Start, sheet: Sheet, say: Locale, refused: Callable[[ApiError], dict[str, str]]
) -> Preview:
    """The XML of what is typed. `refused` says what a refusal means for the form."""
    data = data_of(sheet, start.kind, say)
    if data.errors:
        sheet.errors = dict(data.errors)
        return Preview(wrong=sheet.errors)
    document = {"type": start.kind.type, **merged(start.document, data)}
    try:
        answer = api.answer(
            "previewIssuedDocumentXml",
            query={"document_id": start.id},
            data=document,
            options={"fix_payments": True},
        )
    except ApiError as why:
        return Preview(wrong=refused(why))
    return Preview(answer.body.decode()[:LONGEST])
