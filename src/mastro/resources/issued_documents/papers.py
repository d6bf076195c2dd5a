"""The papers of a document: its PDFs, and their pages as pictures (ours: the vendor has signed links only)."""

from mastro.api.call import Call
from mastro.api.errors import NotFound, invalid
from mastro.api.operation import Answer, Operation, Parameter
from mastro.database.collection import encoder
from mastro.model.base import Body
from mastro.model.issued_document import IssuedDocument
from mastro.resources.company import Issuer, load_company
from mastro.resources.issued_documents import links
from mastro.resources.issued_documents.documents import resource


class Paper(Body):
    """One of the papers of a document."""

    kind: links.Kind = "document"
    file_name: str = ""
    pages: int = 0


def get_papers(call: Call) -> bytes:
    """The papers that there are of a document, each with the number of its pages."""
    document = resource.load(call, "r")
    issuer = load_company(call.session, call.company_id)
    papers = [
        Paper(
            kind=kind,
            file_name=links.file_name(document, kind),
            pages=len(links.pictures(call.settings, document, issuer, kind)),
        )
        for kind in links.kinds_of(document)
    ]
    return encoder.encode({"data": papers})


def get_pdf(call: Call) -> Answer:
    """A paper as PDF."""
    document, issuer, kind = _asked(call)
    headers = {"Content-Disposition": f'inline; filename="{links.file_name(document, kind)}"'}
    return Answer(links.render(call.settings, document, issuer, kind), "application/pdf", headers=headers)


def get_picture(call: Call) -> Answer:
    """A page of a paper as picture."""
    document, issuer, kind = _asked(call)
    drawn = links.pictures(call.settings, document, issuer, kind)
    page = call.id("page")
    if not 1 <= page <= len(drawn):
        raise NotFound
    return Answer(drawn[page - 1], "image/png", headers={"Cache-Control": "private, no-cache"})


def _asked(call: Call) -> tuple[IssuedDocument, Issuer, links.Kind]:
    document = resource.load(call, "r")
    asked = call.query.get("kind", "document")
    kind = links.KINDS_BY_NAME.get(asked)
    if kind is None:
        raise invalid("kind", f"The kind field must be one of: {', '.join(links.KINDS_BY_NAME)}.")
    if kind not in links.kinds_of(document):
        raise NotFound
    return document, load_company(call.session, call.company_id), kind


_PATH = f"{resource.path}/{{document_id}}"
_KIND = Parameter("kind", {"type": "string", "enum": list(links.KINDS_BY_NAME)}, "Which paper; the document itself")

OPERATIONS = (
    Operation(
        "listIssuedDocumentPapers",
        "GET",
        f"{_PATH}/papers",
        get_papers,
        resource.tag,
        "List Issued Document Papers",
        slow=True,
        answer=list[Paper],
    ),
    Operation(
        "getIssuedDocumentPdf",
        "GET",
        f"{_PATH}/pdf",
        get_pdf,
        resource.tag,
        "Get Issued Document PDF",
        slow=True,
        query=(_KIND,),
        answer=str,
        media_type="application/pdf",
    ),
    Operation(
        "getIssuedDocumentPicture",
        "GET",
        f"{_PATH}/pages/{{page}}",
        get_picture,
        resource.tag,
        "Get Issued Document Page",
        slow=True,
        query=(_KIND,),
        answer=str,
        media_type="image/png",
    ),
)
