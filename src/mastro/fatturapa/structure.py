"""The structural check: whether a tree is what the schema declares, element by element (SdI code 00200).

Its verdict is the official schema's; its words are for people. What a tree cannot hold, such as a wrong order, the
reader has noted already with the same words.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from mastro.fatturapa.findings import Finding
from mastro.fatturapa.schema import Block, Choice, Element, Kind
from mastro.fatturapa.tree import Tree

LONGEST_VALUE = 200
"""Characters of a wrong value that a finding repeats."""


class _Words(NamedTuple):
    it: str
    en: str
    remedy_it: str
    remedy_en: str


_WORDS = {
    "missing": _Words(
        "Manca l'elemento obbligatorio {name}.",
        "The mandatory element {name} is missing.",
        "Compilare {name}.",
        "Fill in {name}.",
    ),
    "unknown": _Words(
        "L'elemento {name} non è previsto in questo punto.",
        "The element {name} has no place here.",
        "Togliere {name}, o correggerne il nome tra quelli previsti.",
        "Remove {name}, or correct its name to one of those expected.",
    ),
    "many": _Words(
        "L'elemento {name} è ripetuto, ma ne è ammesso al massimo {expected}.",
        "The element {name} is repeated; at most {expected} may stand here.",
        "Tenerne uno solo.",
        "Keep one of them.",
    ),
    "choice": _Words(
        "Serve la denominazione oppure nome e cognome, e non entrambi.",
        "Either a company's name or both names of a person are needed, and not both.",
        "Indicare la denominazione per una società o un ente, nome e cognome per una persona.",
        "Give the name of a company, or first and last name of a person.",
    ),
    "empty": _Words(
        "L'elemento {name} è vuoto.",
        "The element {name} is empty.",
        "Compilare {name}, o togliere l'elemento se è facoltativo.",
        "Fill in {name}, or leave it out where it is optional.",
    ),
    "long": _Words(
        "{name} è troppo lungo.",
        "{name} is too long.",
        "Accorciare il testo.",
        "Shorten the text.",
    ),
    "characters": _Words(
        "{name} contiene caratteri che lo SdI non accetta: {extra}.",
        "{name} has characters that the SdI does not take: {extra}.",
        "Sostituire i caratteri: ad esempio EUR per il simbolo dell'euro, virgolette semplici per quelle tipografiche.",
        "Replace them: EUR for the euro sign, plain quotes for typographic ones.",
    ),
    "value": _Words(
        "Il valore di {name} non è nel formato previsto.",
        "The value of {name} is not in the format expected.",
        "Correggere il valore.",
        "Correct the value.",
    ),
    "code": _Words(
        "Il codice di {name} non è nell'elenco ufficiale.",
        "The code of {name} is not on the official list.",
        "Scegliere uno dei codici previsti.",
        "Choose one of the codes of the list.",
    ),
    "text": _Words(
        "{name} deve contenere elementi e non testo.",
        "{name} holds elements and no text.",
        "Togliere il testo tra un elemento e l'altro.",
        "Remove the text between the elements.",
    ),
    "elements": _Words(
        "{name} deve contenere testo e non altri elementi.",
        "{name} holds text and no elements.",
        "Lasciare solo il testo.",
        "Leave the text alone.",
    ),
    "order": _Words(
        "L'elemento {name} è fuori posto: l'ordine degli elementi è fisso.",
        "The element {name} is out of place: the order of the elements is fixed.",
        "Rimettere gli elementi nell'ordine dello schema.",
        "Put the elements in the order of the schema.",
    ),
    "attribute": _Words(
        "L'attributo {name} non è previsto, o ha un valore non ammesso.",
        "The attribute {name} is not expected, or has a value that is not allowed.",
        "Togliere o correggere l'attributo.",
        "Remove or correct the attribute.",
    ),
    "namespace": _Words(
        "Lo spazio dei nomi di {name} non è quello del formato.",
        "The namespace of {name} is not the format's.",
        "Usare lo spazio dei nomi della versione in vigore, sul solo elemento radice.",
        "Use the namespace of the version in force, on the root alone.",
    ),
    "root": _Words(
        "La radice {name} non è quella di una fattura elettronica.",
        "The root {name} is not an electronic invoice's.",
        "Trasmettere un file FatturaElettronica o FatturaElettronicaSemplificata.",
        "Send a FatturaElettronica or a FatturaElettronicaSemplificata.",
    ),
    "malformed": _Words(
        "Il file non è XML ben formato: {value}.",
        "The file is not well-formed XML: {value}.",
        "Rigenerare il file.",
        "Write the file anew.",
    ),
}

_HINTS = {
    "ModalitaPagamento": (
        "Scegliere per il documento una modalità di pagamento (MP01 contanti, MP05 bonifico …).",
        "Choose the document's way of payment (MP01 cash, MP05 bank transfer …).",
    ),
    "TipoDocumento": (
        "Indicare il tipo di documento: per un'autofattura da TD16 a TD29.",
        "Give the document's type: TD16 to TD29 for a self-invoice.",
    ),
    "CausalePagamento": (
        "Indicare la causale della ritenuta, come nella Certificazione Unica (A per i professionisti).",
        "Give the reason of the withholding as in the yearly certificate (A for professionals).",
    ),
    "TipoCassa": ("Scegliere la cassa previdenziale (da TC01 a TC22).", "Choose the pension fund (TC01 to TC22)."),
    "TipoRitenuta": ("Scegliere il tipo di ritenuta (da RT01 a RT06).", "Choose the withholding (RT01 to RT06)."),
    "CodiceDestinatario": (
        "Indicare il codice destinatario del cliente: 6 caratteri per la pubblica amministrazione, 7 per i privati.",
        "Give the customer's recipient code: 6 characters for the public administration, 7 for the others.",
    ),
    "CAP": ("Indicare un CAP di 5 cifre (00000 per l'estero).", "Give a postal code of 5 digits (00000 abroad)."),
    "Provincia": ("Indicare la sigla di due lettere.", "Give the province by its two letters."),
    "Nazione": ("Indicare lo stato con le due lettere ISO.", "Give the country by its two ISO letters."),
    "Indirizzo": ("Completare l'indirizzo nell'anagrafica.", "Complete the address in the registry."),
    "Comune": ("Completare l'indirizzo nell'anagrafica.", "Complete the address in the registry."),
    "IdCodice": ("Indicare la partita IVA o il codice fiscale.", "Give the VAT number or tax code."),
    "IdFiscaleIVA": ("Indicare la partita IVA.", "Give the VAT number."),
    "CodiceFiscale": (
        "Indicare un codice fiscale di 16 caratteri, o di 11 cifre per società ed enti, in maiuscolo.",
        "Give a tax code of 16 characters, or of 11 digits for companies, in capitals.",
    ),
    "Numero": ("Dare al documento un numero, di al massimo 20 caratteri.", "Number the document, in 20 characters."),
    "Data": ("Dare al documento una data.", "Date the document."),
    "Descrizione": ("Descrivere la riga.", "Describe the row."),
    "DettaglioLinee": ("Aggiungere almeno una riga.", "Add at least one row."),
    "DatiRiepilogo": ("Aggiungere almeno una riga con la sua aliquota.", "Add at least one row with its VAT rate."),
    "IdDocumento": (
        "Indicare il numero dell'ordine, del contratto o della fattura a cui ci si riferisce.",
        "Give the number of the order, contract or invoice that is referred to.",
    ),
    "IBAN": ("Correggere l'IBAN, senza spazi.", "Correct the IBAN, without blanks."),
    "Attachment": ("Allegare di nuovo il file.", "Attach the file again."),
}


def formal(kind: str, path: str, *, value: str = "", expected: str = "", extra: str = "") -> Finding:
    """A finding about the format (00200), in the words of its kind."""
    name = path.rsplit("/", 1)[-1].split("[", maxsplit=1)[0]
    words = _WORDS[kind]
    said = {"name": name, "value": value[:LONGEST_VALUE], "expected": expected, "extra": extra}
    hint = _HINTS.get(name) if kind in {"missing", "empty", "value", "code"} else None
    return Finding(
        "00200",
        path,
        said["value"],
        expected,
        words.it.format_map(said),
        words.en.format_map(said),
        hint[0] if hint else words.remedy_it.format_map(said),
        hint[1] if hint else words.remedy_en.format_map(said),
    )


def structure(tree: Tree, block: Block, path: str = "") -> Iterator[Finding]:
    """Everything in a tree that its schema does not allow."""
    for name, value in tree.items():
        element = block.elements.get(name)
        where = _under(path, name)
        if element is None:
            yield formal("unknown", where, expected=" ".join(block.elements))
        else:
            yield from _occurrences(element, value, where)
    for part in block.parts:
        taken = _taken(tree, part) if isinstance(part, Choice) else (part,)
        if not taken:
            yield _no_choice(part, path)
        for element in taken:
            if element.least and _count(tree.get(element.name)) < element.least:
                yield formal("missing", _under(path, element.name), expected=_expected(element))


def _under(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _taken(tree: Tree, choice: Choice) -> tuple[Element, ...]:
    """The one branch of a choice that was taken, wholly or in part; nothing where it is none or several."""
    taken = [branch for branch in choice.branches if any(element.name in tree for element in branch)]
    return taken[0] if len(taken) == 1 else ()


def _no_choice(part: Element | Choice, path: str) -> Finding:
    branches = part.branches if isinstance(part, Choice) else ()
    names = " | ".join("+".join(element.name for element in branch) for branch in branches)
    return formal("choice", _under(path, branches[0][0].name), expected=names)


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list) else int(value is not None)


def _expected(element: Element) -> str:
    return element.content.expected if isinstance(element.content, Kind) else ""


def _occurrences(element: Element, value: Any, path: str) -> Iterator[Finding]:
    each_of = value if isinstance(value, list) else [value]
    if element.most is not None and len(each_of) > element.most:
        yield formal("many", path, expected=str(element.most))
    numbered = element.many or len(each_of) > 1
    for index, each in enumerate(each_of, 1):
        where = f"{path}[{index}]" if numbered else path
        if isinstance(element.content, Block):
            if isinstance(each, dict):
                yield from structure(each, element.content, where)
            else:
                yield formal("text", where, value=str(each))
        elif isinstance(each, str):
            yield from _leaf(element, element.content, each, where)
        else:
            yield formal("elements", where, expected=element.content.expected)


def _leaf(element: Element, kind: Kind, value: str, path: str) -> Iterator[Finding]:
    if kind.accepts(value) or (not value and element.default):
        return
    stray = "" if kind.longest == 0 else "".join(sorted({c for c in value if c > ("\xff" if kind.latin1 else "\x7f")}))
    if not value.strip():
        yield formal("empty", path, expected=kind.expected)
    elif kind.codes is not None:
        yield formal("code", path, value=value, expected=kind.expected)
    elif stray:
        yield formal("characters", path, value=value, expected=kind.expected, extra=" ".join(stray))
    elif kind.longest and len(kind.normalise(value)) > kind.longest:
        yield formal("long", path, value=value, expected=kind.expected)
    else:
        yield formal("value", path, value=value, expected=kind.expected)
