"""Rules on the parties: their numbers, their countries, and who may be on both sides.

The SdI looks numbers up in the tax registry; offline it is the control digits that are held, and a number with wrong
ones is in no registry.
"""

from collections.abc import Iterable, Iterator

from mastro.fatturapa.rules.base import ORDINARY_FORMATS, Case, Fault, Rule, vat_id
from mastro.fatturapa.tree import Tree, branch, text
from mastro.identifiers import check_tax_code, check_vat_number

DIFFERENT_PARTIES = frozenset(
    {"TD01", "TD02", "TD03", "TD06", "TD07", "TD16", "TD17", "TD18", "TD19", "TD20", "TD24", "TD25", "TD28", "TD29"}
)
SAME_PARTY = frozenset({"TD21", "TD27"})
BUYER_WITH_VAT_ID = frozenset({"TD16", "TD17", "TD18", "TD19", "TD20", "TD22", "TD23", "TD28", "TD29"})
FOREIGN_SELLER = frozenset({"TD17", "TD18", "TD19", "TD28"})
UNKNOWN_SELLER = frozenset({"TD17", "TD19"})
_HEADER = "FatturaElettronicaHeader"


def _italian_vat(party: Tree, path: str) -> Iterator[Fault]:
    country, number = vat_id(party)
    if country == "IT" and number and not check_vat_number(number):
        yield Fault(f"{path}/IdFiscaleIVA/IdCodice", number)


def _tax_code(party: Tree, path: str) -> Iterator[Fault]:
    code = text(party, "CodiceFiscale")
    if code and not check_tax_code(code):
        yield Fault(f"{path}/CodiceFiscale", code)


def rule_00301(case: Case) -> Iterable[Fault]:
    """VAT number of the seller."""
    return _italian_vat(case.seller, case.seller_path)


def rule_00302(case: Case) -> Iterable[Fault]:
    """Tax code of the seller."""
    return _tax_code(case.seller, case.seller_path)


def rule_00303(case: Case) -> Iterator[Fault]:
    """VAT numbers of the fiscal representatives."""
    for path in (
        ("RappresentanteFiscale", "DatiAnagrafici"),
        ("CedentePrestatore", "RappresentanteFiscale"),
        ("CessionarioCommittente", "RappresentanteFiscale"),
        ("CessionarioCommittente", "AltriDatiIdentificativi", "RappresentanteFiscale"),
    ):
        yield from _italian_vat(branch(case.invoice.header, *path), "/".join((_HEADER, *path)))


def rule_00304(case: Case) -> Iterable[Fault]:
    """Tax code of the seller's fiscal representative."""
    path = ("RappresentanteFiscale", "DatiAnagrafici")
    return _tax_code(branch(case.invoice.header, *path), "/".join((_HEADER, *path)))


def rule_00305(case: Case) -> Iterable[Fault]:
    """VAT number of the buyer."""
    return _italian_vat(case.buyer, case.buyer_path)


def rule_00306(case: Case) -> Iterable[Fault]:
    """Tax code of a buyer without VAT number."""
    return () if vat_id(case.buyer)[1] else _tax_code(case.buyer, case.buyer_path)


def rule_00417(case: Case) -> Iterator[Fault]:
    """A buyer has a VAT id or a tax code."""
    if not vat_id(case.buyer)[1] and not text(case.buyer, "CodiceFiscale"):
        yield Fault(f"{case.buyer_path}/IdFiscaleIVA")


def is_same_party(case: Case) -> bool:
    """Whether seller and buyer have the same VAT id or, where the buyer has a tax code alone, the same code."""
    seller, buyer = vat_id(case.seller), vat_id(case.buyer)
    if buyer[1]:
        return seller == buyer
    code = text(case.buyer, "CodiceFiscale").upper()
    own = {text(case.seller, "CodiceFiscale").upper(), seller[1] if seller[0] == "IT" else ""}
    return bool(code) and code in own


def rule_00471(case: Case) -> Iterator[Fault]:
    """Types that nobody makes out to himself."""
    for document in case.documents:
        if document.type in DIFFERENT_PARTIES and is_same_party(case):
            yield Fault(f"{case.buyer_path}/IdFiscaleIVA/IdCodice", vat_id(case.buyer)[1], document.type)


def rule_00472(case: Case) -> Iterator[Fault]:
    """Types that one makes out to oneself."""
    for document in case.documents:
        if document.type in SAME_PARTY and not is_same_party(case):
            yield Fault(f"{case.buyer_path}/IdFiscaleIVA/IdCodice", vat_id(case.buyer)[1], vat_id(case.seller)[1])


def rule_00473(case: Case) -> Iterator[Fault]:
    """The seller's country, by type: abroad, San Marino, Italy, or unknown (OO)."""
    country, _ = vat_id(case.seller)
    path = f"{case.seller_path}/IdFiscaleIVA/IdPaese"
    for document in case.documents if country else ():
        if document.type == "TD28" and country != "SM":
            yield Fault(path, country, "SM")
        elif document.type == "TD29" and country != "IT":
            yield Fault(path, country, "IT")
        elif document.type in FOREIGN_SELLER and country == "IT":
            yield Fault(path, country, "≠ IT")
        elif country == "OO" and document.type not in UNKNOWN_SELLER:
            yield Fault(path, country, "≠ OO")


def rule_00475(case: Case) -> Iterator[Fault]:
    """Types whose buyer is a VAT subject."""
    if not vat_id(case.buyer)[1]:
        for document in case.documents:
            if document.type in BUYER_WITH_VAT_ID:
                yield Fault(f"{case.buyer_path}/IdFiscaleIVA", "", document.type)


def rule_00476(case: Case) -> Iterator[Fault]:
    """One of the two is Italian."""
    seller, buyer = vat_id(case.seller)[0], vat_id(case.buyer)[0]
    if seller not in {"", "IT"} and buyer not in {"", "IT"}:
        yield Fault(f"{case.buyer_path}/IdFiscaleIVA/IdPaese", buyer, "IT")


_NUMBER_IT = "Correggere il numero: deve esistere nell'Anagrafe tributaria."
_NUMBER_EN = "Correct the number: it must be in the tax registry."

RULES = (
    Rule(
        "00301",
        rule_00301,
        "La partita IVA del cedente, {value}, non è valida.",
        "The seller's VAT number {value} is not valid.",
        _NUMBER_IT,
        _NUMBER_EN,
    ),
    Rule(
        "00302",
        rule_00302,
        "Il codice fiscale del cedente, {value}, non è valido.",
        "The seller's tax code {value} is not valid.",
        _NUMBER_IT,
        _NUMBER_EN,
    ),
    Rule(
        "00303",
        rule_00303,
        "La partita IVA del rappresentante fiscale, {value}, non è valida.",
        "The fiscal representative's VAT number {value} is not valid.",
        _NUMBER_IT,
        _NUMBER_EN,
    ),
    Rule(
        "00304",
        rule_00304,
        "Il codice fiscale del rappresentante fiscale, {value}, non è valido.",
        "The fiscal representative's tax code {value} is not valid.",
        _NUMBER_IT,
        _NUMBER_EN,
        ORDINARY_FORMATS,
    ),
    Rule(
        "00305",
        rule_00305,
        "La partita IVA del cliente, {value}, non è valida.",
        "The customer's VAT number {value} is not valid.",
        _NUMBER_IT,
        _NUMBER_EN,
    ),
    Rule(
        "00306",
        rule_00306,
        "Il codice fiscale del cliente, {value}, non è valido.",
        "The customer's tax code {value} is not valid.",
        _NUMBER_IT,
        _NUMBER_EN,
    ),
    Rule(
        "00417",
        rule_00417,
        "Il cliente non ha né partita IVA né codice fiscale.",
        "The customer has neither a VAT number nor a tax code.",
        "Indicare almeno uno dei due.",
        "Give at least one of them.",
    ),
    Rule(
        "00471",
        rule_00471,
        "In un documento {expected} cedente e cliente devono essere diversi.",
        "Seller and customer of a {expected} must differ.",
        "Correggere il cliente, o scegliere un tipo di autofattura (TD21, TD27).",
        "Correct the customer, or choose a type of self-invoice (TD21, TD27).",
    ),
    Rule(
        "00472",
        rule_00472,
        "In una TD21 o TD27 cedente e cliente devono essere la stessa persona.",
        "Seller and customer of a TD21 or TD27 must be the same.",
        "Intestare il documento alla propria partita IVA.",
        "Make the document out to your own VAT number.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00473",
        rule_00473,
        "Lo stato del cedente, {value}, non è ammesso per questo tipo di documento ({expected}).",
        "The seller's country {value} is not allowed for this type of document ({expected}).",
        "Correggere il fornitore o il tipo: TD17, TD18 e TD19 sono per fornitori esteri, TD28 per San Marino,"
        " TD29 per fornitori italiani.",
        "Correct the supplier or the type: TD17, TD18 and TD19 are for foreign suppliers, TD28 for San Marino,"
        " TD29 for Italian ones.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00475",
        rule_00475,
        "In un documento {expected} il cessionario deve avere la partita IVA.",
        "The buyer of a {expected} must have a VAT number.",
        "Indicare la partita IVA di chi emette l'autofattura.",
        "Give the VAT number of who makes out the self-invoice.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00476",
        rule_00476,
        "Cedente e cliente non possono essere entrambi esteri.",
        "Seller and customer cannot both be foreign.",
        "Correggere lo stato di uno dei due.",
        "Correct the country of one of them.",
    ),
)
