"""What banks write: amounts, days, headings, balances; and how surely a movement pays what is open."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro import sheets
from mastro.resources.bank_statements import camt
from mastro.resources.bank_statements.columns import heading_row, suggest
from mastro.resources.bank_statements.reading import Reading, read
from mastro.resources.bank_statements.scoring import Candidate, Line, Proposal, Text, assign, propose
from mastro.sheets.cells import day, day_of_file, number

# cells


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567,8", "1234567.8"),
        ("-12,5", "-12.5"),
        ("12,50-", "-12.50"),
        ("12,50+", "12.50"),
        ("+5", "5"),
        ("\u22123,20", "-3.20"),
        ("(12,00)", "-12.00"),
        ("€ 1.234", "1234"),
        ("1,234", "1234"),
        ("10,00 EUR", "10.00"),
        ("1\u00a0234,50 €", "1234.50"),
        ("1'234.50", "1234.50"),
        ("0.123", "0.123"),
    ],
)
def test_money_is_read_as_banks_write_it(cell: str, amount: str) -> None:
    assert number(cell, money=True) == Decimal(amount)


@pytest.mark.parametrize("cell", ["", "-", "abc", "1.2.3,4,5", "NaN", "Infinity", "12/01", "--5", "1e999", "٣"])
def test_what_is_no_number_is_none(cell: str) -> None:
    assert number(cell, money=True) is None


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("31/12/2026", "2026-12-31"),
        ("31.12.26", "2026-12-31"),
        ("1-2-2026", "2026-02-01"),
        ("2026-12-31", "2026-12-31"),
        ("2026-12-31 10:11:12", "2026-12-31"),
        ("2026-12-31T10:11:12.345Z", "2026-12-31"),
        ("31/12/2026 10.11", "2026-12-31"),
        ("46083", "2026-03-02"),
        ("46083.5", "2026-03-02"),
    ],
)
def test_a_day_is_read_as_files_write_it(cell: str, found: str) -> None:
    assert day_of_file(cell) == dt.date.fromisoformat(found)


@pytest.mark.parametrize("cell", ["31/02/2026", "0026-01-01", "12345", "1234567", "domani", "13/13/2026", ""])
def test_what_is_no_day_is_none(cell: str) -> None:
    assert day_of_file(cell) is None
    assert day(cell) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_an_amount_written_the_italian_way_is_read_back(amount: Decimal) -> None:
    italian = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert number(italian, money=True) == amount
    assert number(f"{abs(amount):,.2f}".translate(str.maketrans(",.", ".,")) + "-", money=True) == -abs(amount)


# files


def reading(text: str) -> tuple[list[str], Reading]:
    """The columns of a csv file as they are guessed, and its movements."""
    rows = sheets.read(text.encode()).rows
    place = heading_row(rows)
    mapping = suggest(rows[place] if place >= 0 else [""] * len(rows[0]), rows[place + 1 :])
    return mapping, read(rows, mapping, place + 1)


BANKS = {
    "in and out": """Banca;;;;;
Conto;IT60X0542811101000000123456;;;;
Saldo iniziale;;;;1.000,00;
;;;;;
Data contabile;Data valuta;Descrizione;Accrediti;Addebiti;Descrizione estesa
05/01/2026;05/01/2026;Bonifico a Vostro favore;1.220,00;;DA BIANCHI SPA FT 12
07.01.26;07.01.26;Commissioni;;-2,50;
Saldo finale;;;2.217,50;;
""",
    "dare and avere": """Data;Valuta;Dare;Avere;Causale;Saldo
05/01/2026;05/01/2026;;1.220,00;BONIFICO;2.220,00
07/01/2026;07/01/2026;2,50;;COMMISSIONI;2.217,50
""",
    "signed, newest first": """Data Registrazione;Data valuta;Descrizione;Importo (EUR);Saldo
07/01/2026;07/01/2026;COMMISSIONI;-2,50;2.217,50
05/01/2026;05/01/2026;BONIFICO;1220,00;2.220,00
""",
    "an online bank in English": """Type,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
TRANSFER,2026-01-04 10:00:00,2026-01-05 10:00:00,From Bianchi,1220.00,0.00,EUR,COMPLETED,2220.00
FEE,2026-01-07 10:00:00,2026-01-07 10:00:00,Fee,-2.50,0.00,EUR,COMPLETED,2217.50
""",
    "the sign in a column of its own": """Data operazione;Descrizione;Segno;Importo;Saldo
05/01/2026;BONIFICO;A;1.220,00;2.220,00
07/01/2026;COMMISSIONI;D;2,50;2.217,50
""",
    "the currency called valuta": """Data;Nome;Valuta;Netto;Saldo
05/01/2026;Bianchi;EUR;1.220,00;2.220,00
07/01/2026;Fee;EUR;-2,50;2.217,50
""",
}


@pytest.mark.parametrize("name", BANKS)
def test_the_columns_of_many_banks_are_known(name: str) -> None:
    _, found = reading(BANKS[name])
    assert found.refused == []
    movements = sorted((movement.date, movement.amount) for movement in found.movements)
    assert movements == [(dt.date(2026, 1, 5), Decimal(1220)), (dt.date(2026, 1, 7), Decimal("-2.50"))]
    assert (found.opening, found.closing) == (Decimal(1000), Decimal("2217.50"))
    assert found.unexplained == 0


def test_a_file_without_headings_is_read_by_what_is_in_it() -> None:
    mapping, found = reading("31/01/2026;CANONE CONTO;-5,00\n30/01/2026;BONIFICO;120,00\n")
    assert mapping == ["date", "description", "amount"]
    assert [movement.row for movement in found.movements] == [1, 2]


def test_a_wrong_row_says_which_and_why_and_keeps_no_other_back() -> None:
    head = "Data;Descrizione;Entrate;Uscite;Divisa\n"
    good = "01/01/2026;A;1,00;;EUR\n02/01/2026;B;;2,00;EUR\n"
    wrong = "32/01/2026;C;1,00;;EUR\n03/01/2026;D;1,00;1,00;EUR\n04/01/2026;E;;;EUR\n;F;1,00;;EUR\n"
    _, found = reading(f"{head}{good}{wrong}05/01/2026;G;uno;;EUR\n06/01/2026;H;1,00;;USD\n")
    assert [movement.amount for movement in found.movements] == [1, -2]
    assert [(each.row, each.reason) for each in found.refused] == [
        (4, "'32/01/2026' is not a date such as 31/12/2026."),
        (5, "The row has money in and money out: only one of the two can be."),
        (6, "The row has a date, but no amount."),
        (7, "The row has an amount, but no date."),
        (8, "'uno' is not an amount such as 1.234,56."),
        (9, "The row is in USD: only euro can be taken."),
    ]


def test_rows_that_lack_show_in_the_balances() -> None:
    _, found = reading("Data;Descrizione;Importo;Saldo\n01/01/2026;A;10,00;10,00\n02/01/2026;C;5,00;40,00\n")
    assert found.unexplained == 25


def test_two_exports_of_a_movement_have_one_fingerprint_and_twins_of_a_day_have_two() -> None:
    _, one = reading("Data;Descrizione;Importo\n01/01/2026;Caffè  Bar;-1,20\n01/01/2026;CAFFE BAR;-1,20\n")
    _, other = reading("Descrizione;Importo;Data\nCAFFE' BAR;-1.20;2026-01-01\n")
    first, second = (movement.fingerprint for movement in one.movements)
    assert first != second
    assert [movement.fingerprint for movement in other.movements] == [first]


# camt


def test_a_statement_for_programs_is_read_as_a_table() -> None:
    sheet, iban = camt.read(CAMT)
    assert iban == "IT60X0542811101000000123456"
    place = heading_row(sheet.rows)
    found = read(sheet.rows, suggest(sheet.rows[place], sheet.rows[place + 1 :]), place + 1)
    assert [(str(each.date), str(each.value_date), each.amount, each.description) for each in found.movements] == [
        ("2026-01-05", "2026-01-04", Decimal("1220.00"), "Saldo FT 12/2025 Bianchi S.p.A. IT11A"),
        ("2026-01-07", "2026-01-07", Decimal("-100.00"), "Stipendio Anna"),
        ("2026-01-07", "2026-01-07", Decimal("-50.00"), "Stipendio Ugo"),
    ]
    assert (found.opening, found.closing, found.unexplained) == (Decimal(1000), Decimal(2070), 0)


@pytest.mark.parametrize(
    "data",
    [
        b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'/>",
        b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e 'x'>]><Document>&e;</Document>",
        b"<?xml version='1.0'?><Document>",
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x [<!ENTITY e 'x'>]><a>&e;</a>".encode("utf-16"),
    ],
)
def test_another_xml_is_refused(data: bytes) -> None:
    with pytest.raises(sheets.UnreadableSheetError):
        camt.read(data)


CAMT = b"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>IT60X0542811101000000123456</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">2070.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">1220.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-01-05</Dt></BookgDt><ValDt><Dt>2026-01-04</Dt></ValDt>
<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Bianchi S.p.A.</Nm></Pty></Dbtr>
<DbtrAcct><Id><IBAN>IT11A</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>Saldo FT 12/2025</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">150.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><DtTm>2026-01-07T10:00:00</DtTm></BookgDt><ValDt><Dt>2026-01-07</Dt></ValDt><NtryDtls>
<TxDtls><Amt Ccy="EUR">100.00</Amt><RmtInf><Ustrd>Stipendio Anna</Ustrd></RmtInf></TxDtls>
<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">50.00</Amt></TxAmt></AmtDtls>
<RmtInf><Ustrd>Stipendio Ugo</Ustrd></RmtInf></TxDtls>
</NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


# scoring

DAY = dt.date(2026, 3, 2)


def line(description: str, amount: float = 122, id: int = 1) -> Line:
    return Line(id, DAY, Decimal(str(amount)), description)


def open_(id: int = 7, amount: float = 122, **more: Any) -> Candidate:
    facts: dict[str, Any] = {"kind": "issued_document", "installment": 1, "due": dt.date(2026, 3, 1)}
    facts |= {"date": dt.date(2026, 2, 1), "number": "12", "name": "Bianchi S.p.A.", "party": "bianchi"}
    return Candidate(id=id, amount=Decimal(str(amount)), **(facts | more))


@pytest.mark.parametrize(
    ("description", "candidate", "confidence", "reasons"),
    [
        ("BONIFICO BIANCHI SPA FT 12/2026", open_(), 99, ["amount", "number", "name", "due"]),
        ("BONIFICO BIANCHI", open_(), 90, ["amount", "name", "due"]),
        ("fatt.12", open_(), 95, ["amount", "number", "due"]),
        ("ORDINANTE IT12345670017", open_(codes=("12345670017",)), 95, ["amount", "vat_number", "due"]),
        ("DA IT60X0542811101000000123456", open_(ibans=("IT60 X054 2811 1010 0000 0123 456",)), 95, None),
        ("INCASSO", open_(), 65, ["amount", "due"]),
        ("INCASSO", open_(due=dt.date(2026, 3, 20)), 58, ["amount", "near"]),
        ("INCASSO", open_(due=dt.date(2025, 3, 1), date=dt.date(2025, 2, 1)), 42, ["amount", "far"]),
        ("INCASSO", open_(date=dt.date(2026, 3, 9)), 35, ["amount", "before"]),
        ("OFFICINE MECCANICHE", open_(name="Officine Meccaniche Galli e Figli"), 75, ["amount", "part_of_name", "due"]),
        ("ACCONTO BIANCHI FT 12", open_(amount=300), 82, ["part", "number", "name", "due"]),
        ("DELEGA F24", open_(kind="tax", name="F24", number="", whole=True), 90, ["amount", "name", "due"]),
    ],
)
def test_what_speaks_for_a_payment_adds_up(
    description: str, candidate: Candidate, confidence: int, reasons: list[str] | None
) -> None:
    [found] = propose(line(description), [candidate])
    assert found.confidence == confidence
    assert reasons is None or [reason.code for reason in found.reasons] == reasons


@pytest.mark.parametrize(
    ("description", "candidate"),
    [
        ("BIANCHI", open_(amount=100)),  # less than the movement: something is missing
        ("INCASSO", open_(amount=300)),  # a part, and nothing says whose
        ("BIANCHI", open_(amount=-122)),  # the other way
        ("F24", open_(kind="tax", name="F24", amount=300, whole=True)),  # not in parts
    ],
)
def test_what_does_not_fit_is_not_proposed(description: str, candidate: Candidate) -> None:
    assert propose(line(description), [candidate]) == []


@pytest.mark.parametrize(
    ("text", "number", "told"),
    [
        ("FATT 34/A DEL", "34/A", True),
        ("ft 2026/0034", "34", True),
        ("FPR 34/26", "FPR 34/26", True),
        ("saldo 34/26", "34", True),
        ("FATTURE 12, 13 E 14", "14", True),
        ("n.0012", "12", True),
        ("importo 34 euro", "34", False),
        ("fattura 112", "12", False),
        ("del 12/02/26", "2", False),
        ("del 2026-02-12", "2", False),
        ("COD12", "12", False),
        ("qualsiasi", "", False),
        ("S/N", "S/N", False),
    ],
)
def test_the_number_of_a_document_is_told_from_other_numbers(text: str, number: str, *, told: bool) -> None:
    assert Text(text).names_number(number, 2026) is told


def test_twins_make_one_another_less_sure() -> None:
    alone = propose(line("INCASSO"), [open_(1)])
    twins = propose(line("INCASSO"), [open_(1), open_(2)])
    assert [each.confidence for each in alone] == [65]
    assert [each.confidence for each in twins] == [45, 45]
    assert twins[0].reasons[-1] == ("twins", "1")


def test_a_sum_is_proposed_only_where_the_party_is_told() -> None:
    some = [open_(1, 100), open_(2, 50, number="13"), open_(3, 30, number="14")]
    [found, *_] = propose(line("BONIFICO BIANCHI", 130), some)
    assert ([each.id for each in found.candidates], found.confidence) == ([1, 3], 82)
    assert propose(line("INCASSO", 130), some) == []
    [told, *_] = propose(line("FATTURE 12 E 13", 150), some)
    assert [each.id for each in told.candidates] == [1, 2]


def test_a_credit_note_counts_against_what_a_customer_pays() -> None:
    [found, *_] = propose(line("BIANCHI", 80), [open_(1, 100), open_(2, -20, number="3")])
    assert [each.id for each in found.candidates] == [1, 2]


def test_what_is_booked_already_comes_before_what_would_be_booked_again() -> None:
    entry = Candidate("entry", "9", 0, Decimal(122), DAY, DAY, name="Bianchi S.p.A.", whole=True)
    first, second = propose(line("BIANCHI"), [open_(), entry])
    assert (first.candidates[0].kind, second.candidates[0].kind) == ("entry", "issued_document")


def test_each_payment_is_given_to_the_movement_where_it_is_surer() -> None:
    one, other = open_(1), open_(2)
    sure, less, least = Proposal(90, (), (one,)), Proposal(60, (), (one,)), Proposal(50, (), (other,))
    given = assign({1: [less, least], 2: [sure]})
    assert (given[2], given[1]) == (sure, least)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=10), st.data())
def test_a_sum_that_is_proposed_comes_to_the_movement_and_uses_no_payment_twice(
    cents: list[int], data: st.DataObject
) -> None:
    wanted = sum(data.draw(st.lists(st.sampled_from(cents), min_size=1, max_size=5)))
    some = [open_(place, each / 100, number=str(place)) for place, each in enumerate(cents)]
    movement = line("BIANCHI", wanted / 100)
    for proposal in propose(movement, some):
        keys = [each.key for each in proposal.candidates]
        assert len(set(keys)) == len(keys)
        if proposal.reasons[0].code != "part":
            assert sum(each.amount for each in proposal.candidates) == movement.amount
        assert 0 < proposal.confidence <= 99


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=6), st.data())
def test_a_sum_of_all_or_of_few_is_found_where_there_is_one(cents: list[int], data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, len(cents) - 1), min_size=2))
    some = [open_(place, each / 100, number=str(place)) for place, each in enumerate(cents)]
    found = propose(line("BIANCHI", sum(cents[place] for place in places) / 100), some)
    assert any(
        sum(each.amount for each in proposal.candidates) * 100 == sum(cents[p] for p in places) for proposal in found
    )
