"""Certified mail (PEC) of a company: its box, what came into it, and what became of it."""
