"""The port to the SdI (*Sistema di Interscambio*): what a channel must do to carry an electronic invoice there.

A channel only carries. What the SdI answers comes back later as notices, and becomes a status in
`mastro.resources.issued_documents.sending.transition`.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

CarriedStatus = Literal["pending", "sent", "processing"]


class SdiUnavailable(Exception):
    """The channel cannot be reached now; the same file is tried again. The message says why."""

    def __init__(self, reason: str, *, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.in_doubt = in_doubt
        """True where the file may have left all the same."""


class SdiRefused(Exception):
    """The channel will not take this file; another attempt needs a corrected one."""

    def __init__(self, reason: str, *, code: str = "", solution: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.solution = solution


class SdiWaits(Exception):
    """The channel would take the file, but a person must do something first; the message says why."""

    def __init__(self, reason: str, *, solution: str) -> None:
        super().__init__(reason)
        self.solution = solution


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel answers to a file that it took."""

    id: str
    """By which its notices will call the file: *IdentificativoSdI*, or the id of a message; may be empty."""
    status: CarriedStatus
    """How far the file got: `pending` on its way to the SdI, `sent` at the SdI, `processing` being delivered."""


class SdiChannel(Protocol):
    """Carries files to the SdI."""

    @property
    def name(self) -> str:
        """By which a company's settings call it."""
        ...

    def send(self, file_name: str, xml: bytes) -> Receipt:
        """Carry one file. The name is never used twice, so a file that arrives twice is told by it (SdI code 00002).

        Raises SdiUnavailable, SdiRefused or SdiWaits.
        """
        ...


@dataclass(frozen=True, slots=True)
class Manual:
    """No channel: the file waits for a person, who downloads it and hands it in at the tax office's portal.

    So it stays `pending`. To say `sent` of an invoice that nobody has handed in would let its deadline pass unseen.
    """

    name: str = "manual"

    def send(self, file_name: str, xml: bytes) -> Receipt:  # noqa: ARG002  (the file is kept before it is sent)
        """See `SdiChannel.send`."""
        return Receipt("", "pending")
