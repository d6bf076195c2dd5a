"""Whatever a document holds, its e-invoice fits the schema, and its sums pass the rules of the SdI."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mastro.fatturapa import check, from_document, write
from mastro.fatturapa.text import ascii_, latin, pieces, plain
from mastro.model.issued_document import IssuedDocument, Item, Payment
from pure.fatturapa.e_invoice_examples import (
    EXPORT,
    FORFETTARIO,
    VAT4,
    VAT10,
    VAT22,
    client,
    company,
    freelancer,
    invoice,
)


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=places)


NAMES = st.text(min_size=1, max_size=90).filter(lambda text: latin(text) != "")
ROWS = st.builds(
    Item,
    name=NAMES,
    description=st.text(max_size=1200),
    code=st.text(max_size=50),
    measure=st.text(max_size=15),
    qty=decimals("-50", "5000", 4),
    net_price=decimals("-1000", "100000", 5),
    gross_price=decimals("-1000", "100000", 5),
    discount=st.none() | decimals("-20", "100", 3),
    vat=st.sampled_from([VAT22, VAT10, VAT4, EXPORT, FORFETTARIO]),
    not_taxable=st.none() | st.just(value=True),
    apply_withholding_taxes=st.none() | st.booleans(),
)
PERCENTS = st.none() | decimals("0", "30", 2)
TEXTS = st.text(max_size=300)


@st.composite
def documents(draw: st.DrawFn) -> IssuedDocument:
    rows = draw(st.lists(ROWS, min_size=1, max_size=8))
    rows[0].not_taxable = None  # a fund charged on rows outside VAT alone has no VAT line to be in: a right refusal
    amounts = draw(st.lists(decimals("0.01", "99999", 2), max_size=3))
    document: IssuedDocument = invoice(
        *rows,
        use_gross_prices=draw(st.booleans()),
        rivalsa=draw(PERCENTS),
        cassa=draw(PERCENTS),
        cassa2=draw(PERCENTS),
        withholding_tax=draw(PERCENTS),
        other_withholding_tax=draw(PERCENTS),
        ei_cassa_type="TC02",
        ei_withholding_tax_causal="A",
        ei_other_withholding_tax_type="RT06",
        ei_other_withholding_tax_causal="ZO",
        stamp_duty=draw(st.none() | st.just(Decimal(2))),
        visible_subject=draw(TEXTS),
        notes=draw(TEXTS),
        payments_list=[Payment(amount=amount) for amount in amounts],
        entity=draw(st.builds(client, name=NAMES, address_extra=TEXTS, address_city=NAMES)),
    )
    return document


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents(), natural=st.booleans())
def test_every_document_fits_the_schema_and_passes_the_rules(
    document: IssuedDocument, ordinary: etree.XMLSchema, *, natural: bool
) -> None:
    e_invoice = from_document(document, freelancer() if natural else company(), progressive="1")
    data = write(e_invoice)
    assert ordinary.validate(etree.fromstring(data)), (ordinary.error_log, data)
    errors = [finding for finding in check(e_invoice) if finding.severity == "error"]
    assert errors == []


@settings(max_examples=300)
@given(st.text(max_size=400), st.integers(1, 60))
def test_texts_are_of_the_alphabet_and_of_the_length(text: str, longest: int) -> None:
    cut = latin(text, longest)
    assert len(cut) <= longest
    assert all(character <= "\xff" for character in cut)
    assert ascii_(text, longest).isascii()
    assert latin(latin(text)) == latin(text)
    joined = pieces(latin(text), longest)
    assert all(0 < len(piece) <= longest for piece in joined)
    assert "".join("".join(joined).split()) == "".join(latin(text).split())


@given(st.text("<>&;/abp br!-", max_size=60))
def test_html_is_taken_off_whatever_it_looks_like(text: str) -> None:
    assert isinstance(plain(text), str)
    assert plain("a < b & c > d") == "a < b & c > d"
