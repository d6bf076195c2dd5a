"""The printed lines of the totals add up to the printed amount due, whatever the document."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mastro.model.issued_document import EInvoiceData, IssuedDocument
from mastro.pdf.labels import MINUS, labels_of
from mastro.pdf.sheet import TotalLine
from mastro.pdf.summary import Writer, total_lines
from mastro.totals import compute
from pure.pdf import examples

ITALIAN = labels_of("it")
INFORMATIVE = {ITALIAN.taxable_total, ITALIAN.not_taxable_total}

PERCENT = st.none() | st.sampled_from([Decimal(value) for value in ("0", "1.5", "4", "10", "20", "23", "100")])
AMOUNT = st.decimals("-99999.99999", "99999.99999", places=5)
ROW = st.builds(
    lambda price, qty, vat, **facts: examples.item("x", str(qty), str(price), vat=vat, **facts),
    AMOUNT,
    st.decimals(0, 100, places=3),
    st.sampled_from([examples.VAT22, examples.VAT10, examples.FORFETTARIO, examples.ART15]),
    not_taxable=st.none() | st.booleans(),
    apply_withholding_taxes=st.none() | st.booleans(),
    discount=PERCENT,
)
DOCUMENT = st.builds(
    examples.document,
    type=st.sampled_from(["invoice", "receipt", "credit_note", "order", "supplier_order", "quote"]),
    items_list=st.lists(ROW, max_size=5),
    rivalsa=PERCENT,
    cassa=PERCENT,
    cassa2=PERCENT,
    withholding_tax=PERCENT,
    other_withholding_tax=PERCENT,
    stamp_duty=st.none() | st.just(Decimal(2)),
    e_invoice=st.booleans(),
    ei_data=st.none() | st.builds(EInvoiceData, vat_kind=st.sampled_from([None, "I", "D", "S"])),
    use_split_payment=st.none() | st.booleans(),
    use_gross_prices=st.none() | st.booleans(),
    amount_due_discount=st.none() | st.just(Decimal("1.23")),
)


def read(text: str) -> Decimal:
    """The amount that a reader sees."""
    bare = "".join(char for char in text.replace(MINUS, "-") if char.isdigit() or char in ",-")
    return Decimal(bare.replace(",", "."))


def lines_of(document: IssuedDocument) -> tuple[list[TotalLine], Any]:
    return total_lines(compute(document), Writer(document, ITALIAN, "€"))


@settings(max_examples=300, deadline=None)
@given(DOCUMENT)
def test_the_lines_of_the_totals_add_up_to_what_is_due(document: IssuedDocument) -> None:
    lines, due = lines_of(document)
    parts = [read(line.value) for line in lines if not line.strong and line.label not in INFORMATIVE]
    assert sum(parts, Decimal(0)) == read(due.value)


@settings(max_examples=100, deadline=None)
@given(DOCUMENT)
def test_the_lines_above_the_document_total_add_up_to_it(document: IssuedDocument) -> None:
    lines, _ = lines_of(document)
    for place, line in enumerate(lines):
        if line.strong:
            above = [read(each.value) for each in lines[:place] if each.label not in INFORMATIVE]
            assert sum(above, Decimal(0)) == read(line.value)


def test_every_withholding_is_called_by_its_name() -> None:
    document = examples.document(
        withholding_tax=Decimal(23),
        withholding_tax_taxable=Decimal(50),
        other_withholding_tax=Decimal("8.5"),
        ei_other_withholding_tax_type="RT04",
    )
    lines, due = lines_of(document)
    found = {line.label: (line.value.replace("\xa0", " "), line.detail.replace("\xa0", " ")) for line in lines}
    assert found["Ritenuta d\u2019acconto 23%"] == ("\u221211,50 €", "su 50,00 €")
    assert found["Contributo Enasarco 8,5%"] == ("\u22128,50 €", "su 100,00 €")
    assert due.label == "Netto a pagare"
