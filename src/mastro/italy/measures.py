"""The units of measure that a row offers; a row takes any other text too."""

MEASURES: tuple[str, ...] = ("pezzi", "kg", "litri", "ore", "giorni", "km", "mesi")
