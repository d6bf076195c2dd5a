"""The words for a code of the SdI where a message brings none: what is wrong, and what to do about it."""

from collections.abc import Iterator
from typing import Literal

from mastro.fatturapa.files import WORDS, words_of
from mastro.fatturapa.notices import SdiError
from mastro.fatturapa.rules import RULES

Language = Literal["it", "en"]

_ONLY_THE_SDI: dict[str, tuple[str, str, str, str]] = {
    "00002": (
        "È già stato trasmesso un file con lo stesso nome o con lo stesso contenuto.",
        "A file of the same name or with the same content was transmitted already.",
        "Inviare di nuovo con un nome di file mai usato, dopo avere verificato che la fattura non sia già arrivata.",
        "Send again under a file name never used before, once you have checked that the invoice has not arrived.",
    ),
    "00101": (
        "Il certificato di firma è revocato o sospeso.",
        "The signing certificate is revoked or suspended.",
        "Firmare di nuovo con un certificato valido.",
        "Sign again with a valid certificate.",
    ),
    "00104": (
        "Chi ha emesso il certificato di firma non è nell'elenco delle autorità riconosciute.",
        "Who issued the signing certificate is not on the list of recognised authorities.",
        "Firmare con un certificato qualificato.",
        "Sign with a qualified certificate.",
    ),
    "00107": (
        "Il certificato di firma non è valido.",
        "The signing certificate is not valid.",
        "Firmare con un certificato qualificato.",
        "Sign with a qualified certificate.",
    ),
    "00311": (
        "Il codice destinatario non esiste.",
        "The recipient code does not exist.",
        "Chiedere al cliente il suo codice destinatario, oppure usare 0000000.",
        "Ask the customer for their recipient code, or use 0000000.",
    ),
    "00312": (
        "Il codice destinatario non è attivo.",
        "The recipient code is not active.",
        "Chiedere al cliente un codice destinatario attivo, oppure usare 0000000.",
        "Ask the customer for an active recipient code, or use 0000000.",
    ),
    "00320": (
        "La partita IVA e il codice fiscale di chi emette sono di soggetti diversi.",
        "The issuer's VAT number and tax code are of different parties.",
        "Correggere partita IVA e codice fiscale nei dati dell'azienda.",
        "Correct VAT number and tax code in the company's details.",
    ),
    "00321": (
        "Il codice fiscale di chi emette è quello di un gruppo IVA, ma la partita IVA non è del gruppo.",
        "The issuer's tax code is that of a VAT group, but the VAT number is not the group's.",
        "Indicare la partita IVA del gruppo.",
        "Give the group's VAT number.",
    ),
    "00324": (
        "La partita IVA e il codice fiscale del cliente sono di soggetti diversi.",
        "The customer's VAT number and tax code are of different parties.",
        "Correggere partita IVA e codice fiscale del cliente.",
        "Correct the customer's VAT number and tax code.",
    ),
    "00398": (
        "L'amministrazione ha un ufficio di fatturazione elettronica diverso da quello centrale.",
        "The administration has an e-invoicing office other than the central one.",
        "Indicare il codice dell'ufficio di fatturazione, che si trova nell'indice delle amministrazioni (IPA).",
        "Give the code of the invoicing office, which is in the index of administrations (IPA).",
    ),
    "00399": (
        "Il cliente è una pubblica amministrazione, ma il file è nel formato per i privati.",
        "The customer is a public administration, but the file is in the format for private parties.",
        "Indicare il cliente come pubblica amministrazione, con il codice del suo ufficio.",
        "Enter the customer as a public administration, with the code of its office.",
    ),
    "00404": (
        "È già stata trasmessa una fattura con lo stesso numero nello stesso anno.",
        "An invoice with the same number in the same year was transmitted already.",
        "Controllare se la fattura è già arrivata; altrimenti darle un altro numero.",
        "Check whether the invoice has arrived; otherwise give it another number.",
    ),
}
"""Codes of checks that only the SdI can make, so that no rule of ours has words for them."""

_UNKNOWN = (
    "Il file è stato scartato con il codice {}.",
    "The file was rejected with the code {}.",
    "Cercare il codice nell'elenco dei controlli del Sistema di Interscambio e correggere la fattura.",
    "Look the code up in the SdI's list of checks and correct the invoice.",
)

_BLANKS = {"value": "...", "expected": "..."}


def error_of(code: str, language: Language = "it") -> SdiError:
    """What a code says in general; for one that nobody has described, where to look."""
    place = 0 if language == "it" else 1
    words = _words(code)
    return SdiError(code, words[place].format_map(_BLANKS), words[place + 2].format_map(_BLANKS))


def _words(code: str) -> tuple[str, str, str, str]:
    known = _ONLY_THE_SDI.get(code) or words_of(code)
    if known:
        return known
    rule = next((rule for rule in RULES if rule.code == code), None)
    if rule:
        return rule.it, rule.en, rule.remedy_it, rule.remedy_en
    it, en, remedy_it, remedy_en = _UNKNOWN
    return it.format(code), en.format(code), remedy_it, remedy_en


def in_both_languages() -> Iterator[tuple[str, str]]:
    """Every sentence that a check or a message may say, in Italian and in English, with its blanks."""
    for rule in RULES:
        yield rule.it, rule.en
        yield rule.remedy_it, rule.remedy_en
    for words in (*_ONLY_THE_SDI.values(), *WORDS.values(), _UNKNOWN):
        yield words[0], words[1]
        yield words[2], words[3]
