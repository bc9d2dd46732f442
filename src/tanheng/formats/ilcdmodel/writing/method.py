"""The inventory method: what the schema lists by name, told apart from what authors write freely."""

from __future__ import annotations

from tanheng.formats.ilcdmodel.writing.tree import Made, texts
from tanheng.inventory.model import AllocationMethod, Process

LCI_RESULT = "LCI result"
BLACK_BOX = "Unit process, black box"
_TYPES = {
    "Unit process, single operation",
    BLACK_BOX,
    LCI_RESULT,
    "Partly terminated system",
    "Avoided product system",
}
_PRINCIPLES = {
    "Attributional",
    "Consequential",
    "Consequential with attributional components",
    "Not applicable",
    "Other",
}
_PHYSICAL = (
    "Allocation - gross calorific value",
    "Allocation - net calorific value",
    "Allocation - exergetic content",
    "Allocation - element content",
    "Allocation - mass",
    "Allocation - volume",
    "Allocation - physical causality",
)
_ECONOMIC = ("Allocation - market value",)
_EXPLICIT = "Allocation - other explicit assignment"
_APPROACHES = {
    *_PHYSICAL,
    *_ECONOMIC,
    _EXPLICIT,
    "Allocation - ability to bear",
    "Allocation - marginal causality",
    "Allocation - 100% to main function",
    "Allocation - equal distribution",
    "Allocation - recycled content",
    "Substitution - BAT",
    "Substitution - average, market price correction",
    "Substitution - average, technical properties correction",
    "Substitution - recycling potential",
    "Substitution - average, no correction",
    "Substitution - specific",
    "Consequential effects - other",
    "Not applicable",
    "Other",
}
_ALLOCATED = {
    AllocationMethod.PHYSICAL: ("Allocation - physical causality", _PHYSICAL),
    AllocationMethod.ECONOMIC: ("Allocation - market value", _ECONOMIC),
    AllocationMethod.CAUSAL: (_EXPLICIT, ()),
}


def method(process: Process, used: AllocationMethod | None) -> Made:
    """The fields of the inventory method.

    Args:
        process: its text ``inventory method`` may hold values of the schema, a paragraph each.
        used: how the factors that are written came about; ``None`` where there are none.
    """
    kind = principle = ""
    approaches: list[str] = []
    before: list[str] = []
    after: list[str] = []
    for paragraph in process.texts.get("inventory method", "").split("\n\n"):
        lines = paragraph.split("\n")
        if not kind and paragraph in _TYPES:
            kind = paragraph
        elif not principle and not before and not approaches and paragraph in _PRINCIPLES:
            principle = paragraph
        elif not approaches and all(line in _APPROACHES for line in lines):
            approaches = lines
        else:
            (after if approaches else before).append(paragraph)
    if (kind == LCI_RESULT) != process.is_aggregated:
        kind = LCI_RESULT if process.is_aggregated else ""
    return {
        "typeOfDataSet": kind,
        "LCIMethodPrinciple": principle,
        "deviationsFromLCIMethodPrinciple": texts("\n\n".join(before)),
        "LCIMethodApproaches": _with(approaches, used),
        "deviationsFromLCIMethodApproaches": texts("\n\n".join(after)),
        "modellingConstants": texts(process.texts.get("modelling constants", "")),
    }


def _with(approaches: list[str], used: AllocationMethod | None) -> list[str]:
    """The approaches so that readers, who go by the first that names a method, find the one that is used."""
    telling = next((a for a in approaches if a in (*_PHYSICAL, *_ECONOMIC)), "")
    if used is None:
        return approaches
    plain, alike = _ALLOCATED[used]
    if telling in alike or (used is AllocationMethod.CAUSAL and not telling and approaches):
        return approaches
    if used is AllocationMethod.CAUSAL:
        approaches = [a for a in approaches if a not in (*_PHYSICAL, *_ECONOMIC)]
    return [plain, *(a for a in approaches if a != plain)]
