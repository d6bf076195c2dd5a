"""The witness of all other tests can itself tell an answer that fits the vendor's schema from one that does not."""

import json
from typing import Any

import pytest

import vendor_openapi as vendor
from mastro.resources.operations import OPERATIONS
from witness import faults

BY_ID = {operation.id: operation for operation in OPERATIONS}
CLIENT: dict[str, Any] = {"id": 1, "name": "Bianchi", "type": "company", "e_invoice": False, "default_discount": None}


def said(operation: str, answer: Any) -> list[str]:
    vendor.document()  # skips where there is none
    return faults(BY_ID[operation], json.dumps(answer).encode())


def test_an_answer_that_fits_has_no_faults() -> None:
    assert said("getClient", {"data": CLIENT}) == []
    assert said("getClient", {"data": {"id": 1}}) == []
    assert said("getClient", {"data": {**CLIENT, "of_our_own": 1}}) == []


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"id": "1"}, "data.id"),
        ({"type": "firm"}, "data.type"),
        ({"vat_number": 12345670017}, "data.vat_number"),
        ({"e_invoice": "no"}, "data.e_invoice"),
        ({"default_vat": {"value": "22"}}, "data.default_vat.value"),
    ],
)
def test_a_wrong_type_and_an_unknown_word_are_told_by_their_key(wrong: dict[str, Any], key: str) -> None:
    (fault,) = said("getClient", {"data": {**CLIENT, **wrong}})
    assert fault.startswith(f"{key}: ")


def test_an_answer_without_a_body_to_check_is_left_alone() -> None:
    assert faults(BY_ID["getEInvoiceXml"], b"<xml/>") == []
    assert faults(BY_ID["listSettingsVatTypes"], b"{}") == []
