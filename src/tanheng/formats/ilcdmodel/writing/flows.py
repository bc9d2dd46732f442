"""Flows, the other way round than :mod:`tanheng.formats.ilcdmodel.flows` reads them."""

from __future__ import annotations

import re
from functools import cache

from tanheng.files import shipped_rows
from tanheng.formats.ilcdmodel.writing.identity import Kind, published, ref
from tanheng.formats.ilcdmodel.writing.quantities import Quantities
from tanheng.formats.ilcdmodel.writing.tree import STRING, Made, cut, names, pruned, texts
from tanheng.inventory.model import Flow, FlowKind

_KINDS = {
    FlowKind.ELEMENTARY: "Elementary flow",
    FlowKind.PRODUCT: "Product flow",
    FlowKind.WASTE: "Waste flow",
}
_CAS = re.compile(r"\d{2,6}-\d{2}-\d")
_CAS_LENGTH = len("000124-38-9")
_LEVELS = 10  # a level is a single digit


@cache
def compartments() -> dict[tuple[str, str], str]:
    """Ids of the elementary flow categories of the ILCD system, by level and name."""
    return {(row["level"], row["name"]): row["id"] for row in shipped_rows("ilcd_compartments")}


def flow_ref(identifier: str, flow: Flow) -> Made:
    """Reference to a flow."""
    return ref(Kind.FLOW, identifier, flow.names)


def flow_of(flow: Flow, identifier: str, quantities: Quantities) -> Made:
    """A flow data set. Elementary flows have compartments, products and wastes a classification of their own."""
    cas = flow.cas.zfill(_CAS_LENGTH) if _CAS.fullmatch(flow.cas) else ""
    reference = quantities.reference(flow)
    measures = [(reference, 1.0)] if reference else []
    if reference:
        measures += [((p.name, p.unit), p.amount) for p in quantities.further(flow)]
    tree: Made = {
        "flowInformation": {
            "dataSetInformation": {
                "common:UUID": identifier,
                "name": {"baseName": names(flow.names)},
                "common:synonyms": texts("; ".join(flow.synonyms)),
                "classificationInformation": _categories(flow),
                "CASNumber": cas,
                "sumFormula": cut(flow.formula, STRING),
            },
            "quantitativeReference": {"referenceToReferenceFlowProperty": "0" if measures else ""},
            "geography": {"locationOfSupply": texts(flow.location, STRING)},
        },
        "modellingAndValidation": {"LCIMethod": {"typeOfDataSet": _KINDS[flow.kind]}},
        "administrativeInformation": published(),
        "flowProperties": {
            "flowProperty": [
                {
                    "@dataSetInternalID": str(i),
                    "referenceToFlowPropertyDataSet": quantities.property_ref(measure),
                    "meanValue": repr(amount),
                }
                for i, (measure, amount) in enumerate(measures)
            ]
        },
    }
    return {"@version": "1.1", **pruned(tree)}


def _categories(flow: Flow) -> Made:
    if flow.kind is not FlowKind.ELEMENTARY:
        return classification(flow.category)
    path = [
        {"@level": str(level), "@catId": compartments().get((str(level), name), ""), "#text": cut(name, STRING)}
        for level, name in enumerate(flow.category[:_LEVELS])
    ]
    return {"common:elementaryFlowCategorization": {"common:category": path}}


def classification(path: tuple[str, ...]) -> Made:
    """A path of categories, outermost first."""
    classes = [{"@level": str(level), "#text": name} for level, name in enumerate(path[:_LEVELS])]
    return {"common:classification": {"common:class": classes}}
