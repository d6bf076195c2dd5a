"""What clients and suppliers share: their searchable keys, their basic fieldset and the checks of an entry."""

from typing import Any, TypeVar

from sqlalchemy import bindparam, select

from mastro.api.call import Call
from mastro.api.errors import Conflict, invalid
from mastro.database.collection import Collection
from mastro.database.columns import fold
from mastro.database.connection import Prepared
from mastro.database.fields import Field, boolean, exact, integer, text, time
from mastro.italy import countries
from mastro.model.entity import Supplier

S = TypeVar("S", bound=Supplier)

ADDRESS_KEYS = ("address_street", "address_postal_code", "address_city", "address_province")

BASIC = (
    "id",
    "code",
    "name",
    "type",
    "first_name",
    "last_name",
    "contact_person",
    "vat_number",
    "tax_code",
    *ADDRESS_KEYS,
    "address_extra",
    "country",
    "country_iso",
    "email",
    "certified_email",
    "phone",
    "fax",
    "notes",
    "created_at",
    "updated_at",
)
"""Keys that a list of the registry answers with when nothing else is asked for."""

INDEXES = (("name", "id"), ("code",), ("vat_number",), ("tax_code",), ("updated_at",))


def _never(_body: Any) -> bool:
    """Value of the keys that only the vendor's own imports set: no entry here came from them."""
    return False


FIELDS: tuple[Field, ...] = (
    integer("id", sortable=False, required=True),
    text("code", required=True),
    text("name", required=True),
    exact("type"),
    text("vat_number", required=True),
    text("tax_code", required=True),
    *(text(key, required=True) for key in ADDRESS_KEYS),
    text("country", required=True),
    text("email", required=True),
    text("certified_email", required=True),
    text("phone", required=True),
    text("fax", required=True),
    text("notes", required=True),
    boolean("imported", of=_never, sortable=False),
    boolean("atoka_show", of=_never, sortable=False),
    boolean("e_invoice", of=lambda body: bool(getattr(body, "e_invoice", False))),
    text("ei_code", of=lambda body: getattr(body, "ei_code", ""), required=True),
    time("created_at", required=True),
    time("updated_at", required=True),
)
"""What the vendor filters and sorts both lists by."""

NO_PERSON = "The data.first name field is required when data.type is person."


def check_entry(call: Call, collection: Collection[S], new: S, old: S | None, noun: str) -> None:
    """Complete the country and refuse what the vendor refuses.

    Raises Conflict for a code or, on a create, a VAT number that another entry has; Invalid for an unknown country or a
    person without a first name.
    """
    complete_country(new, "data.country")
    if new.type == "person" and not new.first_name:
        raise invalid("data.first_name", NO_PERSON)
    if (not new.code or (old and old.code == new.code)) and (not new.vat_number or old):
        return
    collection.lock(call.session, call.company_id)
    if new.code and not (old and old.code == new.code) and _taken(call, collection, "code", new):
        raise Conflict(f"Esiste già un {noun} con lo stesso codice ({new.code})", code="CODE_TAKEN")
    if new.vat_number and old is None and _taken(call, collection, "vat_number", new):
        raise Conflict(f"Esiste già un {noun} con la stessa partita IVA ({new.vat_number})", code="VAT_NUMBER_TAKEN")


def complete_country(new: Supplier, path: str) -> None:
    """The Italian name and the ISO code of the country, from whichever was sent; Italy where neither was.

    Raises Invalid at `path` for a country that is none.
    """
    sent = new.country or new.country_iso or "IT"
    iso = countries.iso_of(sent)
    name = countries.name_of(iso) if iso else None
    if iso is None or name is None:
        raise invalid(path, f"{path} field is not valid")
    new.country, new.country_iso = name, iso


_TAKEN: dict[tuple[str, str], Prepared] = {}


def _taken(call: Call, collection: Collection[S], key: str, new: S) -> bool:
    """True where another entry of the company has the same value."""
    statement = _TAKEN.get((collection.name, key))
    if statement is None:
        table = collection.table
        statement = _TAKEN[collection.name, key] = Prepared(
            select(table.c.id).where(
                table.c.company_id == bindparam("company_id"),
                table.c[key] == bindparam("value"),
                table.c.id != bindparam("id"),
            )
        )
    value = fold(getattr(new, key))
    return call.session.row(statement, company_id=call.company_id, value=value, id=new.id) is not None
