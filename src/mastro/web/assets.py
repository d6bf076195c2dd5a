"""Style sheets, scripts, pictures and fonts of the pages, and the compression of what a page answers.

An address carries a hash of all files together: `/static/3f1c…/mastro.css`. So a browser keeps what it has for good, a
new release changes every address at once, and what one file names by a relative path is found under the same hash.
"""

import gzip
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from threading import Lock

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

FOLDER = Path(str(files("mastro.web"))) / "static"

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
"""What is served, by the end of its name; nothing else in the folder is."""

COMPRESSED = {".png", ".ico", ".woff2"}

LOOK_EVERY = 1.0
"""Seconds between two looks at whether a file has changed, which happens where somebody works on it."""

WORTH_COMPRESSING = 1024
"""Bytes under which an answer goes out as it is: it fits one packet."""

PAGE_LEVEL = 1
"""How hard a page is compressed while its reader waits: a list takes 0.10 ms and comes to 7.1 KB, at level 4 it would
take 0.18 ms and come to 6.4 KB. A static file is compressed once, as hard as can be."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served; `small` is its gzip form, empty where that saves nothing."""

    media_type: str
    body: bytes
    small: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All files at one moment."""

    state: tuple[tuple[str, int, int], ...]
    version: str
    assets: Mapping[str, Asset]


class Assets:
    """The files of a folder, read anew when one of them has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._looked = float("-inf")
        self._snapshot = Snapshot((), "", {})

    def now(self) -> Snapshot:
        """What is there, at most LOOK_EVERY seconds ago."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return self._snapshot
        with self._lock:
            state = tuple(sorted(self._state()))
            if state != self._snapshot.state or not self._snapshot.version:
                self._snapshot = self._read(state)
            self._looked = time.monotonic()
        return self._snapshot

    def url(self, name: str) -> str:
        """Address of a file, as a page writes it: `url("mastro.css")`."""
        return f"/static/{self.now().version}/{name}"

    def has(self, name: str) -> bool:
        """True where the file is there: what comes from a registry at build time may not be."""
        return name in self.now().assets

    def _state(self) -> Iterator[tuple[str, int, int]]:
        for path in self.folder.rglob("*"):
            if path.suffix in TYPES and path.is_file():
                facts = path.stat()
                yield path.relative_to(self.folder).as_posix(), facts.st_mtime_ns, facts.st_size

    def _read(self, state: tuple[tuple[str, int, int], ...]) -> Snapshot:
        whole = hashlib.sha256()
        assets: dict[str, Asset] = {}
        for name, _, _ in state:
            path = self.folder / name
            body = path.read_bytes()
            digest = hashlib.sha256(body).hexdigest()
            whole.update(f"{name} {digest}\n".encode())
            small = b"" if path.suffix in COMPRESSED else gzip.compress(body, 9, mtime=0)
            small = small if len(small) < len(body) else b""
            assets[name] = Asset(TYPES[path.suffix], body, small, f'W/"{digest[:16]}"')
        return Snapshot(state, whole.hexdigest()[:12], assets)


_assets = Assets(FOLDER)

static_url = _assets.url
has_static = _assets.has


async def _serve(request: Request) -> Response:
    found = _assets.now()
    version, _, rest = request.path_params["name"].partition("/")
    named = request.path_params["name"]
    asset = found.assets.get(named) or found.assets.get(rest)
    if asset is None:
        return Response("There is no such file.", 404, media_type="text/plain")
    lasting = version == found.version and asset is found.assets.get(rest)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "ETag": asset.tag,
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == asset.tag:
        return Response(status_code=304, headers=headers)
    if asset.small and takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.small, media_type=asset.media_type, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)


async def _icon(_: Request) -> Response:
    return RedirectResponse(static_url("icon.svg"), headers={"Cache-Control": "public, max-age=86400"})


static: Sequence[Route] = (
    Route("/static/{name:path}", _serve, methods=["GET"], name="static"),
    Route("/favicon.ico", _icon, methods=["GET"]),
)
"""Every file, with the hash that its address was written with, with an older one, or without; and the icon at the
address where browsers look for it on pages that name none."""


def takes_gzip(request: Request) -> bool:
    """True where the reader says that it can unpack gzip."""
    said = (part.strip().partition(";") for part in request.headers.get("accept-encoding", "").lower().split(","))
    return any(name == "gzip" and weight.replace(" ", "") not in {"q=0", "q=0.0"} for name, _, weight in said)


def compressed(request: Request, response: Response) -> Response:
    """The same answer, packed where it is long and its reader can unpack it."""
    response.headers.add_vary_header("Accept-Encoding")
    if len(response.body) >= WORTH_COMPRESSING and takes_gzip(request):
        response.body = gzip.compress(bytes(response.body), PAGE_LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response
