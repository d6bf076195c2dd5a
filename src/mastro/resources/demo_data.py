"""Demo data: a company in test mode is filled with a year of business, to look around in before one's own data come.

`mastro.demo` makes them, through the same resources that answer the API; a reset takes them away.
"""

from mastro.api.call import Call
from mastro.api.errors import Conflict, Forbidden
from mastro.api.operation import Operation
from mastro.database.connection import Session
from mastro.delivery.sdi_simulator import NAME
from mastro.resources import jobs
from mastro.resources.company import load_settings
from mastro.resources.entities.clients import clients
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.issued_documents.sending import NO_TEST_MODE
from mastro.resources.issued_documents.table import documents
from mastro.resources.jobs import LongJob
from mastro.resources.products import products
from mastro.resources.received_documents.table import received_documents

JOB = "demo_data"
"""Kind of the long jobs that fill a company."""

NOT_EMPTY = "The company has data already: empty it first."


def is_empty(session: Session, company_id: int) -> bool:
    """True for a company without documents and registries."""
    held = (documents, received_documents, clients, suppliers, products)
    return not any(collection.total(session, company_id) for collection in held)


def fill_test_company(call: Call) -> bytes:
    """Fill an empty company in test mode with a year of made-up business; answer the job that does it.

    For the owner alone. Raises Forbidden, Conflict.
    """
    call.require("settings", "a")
    if call.role != "master":
        raise Forbidden("Only the owner of the company may fill it with demo data.")
    if load_settings(call.session, call.company_id).channel != NAME:
        raise Conflict(NO_TEST_MODE, code="NO_TEST_MODE")
    if not is_empty(call.session, call.company_id):
        raise Conflict(NOT_EMPTY, code="NOT_EMPTY")
    job = jobs.start(call, JOB, {}, scope="settings:a")
    return b'{"data":%s}' % jobs.shown(call, job)


OPERATIONS = (
    Operation(
        "fillTestCompany",
        "POST",
        "/c/{company_id}/test_mode/fill",
        fill_test_company,
        "Test mode",
        "Fill Test Company",
        writes=True,
        answer=LongJob,
    ),
)
