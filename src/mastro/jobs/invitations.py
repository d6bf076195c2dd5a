"""The job that sends an invitation by mail."""

from html import escape

from sqlalchemy import bindparam, select

from mastro.api.call import Installation
from mastro.api.sealed import UnreadableSecretError, unseal
from mastro.database.connection import Prepared
from mastro.database.jobs import Job
from mastro.database.schema import invitations, users
from mastro.delivery.letter import Letter, compose
from mastro.delivery.mail import MailFailure, PermanentFailure
from mastro.jobs.worker import DELAYS, Again, Dead
from mastro.resources.company import load_company
from mastro.resources.emails import route_of
from mastro.resources.invitations import DAYS, purpose

WORDS = {
    "it": (
        "Invito in {company}",
        (
            "<p>{name} ti invita in <b>{company}</b> su Mastro.</p>"
            '<p><a href="{link}">Accetta l’invito</a></p><p>Il link vale {days} giorni e una volta sola.</p>'
        ),
    ),
    "en": (
        "Invitation to {company}",
        (
            "<p>{name} invites you into <b>{company}</b> on Mastro.</p>"
            '<p><a href="{link}">Accept the invitation</a></p><p>The link counts once, for {days} days.</p>'
        ),
    ),
}
"""Subject and HTML by language."""

_WAITING = Prepared(
    select(invitations.c.email, users.c.name)
    .outerjoin(users, users.c.id == invitations.c.invited_by)
    .where(invitations.c.company_id == bindparam("company"), invitations.c.hash == bindparam("link_hash"))
)


def send(installation: Installation, job: Job) -> None:
    """Send one. Raises Again for a failure that time may mend, Dead for one that it will not."""
    with installation.database.read() as session:
        row = session.row(_WAITING, company=job.company_id, link_hash=job.payload["id"])
        if row is None:
            return  # taken back, or used by who was handed the link
        company, settings = load_company(session, job.company_id)
    route = route_of(installation, company, settings)
    try:
        link = unseal(installation.settings.key, str(job.payload["link"]), purpose(job.company_id))
    except UnreadableSecretError as error:
        raise Dead(str(error)) from error
    subject, html = WORDS["en" if job.payload["language"] == "en" else "it"]
    facts = {"company": company.name, "name": row[1] or company.name, "link": link, "days": DAYS}
    letter = Letter(
        message_id=f"invitation.{str(job.payload['id'])[:24]}@{route.address.rpartition('@')[2]}",
        date=installation.settings.clock(),
        from_address=route.address,
        from_name=company.name,
        to=[row[0]],
        subject=subject.format(**facts),
        html=html.format(**{key: escape(str(value)) for key, value in facts.items()}),
        language=str(job.payload["language"]),
    )
    try:
        route.mailer.send(compose(letter), route.address, letter.to)
    except MailFailure as failure:
        last = isinstance(failure, PermanentFailure) or job.attempts > len(DELAYS)
        raise (Dead if last else Again)(str(failure)) from failure
