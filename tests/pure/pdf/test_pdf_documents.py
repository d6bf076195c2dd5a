"""What stands on the printed page of each document."""

import datetime as dt
import io
import itertools
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, get_args

import pytest
from pypdf import PdfReader

from mastro.model.issued_document import DocumentType, IssuedDocument, Item
from mastro.model.settings import PaymentAccount, PaymentMethod
from mastro.pdf import Kind, render
from mastro.pdf.labels import labels_of, languages
from pure.pdf import examples
from pure.pdf.reading import fragments_of

TYPES = get_args(DocumentType)
KINDS = get_args(Kind)


@pytest.mark.parametrize("language", ["it", "en", "de", "fr", "es"])
@pytest.mark.parametrize("type_", TYPES)
def test_every_type_prints_its_title_in_every_language(printed: Any, type_: DocumentType, language: str) -> None:
    (page,) = printed(examples.goods(type=type_), examples.WORKSHOP, language=language)
    assert labels_of(language).titles[type_] in page
    assert "Articolo 1" in page


@pytest.mark.parametrize(("kind", "language"), list(itertools.product(KINDS, ["it", "en"])))
def test_every_layout_prints_an_empty_document(printed: Any, kind: Kind, language: str) -> None:
    (page,) = printed(IssuedDocument(), examples.STUDIO, kind=kind, language=language)
    assert examples.STUDIO.name in page


def test_an_engineers_invoice_shows_pension_fund_withholding_and_net_due(printed: Any) -> None:
    (page,) = printed(examples.professional(), examples.STUDIO)
    for text in (
        "n. 12/A del 22/11/2026",
        "Contributo Inarcassa 4% 222,50 €",
        "Importi esclusi da IVA 150,00 €",
        "Totale documento 7.207,70 €",
        "Ritenuta d\u2019acconto 20%\nsu 5.562,50 €\n\u22121.112,50 €",
        "Netto a pagare 6.095,20 €",
        "CIG Z1234567AB",
        "452 del 03/09/2026",
        "Codice destinatario ABCDEF",
        "Copia di cortesia",
        "Oggetto Progettazione esecutiva",
    ):
        assert text in page


def test_the_companys_iban_stands_in_for_a_transfer_without_its_own(printed: Any) -> None:
    (page,) = printed(examples.professional(), examples.STUDIO)
    assert "IBAN IT60 X054 2811 1010 0000 0123 456" in page


def test_the_companys_iban_is_not_offered_to_who_pays_cash(printed: Any) -> None:
    document = examples.professional()
    document.payment_method = PaymentMethod(name="Contanti", ei_payment_method="MP01")
    assert "IBAN" not in printed(document, examples.STUDIO)[0]


def test_the_iban_of_the_awaited_payment_goes_before_the_companys(printed: Any) -> None:
    document = examples.professional()
    assert document.payments_list
    document.payments_list[0].payment_account = PaymentAccount(name="Conto estero", iban="DE89370400440532013000")
    assert "IBAN DE89 3704 0044 0532 0130 00" in printed(document, examples.STUDIO)[0]


def test_a_forfettario_prints_rivalsa_stamp_duty_and_the_reason_without_vat(printed: Any) -> None:
    (page,) = printed(examples.forfettario(), examples.STUDIO)
    for text in ("Rivalsa INPS 4% 24,00 €", "Imposta di bollo 2,00 €", "626,00 €", "regime forfettario", "N2.2"):
        assert text in " ".join(page.split())
    assert "assolta sull\u2019originale" in page


def test_payments_show_when_due_and_whether_settled(printed: Any) -> None:
    (page,) = printed(examples.professional(), examples.STUDIO)
    assert "22/12/2026 Da saldare 3.000,00 €" in page
    assert "31/01/2027 Saldato 22/11/2026 3.095,20 €" in page


def test_hidden_payments_and_payment_method_stay_hidden(printed: Any) -> None:
    document = examples.professional()
    document.show_payments = document.show_payment_method = False
    (page,) = printed(document, examples.STUDIO)
    assert "Scadenze" not in page
    assert "IBAN" not in page
    assert "Bonifico" not in page


def test_a_quote_has_no_installments_and_no_fiscal_value(printed: Any) -> None:
    document = examples.quote(payments_list=examples.professional().payments_list)
    (page,) = printed(document, examples.STUDIO)
    assert "Scadenze" not in page
    assert "Documento senza valore fiscale." in page
    assert "Data e firma per accettazione" in page


def test_a_proforma_says_that_it_is_no_invoice(printed: Any) -> None:
    (page,) = printed(examples.document(type="proforma"), examples.STUDIO)
    assert "non costituisce fattura" in " ".join(page.split())


@pytest.mark.parametrize(
    ("mode", "shown", "hidden"),
    [
        ("all", ["2.257,36 €", "Riepilogo IVA", "317,36 €"], []),
        ("nets", ["Totale netto 1.940,00 €"], ["2.257,36", "Riepilogo IVA", "317,36"]),
        ("none", ["Smontaggio"], ["1.940,00", "2.257,36", "Riepilogo IVA"]),
    ],
)
def test_a_quote_shows_as_much_of_its_totals_as_it_is_told(
    printed: Any, mode: str, shown: list[str], hidden: list[str]
) -> None:
    (page,) = printed(examples.quote(show_totals=mode), examples.STUDIO)
    assert [text for text in shown if text not in page] == []
    assert [text for text in hidden if text in page] == []


def test_an_invoice_always_shows_what_is_due(printed: Any) -> None:
    (page,) = printed(examples.document(show_totals="none"), examples.STUDIO)
    assert "Totale da pagare 122,00 €" in page


def test_split_payment_takes_the_vat_off_what_is_due_and_says_why(printed: Any) -> None:
    (page,) = printed(examples.credit_note(), examples.WORKSHOP)
    assert "\u2212110,00 €" in page
    assert "Totale a credito 500,00 €" in page
    assert "art. 17-ter DPR 633/1972" in page
    assert "Rif. fattura 12/A del 01/10/2026" in page


def test_an_english_invoice_in_pounds(printed: Any) -> None:
    (page,) = printed(examples.abroad(), examples.STUDIO, language="en")
    for text in (
        "No. 3/EX of 22 November 2026",
        "United Kingdom",
        "Attn. Emily Clark",
        "1 EUR = 0.8345 GBP",
        "Total due £3,496.32",
        "VAT in euro: €21.35",
        "2 December 2026 Unpaid",
    ):
        assert text in page


def test_a_language_that_is_not_there_prints_in_english(printed: Any) -> None:
    assert "Invoice" in printed(examples.document(), examples.STUDIO, language="zh")[0]


def test_columns_that_no_row_uses_vanish(printed: Any) -> None:
    bare = examples.document(items_list=[Item(name="Forfait", net_price=Decimal(100), vat=examples.VAT22)])
    (page,) = printed(bare, examples.STUDIO)
    assert "Descrizione Prezzo IVA Importo" in page
    (full,) = printed(examples.many_rows(9), examples.STUDIO)
    assert "Codice Descrizione Q.tà Prezzo Sconto IVA Importo" in full


def test_a_line_of_text_has_no_amounts(printed: Any) -> None:
    (page,) = printed(examples.quote(), examples.STUDIO)
    assert "Opzioni\nLe voci seguenti sono facoltative.\nIlluminazione" in page
    assert "\n0%" not in page


def test_a_discount_shows_in_its_column_only_when_highlighted(printed: Any) -> None:
    def page(highlight: bool | None) -> str:  # noqa: FBT001
        row = examples.item("Lampada", "2", "420", discount=Decimal(10), discount_highlight=highlight)
        return str(printed(examples.document(items_list=[row]), examples.STUDIO)[0])

    assert "2 420,00 10% 22% 756,00" in page(highlight=True)
    assert "2 378,00 22% 756,00" in page(highlight=False)
    assert "Sconto" not in page(highlight=None)


def test_gross_prices_print_the_gross(printed: Any) -> None:
    row = Item(name="Lampada", qty=Decimal(2), gross_price=Decimal(122), vat=examples.VAT22)
    (page,) = printed(examples.document(items_list=[row], use_gross_prices=True), examples.STUDIO)
    assert "Prezzo IVA incl." in page
    assert "122,00 22% 244,00" in page
    assert "Totale da pagare 244,00 €" in page


def test_a_delivery_note_has_goods_and_transport_but_no_prices(printed: Any) -> None:
    (page,) = printed(examples.goods(type="delivery_note"), examples.WORKSHOP)
    for text in ("Documento di trasporto", "n. 7", "ART-0001", "2 pz", "Causale", "Vendita", "3 colli", "48 kg"):
        assert text in page
    for text in ("Corriere Veloce", "Magazzino comunale", "Porto franco", "Firma del vettore", "DPR 472/1996"):
        assert text in page
    assert "Prezzo" not in page
    assert "€" not in page.replace("50.000,00 €", "")


def test_an_attached_delivery_note_has_its_own_number_and_leaves_rows_out(printed: Any) -> None:
    document = examples.goods()
    assert document.items_list
    document.items_list[0].in_dn = False
    (page,) = printed(document, examples.WORKSHOP, kind="delivery_note")
    assert "n. 31 del 20/11/2026" in page
    assert "Rif. Fattura n. 7 del 22/11/2026" in page
    assert "ART-0001" not in page
    assert "ART-0002" in page


def test_an_accompanying_invoice_has_prices_and_transport(printed: Any) -> None:
    (page,) = printed(examples.goods(), examples.WORKSHOP, kind="accompanying_invoice")
    assert "Fattura accompagnatoria" in page
    assert "Totale da pagare 187,20 €" in page
    assert "Firma del destinatario" in page


def test_long_tables_carry_heading_columns_and_page_numbers(printed: Any) -> None:
    pages = printed(examples.many_rows(120), examples.WORKSHOP)
    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        assert f"Pagina {number} di 4" in page
        assert "Codice Descrizione Q.tà Prezzo Sconto IVA Importo" in page
        assert "Fattura n. 345 del 22/11/2026" in page or number == 1
    text = "".join(pages)
    assert all(f"ART-{number:04}" in text for number in range(1, 121))
    assert "47.345,55 €" in pages[-1]


def test_the_footer_bears_what_a_company_must_write(printed: Any) -> None:
    (page,) = printed(examples.document(), examples.WORKSHOP)
    for text in ("REA MO 412345", "Cap. soc. 50.000,00 €", "Società unipersonale"):
        assert text in page


def test_a_sample_says_so_on_every_page(printed: Any) -> None:
    pages = printed(examples.many_rows(40), examples.WORKSHOP, sample=True)
    assert len(pages) == 2
    assert all("PROVA" in page for page in pages)
    assert not any("PROVA" in page for page in printed(examples.many_rows(40), examples.WORKSHOP))


def test_a_document_without_number_is_a_draft_that_prints(printed: Any) -> None:
    (page,) = printed(examples.document(number=None), examples.STUDIO)
    assert "del 22/11/2026" in page
    assert "None" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_document_gives_the_same_bytes(kind: Kind) -> None:
    def once() -> bytes:
        return render(examples.goods(), examples.WORKSHOP, kind=kind, logo=examples.LOGO_SVG)

    first = once()
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: once(), range(4))) == {first}
    assert render(examples.goods(number=8), examples.WORKSHOP, kind=kind) != first


def test_the_file_knows_its_title_author_and_language() -> None:
    reader = PdfReader(io.BytesIO(render(examples.professional(), examples.STUDIO)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Fattura n. 12/A del 22/11/2026"
    assert reader.metadata.author == examples.STUDIO.name
    assert str(reader.root_object["/Lang"]) == "it"


def test_a_date_before_computers_prints() -> None:
    assert render(examples.document(date=dt.date(1950, 1, 1)), examples.STUDIO).startswith(b"%PDF")


def test_margins_are_the_documents_within_reason() -> None:
    def left(margin: int | None) -> float:
        (page,) = fragments_of(render(examples.document(h_margins=margin), examples.STUDIO))
        return min(fragment.x for fragment in page)

    millimetre = 72 / 25.4
    assert left(None) == pytest.approx(15 * millimetre, abs=1)
    assert left(25) == pytest.approx(25 * millimetre, abs=1)
    assert left(500) == pytest.approx(40 * millimetre, abs=1)
    assert left(-5) == pytest.approx(5 * millimetre, abs=1)


def test_all_languages_fill_in_the_same_names() -> None:
    italian = labels_of("it")
    fields = [name for name in italian.__struct_fields__ if isinstance(getattr(italian, name), str)]

    def names(text: str) -> set[str]:
        return {part.split("}")[0].split(":")[0] for part in text.split("{")[1:]}

    assert {"it", "en"} <= set(languages())
    for language in languages():
        labels = labels_of(language)
        wrong = [field for field in fields if names(getattr(labels, field)) != names(getattr(italian, field))]
        assert [field for field in wrong if field != "date_pattern"] == []
        assert set(labels.titles) == set(TYPES)
        assert set(labels.payment_states) == {"not_paid", "paid", "reversed"}
        assert len(labels.months) in {0, 12}
