"""The package written: files, messages, an index for programs (JSON) and one for preservation services (SInCRO).

The same data give the same bytes: times in the archive are those of the period, and everything has its order.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from mastro import packages
from mastro.api.call import Installation, internal_call
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.fatturapa.sincro import About, Indexed, pindex
from mastro.packages import BrokenPackage, Package, Writer
from mastro.resources.archive_packages.gathering import File, Period, files_of_issued, files_of_received, total
from mastro.resources.attachments import file_name
from mastro.resources.company import load_company
from mastro.resources.jobs import Tell

KIND = "archive_package"

FORMAT = 1

INDEX, PINDEX = "index.json", "PIndex.xml"

FOLDERS = {"issued": "issued", "discarded": "discarded", "received": "received", "notices": "notices"}

SIMULATED = "simulated"
"""Folder of what the simulated SdI was sent and has sent, with folders like the others in it."""


@dataclass(slots=True)
class Made:
    """A package that was made."""

    counted: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    """Files that are missing or cannot be read: the package says so, too."""
    left_out: int = 0
    """Files of the simulated SdI that are not in the package, with the messages about them."""


@dataclass(slots=True)
class _Making:
    package: Writer
    simulated: bool
    """Whether files of the simulated SdI are taken, too."""
    made: Made = field(default_factory=Made)
    index: list[dict[str, Any]] = field(default_factory=list)

    def take(self, file: File) -> None:
        """Put a file into its folder, and the messages about it into theirs; those of tests apart, where wanted."""
        test = file.facts.get("channel") == SIMULATOR
        if test and not self.simulated:
            self.made.left_out += 1 + len(file.notices)
        else:
            self._add(file, test=test)

    def _add(self, file: File, about: str = "", *, test: bool) -> None:
        folder = f"{SIMULATED}/{FOLDERS[file.group]}" if test else FOLDERS[file.group]
        path = self.package.free_name(f"{folder}/{file_name(file.name) or 'file'}")
        if file.content:
            self.package.add(path, file.content)
            self.made.counted[SIMULATED if test else file.group] += 1
        sha256 = hashlib.sha256(file.content).hexdigest() if file.content else ""
        line = {"path": path if file.content else "", "file_name": file.name, "group": file.group, "sha256": sha256}
        more = ({"simulated": True} if test else {}) | {"size": len(file.content)} | ({"about": about} if about else {})
        self.index.append({**line, **more, **file.facts})
        if "problem" in file.facts:
            self.made.problems.append(f"{file.name}: {file.facts['problem']}")
        for notice in file.notices:
            self._add(notice, path, test=test)


def make(
    installation: Installation,
    company_id: int,
    user_id: int,
    period: Period,
    path: Path,
    *,
    tell: Tell,
    simulated: bool = False,
) -> Made:
    """Write the package of a period to a new file. Raises Busy where the storage cannot be reached.

    What went to the simulated SdI or came from it is no invoice: it is left out, or with `simulated` in a folder apart.
    """
    moment = dt.datetime.combine(period.last, dt.time())
    with installation.database.read() as session, packages.written(path, moment=moment) as package:
        call = internal_call(installation, session, company_id=company_id, user_id=user_id)
        company, _ = load_company(session, company_id)
        making, whole, done = _Making(package, simulated), total(call, period), 0
        for step, found in (("issued", files_of_issued(call, period)), ("received", files_of_received(call, period))):
            for files in found:
                for file in files:
                    making.take(file)
                done += 1
                tell(step, done, whole)
        about = About(
            company.name,
            company.vat_number,
            company.tax_code,
            company.country_iso,
            period.first,
            period.last,
            metadata.version("mastro"),
        )
        package.add(PINDEX, (line.encode() for line in pindex(about, _by_group(making.index))))
        head = {"kind": KIND, "format": FORMAT, "id": about.id, "company": _named(about), **_days(period)}
        package.add(INDEX, _json({**head, "files": making.index}))
        counted = dict(sorted(making.made.counted.items()))
        package.close({**head, "counted": counted, "simulated_left_out": making.made.left_out})
    return making.made


def _by_group(index: Iterable[dict[str, Any]]) -> Iterator[Indexed]:
    lines = [(SIMULATED if "simulated" in line else line["group"], line) for line in index if line["path"]]
    for group in (*FOLDERS, SIMULATED):
        yield from (Indexed(each["path"], each["sha256"], group) for name, each in lines if name == group)


def _named(about: About) -> dict[str, str]:
    return {"name": about.name, "vat_number": about.vat_number, "tax_code": about.tax_code, "country": about.country}


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def differences(path: Path) -> list[str]:
    """What is changed, missing or added in a package; nothing for one that is as it was made.

    The hashes of the index are held against the files as well: they are what a preservation service goes by. Raises
    BrokenPackage for what is no archive package at all.
    """
    with Package(path) as package:
        if package.about.get("kind") != KIND:
            raise BrokenPackage(f"{path.name} is not an archive package")
        found = list(package.differences())
        if any(each.startswith(INDEX) for each in found):
            return found
        index = json.loads(package.read(INDEX))["files"]
        hashes = {line["path"]: line["sha256"] for line in index if line["path"]}
        listed = {name: sha256 for name, (_, sha256) in package.entries.items() if name not in {INDEX, PINDEX}}
        wrong = sorted(name for name in hashes.keys() | listed.keys() if hashes.get(name) != listed.get(name))
        return [*found, *(f"{name} is not as the index says" for name in wrong)]
