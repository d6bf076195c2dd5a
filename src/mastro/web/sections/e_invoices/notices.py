"""A message of the SdI in readable form."""

import contextlib

from lxml import etree
from starlette.responses import Response

from mastro.fatturapa import Notice, UnreadableError, read_notice
from mastro.fatturapa.p7m import content
from mastro.web.files import as_file
from mastro.web.sections.e_invoices import words
from mastro.web.visit import Visit


async def show(visit: Visit) -> Response:
    """The message, or the file itself where `download` is asked for."""
    path = {"document_id": visit.request.path_params["id"], "file_name": visit.request.path_params["name"]}
    answer = await visit.answer("getEInvoiceNotice", path=path)
    if "download" in visit.query:
        return as_file(answer)
    notice: Notice | None = None
    with contextlib.suppress(UnreadableError):
        notice = read_notice(answer.body)
    return visit.page(
        "e_invoices/notice.html",
        notice=notice,
        kind=visit.say(words.NOTICES.get(notice.type, notice.type)) if notice else "",
        name=path["file_name"],
        document_id=path["document_id"],
        xml=_indented(answer.body),
    )


def _indented(body: bytes) -> str:
    """The XML with a line for each element; empty for an archive."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        return etree.tostring(etree.fromstring(content(body), parser), pretty_print=True, encoding="unicode")
    except (etree.XMLSyntaxError, ValueError):
        return ""
