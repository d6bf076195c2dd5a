"""What a message about a document says before somebody changes it, and the buttons that stand in it."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Literal

from mastro.model.company import Company, MailTemplate
from mastro.model.issued_document import IssuedDocument
from mastro.money import ZERO
from mastro.pdf.labels import labels_of

Include = Literal["document", "delivery_note", "accompanying_invoice", "attachment"]

BUTTONS_PLACE = "{{allegati}}"
"""Where the buttons go: the vendor's mark."""

BUILT_IN = {
    "it": MailTemplate(
        subject="{{documento}} n. {{numero}} del {{data}}",
        body=(
            "Gentile {{cliente}},<br><br>le inviamo il seguente documento: <b>{{documento}} n. {{numero}}</b> del"
            " {{data}}.<br><br>{{allegati}}<br><br>Cordiali saluti,<br><b>{{azienda}}</b>"
        ),
    ),
    "en": MailTemplate(
        subject="{{documento}} no. {{numero}} dated {{data}}",
        body=(
            "Dear {{cliente}},<br><br>please find the following document: <b>{{documento}} no. {{numero}}</b> dated"
            " {{data}}.<br><br>{{allegati}}<br><br>Kind regards,<br><b>{{azienda}}</b>"
        ),
    ),
}
"""By language; a language that is not here is written to in English, as its PDF is where it has no labels."""

_OPEN: dict[str, dict[Include, str]] = {
    "it": {
        "document": "Visualizza documento",
        "delivery_note": "Visualizza DDT",
        "accompanying_invoice": "Visualizza fattura accompagnatoria",
        "attachment": "Visualizza allegato",
    },
    "en": {
        "document": "View document",
        "delivery_note": "View delivery note",
        "accompanying_invoice": "View accompanying invoice",
        "attachment": "View attachment",
    },
}

_STYLE = (
    "display:inline-block;margin:0 8px 8px 0;padding:10px 18px;border-radius:4px;"
    "background:#1f4e79;color:#ffffff;text-decoration:none;font-weight:bold"
)

_VARIABLE = re.compile(r"\{\{\s*(\w{1,40})\s*\}\}")


def language_of(document: IssuedDocument) -> str:
    """Language of the message: Italian or English."""
    code = (document.language.code if document.language else "") or "it"
    return "it" if code == "it" else "en"


def variables(document: IssuedDocument, company: Company) -> dict[str, str]:
    """What can stand in a template, by name."""
    labels = labels_of(language_of(document))
    entity = document.entity
    symbol = document.currency.symbol if document.currency else "€"
    due = document.next_due_date
    return {
        "documento": labels.titles[document.type or "invoice"],
        "numero": f"{document.number or ''}{document.numeration}",
        "data": labels.write_date(document.date) if document.date else "",
        "cliente": entity.name if entity else "",
        "azienda": company.name,
        "totale": labels.write_money(document.amount_gross or ZERO, symbol),
        "scadenza": labels.write_date(due) if due else "",
        "oggetto": document.visible_subject,
    }


def write(document: IssuedDocument, company: Company, templates: Mapping[str, MailTemplate]) -> MailTemplate:
    """Subject and body for a document; the company's own words where it has some for the language."""
    language = language_of(document)
    own, built_in = templates.get(language), BUILT_IN[language]
    known = variables(document, company)
    subject = (own.subject if own else "") or built_in.subject
    body = (own.body if own else "") or built_in.body
    return MailTemplate(subject=fill(subject, known), body=fill_html(body, known))


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template with its variables replaced; a name that is not known, as that of the buttons, stays as it stands."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), template)


def fill_html(template: str, values: Mapping[str, str]) -> str:
    """A template that is HTML with its variables replaced."""
    return fill(template, {name: escape(value) for name, value in values.items()})


def with_buttons(body: str, links: Sequence[tuple[Include, str]], language: str) -> str:
    """The body with a button for each link at its mark, at the end where it has none, lest they be lost."""
    words = _OPEN[language]
    buttons = "".join(f'<a href="{escape(url)}" style="{_STYLE}">{words[kind]}</a> ' for kind, url in links).strip()
    if BUTTONS_PLACE in body:
        return body.replace(BUTTONS_PLACE, buttons)
    if not buttons:
        return body
    end = body.lower().rfind("</body>")
    added = f"<br><br>{buttons}"
    return f"{body}{added}" if end < 0 else f"{body[:end]}{added}{body[end:]}"
