"""Small data sets of the ILCD model, written as XML (ILCD) or as JSON (TIDAS)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

COMMON = "http://lca.jrc.it/ILCD/Common"
SPACES = {
    "processDataSet": "http://lca.jrc.it/ILCD/Process",
    "flowDataSet": "http://lca.jrc.it/ILCD/Flow",
    "flowPropertyDataSet": "http://lca.jrc.it/ILCD/FlowProperty",
    "unitGroupDataSet": "http://lca.jrc.it/ILCD/UnitGroup",
    "sourceDataSet": "http://lca.jrc.it/ILCD/Source",
    "contactDataSet": "http://lca.jrc.it/ILCD/Contact",
    "LCIAMethodDataSet": "http://lca.jrc.it/ILCD/LCIAMethod",
    "lifeCycleModelDataSet": "http://eplca.jrc.ec.europa.eu/ILCD/LifeCycleModel/2017",
}
FOLDERS = {
    "processDataSet": "processes",
    "flowDataSet": "flows",
    "flowPropertyDataSet": "flowproperties",
    "unitGroupDataSet": "unitgroups",
    "sourceDataSet": "sources",
    "contactDataSet": "contacts",
    "LCIAMethodDataSet": "lciamethods",
    "lifeCycleModelDataSet": "lifecyclemodels",
}
Tree = dict[str, Any]


def uuid(number: int) -> str:
    return f"aaaaaaaa-0000-0000-0000-{number:012d}"


def lang(**texts: str) -> list[Tree]:
    return [{"@xml:lang": language, "#text": text} for language, text in texts.items()]


def ref(identifier: str, text: str = "", **more: Any) -> Tree:
    said = {"common:shortDescription": lang(en=text)} if text else {}
    return {"@refObjectId": identifier, **said, **more}


def published(version: str) -> Tree:
    return {"publicationAndOwnership": {"common:dataSetVersion": version}}


def unit_group(identifier: str, *units: tuple[str, float | str], reference: int = 0) -> Tree:
    return {
        "unitGroupInformation": {
            "dataSetInformation": {"common:UUID": identifier, "common:name": lang(en=f"units {units[0][0]}")},
            "quantitativeReference": {"referenceToReferenceUnit": str(reference)},
        },
        "units": {
            "unit": [
                {"@dataSetInternalID": str(i), "name": name, "meanValue": str(factor)}
                for i, (name, factor) in enumerate(units)
            ]
        },
    }


def flow_property(identifier: str, name: str, group: str) -> Tree:
    return {
        "flowPropertiesInformation": {
            "dataSetInformation": {"common:UUID": identifier, "common:name": lang(en=name)},
            "quantitativeReference": {"referenceToReferenceUnitGroup": ref(group, "its group")},
        }
    }


def flow(
    identifier: str,
    kind: str = "Product flow",
    *,
    name: Any = None,
    properties: Mapping[str, float | str] | None = None,
    reference: int = 0,
    **information: Any,
) -> Tree:
    return {
        "flowInformation": {
            "dataSetInformation": {
                "common:UUID": identifier,
                "name": {"baseName": name if name is not None else lang(en=f"flow {identifier[-2:]}")},
                **information,
            },
            "quantitativeReference": {"referenceToReferenceFlowProperty": str(reference)},
        },
        "modellingAndValidation": {"LCIMethod": {"typeOfDataSet": kind}},
        "flowProperties": {
            "flowProperty": [
                {
                    "@dataSetInternalID": str(i),
                    "referenceToFlowPropertyDataSet": ref(p, f"property {p[-3:]}"),
                    "meanValue": str(value),
                }
                for i, (p, value) in enumerate((properties or {MASS: 1.0}).items())
            ]
        },
    }


def exchange(number: int | str, flow_id: str, amount: Any = 1.0, *, out: bool = True, **more: Any) -> Tree:
    made: Tree = {
        "@dataSetInternalID": str(number),
        "referenceToFlowDataSet": ref(flow_id),
        "exchangeDirection": "Output" if out else "Input",
        "meanAmount": str(amount),
    }
    made.update(more)
    return {key: value for key, value in made.items() if value is not None}


def process(identifier: str, exchanges: list[Tree], *, reference: Any = "0", name: Any = None, **more: Any) -> Tree:
    information: Tree = {
        "dataSetInformation": {
            "common:UUID": identifier,
            "name": {"baseName": name if name is not None else lang(en=f"process {identifier[-2:]}")},
        },
        "quantitativeReference": {"referenceToReferenceFlow": reference},
        "geography": {"locationOfOperationSupplyOrProduction": {"@location": "CN"}},
    }
    information.update(more.pop("information", {}))
    return {"processInformation": information, "exchanges": {"exchange": exchanges}, **more}


MASS, ENERGY, VOLUME = uuid(101), uuid(102), uuid(103)
KILOGRAM, MEGAJOULE, CUBIC = uuid(201), uuid(202), uuid(203)
STEEL, COAL, CO2, SLAG = uuid(1), uuid(2), uuid(3), uuid(4)
Sets = list[tuple[str, Tree]]


def base() -> Sets:
    """Units and flows that most documents need."""
    air = {"common:elementaryFlowCategorization": {"common:category": [
        {"@level": "1", "#text": "Emissions to air"}, {"@level": "0", "#text": "Emissions"},
    ]}}  # fmt: skip
    return [
        ("unitGroupDataSet", unit_group(KILOGRAM, ("kg", 1), ("g", 0.001))),
        ("unitGroupDataSet", unit_group(MEGAJOULE, ("MJ", 1), ("kWh", 3.6))),
        ("unitGroupDataSet", unit_group(CUBIC, ("m3", 1))),
        ("flowPropertyDataSet", flow_property(MASS, "Mass", KILOGRAM)),
        ("flowPropertyDataSet", flow_property(ENERGY, "Net calorific value", MEGAJOULE)),
        ("flowPropertyDataSet", flow_property(VOLUME, "Volume", CUBIC)),
        ("flowDataSet", flow(STEEL, name=lang(en="steel", zh="钢"))),
        ("flowDataSet", flow(COAL, name=lang(en="coal"), properties={MASS: 1.0, ENERGY: 29.3})),
        ("flowDataSet", flow(CO2, "Elementary flow", name=lang(en="carbon dioxide (fossil)"), CASNumber="000124-38-9",
                             sumFormula="CO2", classificationInformation=air)),
        ("flowDataSet", flow(SLAG, "Waste flow", name=lang(en="slag"))),
    ]  # fmt: skip


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(str(value))}</{name}>"
    attributes = "".join(f" {k[1:]}={quoteattr(str(v))}" for k, v in value.items() if k.startswith("@"))
    inner = "".join(_element(k, v) for k, v in value.items() if not k.startswith(("@", "#")))
    return f"<{name}{attributes}>{escape(str(value.get('#text', '')))}{inner}</{name}>"


def as_xml(root: str, tree: Tree, *, namespace: bool = True) -> str:
    spaces = f' xmlns="{SPACES[root]}" xmlns:common="{COMMON}"' if namespace else ""
    body = _element(root, tree)
    if not namespace:
        body = body.replace("common:", "").replace("xml:lang", "lang")
    return '<?xml version="1.0" encoding="UTF-8"?>' + body.replace(f"<{root}", f"<{root}{spaces}", 1)


def as_json(root: str, tree: Tree) -> str:
    return json.dumps({root: {"@xmlns": SPACES[root], **tree}}, ensure_ascii=False)


def files(sets: Sets, kind: str, *, root: str = "ILCD/") -> dict[str, str]:
    """Files by name; ``kind`` is ``xml`` or ``json``."""
    write = as_xml if kind == "xml" else as_json
    return {
        f"{root}{FOLDERS[name]}/{position:03d}_{name}.{kind}": write(name, tree)
        for position, (name, tree) in enumerate(sets)
    }
