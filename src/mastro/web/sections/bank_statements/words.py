"""What a proposal says: why, how surely, and the part of a form that accepts it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from mastro.web.behind import SECTIONS, document, place_of
from mastro.web.language import N_, Locale
from mastro.web.pages import BAD_FORM, WrongForm
from mastro.web.visit import Visit

REASONS = {
    "amount": N_("stesso importo"),
    "sum": N_("somma di %(detail)s scadenze"),
    "part": N_("acconto: l’importo è minore"),
    "number": N_("numero %(detail)s nella causale"),
    "vat_number": N_("partita IVA o codice fiscale nella causale"),
    "iban": N_("IBAN nella causale"),
    "name": N_("nome nella causale"),
    "part_of_name": N_("parte del nome nella causale"),
    "due": N_("vicino alla scadenza"),
    "near": N_("a pochi giorni (%(detail)s)"),
    "far": N_("lontano dalla scadenza: %(detail)s giorni"),
    "before": N_("prima della data del documento"),
    "booked": N_("già in prima nota"),
    "twins": N_("altre possibili: %(detail)s"),
}

SURE, LIKELY = 90, 60
"""Percent from which a proposal is shown as sure, and as likely."""

PARTS = ("kind", "document_id", "installment_id", "entry_id", "amount")


@dataclass(frozen=True, slots=True)
class Part:
    """One payment or entry of a proposal."""

    key: str
    """Names it, with its amount, in the form that accepts it."""
    title: str
    href: str
    name: str
    due: str
    amount: Decimal
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as it is shown."""

    confidence: int
    tone: str
    reasons: str
    parts: list[Part]


def shown(visit: Visit, proposal: Mapping[str, Any]) -> Shown:
    """A proposal of an operation, in words."""
    confidence = int(proposal["confidence"])
    return Shown(
        confidence,
        "ok" if confidence >= SURE else "info" if confidence >= LIKELY else "",
        ", ".join(_reason(visit.say, each) for each in proposal["reasons"]),
        parts_of(visit, proposal["matches"]),
    )


def _reason(say: Locale, reason: Mapping[str, Any]) -> str:
    if reason["code"] == "near" and reason["detail"] == "0":
        return say("nello stesso giorno")
    words = REASONS[reason["code"]]
    return say(words, detail=reason["detail"])


def parts_of(visit: Visit, matches: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Payments and entries with where their pages are."""
    return [
        Part(
            ":".join(str("" if each[key] is None else each[key]) for key in PARTS),
            each["title"],
            href_of(visit, each),
            each["name"],
            "" if each["kind"] == "entry" else each["due_date"],
            each["amount"],
            each["open_amount"],
        )
        for each in matches
    ]


def href_of(visit: Visit, match: Mapping[str, Any]) -> str:
    """The page of what a movement is matched with; "" where the user may not see it."""
    if match["kind"] in SECTIONS:
        return document(visit, match["kind"], match["document_id"])
    kind, _, rest = str(match["entry_id"]).partition("-")
    if kind in SECTIONS:
        return document(visit, kind, int(rest.partition("-")[0]))
    return place_of(visit, f"/cashbook/{match['entry_id']}")


def matches_of(fields: Mapping[str, str]) -> list[dict[str, Any]]:
    """The matches that a form asks for: its inputs `part.0`, `part.1` … Raises WrongForm."""
    return [match_of(text) for name, text in fields.items() if name.startswith("part.")]


def match_of(text: str) -> dict[str, Any]:
    """A match out of a `Part.key`. Raises WrongForm."""
    texts = text.split(":")
    if len(texts) != len(PARTS):
        raise WrongForm(BAD_FORM)
    found: dict[str, Any] = dict(zip(PARTS, texts, strict=True))
    for key in ("document_id", "installment_id"):
        number = found[key]
        if number and not (number.isascii() and number.isdigit() and len(number) < 16):
            raise WrongForm(BAD_FORM)
        found[key] = int(number) if number else None
    try:
        found["amount"] = Decimal(found["amount"][:20]) if found["amount"] else None
    except InvalidOperation:
        raise WrongForm(BAD_FORM) from None
    return found
