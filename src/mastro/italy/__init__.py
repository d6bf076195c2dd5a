"""Italian law and geography as data: each table a file in `data/`, each module the typed way to read it.

Nothing is read before it is asked for, and every table is read once.
"""
