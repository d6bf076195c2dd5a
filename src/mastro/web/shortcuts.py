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


EVERYWHERE = (
    Shortcut("?", N_("Questo elenco"), "help"),
    Shortcut("Control+k", N_("Cerca o comanda, da qualsiasi punto"), "palette"),
    Shortcut("/", N_("Vai al filtro dell’elenco"), "filter"),
    Shortcut("n", N_("Nuovo, nell’elenco che è aperto"), "new"),
    Shortcut("z", N_("Cambia azienda"), "company"),
)
"""Shortcuts of every page; the letters after `g` are in web/navigation.py."""

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

DEFAULTS = " | ".join(f"{one.name} {one.keys}" for one in EVERYWHERE)
"""Names and keys for static/shortcuts.js."""
