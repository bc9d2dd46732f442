"""Processes from data sets, once it is known which flows there are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from tanheng.formats.ecospold1 import documentation
from tanheng.formats.ecospold1.dataset import RawDataset, RawExchange, to_number
from tanheng.formats.ecospold1.identity import FlowRegister, names_of
from tanheng.formats.notebook import Notebook
from tanheng.formats.values import UniqueIds, bounded, lognormal, normal, pedigree_in
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange, FlowKind, Process, Uncertainty

_METHODS = {
    "0": AllocationMethod.PHYSICAL,
    "1": AllocationMethod.ECONOMIC,
    "2": AllocationMethod.PHYSICAL,  # "other": mass, energy, exergy …
}
_GROUPS = {"i1", "i2", "i3", "i4", "i5", "o0", "o1", "o2", "o3", "o4"}


def uncertainty_of(exchange: RawExchange) -> Uncertainty | None:
    """The distribution of an exchange.

    ``standardDeviation95`` is GSD² of a lognormal and 2·SD of a normal; the mode of a triangular is
    ``mostLikelyValue``, else 3·mean − minimum − maximum.
    """
    mean, spread = exchange.amount, exchange.value("standardDeviation95")
    low, high = exchange.value("minValue"), exchange.value("maxValue")
    pedigree = pedigree_in(exchange.get("generalComment"))
    match exchange.get("uncertaintyType") or ("1" if spread is not None else "0"):
        case "1":
            return lognormal(mean, spread if spread is None or spread <= 0 else spread**0.5, pedigree)
        case "2":
            return normal(mean, None if spread is None else spread / 2.0, pedigree)
        case "3" if mean is not None and low is not None and high is not None:
            mode = exchange.value("mostLikelyValue")
            return bounded(low, high, 3.0 * mean - low - high if mode is None else mode, pedigree)
        case "4":
            return bounded(low, high, pedigree=pedigree)
        case _:
            return lognormal(None, None, pedigree)


class Builder:
    """Turns data sets into processes."""

    def __init__(self, datasets: Sequence[RawDataset], register: FlowRegister, notes: Notebook) -> None:
        self._register = register
        self._notes = notes
        self._ids = UniqueIds()
        self._makers = self._dataset_numbers(datasets)

    def _dataset_numbers(self, datasets: Sequence[RawDataset]) -> Mapping[str, str]:
        """Number → product name of data sets that inputs may name as provider, as ecoinvent's do."""
        if not self._register.numbers_hold:
            return {}
        return {
            dataset.number: exchange.name
            for dataset in datasets
            for exchange in dataset.exchanges
            if exchange.group == "o0" and exchange.number == dataset.number
        }

    def build(self, dataset: RawDataset) -> Process:
        """One process; what is missing or odd in it becomes a note at its name."""
        name = dataset.get("referenceFunction", "name") or dataset.number or dataset.place
        identifier, changed = self._ids.take(dataset.number or dataset.place)
        if changed:
            self._notes.add("duplicate-id", dataset.place, id=dataset.number)
        exchanges, by_number = self._exchanges(dataset, name)
        valid_from, valid_until = documentation.period(dataset)
        return Process(
            id=identifier,
            names=names_of(dataset, name, dataset.get("referenceFunction", "localName")),
            exchanges=exchanges,
            location=dataset.get("geography", "location"),
            category=tuple(
                filter(None, (dataset.get("referenceFunction", key) for key in ("category", "subCategory")))
            ),
            allocations=(allocations := self._allocations(dataset, exchanges, by_number, name)),
            default_allocation=allocations[0].method if allocations else None,
            is_aggregated=dataset.kind == 2,
            valid_from=valid_from,
            valid_until=valid_until,
            comment=dataset.get("referenceFunction", "generalComment"),
            texts=documentation.texts(dataset),
            sources=documentation.sources(dataset),
            licence=documentation.licence(dataset),
        )

    def _exchanges(self, dataset: RawDataset, place: str) -> tuple[tuple[Exchange, ...], dict[str, list[Exchange]]]:
        reference = self._reference(dataset, place)
        ids = UniqueIds()
        found: list[Exchange] = []
        by_number: dict[str, list[Exchange]] = {}
        for position, raw in enumerate(dataset.exchanges, start=1):
            if raw.group not in _GROUPS:
                self._notes.count("exchange-group-unknown", place, raw.name)
                continue
            # The same number twice is the same flow twice (openLCA writes flow numbers), not a fault.
            identifier, _ = ids.take(raw.number or f"position {position}")
            exchange = self._exchange(raw, identifier, dataset, place, is_reference=raw is reference)
            found.append(exchange)
            by_number.setdefault(raw.number, []).append(exchange)
        return tuple(found), by_number

    def _reference(self, dataset: RawDataset, place: str) -> RawExchange:
        references = [e for e in dataset.exchanges if e.group == "o0"]
        if len(references) > 1:
            self._notes.add("several-references", place, flow=references[1].name)
        name = " ".join(dataset.get("referenceFunction", "name").split())
        made = references or sorted((e for e in dataset.exchanges if e.group == "o2"), key=lambda e: e.name != name)
        return made[0]  # there is one: see prepare()

    def _exchange(
        self, raw: RawExchange, identifier: str, dataset: RawDataset, place: str, *, is_reference: bool
    ) -> Exchange:
        flow = self._register.of(raw, dataset)
        if raw.amount is None:
            self._notes.count("amount-missing", place, raw.name)
        if not raw.unit:
            self._notes.count("unit-missing", place, raw.name)
        is_avoided = raw.group == "o1"
        # A waste output that a data set treats as its product is a demand for that service (C09).
        is_service = raw.group == "o3" and flow.kind is FlowKind.PRODUCT
        if is_service:
            self._notes.count("waste-as-service", place, raw.name)
        provider = None
        if raw.group[0] == "i" and not raw.is_elementary and self._makers.get(raw.number) == raw.name:
            provider = raw.number
        return Exchange(
            id=identifier,
            flow=flow.id,
            amount=math.nan if raw.amount is None else raw.amount,
            unit=self._register.unit(raw) or flow.unit,
            is_input=raw.group[0] == "i" or is_avoided or is_service,
            is_reference=is_reference,
            is_avoided=is_avoided,
            provider=provider,
            uncertainty=self._uncertainty(raw, place),
            comment=raw.get("generalComment"),
        )

    def _uncertainty(self, raw: RawExchange, place: str) -> Uncertainty | None:
        made = uncertainty_of(raw)
        is_given = raw.get("uncertaintyType") not in ("", "0") and raw.value("standardDeviation95") != 1.0
        if is_given and (made is None or made.scale is made.minimum is None):
            self._notes.count("uncertainty-unusable", place, raw.name)
        return made

    def _allocations(
        self,
        dataset: RawDataset,
        exchanges: Sequence[Exchange],
        by_number: Mapping[str, list[Exchange]],
        place: str,
    ) -> tuple[Allocation, ...]:
        """All factors of a data set as one set: they belong together, though each may name its own method."""
        shares: dict[str, float] = {}
        by_exchange: dict[str, dict[str, float]] = {}
        methods: Counter[AllocationMethod] = Counter()
        made = {e.id for e in exchanges if self._register.flows[e.flow].kind is FlowKind.PRODUCT and not e.is_input}
        for raw in dataset.allocations:
            product = next((e for e in by_number.get(raw.product, ()) if e.id in made), None)
            if product is None or raw.percent is None:
                self._notes.count("allocation-factor-unusable", place, raw.product)
                continue
            methods[_METHODS.get(raw.method, AllocationMethod.CAUSAL)] += 1
            if not raw.numbers:
                shares[product.flow] = raw.percent / 100.0
            for number in raw.numbers:
                for exchange in by_number.get(number, ()):
                    if exchange.id not in made:
                        by_exchange.setdefault(exchange.id, {})[product.flow] = raw.percent / 100.0
        if not shares and not by_exchange:
            return ()
        return (Allocation(methods.most_common(1)[0][0], shares, by_exchange),)


def prepare(dataset: RawDataset, notes: Notebook) -> None:
    """Give a data set that lists no product the one that its reference function names."""
    if any(exchange.makes for exchange in dataset.exchanges):
        return
    get = dataset.meta.get("referenceFunction", {}).get
    name = " ".join(get("name", "").split()) or dataset.number or dataset.place
    made = RawExchange(
        number=dataset.number,
        name=name,
        group="o0",
        unit=get("unit", "").strip(),
        amount=1.0 if (amount := to_number(get("amount"))) is None else amount,
        location=dataset.get("geography", "location"),
        infrastructure=get("infrastructureProcess", "").strip().lower() in ("true", "1", "yes"),
        attributes={key: get(key, "") for key in ("category", "subCategory", "localName", "CASNumber", "formula")},
    )
    dataset.exchanges.append(made)
    notes.add("reference-made", name)
