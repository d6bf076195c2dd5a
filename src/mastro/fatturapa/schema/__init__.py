"""The declaration of the formats as our own tables of facts: writer, reader and structural check all derive from it."""

from mastro.fatturapa.schema.grammar import Block, Choice, Element, Kind, Schema
from mastro.fatturapa.schema.ordinary import ORDINARY
from mastro.fatturapa.schema.simplified import SIMPLIFIED

__all__ = ["ORDINARY", "SIMPLIFIED", "Block", "Choice", "Element", "Kind", "Schema"]
