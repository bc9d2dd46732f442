"""Schema 1, which openLCA 1.x reads: data sets of schema 2 with the older names, and categories as data sets of their own.

Names: https://github.com/GreenDelta/olca-schema, CHANGES.md, read the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tanheng.formats.openlca.writing.identity import Made, made_id, ref
from tanheng.formats.openlca.writing.schema2 import factors_with_flows

_VOCABULARY = "http://openlca.org/schema/v1.1/"
_CONTEXT = "http://greendelta.github.io/olca-schema/context.jsonld"
_ENUMERATIONS = (
    "modelType",
    "flowPropertyType",
    "flowType",
    "distributionType",
    "parameterScope",
    "allocationType",
    "defaultAllocationMethod",
    "allocationMethod",
    "processType",
    "riskLevel",
)
_OLDER = {
    "Exchange": {
        "isInput": "input",
        "isAvoidedProduct": "avoidedProduct",
        "isQuantitativeReference": "quantitativeReference",
    },
    "FlowPropertyFactor": {"isRefFlowProperty": "referenceFlowProperty"},
    "Parameter": {"isInputParameter": "inputParameter"},
    "ProcessDocumentation": {"isCopyrightProtected": "copyright"},
    "Unit": {"isRefUnit": "referenceUnit"},
}
_MODELS = {"Flow": "FLOW", "Process": "PROCESS"}


class Schema1:
    """The package as openLCA 1.x reads it; collects the categories that data sets refer to."""

    format = "openlca-jsonld-1"

    def __init__(self) -> None:
        self._categories: set[tuple[str, ...]] = set()

    def opening(self) -> Iterator[tuple[str, Made]]:
        """The JSON-LD context, by which a package of schema 1 is told."""
        values = {name: {"@type": "@vocab"} for name in _ENUMERATIONS}
        yield "context.json", {"@vocab": _VOCABULARY, "@base": _VOCABULARY, **values}

    def of(self, data: Made) -> Made:
        """A data set of schema 2 in schema 1."""
        made: Made = {"@context": _CONTEXT, **_renamed(data)}
        if path := data.get("category"):
            made["category"] = self._category(_MODELS[data["@type"]], *path.split("/"))
        if data["@type"] == "Process":
            if "allocationFactors" in made:
                made["allocationFactors"] = [_pointing(f) for f in factors_with_flows(made)]
            made["processDocumentation"] = _reviewed_once(made["processDocumentation"])
        return made

    def closing(self) -> Iterator[tuple[str, Made]]:
        """The categories, those that hold others included."""
        for model, *path in sorted(self._categories):
            made: Made = {"@context": _CONTEXT, **_category_ref(model, *path), "modelType": model}
            if path[:-1]:
                made["category"] = _category_ref(model, *path[:-1])
            yield f"categories/{made['@id']}.json", made

    def _category(self, model: str, *path: str) -> Made:
        self._categories |= {(model, *path[:depth]) for depth in range(1, len(path) + 1)}
        return _category_ref(model, *path) | ({"categoryPath": list(path[:-1])} if path[:-1] else {})


def _category_ref(model: str, *path: str) -> Made:
    return ref("Category", made_id("Category", model, *path), path[-1])


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    older = _OLDER.get(value.get("@type", ""), {})
    return {older.get(key, key): _renamed(item) for key, item in value.items()}


def _pointing(factor: Made) -> Made:
    """A factor that refers to its exchange as schema 1 does: by the type itself."""
    return factor | ({"exchange": factor["exchange"] | {"@type": "Exchange"}} if "exchange" in factor else {})


def _reviewed_once(documentation: Made) -> Made:
    """One review, as a field and a reference: the documentation of a process has at most one here."""
    made = {key: value for key, value in documentation.items() if key != "reviews"}
    for review in documentation.get("reviews", ()):
        if "details" in review:
            made["reviewDetails"] = review["details"]
        for reviewer in review.get("reviewers", ()):
            made["reviewer"] = reviewer
    return made
