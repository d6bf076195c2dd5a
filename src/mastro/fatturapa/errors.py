"""The words for a code of the SdI where a message brings none: what is wrong, and what to do about it."""

from mastro.fatturapa.files import words_of
from mastro.fatturapa.notices import SdiError
from mastro.fatturapa.rules import RULES

_ONLY_THE_SDI: dict[str, tuple[str, str]] = {
    "00002": (
        "È già stato trasmesso un file con lo stesso nome o con lo stesso contenuto.",
        "Inviare di nuovo con un nome di file mai usato, dopo avere verificato che la fattura non sia già arrivata.",
    ),
    "00101": ("Il certificato di firma è revocato o sospeso.", "Firmare di nuovo con un certificato valido."),
    "00104": (
        "Chi ha emesso il certificato di firma non è nell'elenco delle autorità riconosciute.",
        "Firmare con un certificato qualificato.",
    ),
    "00107": ("Il certificato di firma non è valido.", "Firmare con un certificato qualificato."),
    "00311": (
        "Il codice destinatario non esiste.",
        "Chiedere al cliente il suo codice destinatario, oppure usare 0000000.",
    ),
    "00312": (
        "Il codice destinatario non è attivo.",
        "Chiedere al cliente un codice destinatario attivo, oppure usare 0000000.",
    ),
    "00320": (
        "La partita IVA e il codice fiscale di chi emette sono di soggetti diversi.",
        "Correggere partita IVA e codice fiscale nei dati dell'azienda.",
    ),
    "00321": (
        "Il codice fiscale di chi emette è quello di un gruppo IVA, ma la partita IVA non è del gruppo.",
        "Indicare la partita IVA del gruppo.",
    ),
    "00324": (
        "La partita IVA e il codice fiscale del cliente sono di soggetti diversi.",
        "Correggere partita IVA e codice fiscale del cliente.",
    ),
    "00398": (
        "L'amministrazione ha un ufficio di fatturazione elettronica diverso da quello centrale.",
        "Indicare il codice dell'ufficio di fatturazione, che si trova nell'indice delle amministrazioni (IPA).",
    ),
    "00399": (
        "Il cliente è una pubblica amministrazione, ma il file è nel formato per i privati.",
        "Indicare il cliente come pubblica amministrazione, con il codice del suo ufficio.",
    ),
    "00404": (
        "È già stata trasmessa una fattura con lo stesso numero nello stesso anno.",
        "Controllare se la fattura è già arrivata; altrimenti darle un altro numero.",
    ),
}
"""Codes of checks that only the SdI can make, so that no rule of ours has words for them."""

_BLANKS = {"value": "...", "expected": "..."}


def error_of(code: str) -> SdiError:
    """What a code says in general, in Italian; for one that nobody has described, where to look."""
    if code in _ONLY_THE_SDI:
        return SdiError(code, *_ONLY_THE_SDI[code])
    words = words_of(code)
    if words:
        return SdiError(code, words[0].format_map(_BLANKS), words[2].format_map(_BLANKS))
    rule = next((rule for rule in RULES if rule.code == code), None)
    if rule:
        return SdiError(code, rule.it.format_map(_BLANKS), rule.remedy_it.format_map(_BLANKS))
    return SdiError(
        code,
        f"Il file è stato scartato con il codice {code}.",
        "Cercare il codice nell'elenco dei controlli del Sistema di Interscambio e correggere la fattura.",
    )
