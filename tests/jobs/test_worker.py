"""The worker and the queue: every job once, failed ones again, hopeless ones aside."""

import datetime as dt
import threading
import time
from collections import Counter
from typing import Any

import pytest

from mastro.database import jobs as queue
from mastro.jobs.worker import DELAYS, RENEW_SECONDS, SLOTS, Again, Dead, Periodic, Worker


def _leave(server: Any, kind: str = "work", **payload: Any) -> int:
    with server.installation.database.write() as session:
        return queue.enqueue(session, server.company_id, kind, payload, now=server.clock())


def _listed(server: Any, state: str | None = None) -> list[Any]:
    with server.installation.database.read() as session:
        return queue.listed(session, state)


def _worker(server: Any, handler: Any, **more: Any) -> Worker:
    return Worker(server.installation, {"work": handler}, **more)


def test_a_job_is_done_once_and_forgotten(server: Any) -> None:
    done: list[Any] = []
    worker = _worker(server, lambda _, job: done.append(job.payload))
    _leave(server, n=1)
    assert worker.run_due()
    assert not worker.run_due()
    assert done == [{"n": 1}]
    assert _listed(server) == []


def test_a_job_of_a_transaction_that_failed_is_not_there(server: Any) -> None:
    def fail() -> None:
        with server.installation.database.write() as session:
            queue.enqueue(session, server.company_id, "work", {}, now=server.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert _listed(server) == []


def test_a_job_for_later_waits(server: Any) -> None:
    done: list[Any] = []
    worker = _worker(server, lambda _, job: done.append(job))
    with server.installation.database.write() as session:
        later = server.clock() + dt.timedelta(minutes=5)
        queue.enqueue(session, server.company_id, "work", {}, now=server.clock(), run_at=later)
    assert not worker.run_due()
    server.clock.advance(minutes=5)
    assert worker.run_due()
    assert len(done) == 1


def test_a_failed_job_is_tried_again_ever_later_and_then_put_aside(server: Any) -> None:
    tried: list[int] = []

    def fail(_: Any, job: Any) -> None:
        tried.append(job.attempts)
        raise RuntimeError("no luck")

    worker = _worker(server, fail)
    id = _leave(server)
    for delay in DELAYS:
        assert worker.run_due()
        server.clock.advance(seconds=delay - 1)
        assert not worker.run_due()
        server.clock.advance(seconds=1)
    assert worker.run_due()
    assert tried == list(range(1, len(DELAYS) + 2))
    ((dead, _, _, state, _, attempts, error, _),) = _listed(server, "dead")
    assert (dead, state, attempts, error) == (id, "dead", len(DELAYS) + 1, "RuntimeError: no luck")


def test_a_handler_chooses_its_own_delay(server: Any) -> None:
    def fail(_: Any, job: Any) -> None:
        raise Again("busy", after=7)

    worker = _worker(server, fail)
    _leave(server)
    worker.run_due()
    server.clock.advance(seconds=6)
    assert not worker.run_due()
    server.clock.advance(seconds=1)
    assert worker.run_due()


def test_a_hopeless_job_is_put_aside_at_once_and_can_be_woken(server: Any) -> None:
    hopeless = True

    def handle(_: Any, job: Any) -> None:
        if hopeless:
            raise Dead("never")

    worker = _worker(server, handle)
    id = _leave(server)
    worker.run_due()
    assert not worker.run_due()
    assert [row[0] for row in _listed(server, "dead")] == [id]
    hopeless = False
    with server.installation.database.write() as session:
        assert queue.wake(session, id, now=server.clock())
        assert not queue.wake(session, id + 1, now=server.clock())
    assert worker.run_due()
    assert _listed(server) == []


def test_a_job_of_an_unknown_kind_is_put_aside(server: Any) -> None:
    worker = _worker(server, lambda *_: None)
    _leave(server, "unheard of")
    worker.run_due()
    assert [row[6] for row in _listed(server, "dead")] == ["no handler for jobs of kind unheard of"]


def test_a_job_whose_worker_died_is_taken_up_by_another(server: Any) -> None:
    _leave(server)
    with server.installation.database.write() as session:
        assert len(queue.claim(session, now=server.clock(), limit=5)) == 1  # and then nothing: the worker is dead
    done: list[Any] = []
    worker = _worker(server, lambda _, job: done.append(job.attempts))
    assert not worker.run_due()
    server.clock.advance(seconds=queue.CLAIM_SECONDS)
    assert worker.run_due()
    assert done == [2]


def test_a_job_that_takes_long_is_not_taken_by_another_worker(server: Any) -> None:
    clock = _moving(server)
    clock.speed = 4  # a worker counts as gone after two and a half real seconds
    done: list[int] = []

    def slowly(_: Any, job: Any) -> None:
        time.sleep(6)
        done.append(job.id)

    first, *others = (_worker(server, slowly) for _ in range(4))
    first.renew_seconds = RENEW_SECONDS / clock.speed
    id = _leave(server)
    first.start()
    time.sleep(0.5)
    for other in others:
        other.start()
    time.sleep(6)
    for worker in (first, *others):
        worker.stop()
    assert done == [id]


class _Moving:
    """A clock that runs faster than real time."""

    def __init__(self) -> None:
        self.speed = 1.0
        self.began = time.monotonic()

    def __call__(self) -> dt.datetime:
        return dt.datetime(2026, 3, 2, tzinfo=dt.UTC) + dt.timedelta(
            seconds=(time.monotonic() - self.began) * self.speed
        )


def _moving(server: Any) -> _Moving:
    clock = _Moving()
    object.__setattr__(server.settings, "clock", clock)
    server.clock = clock
    return clock


def test_several_workers_share_the_jobs_and_do_none_twice(server: Any) -> None:
    done: Counter[int] = Counter()
    lock = threading.Lock()

    def handle(_: Any, job: Any) -> None:
        with lock:
            done[job.payload["n"]] += 1

    for n in range(120):
        _leave(server, n=n)
    workers = [_worker(server, handle) for _ in range(3)]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + 30
    while _listed(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    for worker in workers:
        worker.stop()
    assert done == Counter(range(120))


def test_a_slow_job_does_not_keep_the_others_waiting(server: Any) -> None:
    release, done = threading.Event(), []

    def handle(_: Any, job: Any) -> None:
        if job.payload["slow"]:
            release.wait(20)
        done.append(job.payload["slow"])

    for n in range(3 * SLOTS):
        _leave(server, slow=n == 0)
    worker = _worker(server, handle)
    worker.start()
    deadline = time.monotonic() + 10
    while len(done) < 3 * SLOTS - 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert done == [False] * (3 * SLOTS - 1)
    release.set()
    worker.stop()


def test_a_job_is_begun_when_its_transaction_commits_not_at_the_next_look(server: Any) -> None:
    began = threading.Event()
    worker = _worker(server, lambda *_: began.set())
    worker.start()
    time.sleep(0.3)
    _leave(server)
    assert began.wait(0.5)
    worker.stop()


def test_a_periodic_task_runs_when_its_time_has_come_on_one_worker(server: Any) -> None:
    runs: list[int] = []
    task = Periodic("task", dt.timedelta(hours=1), lambda _: runs.append(1))
    workers = [_worker(server, None, periodic=(task,)) for _ in range(2)]

    def turn() -> None:
        for worker in workers:
            for future in worker.run_periodic():
                future.result()

    turn()
    turn()
    assert len(runs) == 1
    server.clock.advance(hours=1)
    turn()
    assert len(runs) == 2


def test_a_periodic_task_that_fails_runs_again_at_its_next_time(server: Any) -> None:
    runs: list[int] = []

    def fail(_: Any) -> None:
        runs.append(1)
        raise RuntimeError

    worker = _worker(server, None, periodic=(Periodic("task", dt.timedelta(hours=1), fail),))
    for _ in range(2):
        for future in worker.run_periodic():
            future.result()
        server.clock.advance(hours=1)
    assert len(runs) == 2


def test_the_worker_keeps_few_connections(server: Any) -> None:
    worker = _worker(server, lambda installation, _: _look(installation))
    for _ in range(30):
        for _ in range(4):
            _leave(server)
        while worker.run_due():
            pass
    # one of this thread, those of the database's own threads and of the worker's
    assert len(server.installation.database.opened) <= 1 + 8 + SLOTS


def _look(installation: Any) -> None:
    with installation.database.read() as session:
        queue.due(session, now=dt.datetime.now(dt.UTC))
