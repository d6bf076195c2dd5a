"""The layouts of the PDF, as the API lists them; the ids are stored in documents and never change their meaning."""

from typing import Literal

from mastro.model.settings import DocumentTemplate

TemplateType = Literal["standard", "delivery_note", "accompanying_invoice"]

STANDARD_ID = 1
DELIVERY_NOTE_ID = 2
ACCOMPANYING_INVOICE_ID = 3


def _layout(id: int, name: str, type: TemplateType) -> DocumentTemplate:
    return DocumentTemplate(
        id=id,
        name=name,
        type=type,
        privacy="public",
        can_disable_watermark=True,
        author="Mastro",
        supports_custom_taxable=True,
    )


TEMPLATES: tuple[DocumentTemplate, ...] = (
    _layout(STANDARD_ID, "Mastro", "standard"),
    _layout(DELIVERY_NOTE_ID, "Mastro DDT", "delivery_note"),
    _layout(ACCOMPANYING_INVOICE_ID, "Mastro accompagnatoria", "accompanying_invoice"),
)
"""Not to be changed: `default` and `by_id` hand out these very objects."""


def of_type(type_: TemplateType) -> tuple[DocumentTemplate, ...]:
    """Return the layouts of one type."""
    return tuple(template for template in TEMPLATES if template.type == type_)


def by_id(number: int) -> DocumentTemplate | None:
    """Return the layout with this id, or None."""
    return next((template for template in TEMPLATES if template.id == number), None)


def default(type_: TemplateType) -> DocumentTemplate:
    """Return the layout that a document gets when nobody says which."""
    return of_type(type_)[0]
