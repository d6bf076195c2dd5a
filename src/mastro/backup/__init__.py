"""Backup and restore of a whole installation: rows, files and keys in one package, the same for either database.

Tables are kept row by row, so that what was backed up on SQLite can be restored to PostgreSQL and the other way round.
"""

from mastro.backup.making import Made, daily, recorded, usual_path, work
from mastro.backup.restoring import CannotRestore, Restored, restore, verify

__all__ = ["CannotRestore", "Made", "Restored", "daily", "recorded", "restore", "usual_path", "verify", "work"]
