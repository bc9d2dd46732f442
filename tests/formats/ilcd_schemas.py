"""The official schemas of ILCD (XML) and TIDAS (JSON), read where they lie beside the project; tests skip without them."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import referencing
import xmlschema

STANDARDS = Path(__file__).resolve().parents[3] / "shared" / "standards"
_XML = {
    "processes": "Process",
    "flows": "Flow",
    "flowproperties": "FlowProperty",
    "unitgroups": "UnitGroup",
    "sources": "Source",
    "contacts": "Contact",
}


def _folder(*parts: str) -> Path:
    folder = STANDARDS.joinpath(*parts)
    if not folder.is_dir():
        pytest.skip(f"shared standards are not beside the project: {'/'.join(parts)}")
    return folder


@cache
def _xml(folder: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(_folder("ilcd") / f"ILCD_{_XML[folder]}DataSet.xsd", allow="local")


@cache
def _json(folder: str) -> jsonschema.Draft7Validator:
    schemas = _folder("tidas", "schemas")
    found = {p.name: json.loads(p.read_text("utf-8")) for p in schemas.glob("*.json")}
    base = "file:///schemas/"
    resources = [
        (base + name, referencing.Resource.from_contents(s | {"$id": base + name}, referencing.jsonschema.DRAFT7))
        for name, s in found.items()
    ]
    registry = referencing.Registry().with_resources(resources)
    schema = found[f"tidas_{folder}.json"] | {"$id": f"{base}tidas_{folder}.json"}
    return jsonschema.Draft7Validator(schema, registry=registry)


def faults(path: Path, *, every: int = 1) -> list[str]:
    """What is not valid in a package; of processes and flows only ``every`` so-manieth is looked at."""
    found: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for position, name in enumerate(archive.namelist()):
            folder = name.split("/")[-2]
            if position % every and folder in ("processes", "flows"):
                continue
            raw = archive.read(name)
            if name.endswith(".xml"):
                errors = _xml(folder).iter_errors(io.BytesIO(raw))
                found += [f"{name}: {e.path}: {e.reason}" for e in errors]
            else:
                errors = _json(folder).iter_errors(json.loads(raw))
                found += [f"{name}: {'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in errors]
    return found
