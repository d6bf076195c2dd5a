"""The official schemas and the sample files, which are kept beside the checkout and never inside it."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

SHARED = Path(__file__).parents[3].parent / "shared" / "fatturapa"


class _LocalSignatureSchema(etree.Resolver):
    """The schemas import the one of signatures by its address on the web: nothing is fetched."""

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ARG002
        if system_url and system_url.endswith("xmldsig-core-schema.xsd"):
            return self.resolve_filename(str(SHARED / "xsd" / "xmldsig-core-schema.xsd"), context)
        return None


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the official schemas and samples are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def xsd(shared: Path) -> Callable[[str], etree.XMLSchema]:
    loaded: dict[str, etree.XMLSchema] = {}

    def load(name: str) -> etree.XMLSchema:
        if name not in loaded:
            parser = etree.XMLParser(no_network=True)
            parser.resolvers.add(_LocalSignatureSchema())
            loaded[name] = etree.XMLSchema(etree.parse(str(shared / "xsd" / name), parser))
        return loaded[name]

    return load


@pytest.fixture(scope="session")
def ordinary(xsd: Callable[[str], etree.XMLSchema]) -> etree.XMLSchema:
    return xsd("Schema_VFPR12_v1.2.3.xsd")


@pytest.fixture(scope="session")
def simplified(xsd: Callable[[str], etree.XMLSchema]) -> etree.XMLSchema:
    return xsd("Schema_VFSM10_v1.0.2.xsd")


@pytest.fixture(scope="session")
def manifest(shared: Path) -> list[dict[str, str]]:
    with (shared / "samples" / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
