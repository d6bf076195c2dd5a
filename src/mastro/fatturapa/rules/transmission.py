"""Rules on the sending: sender, format, recipient."""

from collections.abc import Iterator

from mastro.fatturapa.rules.base import PRIVATE_FORMATS, Case, Fault, Rule, vat_id
from mastro.fatturapa.tree import text
from mastro.identifiers import check_tax_code

_PATH = "FatturaElettronicaHeader/DatiTrasmissione"
_LENGTHS = {"FPA12": 6, "FPR12": 7, "FSM10": 7}
_BOXES_OF_THE_SDI = "@pec.fatturapa.it"


def rule_00300(case: Case) -> Iterator[Fault]:
    """An Italian sender is known by its tax code, which has control digits."""
    code = text(case.transmission, "IdTrasmittente", "IdCodice")
    if text(case.transmission, "IdTrasmittente", "IdPaese") == "IT" and code and not check_tax_code(code):
        yield Fault(f"{_PATH}/IdTrasmittente/IdCodice", code)


def rule_00313(case: Case) -> Iterator[Fault]:
    """XXXXXXX is for customers abroad."""
    country, _ = vat_id(case.buyer)
    if text(case.transmission, "CodiceDestinatario") == "XXXXXXX" and country in {"", "IT"}:
        yield Fault(f"{_PATH}/CodiceDestinatario", "XXXXXXX", "0000000")


def rule_00330(case: Case) -> Iterator[Fault]:
    """The customer's box is none of the SdI's own."""
    box = text(case.transmission, "PECDestinatario")
    if box.lower().endswith(_BOXES_OF_THE_SDI):
        yield Fault(f"{_PATH}/PECDestinatario", box)


def rule_00427(case: Case) -> Iterator[Fault]:
    """Six characters for the public administration, seven for the others."""
    code = text(case.transmission, "CodiceDestinatario")
    if code and len(code) != _LENGTHS[case.format]:
        yield Fault(f"{_PATH}/CodiceDestinatario", code, str(_LENGTHS[case.format]))


def rule_00428(case: Case) -> Iterator[Fault]:
    """The attribute of the root and the element say the same."""
    declared = text(case.transmission, "FormatoTrasmissione")
    if declared and declared != case.invoice.format:
        yield Fault(f"{_PATH}/FormatoTrasmissione", declared, case.invoice.format)


RULES = (
    Rule(
        "00300",
        rule_00300,
        "Il codice fiscale di chi trasmette, {value}, non è valido.",
        "The sender's tax code {value} is not valid.",
        "Correggere il codice fiscale: per una ditta individuale sono i 16 caratteri della persona.",
        "Correct the tax code: for a sole trader it is the personal one of 16 characters.",
    ),
    Rule(
        "00313",
        rule_00313,
        "Il codice destinatario XXXXXXX vale solo per clienti esteri con identificativo IVA non italiano.",
        "The recipient code XXXXXXX is only for foreign customers with a VAT id that is not Italian.",
        "Per un cliente italiano senza canale usare 0000000; per uno estero indicare stato e identificativo IVA.",
        "Use 0000000 for an Italian customer without channel; give country and VAT id of a foreign one.",
        PRIVATE_FORMATS,
    ),
    Rule(
        "00330",
        rule_00330,
        "La PEC del destinatario, {value}, è una casella dello SdI.",
        "The recipient's PEC box {value} belongs to the SdI itself.",
        "Indicare la PEC del cliente, o lasciarla vuota.",
        "Give the customer's own PEC box, or none.",
        PRIVATE_FORMATS,
    ),
    Rule(
        "00427",
        rule_00427,
        "Il codice destinatario {value} deve avere {expected} caratteri in questo formato.",
        "The recipient code {value} needs {expected} characters in this format.",
        "Indicare il codice univoco ufficio di 6 caratteri per la pubblica amministrazione, quello di 7 per i privati.",
        "Give the office code of 6 characters to the public administration, the one of 7 to the others.",
    ),
    Rule(
        "00428",
        rule_00428,
        "Il formato dichiarato, {value}, è diverso dalla versione del file, {expected}.",
        "The format declared, {value}, differs from the version of the file, {expected}.",
        "Scrivere lo stesso formato nell'attributo versione e in FormatoTrasmissione.",
        "Write the same format in the attribute versione and in FormatoTrasmissione.",
    ),
)
