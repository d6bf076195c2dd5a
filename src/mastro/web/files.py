"""Files that operations answer with, handed on to the browser."""

from starlette.responses import Response

from mastro.api.operation import Answer


def as_file(answer: Answer) -> Response:
    """The file of an answer, as it would go over the wire."""
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", **answer.headers}
    return Response(answer.body, answer.status, media_type=answer.media_type, headers=headers)
