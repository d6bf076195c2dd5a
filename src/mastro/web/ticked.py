"""Forms about several rows of a list: what is typed beside them, and the ids of the rows that are ticked."""

from urllib.parse import parse_qsl

from mastro.web.pages import BAD_FORM, WrongForm
from mastro.web.visit import Visit

MOST = 500
"""Rows that one form is about."""


async def form_with_ids(visit: Visit) -> tuple[dict[str, str], list[int]]:
    """The fields of the form that was sent, and the ids that are ticked, each once. Raises WrongForm."""
    fields, ids = await form_with_ticked(visit)
    if any(not (id.isascii() and id.isdigit() and len(id) < 12) for id in ids):
        raise WrongForm(BAD_FORM)
    return fields, [int(id) for id in ids]


async def form_with_ticked(visit: Visit) -> tuple[dict[str, str], list[str]]:
    """The same for rows whose ids are no numbers."""
    raw = await visit.site.body(visit.request, visit.site.settings.body_limit)
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST * 4)
    except ValueError:
        raise WrongForm(BAD_FORM) from None
    ids = dict.fromkeys(value for name, value in pairs if name == "ids")
    if len(ids) > MOST:
        raise WrongForm(BAD_FORM)
    return {name: value for name, value in pairs if name != "ids"}, list(ids)
