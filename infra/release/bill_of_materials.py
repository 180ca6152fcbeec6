"""The bill of materials of what runs in Lambda: CycloneDX 1.6, from the very pins that the artefact is built from."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from release.tree import Tree

PINS = {"broker.zip": "requirements/lambda.txt", "signing-layer.zip": "requirements/signing-layer.txt"}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def write_bill(tree: Tree, target: Path) -> Path:
    """Write the bill of the tree's artefacts as JSON; it names every library with version and source hashes."""
    bill = Bom(components=_list_components(tree.root))
    bill.serial_number = uuid5(NAMESPACE_URL, f"suitetoken:{tree.commit}")
    bill.metadata.timestamp = datetime.fromtimestamp(tree.committed_at, UTC)
    bill.metadata.component = Component(
        name="suitetoken", version=tree.version, type=ComponentType.APPLICATION, bom_ref=f"suitetoken@{tree.version}"
    )
    bill.register_dependency(bill.metadata.component, bill.components)
    written = target / f"suitetoken-{tree.version}.cdx.json"
    text = make_outputter(bill, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    written.write_text(text + "\n", encoding="utf-8")
    return written


def _list_components(root: Path) -> list[Component]:
    pinned: dict[tuple[str, str], str] = {}
    for requirements in PINS.values():
        text = (root / requirements).read_text(encoding="utf-8").replace("\\\n", " ")
        pinned |= {(found[1], found[2]): line for line in text.splitlines() if (found := _PIN.match(line))}
    return [_describe(name, version, line) for (name, version), line in sorted(pinned.items())]


def _describe(name: str, version: str, line: str) -> Component:
    url = PackageURL("pypi", name=name, version=version)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in sorted(_HASH.findall(line))]
    return Component(name=name, version=version, type=ComponentType.LIBRARY, purl=url, bom_ref=str(url), hashes=hashes)
