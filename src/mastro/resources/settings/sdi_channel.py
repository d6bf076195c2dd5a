"""By which channel a company's electronic invoices travel to the SdI, and its box of certified mail. Ours."""

import re
from typing import Literal

import msgspec

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation
from mastro.api.sealed import seal
from mastro.database.collection import encoder
from mastro.delivery.letter import WrongAddress, parse_address
from mastro.delivery.sdi_pec import NAME as PEC
from mastro.fatturapa.simulation import UNKNOWN_OUTCOME, order_named
from mastro.model.base import Body, Timestamp
from mastro.model.company import FIRST_SDI_ADDRESS, CompanySettings, PecSettings
from mastro.resources.company import load_settings, lock_settings, store_settings
from mastro.resources.pec import box
from mastro.resources.pec.messages import order_visit

Channel = Literal["manual", "pec", "simulator"]

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?", re.ASCII)

MAX_SECRET = 500
MAX_FOLDER = 200

State = Literal["off", "new", "ok", "failing", "login_refused"]


class PecState(Body):
    """How the reading of the box goes."""

    state: State = "off"
    """`off`: there is no box. `new`: it was not read yet. `login_refused`: it is not read again until something changes
    or somebody orders it."""
    error: str = ""
    """Why the last visit failed, in the server's own words."""
    failing_since: Timestamp = ""
    visited_at: Timestamp = ""


class ChannelSettings(Body):
    """The channel and the box. The password is written, never answered."""

    channel: Channel | None = None
    """`manual`: files are handed in and notices uploaded by a person. `simulator`: test mode."""
    pec: PecSettings | None = None
    """null: no box; an empty address takes it away."""
    password_is_set: bool = False
    test_outcome: str | None = None
    """What the simulated SdI answers where nothing else asks for an outcome, in the words of the header
    `X-Mastro-Sdi-Outcome`: `MC`, `NS:00404`; empty: delivered. It does not apply to customers who cannot answer so."""
    pec_state: PecState = msgspec.field(default_factory=PecState)


def _shown(call: Call, settings: CompanySettings) -> bytes:
    pec = msgspec.structs.replace(settings.pec, password="") if settings.pec else None
    shown = ChannelSettings(
        channel=settings.channel,  # type: ignore[arg-type]  # checked where it is set
        pec=pec,
        password_is_set=bool(settings.pec and settings.pec.password),
        test_outcome=settings.test_outcome,
        pec_state=_state(call),
    )
    return encoder.encode({"data": shown})


def _state(call: Call) -> PecState:
    found = box.state(call.session, call.company_id)
    if found is None:
        return PecState()
    now: State = "ok" if found.visited_at else "new"
    if found.error:
        now = "login_refused" if found.login_refused else "failing"
    return PecState(state=now, error=found.error, failing_since=found.failing_since, visited_at=found.visited_at)


def get_sdi_channel(call: Call) -> bytes:
    """The channel of the company, its box, and how the reading of the box goes."""
    return _shown(call, load_settings(call.session, call.company_id))


def modify_sdi_channel(call: Call) -> bytes:
    """Choose the channel, and set the box of certified mail, which is then read: `pec_state` tells how that went.

    Without a password the box keeps the one that it has, as long as it stays on the same servers. Raises Invalid.
    """
    sent = call.parse(ChannelSettings).data
    settings = lock_settings(call.session, call.company_id)
    if sent.pec is not None:
        settings.pec = _box(call, sent.pec, settings.pec)
        box.follow(call.session, call.company_id, settings.pec)
    settings.sdi_channel = sent.channel or settings.sdi_channel
    if settings.sdi_channel == PEC and settings.pec is None:
        raise invalid("data.channel", "Per trasmettere con la PEC serve una casella: indicarla in data.pec.")
    if sent.test_outcome is not None:
        settings.test_outcome = _outcome(sent.test_outcome)
    store_settings(call.session, call.company_id, settings)
    if sent.pec is not None and settings.pec is not None:
        order_visit(call)
    return _shown(call, settings)


def _outcome(named: str) -> str:
    """The name of an outcome as it is stored. Raises Invalid."""
    named = named.strip().upper()
    if named and order_named(named) is None:
        raise invalid("data.test_outcome", UNKNOWN_OUTCOME)
    return named


def _box(call: Call, sent: PecSettings, before: PecSettings | None) -> PecSettings | None:
    """The box as it is stored; None where it is taken away. Raises Invalid."""
    if not sent.address.strip():
        return None
    sent.address = _address("address", sent.address)
    sent.sdi_address = _address("sdi_address", sent.sdi_address or FIRST_SDI_ADDRESS)
    _check_servers(call, sent)
    for key, value, most in (
        ("user", sent.user, MAX_SECRET),
        ("password", sent.password, MAX_SECRET),
        ("imap_folder", sent.imap_folder, MAX_FOLDER),
    ):
        if len(value) > most or not value.isprintable():
            raise invalid(f"data.pec.{key}", f"Il campo data.pec.{key} ha al massimo {most} caratteri visibili.")
    sent.imap_folder = sent.imap_folder or "INBOX"
    same_servers = before is not None and _servers(before) == _servers(sent)
    if sent.password:
        sent.password = seal(call.settings.key, sent.password, box.secret_of(call.company_id))
    elif before is not None and same_servers:
        sent.password = before.password
    if not sent.password:
        raise invalid("data.pec.password", "Il campo data.pec.password è obbligatorio.")
    sent.since = sent.since or (before.since if before else None) or call.now.date()
    same_sender = before is not None and (before.address, before.sdi_address) == (sent.address, sent.sdi_address)
    # the SdI assigns it to an address, not to a company
    sent.assigned_address = before.assigned_address if before is not None and same_sender else ""
    return sent


def _servers(pec: PecSettings) -> tuple[str, str]:
    """Who gets the password."""
    return pec.smtp_host, pec.imap_host


def _address(key: str, value: str) -> str:
    try:
        return parse_address(value).lower()
    except WrongAddress as error:
        raise invalid(f"data.pec.{key}", str(error)) from None


def _check_servers(call: Call, pec: PecSettings) -> None:
    """Raise Invalid for what can be no server of certified mail; one without encryption is for development only."""
    for kind, host, port, security in (
        ("smtp", pec.smtp_host, pec.smtp_port, pec.smtp_security),
        ("imap", pec.imap_host, pec.imap_port, pec.imap_security),
    ):
        key = f"data.pec.{kind}"
        if not _HOST.fullmatch(host):
            raise invalid(f"{key}_host", f"Il campo {key}_host è il nome di un server, come {kind}.pec.example.it.")
        if not 0 <= port <= 65535:
            raise invalid(f"{key}_port", f"Il campo {key}_port deve essere tra 0 e 65535.")
        if security == "none" and not call.settings.private_sinks:
            raise invalid(f"{key}_security", f"Il campo {key}_security deve essere tls o starttls.")


_PATH = "/c/{company_id}/settings/sdi_channel"

OPERATIONS = (
    Operation(
        "getSdiChannel",
        "GET",
        _PATH,
        get_sdi_channel,
        "Settings",
        "Get SdI Channel",
        scope="settings",
        answer=ChannelSettings,
    ),
    Operation(
        "modifySdiChannel",
        "PUT",
        _PATH,
        modify_sdi_channel,
        "Settings",
        "Modify SdI Channel",
        scope="settings",
        writes=True,
        body=ChannelSettings,
        answer=ChannelSettings,
    ),
)
