"""Take a picture of every screen, light and dark, wide and narrow: `make screenshots`.

The screens are those of `tests/browser/screens.py`; the demo, its clock and its address are always the same, and a
picture is only written anew where it differs to the eye. `make screenshots ARGS="--only login"` takes some;
`ARGS="--out folder --whole"` takes them elsewhere and down to the end of each page.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, product
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from PIL import Image, ImageChops
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser import chromium  # noqa: E402  (the tests' own modules)
from browser.screens import SCREENS, THEMES, Screen, show  # noqa: E402
from browser.site import DEMO, EMPTY, Site, now, prepare, running, sign_in  # noqa: E402

OUT = ROOT / "docs" / "screenshots"

SIZES = {"wide": (1280, 800), "narrow": (375, 812)}
"""Width and height of the window in pixels."""

LOOKS = tuple(product(SIZES, THEMES))
LOCALE = "it-IT"

ADDRESS = "http://localhost:8000"
"""What the pages say that they are, on whatever port the server answers."""

MOST_BYTES = 12_000_000
"""What all pictures may weigh together."""

COLOURS = 256

UNSEEN = 12
"""Difference of a colour, of 255, that nobody sees: edges of letters vary by less."""


def main() -> int:
    """Take the pictures; 1 where there is no browser, or they weigh too much."""
    given = _arguments()
    executable = chromium.find()
    if executable is None:
        print(chromium.MISSING, file=sys.stderr)
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    chosen = [screen for screen in SCREENS if not given.only or any(part in screen.name for part in given.only)]
    with tempfile.TemporaryDirectory() as scratch:
        studio = Studio(executable, Path(scratch), given.out, whole=given.whole)
        studio.take_with_the_demo([screen for screen in chosen if not screen.empty])
        for screen in chosen:
            if screen.empty:
                studio.take_on_an_empty_server(screen)
    if given.only or given.out != OUT:
        return 0
    _remove_others(given.out)
    weight = sum(path.stat().st_size for path in given.out.glob("*.png"))
    print(f"{weight / 1e6:.1f} MB of at most {MOST_BYTES / 1e6:.0f}")
    return int(weight > MOST_BYTES)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description="Take a picture of every screen.")
    parser.add_argument("--only", nargs="+", metavar="PART", help="screens whose name holds one of these")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the pictures")
    parser.add_argument("--whole", action="store_true", help="down to the end of each page")
    return parser.parse_args()


class Studio:
    """Where pictures are taken: a browser beside a server of its own."""

    def __init__(self, executable: str, scratch: Path, out: Path, *, whole: bool) -> None:
        self.executable, self.scratch, self.out, self.whole = executable, scratch, out, whole
        prepare(scratch / "prepared")
        self._servers = count()

    def take_with_the_demo(self, screens: list[Screen]) -> None:
        """The pictures of screens that share a server."""
        with self._opened(DEMO) as (browser, site):
            with browser.new_context(locale=LOCALE) as context:
                sign_in(context.new_page(), site)
                kept = context.storage_state()
            for (size, theme), screen in product(LOOKS, screens):
                self._take(browser, site, screen, size, theme, kept if screen.signed_in else None)

    def take_on_an_empty_server(self, screen: Screen) -> None:
        """The pictures of a screen that changes its server."""
        for size, theme in LOOKS:
            with self._opened(EMPTY) as (browser, site):
                self._take(browser, site, screen, size, theme, None)

    @contextmanager
    def _opened(self, kind: str) -> Iterator[tuple[Browser, Site]]:
        data = self.scratch / f"data{next(self._servers)}"
        with running(self.scratch / "prepared", data, kind=kind, address=ADDRESS) as site:
            mapped = f"--host-resolver-rules=MAP {urlsplit(ADDRESS).netloc} {site.socket}"
            with chromium.launched(self.executable, mapped) as browser:
                yield browser, site

    def _take(self, browser: Browser, site: Site, screen: Screen, size: str, theme: str, kept: Any) -> None:
        width, height = SIZES[size]
        with browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=cast('Literal["light", "dark"]', theme),
            locale=LOCALE,
            timezone_id="Europe/Rome",
            reduced_motion="reduce",
            storage_state=kept,
        ) as context:
            page = context.new_page()
            page.clock.set_fixed_time(now())
            show(page, site.url(screen.path), screen)
            taken = page.screenshot(full_page=self.whole, animations="disabled", caret="hide")
        path = self.out / f"{name_of(screen, theme, size)}.png"
        print(f"{'written' if _keep(taken, path) else 'same   '} {path.name}")


def name_of(screen: Screen, theme: str, size: str) -> str:
    """Name of a picture, without its ending: `login-dark-narrow`."""
    return f"{screen.name}-{theme}-{size}"


def _keep(taken: bytes, path: Path) -> bool:
    """Write a picture with few colours, unless the one there looks the same; True where it was written."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    if path.exists():
        with Image.open(path) as before:
            if before.size == small.size:
                difference = ImageChops.difference(before.convert("RGB"), small.convert("RGB"))
                if max(high for _, high in difference.getextrema()) <= UNSEEN:  # type: ignore[misc]
                    return False
    small.save(path, optimize=True)
    return True


def _remove_others(folder: Path) -> None:
    """Remove pictures of screens that are gone."""
    names = {f"{name_of(screen, theme, size)}.png" for screen in SCREENS for theme in THEMES for size in SIZES}
    for path in folder.glob("*.png"):
        if path.name not in names:
            path.unlink()
            print(f"removed {path.name}")


if __name__ == "__main__":
    sys.exit(main())
