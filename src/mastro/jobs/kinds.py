"""Every kind of job with its handler, and every periodic task."""

from mastro.jobs.worker import Handler, Periodic

HANDLERS: dict[str, Handler] = {}

PERIODIC: tuple[Periodic, ...] = ()
