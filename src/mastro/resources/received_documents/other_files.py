"""The files that came with a received document: its own, and those that the supplier put into its electronic invoice.

The second are taken out of the XML once, when it comes in, and bound and given up like any attachment.
"""

from dataclasses import dataclass
from typing import Protocol

from mastro.api.call import Call
from mastro.database.collection import encoder
from mastro.fatturapa import embedded
from mastro.fatturapa.tree import Tree
from mastro.model.received_document import OtherAttachment
from mastro.resources import attachments

KIND: attachments.Kind = "received_documents"


class Bearer(Protocol):
    """A document with its files."""

    attachment_token: str
    other_attachment_tokens: list[str] | None


@dataclass(slots=True)
class _One:
    attachment_token: str


def hold(call: Call, token: str) -> None:
    """Have one document more name a file. Raises Invalid for one that is not there."""
    attachments.bind(call, KIND, _One(token), None)


def release_one(call: Call, token: str) -> None:
    """Have one document less name a file."""
    attachments.release(call, KIND, token)


def keep_embedded(call: Call, body: Tree) -> list[str] | None:
    """Keep the files that one document of an electronic invoice has in it; their tokens, None where it has none."""
    tokens = []
    for file in embedded(body, largest=call.settings.attachment_limit):
        tokens.append(attachments.keep(call, KIND, file.name, file.content))
        hold(call, tokens[-1])
    return tokens or None


def release(call: Call, document: Bearer) -> None:
    """Give up all files of a document that goes for good."""
    for token in (document.attachment_token, *(document.other_attachment_tokens or ())):
        release_one(call, token)


def links(call: Call, tokens: str | None) -> bytes:
    """The files beside a document's own as the wire has them: names and links, null where there are none."""
    if not tokens:
        return b"null"
    return encoder.encode([_shown(call, token) for token in tokens.split()])


def _shown(call: Call, token: str) -> OtherAttachment:
    _, name = attachments.read_token(token) or ("", "")
    return OtherAttachment(filename=name, attachment=attachments.link(call, KIND, token) or "")
