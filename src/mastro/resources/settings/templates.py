"""Templates: the layouts of the PDF. They are part of the program, the same for every company."""

from mastro.api import fields as narrowing
from mastro.api.call import Call
from mastro.api.errors import NotFound
from mastro.api.operation import FIELDS, FIELDSET, Operation
from mastro.database.collection import encoder
from mastro.italy.templates import TEMPLATES, by_id
from mastro.model.settings import DocumentTemplate

BASIC = ("id", "name", "type")


def list_templates(call: Call) -> bytes:
    """All layouts."""
    wanted = narrowing.wanted(call.query, "basic", BASIC)
    shown = [narrowing.narrow(encoder.encode(template), wanted) for template in TEMPLATES]
    return b'{"data":[%s]}' % b",".join(shown)


def get_template(call: Call) -> bytes:
    """One layout."""
    template = by_id(call.id("template_id"))
    if template is None:
        raise NotFound("Template not found.")
    wanted = narrowing.wanted(call.query, "detailed", BASIC)
    return b'{"data":%s}' % narrowing.narrow(encoder.encode(template), wanted)


OPERATIONS = (
    Operation(
        "listTemplates",
        "GET",
        "/c/{company_id}/settings/templates",
        list_templates,
        "Settings",
        "List Templates",
        query=(FIELDS, FIELDSET),
        answer=list[DocumentTemplate],
    ),
    Operation(
        "getTemplate",
        "GET",
        "/c/{company_id}/settings/templates/{template_id}",
        get_template,
        "Settings",
        "Get Template",
        query=(FIELDS, FIELDSET),
        answer=DocumentTemplate,
    ),
)
