"""The attachment of an issued document: uploaded first, bound by its token, removed by an operation of its own."""

from mastro.api.errors import Forbidden
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.model.issued_document import IssuedDocument
from mastro.resources import attachments
from mastro.resources.issued_documents.completion import NOT_EDITABLE
from mastro.resources.issued_documents.documents import resource

SCOPES = tuple(f"issued_documents.{scope}" for scope in dict.fromkeys(DOCUMENT_SCOPES.values()))


def _refuse_locked(document: IssuedDocument) -> None:
    """Raise Forbidden for a document that the SdI has: its attachment is part of what was sent."""
    if document.locked:
        raise Forbidden(NOT_EDITABLE, code="DOCUMENT_LOCKED")


OPERATIONS = (
    attachments.upload_operation(
        "uploadIssuedDocumentAttachment", resource.path, resource.tag, "issued_documents", scopes=SCOPES
    ),
    attachments.delete_operation("deleteIssuedDocumentAttachment", resource, "issued_documents", check=_refuse_locked),
)
