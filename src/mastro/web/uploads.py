"""Forms with files: what they hold, and the same file as an upload of the API takes it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool

from mastro.api import multipart
from mastro.api.errors import Invalid
from mastro.resources.attachments import read_token
from mastro.web.pages import BAD_FORM, WrongForm
from mastro.web.saving import Saved, attempt
from mastro.web.visit import Visit


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a form."""

    name: str
    content: bytes


async def form_with_files(visit: Visit, most: int = multipart.MAX_PARTS) -> tuple[dict[str, str], dict[str, File]]:
    """The fields and the files of a `multipart/form-data` form; an input without a file is left out.

    A form of more than a few fields may be as long as a body may be. Raises WrongForm.
    """
    raw = await visit.site.body(visit.request, visit.site.settings.body_limit)
    kind = visit.request.headers.get("content-type", "")
    try:
        longest = multipart.MAX_TEXT if most == multipart.MAX_PARTS else len(raw)
        parts = await run_in_threadpool(partial(multipart.parse, kind, raw, most=most, longest=longest))
        fields = {name: part.text for name, part in parts.items() if part.filename is None}
    except Invalid:
        raise WrongForm(BAD_FORM) from None
    files = {
        name: File(part.filename, b"".join(part.content))
        for name, part in parts.items()
        if part.filename is not None and (part.filename or part.size)
    }
    return fields, files


async def form_with_attachment(visit: Visit, operation: str, most: int) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of a long form whose `attachment` is uploaded by the operation, and what was refused of it.

    Its token is in the fields. A script sends such a form without its file, as any other. Raises WrongForm.
    """
    if not visit.request.headers.get("content-type", "").startswith("multipart/"):
        site = visit.site
        return await site.form(visit.request, max_fields=most, max_bytes=site.settings.body_limit), {}
    fields, files = await form_with_files(visit, most)
    sent, bound = await upload_for(visit, operation, fields, files.get("attachment"))
    return {**fields, **{key: str(token) for key, token in bound.items()}}, sent.errors


def name_of(token: str) -> str:
    """Name of the file that a token binds."""
    found = read_token(token) if token else None
    return found[1] if found else ""


async def form_with_many(visit: Visit) -> tuple[dict[str, str], list[File]]:
    """The fields and all the files of a form whose input takes several. Raises WrongForm."""
    raw = await visit.site.body(visit.request, visit.site.settings.body_limit)
    kind = visit.request.headers.get("content-type", "")
    try:
        parts = await run_in_threadpool(multipart.parse, kind, raw)
        files = await run_in_threadpool(multipart.parse_files, kind, raw)
        fields = {name: part.text for name, part in parts.items() if part.filename is None}
    except Invalid:
        raise WrongForm(BAD_FORM) from None
    return fields, [File(part.filename or "", b"".join(part.content)) for part in files]


def as_upload(file: File, **fields: str) -> tuple[bytes, str]:
    """Body and content type of an upload of the API with this file as `attachment`, and these fields of our own."""
    boundary = secrets.token_hex(16)
    name = file.name.replace("\\", "_").replace('"', "_").replace("\r", " ").replace("\n", " ")
    more = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'
        for key, text in fields.items()
    )
    head = more + (
        f'--{boundary}\r\nContent-Disposition: form-data; name="filename"\r\n\r\n{name}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="attachment"; filename="{name}"\r\n\r\n'
    )
    return (
        head.encode() + file.content + f"\r\n--{boundary}--\r\n".encode(),
        f"multipart/form-data; boundary={boundary}",
    )


async def upload(visit: Visit, operation: str, file: File) -> str:
    """Upload a file by the operation; the token that binds it to a resource. Raises ApiError."""
    raw, content_type = as_upload(file)
    answer = await visit.call(operation, raw=raw, content_type=content_type)
    return str(answer["data"]["attachment_token"])


async def upload_for(
    visit: Visit, operation: str, fields: Mapping[str, str], file: File | None
) -> tuple[Saved, dict[str, object]]:
    """Upload the file of a form, where there is one: what came of it, and the key that binds it to the resource."""
    if file is None:
        return Saved({}), {}
    taken = file

    async def send() -> dict[str, object]:
        return {"data": {"attachment_token": await upload(visit, operation, taken)}}

    sent = await attempt(visit, fields, send)
    if sent.done:
        return sent, sent.data
    return Saved(dict(fields), {"attachment": sent.error or " ".join(sent.errors.values())}), {}
