"""The company's logo, which its documents print. Ours: the vendor keeps it to its web interface."""

from functools import lru_cache

import structlog

from mastro.api.call import Call
from mastro.api.errors import NotFound, TooLarge, invalid
from mastro.api.multipart import parse
from mastro.api.operation import Answer, Operation
from mastro.delivery.storage import StorageUnavailable
from mastro.model.base import Body
from mastro.model.company import Company
from mastro.pdf import read_logo
from mastro.resources import attachments
from mastro.resources.company import load_company, lock_settings
from mastro.resources.file_types import BEGIN, TYPES, extension_of
from mastro.resources.settings.company import CompanySettingsShown, shown, store_company
from mastro.settings import Settings

log = structlog.get_logger()

LARGEST = 1_000_000
"""Bytes of a logo: it goes into every PDF."""

EXTENSIONS = frozenset({"png", "jpg", "jpeg"})
"""No SVG: a browser would run what is in it."""


class _Named(Body):
    attachment_token: str = ""


def logo_of(settings: Settings, company: Company) -> bytes | None:
    """The picture, None without one. Where it cannot be reached, a document is printed without."""
    found = attachments.read_token(company.logo) if company.logo else None
    if found is None:
        return None
    try:
        return _content(settings, attachments.storage_key(company.id or 0, "logo", found[0]))
    except (StorageUnavailable, LookupError):
        log.warning("logo not reached", company=company.id)
        return None


@lru_cache(maxsize=8)
def _content(settings: Settings, key: str) -> bytes:
    """Kept, because every PDF needs it, and what is stored under a key never changes. Raises LookupError."""
    stored = attachments.storage_of(settings).get(key)
    if stored is None:
        raise LookupError(key)
    return b"".join(stored.chunks)


def get_company_logo(call: Call) -> Answer:
    """The picture. Raises NotFound without one."""
    company, _ = load_company(call.session, call.company_id)
    content = logo_of(call.settings, company)
    found = attachments.read_token(company.logo) if company.logo else None
    if content is None or found is None:
        raise NotFound
    media_type = TYPES[extension_of(found[1])].media_type
    return Answer(content, media_type, headers={"X-Content-Type-Options": "nosniff"})


def set_company_logo(call: Call) -> bytes:
    """Print this picture (PNG or JPEG) on every document from now on. Raises Invalid, TooLarge."""
    file = parse(call.content_type, call.raw).get("attachment")
    if file is None or not file.filename or not file.size:
        raise invalid("attachment", "The attachment field is required.")
    if file.size > LARGEST:
        raise TooLarge(f"The attachment is longer than the {LARGEST} bytes that are allowed.")
    name = attachments.file_name(file.filename)
    attachments.check_type(name, file.begin(BEGIN), EXTENSIONS)
    content = b"".join(file.content)
    if read_logo(content) is None:
        raise invalid("attachment", "The attachment is not a picture that can be printed.", code="WRONG_CONTENT")
    return _change(call, attachments.keep(call, "logo", name, content))


def delete_company_logo(call: Call) -> bytes:
    """Print no logo any more."""
    return _change(call, "")


def _change(call: Call, token: str) -> bytes:
    settings = lock_settings(call.session, call.company_id)
    company, _ = load_company(call.session, call.company_id)
    if token:
        named = _Named(token)
        attachments.bind(call, "logo", named, _Named(company.logo))
        company.logo = named.attachment_token
    else:
        attachments.release(call, "logo", company.logo)
        company.logo = ""
    store_company(call, company)
    return shown(company, settings)


_PATH = "/c/{company_id}/settings/company/logo"

OPERATIONS = (
    Operation(
        "getCompanyLogo",
        "GET",
        _PATH,
        get_company_logo,
        "Settings",
        "Get Company Logo",
        slow=True,
        answer=str,
        media_type="image/png",
    ),
    Operation(
        "setCompanyLogo",
        "POST",
        _PATH,
        set_company_logo,
        "Settings",
        "Set Company Logo",
        scope="settings",
        writes=True,
        form={"attachment": {"type": "string", "format": "binary"}},
        answer=CompanySettingsShown,
    ),
    Operation(
        "deleteCompanyLogo",
        "DELETE",
        _PATH,
        delete_company_logo,
        "Settings",
        "Delete Company Logo",
        scope="settings",
        writes=True,
        answer=CompanySettingsShown,
    ),
)
