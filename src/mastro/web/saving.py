"""A form that is saved: its fields → an operation → where to go on, or the same form with what is wrong in it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mastro.api.errors import ApiError, BadRequest, Conflict, Forbidden, Invalid, TooLarge
from mastro.model.base import Body
from mastro.web import refusals
from mastro.web.forms import typed
from mastro.web.visit import Visit


@dataclass(slots=True)
class Saved:
    """What came of it."""

    data: dict[str, Any]
    """The answer's `data`; what was typed, where it was refused."""
    errors: dict[str, str] = field(default_factory=dict)
    """Message by input."""
    error: str = ""
    """What is wrong with no single input."""

    @property
    def done(self) -> bool:
        """True where nothing was refused."""
        return not self.errors and not self.error

    @property
    def shown(self) -> dict[str, Any]:
        """What the page with the form needs: `visit.page("x/form.html", **saved.shown)`."""
        status = 200 if self.done else 422
        return {"status": status, "entry": self.data, "errors": self.errors, "error": self.error}


async def save(
    visit: Visit,
    operation: str,
    body: type[Body],
    fields: Mapping[str, str],
    *,
    path: Mapping[str, object] | None = None,
    more: Mapping[str, object] | None = None,
    **beside: object,
) -> Saved:
    """Call a create or a modify with what was typed; `more` are keys of its data that no input fills."""
    data = typed(body, fields, visit.say.code)
    data.update(more or {})
    if data.errors:
        return Saved(data, {name: visit.say(words) for name, words in data.errors.items()})
    return await attempt(visit, data, lambda: visit.call(operation, path=path, data=data, **beside))


async def attempt(visit: Visit, typed: Mapping[str, Any], work: Callable[[], Awaitable[Any]]) -> Saved:
    """Do something that may be refused; what was typed comes back where it is."""
    said = partial(refusals.said, say=visit.say)
    try:
        answer = await work()
    except Invalid as why:
        errors = refusals.by_input(why.validation, visit.say)
        return Saved(dict(typed), errors, "" if errors else said(why.message))
    except (Conflict, BadRequest, TooLarge) as why:
        return Saved(dict(typed), refusals.by_input(why.validation, visit.say), said(why.message))
    except Forbidden as why:
        if why.code == Forbidden.code:
            raise
        return Saved(dict(typed), error=said(why.message))
    return Saved(answer.get("data") or {})


async def refused(visit: Visit, operation: str, **request: Any) -> str:
    """Do one of several steps, so that none keeps another back: why it is refused, "" where it is done."""
    try:
        await visit.call(operation, **request)
    except ApiError as why:
        told = refusals.by_input(why.validation, visit.say)
        return " ".join(dict.fromkeys(told.values())) or refusals.said(why.message, visit.say)
    return ""
