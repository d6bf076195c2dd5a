"""The layouts of the PDF, as the API lists them; the ids are stored in documents and never change their meaning."""

from typing import Literal

import msgspec

from mastro.model.settings import DocumentTemplate

TemplateType = Literal["standard", "delivery_note", "accompanying_invoice"]

STANDARD_ID = 1
DELIVERY_NOTE_ID = 2
ACCOMPANYING_INVOICE_ID = 3


class Template(msgspec.Struct, frozen=True):
    """A layout in full; documents embed only its id, name and type."""

    id: int
    name: str
    type: TemplateType
    privacy: str = "public"
    can_disable_watermark: bool = True
    author: str = "Mastro"
    content: str = ""
    """The vendor's layouts carry their source here; ours are part of the program."""
    supports_custom_taxable: bool = True


TEMPLATES: tuple[Template, ...] = (
    Template(STANDARD_ID, "Mastro", "standard"),
    Template(DELIVERY_NOTE_ID, "Mastro DDT", "delivery_note"),
    Template(ACCOMPANYING_INVOICE_ID, "Mastro accompagnatoria", "accompanying_invoice"),
)


def of_type(type_: TemplateType) -> tuple[Template, ...]:
    """Return the layouts of one type."""
    return tuple(template for template in TEMPLATES if template.type == type_)


def by_id(number: int) -> Template | None:
    """Return the layout with this id, or None."""
    return next((template for template in TEMPLATES if template.id == number), None)


def default(type_: TemplateType) -> DocumentTemplate:
    """Return the layout that a document gets when nobody says which, in the form that it embeds."""
    first = of_type(type_)[0]
    return DocumentTemplate(id=first.id, name=first.name, type=first.type)
