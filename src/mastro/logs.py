"""The log: one line of JSON per event on standard error, readable lines where a person watches.

Tracebacks show no local variables: they would write tokens and customers' data into the log.
"""

import sys

import structlog


def configure() -> None:
    """Set up the log of this process."""
    exceptions = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    watched = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(
                [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
                if watched
                else [structlog.processors.ExceptionRenderer(exceptions), structlog.processors.JSONRenderer()]
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
