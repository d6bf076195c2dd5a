"""A year of business for a company that somebody made to try the program: the same stories, told in its own name."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, TypeVar

from mastro.api.call import Call
from mastro.database.connection import Session
from mastro.demo import bank
from mastro.demo.desk import Desk
from mastro.demo.professionals import Architect, Lawyer
from mastro.demo.sending import post
from mastro.demo.software_house import SoftwareHouse
from mastro.italy.payment_methods import default_methods
from mastro.jobs.long import handler
from mastro.jobs.worker import Handler
from mastro.model.company import Company
from mastro.resources import demo_data
from mastro.resources.company import load_company
from mastro.resources.jobs import Failed, Outcome, Task
from mastro.resources.settings import lookup

T = TypeVar("T")

FLAT_RATE = "RF19"


class OwnDesk(Desk):
    """The desk of a company that is somebody's own: who declares its VAT and how it is taxed is not made up."""

    def set_up(self, operation: Callable[[Call], bytes], data: dict[str, Any]) -> None:
        """Leave the settings as they are."""


def story_of(company: Company) -> type[SoftwareHouse | Architect | Lawyer]:
    """The story that fits a company: by its regime, and by whether it is a person."""
    if company.regime == FLAT_RATE:
        return Architect
    return Lawyer if company.last_name else SoftwareHouse


def work(task: Task) -> Outcome:
    """Play the year, month by month, so that others get their turn in between. Raises Failed, Cancelled."""
    desk = _in_turn(task, lambda session: _begin(task, session))
    months = desk.months()
    for number, month in enumerate(months):
        task.tell("months", number, len(months))
        end = (month + dt.timedelta(days=32)).replace(day=1)
        _in_turn(task, lambda session, end=end: _go_on(desk, session, end))  # type: ignore[misc]
    _in_turn(task, lambda session: _end(desk, session))
    return Outcome({"documents": desk.made})


def _in_turn(task: Task, step: Callable[[Session], T]) -> T:
    """A step in a transaction of its own. It is not run again: a desk remembers what happened."""
    database = task.installation.database

    def once() -> T:
        with database.write() as session:
            return step(session)

    return database.executor.submit(once).result()


def _begin(task: Task, session: Session) -> Desk:
    if not demo_data.is_empty(session, task.company_id):
        raise Failed(demo_data.NOT_EMPTY, code="NOT_EMPTY")
    known = {method.name for method in lookup.every(session, task.company_id, lookup.payment_methods)}
    bank_account = any(a.type == "bank" for a in lookup.every(session, task.company_id, lookup.payment_accounts))
    if not bank_account or not known.issuperset(method.name for method in default_methods()):
        raise Failed("The usual payment methods and a bank account are needed.", code="NO_METHODS")
    company, _ = load_company(session, task.company_id)
    story = story_of(company)
    rng = random.Random(f"{task.company_id} {story.__name__}")  # noqa: S311  (no secret)
    user = task.job.user_id or 0
    place = {"company_id": task.company_id, "user_id": user}
    desk = OwnDesk(task.installation, session, **place, rng=rng, progress=lambda: None, post=post)
    story(desk).plan()
    return desk


def _go_on(desk: Desk, session: Session, end: dt.date) -> None:
    desk.session = session
    desk.play(before=end)


def _end(desk: Desk, session: Session) -> None:
    desk.session = session
    desk.play()
    bank.statement(desk)


HANDLERS: dict[str, Handler] = {demo_data.JOB: handler(work)}
"""What a worker does besides the jobs of `mastro.jobs.kinds`, which stands below the demo."""
