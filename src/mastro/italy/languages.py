"""The nine languages of a PDF, with their Italian names."""

from mastro.model.issued_document import Language

_NAMES = {
    "it": "Italiano",
    "en": "Inglese",
    "de": "Tedesco",
    "fr": "Francese",
    "es": "Spagnolo",
    "pt": "Portoghese",
    "el": "Greco",
    "pl": "Polacco",
    "sl": "Sloveno",
}

CODES = frozenset(_NAMES)


def all_languages() -> tuple[Language, ...]:
    """Return the languages, Italian first."""
    return tuple(Language(code=code, name=name) for code, name in _NAMES.items())


def by_code(code: str) -> Language | None:
    """Return the language with this code, in any case, or None."""
    name = _NAMES.get(code.lower())
    return Language(code=code.lower(), name=name) if name else None
