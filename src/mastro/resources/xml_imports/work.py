"""An import as a long job: some documents in each transaction, so that others can write in between.

What is made is one import, to be taken back as one. A worker that dies under it leaves a part, and the next one goes on
behind it: the documents of a file have one order. A trial begins anew.
"""

import copy
import datetime as dt
from collections.abc import Sequence
from functools import partial

import msgspec

from mastro.api.call import Call, internal_call
from mastro.database.connection import Session
from mastro.model.base import Id
from mastro.resources import jobs
from mastro.resources.company import load_settings
from mastro.resources.from_xml import Known, Wish
from mastro.resources.jobs import Failed, LongJob, Outcome, Task
from mastro.resources.table_imports.work import content_of
from mastro.resources.xml_imports.making import Found, import_some, in_order, keep
from mastro.resources.xml_imports.table import Side, XmlImport, imports

JOB = "xml_import"

AT_ONCE = 20
"""Documents of one transaction."""


class Order(msgspec.Struct, kw_only=True):
    """How an import was asked for: the options of its job."""

    side: Side
    filename: str
    attachment_token: str
    """Of the file, which is kept as an upload is."""
    scopes: str
    """What who asked for it may do: a job may do no more."""
    dry_run: bool = False
    sent: bool = True
    create_entities: bool = True
    import_id: Id | None = None
    """Once something of it is done."""


def order_of(job: LongJob) -> Order:
    """How an import was asked for."""
    return msgspec.convert(job.options, Order)


def work(task: Task) -> Outcome:
    """Do or try an import. Raises Failed where its file is gone, ApiError for one that cannot be read."""
    order = order_of(task.job)
    todo = in_order(order.filename, content_of(task.installation, task.company_id, order.attachment_token))
    known: Known | None = {} if order.dry_run else None
    done = _begun(task, order)
    while len(done.documents) < len(todo):
        some = todo[len(done.documents) :][:AT_ONCE]
        task.write(partial(_some, task, order, done, some, known))
        task.tell("documents", len(done.documents), len(todo))
    told = {"created": done.created, "duplicates": done.duplicates, "refused": done.refused, "import_id": done.id}
    if done.id is None:  # nothing to be taken back: the report is here alone
        told["report"] = msgspec.to_builtins(done)
    return Outcome(told)


def _begun(task: Task, order: Order) -> XmlImport:
    """What is done of an import: nothing, unless a worker has died under it. Raises Failed where it was taken back."""
    if order.import_id is not None:
        with task.installation.database.read() as session:
            found = imports.get(session, task.company_id, order.import_id)
        if found is None:
            raise Failed("The import is not there any more.", code="IMPORT_GONE")
        return found
    return XmlImport(
        side=order.side,
        filename=order.filename,
        dry_run=order.dry_run,
        job_id=task.job.id,
        created_at=task.job.created_at,
    )


def _some(
    task: Task, order: Order, done: XmlImport, some: Sequence[Found], known: Known | None, session: Session
) -> None:
    """Deal with some documents, and write down how far the import is, in one transaction."""
    call = _call(task, order, session)
    as_last_time = load_settings(session, task.company_id).incoming.as_last_time
    wish = Wish(sent=order.sent, create_entities=order.create_entities, as_last_time=as_last_time, known=known)
    trial = copy.deepcopy(done)  # a transaction may be run again from its start
    import_some(call, trial, some, wish)
    if trial.created and not trial.dry_run:
        keep(call, trial)
        if done.id is None:
            jobs.change(session, task.company_id, task.job.id or 0, partial(_note, trial.id))
    for name in XmlImport.__struct_fields__:
        setattr(done, name, getattr(trial, name))


def _note(import_id: int | None, job: LongJob) -> None:
    job.options["import_id"] = import_id


def _call(task: Task, order: Order, session: Session) -> Call:
    """A call as who asked for the import, at the moment in which it was asked for: its documents all have one time."""
    now = task.installation.settings.clock()
    moment = dt.datetime.fromisoformat(task.job.created_at).replace(tzinfo=now.tzinfo)
    call = internal_call(
        task.installation, session, company_id=task.company_id, user_id=task.job.user_id or 0, now=moment
    )
    call.scopes = frozenset(order.scopes.split())
    return call
