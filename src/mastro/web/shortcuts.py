"""The keyboard: the one table of shortcuts, which the pages listen by and the list of them is made of."""

from dataclasses import dataclass

from mastro.web.language import N_


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What keys do. `name` is what a script acts on; without one the keys belong to a part of a page and stay."""

    keys: str
    """As a browser names them; `Control+` is Command on a Mac, a space stands between keys that follow one another."""
    words: str
    name: str = ""
    function: str = ""
    """The key of it in programs that go by function keys."""


EVERYWHERE = (
    Shortcut("?", N_("Questo elenco"), "help"),
    Shortcut("Control+k", N_("Cerca o comanda, da qualsiasi punto"), "palette"),
    Shortcut("/", N_("Vai al filtro dell’elenco"), "filter"),
    Shortcut("n", N_("Nuovo, nell’elenco che è aperto"), "new", "F1"),
    Shortcut("z", N_("Cambia azienda"), "company"),
)
"""Shortcuts of every page; the letters after `g` are in web/navigation.py."""

ON_PAGES = (
    Shortcut("F2", N_("Salva il modulo che è aperto"), "save", "F2"),
    Shortcut("", N_("Apri il PDF del documento, per stamparlo"), "print", "F3"),
    Shortcut("F4", N_("Manda il documento per e-mail"), "email", "F4"),
)
"""Shortcuts of pages that have such a thing. F1 and F3 are a browser's own: they hold only for who chooses them."""

EDITOR = (
    Shortcut("Enter", N_("Riga successiva")),
    Shortcut("Control+Enter", N_("Salva")),
    Shortcut("Control+d", N_("Duplica la riga")),
    Shortcut("Control+Delete", N_("Elimina la riga")),
    Shortcut("Alt+ArrowUp", N_("Sposta la riga in su")),
    Shortcut("Alt+ArrowDown", N_("Sposta la riga in giù")),
)
"""Keys of the editor of documents, see static/editor.js."""

LAYERS = (
    Shortcut("Escape", N_("Chiudi ciò che è aperto sopra la pagina")),
    Shortcut("ArrowDown", N_("Voce successiva di un menu o di un elenco")),
)
"""Keys of what opens above a page."""

CAPS = (
    ("Control", "Ctrl"),
    ("ArrowUp", "↑"),
    ("ArrowDown", "↓"),
    ("Escape", "Esc"),
    ("Enter", N_("Invio")),
    ("Delete", N_("Canc")),
)
"""What stands on a key, where that is not its name in a browser."""

CHANGEABLE = (*EVERYWHERE, *ON_PAGES)

FUNCTION_KEYS = " | ".join(f"{one.name} {one.function}" for one in CHANGEABLE if one.function)
"""Names and function keys, to be chosen all at once."""

DEFAULTS = " | ".join(f"{one.name} {one.keys}" for one in CHANGEABLE)
"""Names and keys for static/shortcuts.js."""
