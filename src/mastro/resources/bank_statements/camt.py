"""The statement that banks write for programs, ISO 20022 camt.052 to camt.054: as the table that a spreadsheet has."""

from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from mastro.fatturapa import UnreadableError
from mastro.fatturapa.read import parse_xml
from mastro.sheets import MOST_ROWS, Sheet, UnreadableSheetError

HEADINGS = ["Data contabile", "Data valuta", "Importo", "Descrizione"]

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.05"

_STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
_BALANCES = {"OPBD": "Saldo iniziale", "PRCD": "Saldo iniziale", "CLBD": "Saldo finale"}
_TEXTS = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RltdPties/Dbtr//Nm", "RltdPties/Cdtr//Nm", "RltdPties//IBAN")


def is_xml(data: bytes) -> bool:
    """True for a file that may be one."""
    return data[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<Document"))


def read(data: bytes) -> tuple[Sheet, str]:
    """The movements that are booked as a table below their balances, and the IBAN of the account.

    Raises UnreadableSheetError.
    """
    try:
        root = parse_xml(data)
    except (etree.XMLSyntaxError, UnreadableError) as error:
        raise UnreadableSheetError(f"The XML cannot be read: {str(error)[:200]}") from None
    if not etree.QName(root).namespace or not str(etree.QName(root).namespace).startswith(NAMESPACE):
        raise UnreadableSheetError("The XML is no bank statement (camt.052, camt.053 or camt.054).")
    statements = [each for name in _STATEMENTS for each in root.iter(f"{{*}}{name}")]
    if not statements:
        raise UnreadableSheetError("The XML holds no statement.")
    rows = [[name, "", _signed(balance), ""] for name, balance in _balances(statements)]
    rows.append(HEADINGS)
    for statement in statements:
        for entry in statement.iterfind("{*}Ntry"):
            rows.extend(_movements(entry))
            if len(rows) > MOST_ROWS:
                raise UnreadableSheetError(f"The file has more than {MOST_ROWS} rows: split it.")
    return Sheet("camt", rows), _text(statements[0], "Acct/Id/IBAN")


def _balances(statements: list[etree._Element]) -> Iterator[tuple[str, etree._Element]]:
    """The opening balance of the first statement and the closing one of the last, where they are told."""
    for name, statement in (("Saldo iniziale", statements[0]), ("Saldo finale", statements[-1])):
        for balance in statement.iterfind("{*}Bal"):
            if _BALANCES.get(_text(balance, "Tp/CdOrPrtry/Cd")) == name:
                yield name, balance
                break


def _movements(entry: etree._Element) -> Iterator[list[str]]:
    """A booked entry as rows: one for each transaction in it where these say their own amounts, as in a batch."""
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    if status and status != "BOOK":
        return
    days = [_text(entry, f"{name}/{kind}") for name in ("BookgDt", "ValDt") for kind in ("Dt", "DtTm")]
    booked, valued = days[0] or days[1][:10], days[2] or days[3][:10]
    parts = list(entry.iterfind("{*}NtryDtls/{*}TxDtls"))
    amounts = [_signed(part) for part in parts]
    if len(parts) > 1 and all(amounts) and sum(map(Decimal, amounts)) == Decimal(_signed(entry) or 0):
        for part, amount in zip(parts, amounts, strict=True):
            yield [booked, valued, amount, _description(part) or _description(entry)]
    else:
        yield [booked, valued, _signed(entry), _description(entry)]


def _signed(element: etree._Element) -> str:
    """The amount of an entry, transaction or balance, with its sign; empty where it has none."""
    amount = _text(element, "Amt") or _text(element, "AmtDtls/TxAmt/Amt")
    side = _text(element, "CdtDbtInd") or next(
        filter(None, (_text(e, "CdtDbtInd") for e in element.iterancestors())), ""
    )
    try:
        value = Decimal(amount)
    except ArithmeticError:
        return ""
    return f"{-value if side == 'DBIT' else value:.2f}" if value.is_finite() else ""


def _description(element: etree._Element) -> str:
    texts = [found for path in _TEXTS for found in _texts(element, path)]
    texts += _texts(element, "AddtlTxInf") + _texts(element, "AddtlNtryInf")
    return " ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))


def _texts(element: etree._Element, path: str) -> list[str]:
    """Texts at a path anywhere below; an empty part of it stands for any depth."""
    return [found.text or "" for found in element.iterfind(f".//{_path(path)}")]


def _text(element: etree._Element, path: str) -> str:
    found = element.find(_path(path))
    return (found.text or "").strip() if found is not None else ""


def _path(path: str) -> str:
    """A path whose names are of any namespace: each version of the standard has its own."""
    return "/".join(part and f"{{*}}{part}" for part in path.split("/"))
