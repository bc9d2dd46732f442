"""A process data set of ILCD+EPD, and its indicators of global warming, however they are told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tanheng.exchange.epd.ilcd_archive import Archive
from tanheng.exchange.epd.ilcd_ids import A1, INDICATORS
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.results import Indicator, Values
from tanheng.formats.ilcdmodel.node import Node, described, node, nodes, reference, text, to_number

MODULES = {**{module.value: module for module in Module}, "A1A2A3": Module.A1_A3, "A1–A3": Module.A1_A3}
_TOTAL = re.compile(r"(?i)global warming|gwp")
_PARTS = {
    "luluc": Indicator.LULUC,
    "land use": Indicator.LULUC,
    "biogenic": Indicator.BIOGENIC,
    "fossil": Indicator.FOSSIL,
}
_SOMETHING_ELSE = re.compile(r"(?i)\b(non|except|excluding|excl|iobc|ghg)\b")
METHOD = re.compile(r"\((EF 3\.\d)\)")


@dataclass(frozen=True, slots=True)
class File:
    """One process data set, and where what it refers to is found."""

    archive: Archive
    process: Node

    @property
    def information(self) -> Node:
        """What is described."""
        return node(self.process, "processInformation")

    @property
    def product(self) -> Node:
        """Exchange of what is declared."""
        wanted = text(self.information, "quantitativeReference", "referenceToReferenceFlow") or "0"
        rows = nodes(node(self.process, "exchanges"), "exchange")
        return next((row for row in rows if text(row, "@dataSetInternalID") == wanted), {})

    @property
    def validation(self) -> Node:
        """How it was modelled and verified."""
        return node(self.process, "modellingAndValidation")

    @property
    def manufacturer(self) -> Node:
        """Who makes the product, where somebody else owns the declaration."""
        part = node(self.validation, "dataSourcesTreatmentAndRepresentativeness", "other", "manufacturers")
        return node(part, "manufacturer")

    @property
    def publication(self) -> Node:
        """Who owns and published it."""
        return node(self.process, "administrativeInformation", "publicationAndOwnership")


def values_of(file: File) -> tuple[Values, str]:
    """Indicators, and the impact assessment method that their ids belong to."""
    found: dict[Indicator, dict[Module, float]] = {}
    method = ""
    for result in nodes(node(file.process, "LCIAResults"), "LCIAResult"):
        which, of = indicator_of(result)
        if which is not None and which not in found:
            found[which] = {module: value for module, (value, _) in amounts_of(file, result).items()}
            method = method or of
    return found, method or _told_method(file)


def indicator_of(result: Node) -> tuple[Indicator | None, str]:
    """Which indicator a result is of, by its id or else by its name; ``None`` for all but global warming."""
    identifier = reference(result, "referenceToLCIAMethodDataSet")
    for method, ids in INDICATORS.items():
        for which, known in ids.items():
            if identifier == known:
                return which, method
    name = name_of(result)
    if identifier == A1:
        return Indicator.TOTAL, ""
    if not _TOTAL.search(name) or _SOMETHING_ELSE.search(name):
        return None, ""
    return next((which for word, which in _PARTS.items() if word in name.lower()), Indicator.TOTAL), ""


def name_of(result: Node) -> str:
    """What the indicator of a result is called, in English if it is told so."""
    told = described(result, "referenceToLCIAMethodDataSet")
    return told.get("en") or next(iter(told.values()), "")


def amounts_of(file: File, result: Node) -> dict[Module, tuple[float, bool]]:
    """Amount of each module, and whether it was chosen among scenarios: none, the default one, or the first."""
    scenarios = nodes(node(file.information, "dataSetInformation", "other", "scenarios"), "scenario")
    default = {text(one, "@name") for one in scenarios if text(one, "@default") == "true"}
    ranked: dict[Module, list[tuple[int, float]]] = {}
    for amount in (*nodes(node(result, "other"), "amount"), *nodes(result, "amount")):
        module, value = MODULES.get(text(amount, "@module")), to_number(text(amount, "#text"))
        if module is not None and value is not None:
            scenario = text(amount, "@scenario")
            rank = 0 if not scenario else 1 if scenario in default else 2
            ranked.setdefault(module, []).append((rank, value))
    return {m: (min(rows, key=lambda row: row[0])[1], len(rows) > 1) for m, rows in ranked.items()}


def _told_method(file: File) -> str:
    for one in nodes(node(file.validation, "complianceDeclarations"), "compliance"):
        if found := METHOD.search(file.archive.source(one, "referenceToComplianceSystem")[0]):
            return found[1]
    return ""
