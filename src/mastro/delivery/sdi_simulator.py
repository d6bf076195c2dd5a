"""A channel to an SdI of its own: it takes every file at once, and its messages are played afterwards.

What the messages say is worked out in `mastro.fatturapa.simulation`; nothing leaves the machine.
"""

from dataclasses import dataclass

from mastro.delivery.sdi import Receipt
from mastro.fatturapa.simulation import identifier_of

NAME = "simulator"
"""By which a company's settings call the channel. A company with it is in test mode."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """The channel of a company in test mode."""

    name: str = NAME

    def send(self, file_name: str, xml: bytes) -> Receipt:  # noqa: ARG002  (the file was kept before it is sent)
        """See `SdiChannel.send`. A file that comes twice gets the same identifier."""
        return Receipt(identifier_of(file_name), "sent")
