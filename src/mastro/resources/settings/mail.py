"""How a company sends mail: its own server, and the words of its messages. Ours: the vendor has no operation for it."""

from collections.abc import Mapping

import msgspec

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation
from mastro.api.sealed import seal
from mastro.database.collection import encoder
from mastro.delivery.letter import WrongAddress, parse_address
from mastro.model.base import Body
from mastro.model.company import CompanySettings, MailTemplate, SmtpSettings
from mastro.resources.company import load_settings, lock_settings, smtp_secret, store_settings

MAX_TEMPLATE = 50 * 1024
"""Characters of a message's HTML, as of any message."""

LANGUAGES = ("it", "en")


class MailSettings(Body):
    """The company's mail server and templates. The password is written, never answered."""

    smtp: SmtpSettings | None = None
    """null: mail goes through the installation's server."""
    password_is_set: bool = False
    templates: dict[str, MailTemplate] = msgspec.field(default_factory=dict)
    """By language of the document (it, en); a language that is not here has the program's own words."""


def _shown(settings: CompanySettings) -> bytes:
    smtp = msgspec.structs.replace(settings.smtp, password="") if settings.smtp else None
    secret = bool(settings.smtp and settings.smtp.password)
    return encoder.encode({"data": MailSettings(smtp=smtp, password_is_set=secret, templates=settings.mail_templates)})


def get_mail_settings(call: Call) -> bytes:
    """The company's mail server and the words of its messages."""
    return _shown(load_settings(call.session, call.company_id))


def modify_mail_settings(call: Call) -> bytes:
    """Set the mail server (an empty host goes back to the installation's) and the words of messages."""
    sent = call.parse(MailSettings).data
    settings = lock_settings(call.session, call.company_id)
    if sent.smtp is not None:
        settings.smtp = server(call, sent.smtp, settings.smtp)
    check_templates(sent.templates)
    settings.mail_templates |= sent.templates
    store_settings(call.session, call.company_id, settings)
    return _shown(settings)


def check_templates(templates: Mapping[str, MailTemplate]) -> None:
    """Raise Invalid for a language that there are none for, and for one that is too long."""
    for language, template in templates.items():
        if language not in LANGUAGES:
            raise invalid(f"data.templates.{language}", f"There are templates for: {', '.join(LANGUAGES)}.")
        if len(template.body) > MAX_TEMPLATE:
            raise invalid(f"data.templates.{language}.body", f"A message has at most {MAX_TEMPLATE} characters.")


def server(call: Call, sent: SmtpSettings, before: SmtpSettings | None) -> SmtpSettings | None:
    """A mail server as it is stored, with the password that it had where none is sent. Raises Invalid."""
    if not sent.host.strip():
        return None
    if not sent.host.isascii() or any(c.isspace() or c in "/@\\" for c in sent.host):
        raise invalid("data.smtp.host", "The data.smtp.host field is the name of a server, such as smtp.example.com.")
    if not 0 <= sent.port <= 65535:
        raise invalid("data.smtp.port", "The data.smtp.port field must be between 0 and 65535.")
    if sent.sender:
        try:
            sent.sender = parse_address(sent.sender)
        except WrongAddress as error:
            raise invalid("data.smtp.sender", str(error)) from None
    if sent.password:
        sent.password = seal(call.settings.key, sent.password, smtp_secret(call.company_id))
    elif before is not None and before.host == sent.host:
        sent.password = before.password
    return sent


_PATH = "/c/{company_id}/settings/mail"

OPERATIONS = (
    Operation(
        "getMailSettings",
        "GET",
        _PATH,
        get_mail_settings,
        "Settings",
        "Get Mail Settings",
        scope="settings",
        answer=MailSettings,
    ),
    Operation(
        "modifyMailSettings",
        "PUT",
        _PATH,
        modify_mail_settings,
        "Settings",
        "Modify Mail Settings",
        scope="settings",
        writes=True,
        body=MailSettings,
        answer=MailSettings,
    ),
)
