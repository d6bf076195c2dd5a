"""The company's mail server, and the words of its messages."""

from starlette.responses import Response

from mastro.resources.settings.mail import LANGUAGES
from mastro.web.saving import Saved, attempt
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit


async def show(visit: Visit) -> Response:
    """Server and words."""
    return _page(visit, Saved((await visit.call("getMailSettings"))["data"]))


def _page(visit: Visit, saved: Saved) -> Response:
    languages = (("it", visit.say("Italiano")), ("en", visit.say("Inglese")))
    return frame.show(visit, "settings/mail.html", "/mail", saved, languages=languages)


async def save_mail(visit: Visit) -> Response:
    """Change them; a password that is not typed anew stays."""
    fields = await visit.form()
    port = fields.get("smtp.port", "").strip()
    smtp = {
        "host": fields.get("smtp.host", "").strip(),
        "port": int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0,
        "security": fields.get("smtp.security", "starttls"),
        "user": fields.get("smtp.user", "").strip(),
        "sender": fields.get("smtp.sender", "").strip(),
        "password": fields.get("smtp.password", ""),
    }
    templates = {
        language: {"subject": fields.get(f"subject.{language}", ""), "body": fields.get(f"body.{language}", "")}
        for language in LANGUAGES
    }
    data = {"smtp": smtp, "templates": templates}
    saved = await attempt(visit, data, lambda: visit.call("modifyMailSettings", data=data))
    if saved.done:
        return visit.go("/settings/mail", visit.say("Salvato."))
    return _page(visit, saved)
