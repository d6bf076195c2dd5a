"""The index of a package as preservation services read it: a PIndex after UNI 11386:2020 (SInCRO).

It describes what is handed over. The service that preserves it, or the company's own *responsabile della
conservazione*, completes and signs it: a program cannot be an authorised signer.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://www.uni.com/U3011/sincro-v2/"

LAW = "DM 17/6/2014; linee guida AgID sulla formazione, gestione e conservazione dei documenti informatici"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A file of a package."""

    path: str
    sha256: str
    group: str
    """Key of `GROUPS`."""


@dataclass(frozen=True, slots=True)
class About:
    """Whose package it is, and of which days."""

    name: str
    vat_number: str
    tax_code: str
    country: str
    first: dt.date
    last: dt.date
    version: str
    """Of the program."""

    @property
    def id(self) -> str:
        """Name of the package, the same for the same company and days."""
        who = self.tax_code or self.vat_number or "-"
        return f"{self.country}{who}-{self.first.isoformat()}-{self.last.isoformat()}"

    @property
    def agent(self) -> str:
        """The company as the standard names an agent."""
        return f"VAT{self.country}-{self.vat_number}" if self.vat_number else f"TIN{self.country}-{self.tax_code}"


GROUPS = {
    "issued": "Fatture elettroniche emesse",
    "discarded": "File scartati dallo SdI",
    "received": "Fatture elettroniche ricevute",
    "notices": "Notifiche e ricevute dello SdI",
    "simulated": "File di prova, scambiati con uno SdI simulato: non sono fatture",
}

_FORMATS = {"xml": "application/xml", "p7m": "application/pkcs7-mime", "zip": "application/zip"}


def pindex(about: About, files: Iterable[Indexed]) -> Iterator[str]:
    """The index, line by line; the files come as they are given, group by group."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<PIndex xmlns="{NAMESPACE}" sincroVersion="2.0" language="it">\n'
    yield f' <SelfDescription>\n  <ID scheme="local">{escape(about.id)}-PIndex</ID>\n  <CreatingApplication>'
    yield f"<Name>Mastro</Name><Version>{escape(about.version)}</Version><Producer>Mastro</Producer>"
    yield "</CreatingApplication>\n </SelfDescription>\n"
    yield f' <PVolume>\n  <ID scheme="local">{escape(about.id)}</ID>\n'
    days = f"dal {about.first.isoformat()} al {about.last.isoformat()}"
    yield f"  <Label>Fatture elettroniche {days}</Label>\n </PVolume>\n"
    group = ""
    for file in files:
        if file.group != group:
            yield " </FileGroup>\n" if group else ""
            group = file.group
            yield f' <FileGroup>\n  <ID scheme="local">{group}</ID>\n  <Label>{GROUPS[group]}</Label>\n'
        yield _file(file)
    yield " </FileGroup>\n" if group else ""
    yield from _process(about)
    yield "</PIndex>\n"


def _file(file: Indexed) -> str:
    extension = file.path.rpartition(".")[2].lower()
    format = _FORMATS.get(extension, "application/octet-stream")
    return (
        f'  <File encoding="binary" format={quoteattr(format)} extension={quoteattr("." + extension)}>'
        f'<ID scheme="local">{escape(file.path)}</ID><Path>{escape(file.path)}</Path>'
        f'<Hash hashFunction="SHA-256">{file.sha256}</Hash></File>\n'
    )


def _process(about: About) -> Iterator[str]:
    agent = (
        f"<AgentID>{escape(about.agent)}</AgentID><AgentName><FormalName>{escape(about.name)}</FormalName></AgentName>"
    )
    yield f' <Process>\n  <Submitter agentType="legal person">{agent}</Submitter>\n'
    yield f'  <Holder agentType="legal person" holderRole="soggetto produttore">{agent}</Holder>\n'
    # the end of the period, not the moment of making: the same package made again is the same, byte by byte
    yield f'  <TimeReference><TimeInfo attachedTimeStamp="false">{about.last.isoformat()}T23:59:59</TimeInfo>'
    yield f"</TimeReference>\n  <LawsAndRegulations>{LAW}</LawsAndRegulations>\n </Process>\n"
