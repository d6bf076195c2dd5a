"""The totals of a form while it is filled in: the answer of the server's engine, nothing of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mastro.api.errors import ApiError
from mastro.web.operations import Operations
from mastro.web.sections.editor.saving import merged
from mastro.web.sections.editor.sheet import PAYMENTS
from mastro.web.sections.editor.start import Start

NEW = 10**6
"""Ids from here on stand for installments that have none yet, to know them again in the answer."""


@dataclass(slots=True)
class Installment:
    """What becomes of an installment when the document is saved."""

    amount: Decimal | None
    """None for one that goes."""
    due_date: str


@dataclass(slots=True)
class Shown:
    """What the form shows of its totals."""

    totals: Mapping[str, Any] = field(default_factory=dict)
    """As the totals operation answers them; empty where the form is refused."""
    rows: list[Decimal] = field(default_factory=list)
    """Worth of each row."""
    payments: list[Installment] = field(default_factory=list)
    """As they will be stored; one more than there are on the form where it takes one more to add up."""
    number: Mapping[str, Any] = field(default_factory=dict)
    """The number to come, or why it is refused."""
    refused: ApiError | None = None

    @property
    def due(self) -> Decimal | None:
        """What is to be paid; the total of a document that nobody pays."""
        return self.totals.get("amount_due")


def show(api: Operations, start: Start, data: dict[str, Any]) -> Shown:
    """What the form comes to."""
    document = {"type": start.kind.type, **merged(start.document, data)}
    sent = document.get(PAYMENTS) or []
    document[PAYMENTS] = [{**row, "id": row.get("id") or NEW + place} for place, row in enumerate(sent)]
    try:
        answer = api(
            "previewIssuedDocument",
            query={"document_id": start.id},
            data=document,
            options={"fix_payments": True},
        )["data"]
        number = _number(api, start, document)
    except ApiError as why:
        return Shown(refused=why)
    return Shown(answer["totals"], answer["rows"], _installments(document[PAYMENTS], answer[PAYMENTS]), number)


def _installments(sent: list[dict[str, Any]], planned: list[dict[str, Any]]) -> list[Installment]:
    """What becomes of each, in the order of the form; one that is added stands last."""
    by_id = {row.get("id"): row for row in planned}
    found = [by_id.pop(row["id"], None) for row in sent]
    return [_installment(row) for row in [*found, *by_id.values()]]


def _installment(row: Mapping[str, Any] | None) -> Installment:
    return Installment(row["amount"], row["due_date"] or "") if row else Installment(None, "")


def _number(api: Operations, start: Start, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The number that the document would get."""
    asked = {key: document.get(key) for key in ("date", "numeration", "number")}
    found: Mapping[str, Any] = api(
        "previewIssuedDocumentNumber", query={"type": start.kind.type, "document_id": start.id, **asked}
    )["data"]
    return found
