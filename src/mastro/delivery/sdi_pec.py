"""The channel of certified mail: a file leaves as an attachment, and the SdI's answers come back into the same box.

Nobody accredits this channel: whoever has a box may write. The first file goes to a published address, all others to
the one that the SdI's first answer names.
"""

import datetime as dt
import hmac
from dataclasses import dataclass

from mastro.delivery.letter import File, Letter, compose
from mastro.delivery.mail import InDoubt, Mailer, MailFailure, PermanentFailure
from mastro.delivery.sdi import Receipt, SdiRefused, SdiUnavailable, SdiWaits
from mastro.fatturapa import read, signatures

NAME = "pec"
"""By which a company's settings call the channel."""

UNSIGNED = "Una fattura alla pubblica amministrazione deve essere firmata prima di partire."
SIGN = "Scaricare il file, firmarlo senza cambiarne il nome e caricarlo firmato: parte da sé."
CHECK_BOX = "Controllare server, utente e password della casella PEC nelle impostazioni, poi inviare di nuovo."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pec:
    """A company's box of certified mail."""

    mailer: Mailer
    address: str
    """Of the box; a provider takes no other sender."""
    to: str
    """Where the SdI wants the files of this company."""
    company: str
    date: dt.datetime
    key: bytes
    """Makes the ids of messages, so that nobody can guess one and forge a receipt for it."""
    name: str = NAME

    def message_id(self, file_name: str) -> str:
        """Message-ID under which a file travels, without angle brackets; the same for every attempt."""
        stem = file_name.partition(".")[0]
        mac = hmac.digest(self.key, f"pec {self.address} {file_name}".encode(), "sha256").hex()[:24]
        return f"{stem}.{mac}@{self.address.rpartition('@')[2]}"

    def send(self, file_name: str, xml: bytes) -> Receipt:
        """See `SdiChannel.send`. The provider's own receipts say later how far the message got."""
        if read(xml).format == "FPA12" and not signatures(xml):
            raise SdiWaits(UNSIGNED, solution=SIGN)
        letter = Letter(
            message_id=self.message_id(file_name),
            date=self.date,
            from_address=self.address,
            from_name=self.company,
            to=[self.to],
            subject=file_name,
            html=f"<p>Fattura elettronica {file_name}</p>",
            files=[File(file_name, xml, "application/pkcs7-mime" if file_name.endswith(".p7m") else "application/xml")],
        )
        try:
            self.mailer.send(compose(letter), self.address, [self.to])
        except InDoubt as failure:
            raise SdiUnavailable(str(failure), in_doubt=True) from failure
        except PermanentFailure as failure:
            raise SdiRefused(str(failure), solution=CHECK_BOX) from failure
        except MailFailure as failure:
            raise SdiUnavailable(str(failure)) from failure
        return Receipt("", "pending")


def stem_of(message_id: str) -> str:
    """Name without extension of the file that a message of this channel carries; nothing of use for another's."""
    return message_id.partition(".")[0]
