"""The last requests of each company, for who writes a program against this server and wants to see what it sent.

Kept in memory by the process that answered, at most LONGEST of each of COMPANIES companies: a log that every request
wrote to the database would cost more than most requests. Nothing of a request's body is kept, nor its token; of an
answer only the body of an error, because that is what one looks for.
"""

import datetime as dt
import itertools
import secrets
from collections import OrderedDict, deque
from typing import NamedTuple

LONGEST = 200
COMPANIES = 1000
MAX_ERROR = 2000
"""Bytes of an error that are kept."""
MAX_QUERY = 500

_prefix = secrets.token_hex(4)
_numbers = itertools.count(1)


def next_id() -> str:
    """An id for a request: of this process, and counted."""
    return f"{_prefix}-{next(_numbers):x}"


class Seen(NamedTuple):
    """One request and what was answered. A tuple, because one is made for every request and hardly any is read."""

    id: str
    at: dt.datetime
    method: str
    path: str
    query: str
    status: int
    seconds: float
    user_id: int
    program: str
    error: bytes
    """JSON of the answer where it is an error; else empty."""


class Recent:
    """The requests by company."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, deque[Seen]] = OrderedDict()

    def add(self, company_id: int, seen: Seen) -> None:
        """Keep a request. The company that was silent longest makes room."""
        log = self._seen.get(company_id)
        if log is None:
            log = self._seen[company_id] = deque(maxlen=LONGEST)
            if len(self._seen) > COMPANIES:
                self._seen.popitem(last=False)
        log.append(seen)

    def of(self, company_id: int) -> list[Seen]:
        """The requests of a company, the newest first."""
        return list(reversed(self._seen.get(company_id, ())))
