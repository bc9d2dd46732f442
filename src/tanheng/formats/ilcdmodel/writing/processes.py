"""Processes, the other way round than :mod:`tanheng.formats.ilcdmodel.processes` reads them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tanheng.formats.ilcdmodel.writing.allocation import Allocations
from tanheng.formats.ilcdmodel.writing.amounts import MISSING, Variables, amounts_of, commented, full_comment
from tanheng.formats.ilcdmodel.writing.documentation import Documentation
from tanheng.formats.ilcdmodel.writing.flows import classification, flow_ref
from tanheng.formats.ilcdmodel.writing.identity import References
from tanheng.formats.ilcdmodel.writing.method import method
from tanheng.formats.ilcdmodel.writing.quantities import Quantities
from tanheng.formats.ilcdmodel.writing.tree import STRING, Made, names, pruned, texts
from tanheng.formats.losses import Losses
from tanheng.formats.writing.identity import Ids
from tanheng.formats.writing.numbers import finite
from tanheng.inventory.model import Database, Exchange, Flow, Process

_MOST_DIGITS = 6  # of the number of an exchange


class Processes:
    """Turns processes into data sets; collects what they refer to."""

    def __init__(
        self,
        database: Database,
        *,
        flow_ids: Ids,
        process_ids: Ids,
        quantities: Quantities,
        references: References,
        losses: Losses,
    ) -> None:
        self._database = database
        self._flow_ids = flow_ids
        self._ids = process_ids
        self._converter = quantities.converter
        self._references = references
        self._losses = losses
        self.exchanges = 0
        self.copied: set[str] = set()
        """Names of the parameters of the database that some process needs."""

    def of(self, process: Process) -> Made:
        """One process."""
        exchanges = [e for e in process.exchanges if self._has_flow(e, process.name)]
        numbers = self.numbers(exchanges, process.name)
        variables = Variables(process, self._database.parameters, self._losses)
        self.copied |= variables.copied
        allocations = Allocations(
            process, self._database.flows, dict(zip((e.id for e in exchanges), numbers, strict=True)), self._losses
        )
        listed = [
            self._exchange(exchange, number, variables, allocations, process.name)
            for exchange, number in zip(exchanges, numbers, strict=True)
        ]
        self.exchanges += len(listed)
        references = [number for exchange, number in zip(exchanges, numbers, strict=True) if exchange.is_reference]
        for _ in references[1:]:
            self._losses.count("several-references", process.name)
        said = Documentation(process, self._references, self._database.licence, self._losses)
        information = {
            "dataSetInformation": {
                "common:UUID": self._ids.of(process.id),
                "name": {"baseName": names(process.names)},
                "classificationInformation": classification(process.category),
                "common:generalComment": texts(said.comment),
            },
            "quantitativeReference": {
                "@type": "Reference flow(s)" if references else "",
                "referenceToReferenceFlow": references[:1],
                "functionalUnitOrOther": said.text("functional unit"),
            },
            "time": said.time(),
            "geography": {
                "locationOfOperationSupplyOrProduction": {
                    "@location": process.location,
                    "descriptionOfRestrictions": said.text("geography"),
                }
            },
            "technology": {
                "technologyDescriptionAndIncludedProcesses": said.text("technology"),
                "technologicalApplicability": said.text("applicability"),
            },
            "mathematicalRelations": {
                "modelDescription": said.text("model"),
                "variableParameter": variables.trees(),
            },
        }
        modelling = {
            "LCIMethodAndAllocation": method(process, allocations.method),
            "dataSourcesTreatmentAndRepresentativeness": said.sources(),
            "validation": {"review": said.review()},
            "complianceDeclarations": {"compliance": said.compliance()},
        }
        tree: Made = {
            "processInformation": information,
            "modellingAndValidation": modelling,
            "administrativeInformation": said.administration(),
            "exchanges": {"exchange": listed},
        }
        return {"@version": "1.1", **pruned(tree)}

    def _has_flow(self, exchange: Exchange, place: str) -> bool:
        known = exchange.flow in self._database.flows
        if not known:
            self._losses.count("exchange-without-flow", f"{place}: {exchange.flow}")
        return known

    def numbers(self, exchanges: Sequence[Exchange], place: str) -> list[str]:
        """The number of each exchange: its id where that is one, else the next that is free."""
        taken = {e.id for e in exchanges if _is_number(e.id)}
        used: set[str] = set()
        numbers: list[str] = []
        following = 0
        for exchange in exchanges:
            number = exchange.id
            if number not in taken or number in used:
                self._losses.count("exchange-id-replaced", f"{place}: {exchange.id}")
                while str(following) in taken:
                    following += 1
                number = str(following)
                taken.add(number)
            used.add(number)
            numbers.append(number)
        return numbers

    def factor(self, exchange: Exchange, flow: Flow) -> float:
        """What an amount is written times: it is in the reference unit of its flow; NaN where nothing leads there."""
        if not exchange.unit:
            return 1.0
        found = self._converter.to_reference(exchange, flow)
        return math.nan if found is None else found

    def _exchange(
        self, exchange: Exchange, number: str, variables: Variables, allocations: Allocations, place: str
    ) -> Made:
        flow = self._database.flows[exchange.flow]
        here = f"{place}: {flow.name}"
        factor = self.factor(exchange, flow)
        if math.isnan(factor):
            self._losses.count("exchange-unit-lost", here)
        amount = finite(exchange.amount * factor)
        if amount is None:
            self._losses.count("amount-marked-missing", here)
        if exchange.is_avoided:
            self._losses.count("avoided-as-extension", here)
        term = variables.term(exchange, number, factor, here) if amount is not None else None
        amounts = amounts_of(exchange, factor, term)
        shares, exact_shares = allocations.of(exchange)
        comment = commented(exchange.comment, exchange.uncertainty)
        provider = exchange.provider
        return {
            "@dataSetInternalID": number,
            "@olca:defaultProvider": self._ids.of(provider) if provider else "",
            "@olca:avoidedProduct": "true" if exchange.is_avoided else "",
            **exact_shares,
            **{key: value for key, value in amounts.items() if key.startswith("@")},
            **full_comment(comment),
            "referenceToFlowDataSet": flow_ref(self._flow_ids.of(flow.id), flow),
            "exchangeDirection": "Input" if exchange.is_input else "Output",
            **{key: value for key, value in amounts.items() if not key.startswith("@")},
            **shares,
            "dataDerivationTypeStatus": MISSING if amount is None else "",
            "generalComment": texts(comment, STRING),
        }


def _is_number(identifier: str) -> bool:
    if not (identifier.isascii() and identifier.isdigit()) or len(identifier) > _MOST_DIGITS:
        return False
    return str(int(identifier)) == identifier
