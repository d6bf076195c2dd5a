"""One thread that works for the event loop: what a pool of one would do, at a third of its cost per piece of work."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Lane(Executor):
    """Runs pieces of work one after the other, in the order in which they are asked for."""

    def __init__(self, name: str) -> None:
        self.queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.starting = threading.Lock()

    def _put(self, work: Callable[[], None]) -> None:
        if not self.thread.ident:
            with self.starting:
                if not self.thread.ident:
                    self.thread.start()
        self.queue.put(work)

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns, or raise what it raises; for callers on an event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def do() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001  (raised again where it is awaited)
                _tell(loop, _fail, future, error)
            else:
                _tell(loop, _succeed, future, result)

        self._put(do)
        return await future

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See `Executor.submit`; for callers in other threads."""
        future: Future[T] = Future()

        def do() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  (raised again where the result is asked for)
                future.set_exception(error)

        self._put(do)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  (Executor's)
        """See `Executor.shutdown`."""
        del cancel_futures  # what was asked for is done: it may be a commit that somebody waits for
        if self.thread.ident:
            self.queue.put(None)
            if wait:
                self.thread.join()

    def _run(self) -> None:
        while (work := self.queue.get()) is not None:
            work()


def _tell(loop: asyncio.AbstractEventLoop, how: Callable[..., None], *what: Any) -> None:
    if not loop.is_closed():  # a server that was stopped meanwhile has nobody to answer to
        loop.call_soon_threadsafe(how, *what)


def _succeed(future: "asyncio.Future[Any]", result: Any) -> None:
    if not future.done():  # the caller may have gone
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
