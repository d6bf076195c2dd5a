"""What a check has found: where, what stands there, what belongs there, and what to do, in Italian and in English."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about a file."""

    code: str
    """Code of the SdI (`00423`), or `W-…` for what the SdI lets pass and a reader will complain of."""
    path: str
    """Place of the element: `FatturaElettronicaBody[1]/DatiBeniServizi/DettaglioLinee[3]/PrezzoTotale`."""
    value: str
    expected: str
    message_it: str
    message_en: str
    remedy_it: str
    remedy_en: str

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether the SdI would refuse the file for it."""
        return "warning" if self.code.startswith("W-") else "error"
