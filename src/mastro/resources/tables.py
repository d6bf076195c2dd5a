"""The metadata of every table, with all the modules imported that declare one."""

from mastro.database.schema import metadata
from mastro.resources import operations
from mastro.resources.table_imports import store

__all__ = ["metadata", "operations", "store"]
