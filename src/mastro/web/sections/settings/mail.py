"""The company's mail server, and the words of its messages."""

from collections.abc import Mapping
from typing import Any, cast

from starlette.responses import Response

from mastro.resources.settings.mail import LANGUAGES
from mastro.web.language import N_
from mastro.web.saving import Saved, attempt
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit

STEPS = {
    "server": (
        N_("Non c’è un server di posta"),
        N_("Scrivine uno qui, oppure uno per tutta l’installazione (MASTRO_SMTP_HOST)."),
    ),
    "connect": (
        N_("Il server non risponde"),
        N_("Controlla il nome del server e la porta: 587 per STARTTLS, 465 per TLS. Può esserci di mezzo un firewall."),
    ),
    "tls": (
        N_("La connessione sicura non riesce"),
        N_("Prova l’altra sicurezza (TLS: porta 465, STARTTLS: 587); il certificato deve valere per questo nome."),
    ),
    "login": (
        N_("L’accesso è rifiutato"),
        N_("Controlla utente e password: molti fornitori vogliono una password apposta per i programmi."),
    ),
    "send": (
        N_("Il messaggio è rifiutato"),
        N_("Controlla che il mittente sia un tuo indirizzo presso questo server."),
    ),
}
"""Where a test failed, and how to mend that."""

PLACE = "/settings/mail"


async def show(visit: Visit) -> Response:
    """Server and words."""
    return _page(visit, Saved((await visit.call("getMailSettings"))["data"]))


def _page(visit: Visit, saved: Saved, **values: Any) -> Response:
    languages = (("it", visit.say("Italiano")), ("en", visit.say("Inglese")))
    return frame.show(visit, "settings/mail.html", "/mail", saved, languages=languages, **values)


def _typed(fields: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, as the operations take it."""
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
    return {"smtp": smtp, "templates": templates}


async def save_mail(visit: Visit) -> Response:
    """Change them; a password that is not typed anew stays."""
    data = _typed(await visit.form())
    saved = await attempt(visit, data, lambda: visit.call("modifyMailSettings", data=data))
    if saved.done:
        return visit.go(PLACE, visit.say("Salvato."))
    return _page(visit, saved)


async def send_test(visit: Visit) -> Response:
    """Send a message to the reader over what is typed, and say what became of it."""
    data = _typed(await visit.form())
    asked = {"smtp": data["smtp"], "language": visit.say.code}
    tried = await attempt(visit, data, lambda: visit.call("testMailSettings", data=asked))
    if not tried.done:
        return _page(visit, tried)
    failed, advice = STEPS.get(tried.data["step"], ("", ""))
    return _page(visit, Saved(data), tested=tried.data, failed=visit.say(failed), advice=visit.say(advice))


async def preview(visit: Visit) -> Response:
    """The words that are typed, filled in."""
    data = _typed(await visit.form())
    asked = {"templates": data["templates"]}
    seen = await attempt(visit, data, lambda: visit.call("previewMailTexts", data=asked))
    if not seen.done:
        return _page(visit, seen)
    texts = {text["language"]: text for text in cast("list[dict[str, Any]]", seen.data)}
    return _page(visit, Saved(data), texts=texts)
