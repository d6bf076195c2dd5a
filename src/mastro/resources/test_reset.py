"""A company in test mode made empty again: what it did goes, who it is and how it works stays."""

from sqlalchemy import bindparam, delete, text, update

from mastro.api.call import Call
from mastro.api.errors import Conflict, Forbidden
from mastro.api.operation import Operation
from mastro.database import jobs
from mastro.database.collection import ALL, encoder
from mastro.database.connection import Prepared
from mastro.database.events import WEBHOOK
from mastro.database.schema import INSTALLATION_TABLES, metadata
from mastro.delivery.sdi_simulator import NAME
from mastro.model.base import Body
from mastro.resources import attachments
from mastro.resources.company import load_company, lock_settings, refuse_other_name, store_settings
from mastro.resources.issued_documents.sending import NO_TEST_MODE
from mastro.resources.issued_documents.table import documents
from mastro.resources.jobs import OPEN, long_jobs

KEPT = frozenset(
    {
        *("memberships", "invitations"),
        *("vat_types", "payment_accounts", "payment_methods", "pec_boxes", "saved_filters"),
        *("webhook_subscriptions", "webhook_targets", "webhook_deliveries"),
        *("events", "audit_seals", "quotas"),
        *("counters", "attachments"),  # emptied below, not as a whole
    }
)
"""Tables of a company that a reset leaves: its members, settings and webhooks, and the record of what was done.

Tokens and sessions are the installation's and stay with it. All other tables are emptied.
"""

_FORGET_TOTALS = Prepared(
    text("UPDATE counters SET total = 0 WHERE company_id = :company_id AND (name = :name OR name LIKE :buckets)")
)
"""The last id stays: an id that was told to somebody never means something else."""


class Reset(Body):
    """The order to empty a company in test mode."""

    name: str = ""
    """The company's name, so that no other one is emptied by mistake."""


class Emptied(Body):
    """What a reset took."""

    rows: int = 0
    """Rows of documents, registries and what follows from them."""


def reset_test_company(call: Call) -> bytes:
    """Empty a company in test mode: documents, entities, products, receipts, cashbook, archive, bin and files.

    The company, its settings, members, tokens and webhooks stay, and so do the audit and every id that was given; the
    test clock is the server's again. For the owner alone. Raises Forbidden, Conflict, Invalid.
    """
    call.require("settings", "a")
    if call.role != "master":
        raise Forbidden("Only the owner of the company may empty it.")
    wanted = call.parse(Reset).data.name
    settings = lock_settings(call.session, call.company_id)
    if settings.channel != NAME:
        raise Conflict(NO_TEST_MODE, code="NO_TEST_MODE")
    company, _ = load_company(call.session, call.company_id)
    refuse_other_name(company, wanted)
    documents.lock(call.session, call.company_id)  # whoever is about to write a document waits, and then finds none
    long_jobs.lock(call.session, call.company_id)
    if long_jobs.total(call.session, call.company_id, where=long_jobs.table.c.state.in_(OPEN)):
        raise Conflict("One of these jobs is under way already.", code="JOB_UNDER_WAY")
    emptied = _empty(call)
    settings.test_clock_ahead = 0  # nothing that was said is left
    store_settings(call.session, call.company_id, settings)
    call.emit("company.reset", call.company_id)
    return encoder.encode({"data": Emptied(rows=emptied)})


def _empty(call: Call) -> int:
    """Empty the tables that are not kept; how many rows there were."""
    company = call.company_id
    jobs.drop_all(call.session, company, kept=WEBHOOK)  # what happened is still told
    rows = 0
    for table in metadata.sorted_tables:
        if table.name not in INSTALLATION_TABLES | KEPT:
            rows += call.session.run(delete(table).where(table.c.company_id == bindparam("company")), company=company)
    for collection in ALL:
        if collection.name not in KEPT:
            call.session.run(_FORGET_TOTALS, company_id=company, name=collection.name, buckets=f"{collection.name}:%")
    files = attachments.attachments
    call.session.run(  # deleted in the storage by the next run of `expire_uploads`
        update(files).where(files.c.company_id == bindparam("company")).values(uses=attachments.CONDEMNED),
        company=company,
    )
    return rows


OPERATIONS = (
    Operation(
        "resetTestCompany",
        "POST",
        "/c/{company_id}/test_mode/reset",
        reset_test_company,
        "Test mode",
        "Reset Test Company",
        writes=True,
        body=Reset,
        answer=Emptied,
    ),
)
