"""The code tables of the electronic invoice, in Italian and English, with the days on which the SdI takes each code.

Source: *Specifiche tecniche* of the FatturaPA and its *Rappresentazione tabellare* (ordinary 1.2.3, simplified
1.0.2), as in force since 1 April 2025; descriptions are shortened. Tables are named as the XML names the field that
holds the code.
"""

import datetime as dt
from functools import cache
from typing import Literal

import msgspec

from mastro.italy.tables import day, in_force, rows

TableName = Literal[
    "CausalePagamento",
    "CodiceDestinatario",
    "CondizioniPagamento",
    "EsigibilitaIVA",
    "Esito",
    "FormatoTrasmissione",
    "ModalitaPagamento",
    "Natura",
    "RegimeFiscale",
    "ScartoEsito",
    "SocioUnico",
    "SoggettoEmittente",
    "StatoLiquidazione",
    "TipoCassa",
    "TipoCessionePrestazione",
    "TipoDocumento",
    "TipoDocumentoSemplificata",
    "TipoMessaggio",
    "TipoRitenuta",
    "TipoScontoMaggiorazione",
]


class Code(msgspec.Struct, frozen=True):
    """One code with its meaning; None for a day is an open end."""

    code: str
    it: str
    en: str
    valid_from: dt.date | None
    valid_until: dt.date | None

    def in_force(self, on: dt.date) -> bool:
        """Say whether a document of that day may carry the code."""
        return in_force(self.valid_from, self.valid_until, on)


@cache
def _tables() -> dict[str, dict[str, Code]]:
    """Read `data/codes.csv`: table → code → meaning, in the order of the file."""
    found: dict[str, dict[str, Code]] = {}
    for row in rows("codes"):
        code = Code(row["code"], row["it"], row["en"], day(row["valid_from"]), day(row["valid_until"]))
        found.setdefault(row["table"], {})[code.code] = code
    return found


def table(name: TableName) -> dict[str, Code]:
    """Return all codes of a table, retired ones too, in the order of the specification."""
    return _tables()[name]


def valid(name: TableName, on: dt.date) -> list[Code]:
    """Return the codes of a table that are in force on a day."""
    return [code for code in table(name).values() if code.in_force(on)]


def find(name: TableName, code: str) -> Code | None:
    """Return one code, or None where the table does not have it."""
    return table(name).get(code)


def describe(name: TableName, code: str, language: str = "it") -> str:
    """Return a code's meaning in Italian, or in English for `language="en"`; the code itself where it is unknown."""
    known = find(name, code)
    if known is None:
        return code
    return known.en if language == "en" else known.it


def choices(name: TableName, none: str = "") -> dict[str, str]:
    """Return code → Italian meaning of the codes without an end, as the pre-create info lists them.

    With `none`, the first entry is the empty code with that text ("Nessuna ritenuta").
    """
    first = {"": none} if none else {}
    return first | {code.code: code.it for code in table(name).values() if code.valid_until is None}
