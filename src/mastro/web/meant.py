"""Who of the address book is meant by what somebody typed, and who else it may be."""

from typing import Any

from mastro.web.listing import quoted
from mastro.web.operations import Operations

Entries = list[dict[str, Any]]

LISTS = {"clients": "listClients", "suppliers": "listSuppliers"}

NAMING = ("name", "code", "vat_number", "tax_code")
"""Keys that somebody is known by."""


def exactly(api: Operations, registry: str, *texts: str) -> Entries:
    """The entries of `clients` or `suppliers` that have one of these texts for a name, code, VAT number or tax code."""
    parts = []
    for text in filter(None, (text.strip() for text in texts)):
        number = "".join(text.split()).upper().removeprefix("IT")
        named = {key: number if key in {"vat_number", "tax_code"} else text for key in NAMING}
        parts += [f"{key} = {quoted(words)}" for key, words in named.items() if words]
    if not parts:
        return []
    found: Entries = api(LISTS[registry], query={"q": " or ".join(parts), "per_page": 5})["data"]
    return found


def nearest(api: Operations, registry: str, text: str) -> Entries:
    """The entries that a text may mean, the likeliest first."""
    type = "supplier_order" if registry == "suppliers" else "invoice"
    found: Entries = api("suggestIssuedDocumentEntities", query={"type": type, "text": text[:200]})["data"]
    return found
