"""Monthly contracts of a demo company: invoices that recur."""

import datetime as dt

from mastro.demo.desk import Desk
from mastro.model.entity import Client
from mastro.model.issued_document import IssuedDocument
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.recurrences import blueprint, dates
from mastro.resources.recurrences.resource import resource
from mastro.resources.recurrences.table import Recurrence, recurrences

NAME = "Assistenza e hosting"
NOTICE_DAYS = 31
"""Days before its date that a reminder shows: the next first of a month is never further away."""


class Contract:
    """What a customer pays every month: by hand, by a recurrence from the second month on, or with a reminder."""

    def __init__(self, desk: Desk, client: Client, *, recurs: bool = False, reminds: bool = False) -> None:
        self.desk, self.client, self.recurs, self.reminds = desk, client, recurs, reminds
        self.recurrence_id = 0

    def happen(self, day: dt.date) -> None:
        """The invoice of a month."""
        if self.recurrence_id:
            self._step(day, self.recurrence_id)
            return
        rows = [self.desk.row("ASS-CAN"), self.desk.row("HOS-CAN")]
        subject = f"{NAME} {day:%m/%Y}"
        facts = {"subject": subject, "visible_subject": subject, "rc_center": "Contratti"}
        document = self.desk.invoice(day, self.client, rows, **facts)
        if self.recurs:
            self.recurrence_id = self._make_recurring(day, document)
        elif self.reminds and day.replace(day=1) == self.desk.months()[-1]:
            self._step(self.desk.today, self._make_recurring(day, document, reminds=True))  # so that it shows

    def _make_recurring(self, day: dt.date, document: IssuedDocument, *, reminds: bool = False) -> int:
        call = self.desk.call(day)
        model = blueprint.of_document(call, document.id or 0)
        model.subject = model.visible_subject = NAME + " {mese} {anno}"
        first = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        recurrence = Recurrence(name=NAME, document=model, document_id=document.id, first_date=first)
        if reminds:
            recurrence.action, recurrence.remind_days = "remind", NOTICE_DAYS
        id, _ = resource.add(call, recurrence)
        return id

    def _step(self, day: dt.date, id: int) -> None:
        """Do what is due; a document of a weekend is of the Monday after it, as all of the demo."""
        call = self.desk.call(day)
        recurrence = recurrences.get(call.session, call.company_id, id)
        assert recurrence  # noqa: S101

        def make(recurrence: Recurrence, date: dt.date) -> IssuedDocument:
            document = blueprint.at(call, recurrence, date, day)
            call.options = dict(blueprint.OPTIONS)
            issued.add(call, document)
            self.desk.count()
            self.desk.posted(document)
            self.desk.expect_payments(document)
            return document

        dates.step(call, recurrence, make)
