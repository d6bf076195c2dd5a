"""The job that reads a company's box of certified mail: message by message, each in a transaction of its own.

The transaction that takes a message moves the cursor past it. Two visits at the same time, or one that died half-way,
find the cursor where the last commit left it.
"""

import hashlib
import threading
from datetime import date

import structlog
from sqlalchemy import bindparam, select

from mastro.api.call import Call, Installation, internal_call
from mastro.api.errors import Busy
from mastro.api.sealed import UnreadableSecretError
from mastro.database.connection import Prepared, Session
from mastro.database.jobs import Job
from mastro.database.schema import memberships
from mastro.delivery.imap import MOST_BYTES, LoginRefused, MailboxFailure, Visit
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.delivery.storage import StorageUnavailable
from mastro.fatturapa.pec import LARGEST, Mail
from mastro.jobs.transactions import write
from mastro.jobs.worker import Again
from mastro.model.company import PecSettings
from mastro.resources.company import load_settings
from mastro.resources.pec import box, intake
from mastro.resources.pec.messages import is_known, lay_aside, order_visit

log = structlog.get_logger()

AT_ONCE = 200
"""Messages that a visit takes; for the rest it orders another, so that other jobs get their turn."""

TOGETHER = 3
"""Boxes that one process reads at the same time: servers that keep silent must not hold all of its workers."""

PAUSE_SECONDS = 5

_places = threading.BoundedSemaphore(TOGETHER)

_OWNER = Prepared(
    select(memberships.c.user_id)
    .where(memberships.c.company_id == bindparam("company_id"), memberships.c.role == "master")
    .order_by(memberships.c.user_id)
)


def order_visits(installation: Installation) -> None:
    """Have every box visited, but those whose login was refused: a provider closes a box after too many attempts."""

    def work(session: Session) -> None:
        for company_id in box.to_visit(session, installation.settings.clock()):
            order_visit(_call(installation, session, company_id))

    write(installation.database, work)


def visit(installation: Installation, job: Job) -> None:
    """Read what is new in a box, and write down how that went. Raises Again where enough boxes are being read."""
    if not _places.acquire(blocking=False):
        raise Again("enough boxes are being read", after=PAUSE_SECONDS, counted=False)
    try:
        _visit(installation, job)
    finally:
        _places.release()


def _visit(installation: Installation, job: Job) -> None:
    with installation.database.read() as session:
        settings = load_settings(session, job.company_id)
    if settings.pec is None or settings.channel == SIMULATOR:
        return
    error, refused, more = "", False, False
    try:
        with box.mailbox_of(installation, job.company_id, settings.pec).open() as opened:
            more = _read(installation, job.company_id, settings.pec, opened)
    except (LoginRefused, UnreadableSecretError) as failure:
        error, refused = str(failure), True
    except MailboxFailure as failure:
        error = str(failure)
    except Busy:
        error = "L'archivio dei file non risponde: la posta resta nella casella."
    if error:
        log.warning("a box of certified mail cannot be read", company=job.company_id, reason=error)

    def work(session: Session) -> None:
        call = _call(installation, session, job.company_id)
        box.report(session, job.company_id, call.timestamp, error, login_refused=refused)
        if more:
            order_visit(call)

    write(installation.database, work)


def _read(installation: Installation, company_id: int, pec: PecSettings, opened: Visit) -> bool:
    """Take the messages behind the cursor; whether there are more."""
    with installation.database.read() as session:
        state = box.state(session, company_id)
    if state is None:
        return False
    last = state.last_uid if state.uid_validity == opened.uid_validity else 0
    uids = opened.uids(last, pec.since or date.min)
    for uid in uids[:AT_ONCE]:
        size = opened.size(uid) or 0
        content = opened.fetch(uid) or b"" if size <= min(LARGEST, MOST_BYTES) else None
        if not _take(installation, company_id, pec, opened.uid_validity, uid, content, size):
            return False
    return len(uids) > AT_ONCE


def _take(
    installation: Installation,
    company_id: int,
    pec: PecSettings,
    uid_validity: int,
    uid: int,
    content: bytes | None,
    size: int,
) -> bool:
    """Take a message and move the cursor past it; False where the box is another one meanwhile.

    `content` is None for a message that is too long, and empty for one that somebody has deleted.
    """
    mail = intake.opened(content) if content else ""
    token = _laid_aside(installation, company_id, content, mail) if content else ""

    def work(session: Session) -> bool:
        state = box.state(session, company_id, lock=True)
        if state is None or state.name != box.name_of(pec):
            return False
        if state.uid_validity == uid_validity and state.last_uid >= uid:
            return True  # another visit was faster
        call = _call(installation, session, company_id)
        if content is None:
            name = hashlib.sha256(f"{state.name} {uid_validity} {uid}".encode()).hexdigest()
            intake.take_too_long(call, name, size)
        elif content:
            intake.take(call, content, mail, token)
        box.move(session, company_id, uid_validity=uid_validity, uid=uid)
        return True

    return write(installation.database, work)


def _laid_aside(installation: Installation, company_id: int, content: bytes, mail: Mail | str) -> str:
    """Token of a message's bytes, which the storage has before the transaction begins; none for one that is there.

    Raises Busy where the storage cannot be reached.
    """
    with installation.database.read() as session:
        if is_known(_call(installation, session, company_id), intake.hash_of(content)):
            return ""
    try:
        return lay_aside(installation, company_id, "" if isinstance(mail, str) else mail.subject, content)
    except StorageUnavailable as error:
        raise Busy from error


def _call(installation: Installation, session: Session, company_id: int) -> Call:
    """A call in the name of the company's owner: nobody in particular reads the mail."""
    owner = session.scalar(_OWNER, company_id=company_id) or 0
    return internal_call(installation, session, company_id=company_id, user_id=owner)
