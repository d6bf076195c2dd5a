"""Every kind of job with its handler, and every periodic task."""

import datetime as dt

from mastro import backup
from mastro.api import idempotency, limits
from mastro.database.events import WEBHOOK
from mastro.jobs import cleaning, invitations, long, mail, pec, purging, recurrences, sdi, sealing, webhooks
from mastro.jobs.worker import Handler, Periodic
from mastro.resources import backups, emails
from mastro.resources import invitations as invites
from mastro.resources.archive_packages import operations as archive_packages
from mastro.resources.exports import operations as exports
from mastro.resources.issued_documents import sending, simulation
from mastro.resources.pec import messages
from mastro.resources.recurrences.dates import JOB as RECURRENCE
from mastro.resources.table_imports import work as table_imports
from mastro.resources.webhooks import VERIFY
from mastro.resources.xml_imports import work as xml_imports

HANDLERS: dict[str, Handler] = {
    WEBHOOK: webhooks.deliver,
    VERIFY: webhooks.verify,
    emails.JOB: mail.send_mail,
    invites.JOB: invitations.send,
    sending.JOB: sdi.carry,
    simulation.JOB: sdi.play,
    messages.JOB: pec.visit,
    RECURRENCE: recurrences.do,
    backups.JOB: long.handler(backup.work),
    archive_packages.JOB: long.handler(archive_packages.work),
    table_imports.JOB: long.handler(table_imports.do),
    xml_imports.JOB: long.handler(xml_imports.work),
    exports.JOB: long.handler(exports.work),
}

PERIODIC: tuple[Periodic, ...] = (
    Periodic("read certified mail", dt.timedelta(minutes=5), pec.order_visits),
    Periodic("seal the trail of changes", dt.timedelta(minutes=5), sealing.seal_events),
    Periodic("make recurring documents", dt.timedelta(minutes=5), recurrences.order_due),
    Periodic("forget idempotency keys", dt.timedelta(hours=1), idempotency.forget_old),
    Periodic("forget quota windows", dt.timedelta(hours=1), limits.forget_old),
    Periodic("delete uploads that no document names", dt.timedelta(hours=1), cleaning.expire_uploads),
    Periodic("forget webhook deliveries", dt.timedelta(days=1), cleaning.forget_deliveries),
    Periodic("back up", dt.timedelta(days=1), backup.daily),
    Periodic("purge deleted companies", dt.timedelta(hours=1), purging.purge_deleted),
    Periodic("forget long jobs", dt.timedelta(hours=1), cleaning.forget_long_jobs),
)
