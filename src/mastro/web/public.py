"""The page of a document for its customer: no account, no token, the signed link is the permission."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import segno
from segno import helpers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mastro.resources.issued_documents import public
from mastro.resources.issued_documents.public import EURO, Shown, ToPay
from mastro.resources.issued_documents.public_links import LinkEnded
from mastro.web.language import LOCALES, N_, Code
from mastro.web.linked import GONE, or_gone
from mastro.web.pages import Site
from mastro.web.sections.issued_documents.document import MOST_PICTURES
from mastro.web.sections.issued_documents.states import TYPES

LARGEST_TRANSFER = 999_999_999
"""Euro that a code for a transfer can name."""

ENDED = N_("Questo link non è più attivo")
ENDED_WHY = N_(
    "È scaduto, oppure chi l’ha creato l’ha revocato. Chiedi un nuovo link a chi ti ha mandato il documento."
)
NOTHING = N_("Questo documento non si può vedere")
NOTHING_WHY = N_(
    "Il link è scaduto, è incompleto, oppure il documento non c’è più. Chiedi un nuovo link a chi te l’ha mandato."
)

PRIVATE = {"Cache-Control": "private, max-age=60", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"}


def routes(site: Site) -> Sequence[Route]:
    """The addresses; those of the PDF and the attachment are in `web.linked`."""

    async def found(request: Request) -> Shown | None:
        token = request.path_params["token"]
        return await asyncio.get_running_loop().run_in_executor(None, public.look, site.installation, token)

    async def show(request: Request) -> Response:
        try:
            shown = await found(request)
        except LinkEnded:
            return _refuse(site, request, ENDED, ENDED_WHY, 410)
        if shown is None:
            return _refuse(site, request, NOTHING, NOTHING_WHY, 404)
        if request.method == "GET" and await site.user(request) is None:  # who issued it looks at it, too
            await site.write(lambda session: public.seen(site.installation, session, shown.place))
        return _page(site, request, shown)

    async def picture(request: Request) -> Response:
        shown, page = await found(request), request.path_params["page"]
        if shown is None or not 1 <= page <= len(shown.pictures):
            return PlainTextResponse(GONE, 404)
        return Response(shown.pictures[page - 1], media_type="image/png", headers=PRIVATE)

    async def xml(request: Request) -> Response:
        token = request.path_params["token"]
        answer = await asyncio.get_running_loop().run_in_executor(None, public.xml, site.installation, token)
        if answer is None:
            return PlainTextResponse(GONE, 404)
        disposition = answer.headers["Content-Disposition"].replace("inline", "attachment", 1)
        return Response(answer.body, media_type="text/xml", headers={**PRIVATE, "Content-Disposition": disposition})

    return [
        Route("/doc/{token}/pages/{page:int}", or_gone(picture), methods=["GET"]),
        Route("/doc/{token}.xml", or_gone(xml), methods=["GET"]),
        Route("/doc/{token}", site.handled(show), methods=["GET"]),
    ]


def _refuse(site: Site, request: Request, title: str, why: str, status: int) -> Response:
    response = site.refuse(request, title, why, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(site: Site, request: Request, shown: Shown) -> Response:
    document, code = shown.document, cast("Code", shown.language)
    say = LOCALES[code]
    currency = (document.currency and document.currency.id) or EURO
    number = f"{document.number}{document.numeration}"
    response = site.page(
        "public.html",
        request,
        language=code,
        frame="app public",
        shown=shown,
        document=document,
        title=f"{say(TYPES[document.type or 'invoice'][0])} {number}",
        currency=currency,
        pages=range(1, min(len(shown.pictures), MOST_PICTURES) + 1),
        here=f"/doc/{request.path_params['token']}",
        transfer=transfer_code(shown.to_pay) if shown.to_pay and currency == EURO else "",
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def transfer_code(to_pay: ToPay) -> str:
    """The transfer as a code that a bank's app reads (EPC069-12), as address of a picture; "" where none can be."""
    if not to_pay.iban or not 0 < to_pay.amount <= LARGEST_TRANSFER:
        return ""
    try:
        made: Any = helpers.make_epc_qr(to_pay.beneficiary[:70], to_pay.iban, to_pay.amount, text=to_pay.text[:140])
    except (ValueError, segno.DataOverflowError):
        return ""
    drawn: str = made.svg_data_uri(scale=4, light="#fff", border=3)
    return drawn
