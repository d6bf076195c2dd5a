"""Add what the pages say and the English catalogue does not know yet: `python scripts/words.py SECTION`.

SECTION names the catalogue `src/mastro/web/locale/en/SECTION.po` that takes the new texts, and the pages that are read:
`web/templates/SECTION/` and `web/sections/SECTION*`; `common` reads everything else. The translations are left empty to
be written; texts that nothing says any more are taken out.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from web.said import LOCALE, everything_said, section_of


def main(section: str) -> None:
    """Bring one catalogue up to date."""
    path = LOCALE / "en" / f"{section}.po"
    said = everything_said()
    known = {other: _ids(other) for other in sorted((LOCALE / "en").glob("*.po")) if other != path}
    elsewhere = set().union(*known.values()) if known else set()
    old = read_po(path.open("rb")) if path.exists() else Catalog(locale="en")
    new = Catalog(locale="en", fuzzy=False)
    missing = 0
    for one in sorted(said.values(), key=lambda said: said.id):
        mine = section in {section_of(place) for place in one.places}
        before = old.get(one.id)
        if before is None and (not mine or one.id in elsewhere):
            continue
        text = before.string if before and before.string else ("", "") if one.plural else ""
        missing += not any(text)
        new.add((one.id, one.plural) if one.plural else one.id, string=text)
    with path.open("wb") as file:
        write_po(file, new, width=0, omit_header=True, sort_output=True)
    print(f"{path}: {len(new)} texts, {missing} without a translation")


def _ids(path: Path) -> set[str]:
    return {_id(message.id) for message in read_po(path.open("rb")) if message.id}


def _id(id: object) -> str:
    return str(id[0]) if isinstance(id, list | tuple) else str(id)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
