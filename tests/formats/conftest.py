"""Small databases in every spelling, made in memory."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Files = Mapping[str, Any]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared test data (../shared/data) are not here")
    return folder


def pack(files: Files) -> bytes:
    """A zip of texts, bytes and JSON objects."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            raw = content if isinstance(content, str | bytes) else json.dumps(content)
            archive.writestr(name, raw)
    return buffer.getvalue()


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[[Files], Path]:
    """Write files into a zip and give its path."""

    def write(files: Files) -> Path:
        path = tmp_path / "database.zip"
        path.write_bytes(pack(files))
        return path

    return write


def units(schema: int) -> dict[str, Any]:
    ref = "referenceUnit" if schema == 1 else "isRefUnit"

    def group(name: str, *rows: tuple[str, float]) -> dict[str, Any]:
        listed = [
            {"@id": f"{name}:{unit}", "name": unit, "conversionFactor": factor} | ({ref: True} if i == 0 else {})
            for i, (unit, factor) in enumerate(rows)
        ]
        return {"@id": f"group-{name}", "name": f"Units of {name}", "units": listed}

    groups = (
        group("mass", ("kg", 1.0), ("lb av", 0.45), ("ton", 907.18), ("stone", 6.35)),
        group("energy", ("MJ", 1.0), ("kWh", 3.6)),
        group("area", ("m2", 1.0), ("a", 100.0)),
        group("length", ("m", 1.0), ("h", 0.1016)),
        group("volume", ("m3", 1.0), ("l", 0.001)),
        group("money", ("EUR 2000", 1.0), ("USD 2000", 1.1), ("M$ 2000", 1100000.0)),
        group("beauty", ("helen", 1.0), ("millihelen", 0.001)),
    )
    files = {f"unit_groups/{g['@id']}.json": g for g in groups}
    for g in groups:
        name = g["name"].removeprefix("Units of ")
        files[f"flow_properties/{name}.json"] = {
            "@id": name,
            "name": name.capitalize(),
            "unitGroup": {"@id": g["@id"]},
        }
    gross = {"@id": "gross", "name": "Gross calorific value", "unitGroup": {"@id": "group-energy"}}
    return files | {"flow_properties/gross.json": gross}


class Writer:
    """Writes openLCA data sets in the spelling of a schema version."""

    def __init__(self, schema: int) -> None:
        self.schema = schema
        self.files: dict[str, Any] = units(schema)

    def flow(
        self, identifier: str, kind: str = "PRODUCT_FLOW", properties: Mapping[str, float] | None = None, **more: Any
    ) -> None:
        ref = "referenceFlowProperty" if self.schema == 1 else "isRefFlowProperty"
        factors = [
            {"flowProperty": {"@id": p}, "conversionFactor": f} | ({ref: True} if i == 0 else {})
            for i, (p, f) in enumerate((properties or {"mass": 1.0}).items())
        ]
        self.files[f"flows/{identifier}.json"] = {
            "@id": identifier,
            "name": f"{identifier} name",
            "flowType": kind,
            "flowProperties": factors,
        } | more

    def exchange(self, flow: str, amount: float | None = 1.0, *, unit: str = "mass:kg", **more: Any) -> dict[str, Any]:
        spelling = {
            "input": "input" if self.schema == 1 else "isInput",
            "reference": "quantitativeReference" if self.schema == 1 else "isQuantitativeReference",
            "avoided": "avoidedProduct" if self.schema == 1 else "isAvoidedProduct",
            "property": "flowProperty",
        }
        quantity = unit.partition(":")[0]
        made: dict[str, Any] = {
            "flow": {"@id": flow, "name": f"{flow} name"},
            "unit": {"@id": unit, "name": unit.partition(":")[2]},
            "flowProperty": {"@id": quantity},
        }
        if amount is not None:
            made["amount"] = amount
        for key, value in more.items():
            spelled = spelling.get(key, key)
            made[spelled] = {"@id": value} if key == "property" else value
        return made

    def process(self, identifier: str, exchanges: list[dict[str, Any]], **more: Any) -> None:
        key = "@id" if self.schema == 1 else "internalId"
        numbered = [{key: f"x{i}" if self.schema == 1 else i} | e for i, e in enumerate(exchanges, start=1)]
        self.files[f"processes/{identifier}.json"] = {
            "@id": identifier,
            "name": f"{identifier} name",
            "processType": "UNIT_PROCESS",
            "exchanges": numbered,
        } | more


@pytest.fixture(params=[1, 2], ids=["schema1", "schema2"])
def olca(request: pytest.FixtureRequest) -> Writer:
    return Writer(request.param)


@pytest.fixture
def olca2() -> Writer:
    return Writer(2)


NAMESPACE = ' xmlns="http://www.EcoInvent.org/EcoSpold01"'


def ecospold(*datasets: str, namespace: str = NAMESPACE) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><ecoSpold{namespace}>{"".join(datasets)}</ecoSpold>'


def dataset(
    number: int, name: str, exchanges: str, *, unit: str = "kg", location: str = "US", kind: int = 1, more: str = ""
) -> str:
    return f"""
<dataset number="{number}" timestamp="2020-01-01T00:00:00" generator="test">
 <metaInformation>
  <processInformation>
   <referenceFunction name="{name}" localName="{name}" unit="{unit}" amount="1" category="c" subCategory="s"
     infrastructureProcess="false" datasetRelatesToProduct="true" generalComment="about {name}"/>
   <geography location="{location}" text="there"/><technology text="such"/>
   <timePeriod dataValidForEntirePeriod="true" text="then">
    <startDate>2003-12-31-07:00</startDate><endYear>9999</endYear></timePeriod>
   <dataSetInformation type="{kind}" version="1.0" languageCode="en" localLanguageCode="de"/>
  </processInformation>
  <modellingAndValidation><representativeness samplingProcedure="asked"/>
   <source number="1" firstAuthor="Miller" year="1999" title="Tables"/>
   <source number="2" firstAuthor="Blair" year="9999" title="More"/>
   <validation proofReadingDetails="passed" proofReadingValidator="7"/></modellingAndValidation>
  <administrativeInformation>
   <dataGeneratorAndPublication person="7" referenceToPublishedSource="2" copyright="true" accessRestrictedTo="0"/>
   <person number="7" name="Ada"/></administrativeInformation>
 </metaInformation>
 <flowData>{exchanges}{more}</flowData>
</dataset>"""


def xc(number: int, name: str, group: str, amount: float | str = 1.0, unit: str = "kg", **attributes: object) -> str:
    """An exchange; ``group`` is ``i5``, ``o0`` …; attributes with their schema names."""
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    side = "inputGroup" if group[0] == "i" else "outputGroup"
    start = f'<exchange number="{number}" name="{name}" unit="{unit}" meanValue="{amount}"{extra}>'
    return f"{start}<{side}>{group[1]}</{side}></exchange>"
