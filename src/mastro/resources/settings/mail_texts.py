"""How the words of messages read once their variables are filled in from a document of the company."""

from mastro.api.call import Call
from mastro.api.operation import Operation
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import encoder
from mastro.delivery.letter import plain_text
from mastro.model.base import Body, Id
from mastro.model.company import MailTemplate
from mastro.model.issued_document import IssuedDocument, Language
from mastro.resources.company import load_company
from mastro.resources.issued_documents import email_text
from mastro.resources.issued_documents.table import documents
from mastro.resources.settings.mail import LANGUAGES, check_templates
from mastro.resources.settings.template_preview import sample


class MailTexts(Body):
    """Words to look at."""

    templates: dict[str, MailTemplate] | None = None
    """By language; null: those that are stored. What is empty in one is as in the built-in one."""


class MailText(Body):
    """A message as its reader gets it."""

    language: str = ""
    subject: str = ""
    body: str = ""
    """HTML."""
    text: str = ""
    """The same without HTML."""
    document_id: Id | None = None
    """The one that filled the variables; null for an example, where there is none that the user may read."""


def preview_mail_texts(call: Call) -> bytes:
    """The message of each language, filled in from the latest document that the user may read. Raises Invalid."""
    wanted = call.parse(MailTexts).data.templates
    company, settings = load_company(call.session, call.company_id)
    if wanted is not None:
        check_templates(wanted)
    document = _latest(call) or sample(call)
    told = []
    for language in LANGUAGES:
        document.language = Language(code=language)
        words = email_text.write(document, company, settings.mail_templates if wanted is None else wanted)
        html = email_text.with_buttons(words.body, [], language)
        text = MailText(language=language, subject=words.subject, body=html, text=plain_text(html))
        text.document_id = document.id
        told.append(text)
    return encoder.encode({"data": told})


def _latest(call: Call) -> IssuedDocument | None:
    types = [type for type, scope in DOCUMENT_SCOPES.items() if call.may(f"issued_documents.{scope}", "r")]
    rows = documents.page(
        call.session, call.company_id, where=documents.table.c.type.in_(types), order=(("id", True),), limit=1
    )
    return documents.decoder.decode(rows[0][0]) if rows else None


OPERATIONS = (
    Operation(
        "previewMailTexts",
        "POST",
        "/c/{company_id}/settings/mail/preview",
        preview_mail_texts,
        "Settings",
        "Preview Mail Texts",
        scope="settings",
        level="r",
        body=MailTexts,
        answer=list[MailText],
    ),
)
