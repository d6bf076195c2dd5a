"""The metadata of every table, with all the modules imported that declare one."""

from mastro.database.schema import metadata
from mastro.resources import operations

__all__ = ["metadata", "operations"]
