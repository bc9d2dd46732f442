"""Which exchanges of an EcoSpold 1 database mean the same flow.

The format has no flow ids. An elementary flow is its category, subcategory, name and dimension. A product is its name,
infrastructure mark and location, and what is made decides: every other exchange is matched to a product that is made,

1. of the same name and location;
2. else to the one that has its number, in files whose numbers stand for flows or data sets throughout (openLCA,
   ecoinvent);
3. else, where the exchange gives no location, to the only one of its name;
4. else it stays a flow of its own that nobody makes.

The unit of a product is that of its maker, so ``kWh`` and ``MJ`` of electricity are one flow. Where makers of one name
and location measure in different dimensions, they make different flows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tanheng.formats.ecospold1.dataset import RawDataset, RawExchange
from tanheng.formats.notebook import Notebook
from tanheng.formats.units import UnitBook
from tanheng.formats.values import UniqueIds, cas_number, chemical_formula
from tanheng.inventory.model import Flow, FlowKind
from tanheng.quantities import find_unit


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    infrastructure: bool


@dataclass(slots=True)
class _Made:
    """A product that some data set makes."""

    name: _Name
    location: str
    dimension: str
    flow: str
    numbers: set[str]
    is_reference: bool


def numbers_are_flows(datasets: Iterable[RawDataset]) -> bool:
    """Whether exchange numbers stand for one product each throughout, and not for positions in their data sets."""
    names: dict[str, str] = {}
    return all(
        names.setdefault(exchange.number, exchange.name) == exchange.name
        for dataset in datasets
        for exchange in dataset.exchanges
        if not exchange.is_elementary and exchange.number
    )


class FlowRegister:
    """The flows of a database; ``of`` says which one an exchange means."""

    def __init__(self, datasets: Sequence[RawDataset], units: UnitBook, notes: Notebook) -> None:
        self.flows: dict[str, Flow] = {}
        self.numbers_hold = numbers_are_flows(datasets)
        self._units = units
        self._notes = notes
        self._ids = UniqueIds()
        self._made: dict[_Name, list[_Made]] = {}
        self._others: dict[tuple[object, ...], str] = {}
        # A reference product sets the unit of its flow before any by-product does.
        for group in ("o0", "o2"):
            for dataset in datasets:
                for exchange in dataset.exchanges:
                    if exchange.group == group:
                        self._make(exchange, dataset)
        self._usual = self._usual_units(datasets)

    def unit(self, exchange: RawExchange) -> str:
        """Symbol of an exchange's unit; empty where it has none."""
        return self._units.lone(exchange.unit) if exchange.unit else ""

    def _dimension(self, symbol: str) -> str:
        known = find_unit(symbol)
        return symbol if known is None or symbol in self._units.local else known.dimension

    def _make(self, exchange: RawExchange, dataset: RawDataset) -> None:
        name = _Name(exchange.name, exchange.infrastructure)
        unit = self.unit(exchange) or self._units.lone(dataset.get("referenceFunction", "unit") or "1")
        dimension = self._dimension(unit)
        for made in self._made.get(name, ()):
            if (made.location, made.dimension) == (exchange.location, dimension):
                made.numbers.add(exchange.number)
                return
        first_here = all(made.location != exchange.location for made in self._made.get(name, ()))
        flow = self._add(exchange, dataset, FlowKind.PRODUCT, unit, mark="" if first_here else unit)
        self._made.setdefault(name, []).append(
            _Made(name, exchange.location, dimension, flow, {exchange.number}, exchange.group == "o0")
        )

    def _usual_units(self, datasets: Sequence[RawDataset]) -> dict[tuple[object, ...], str]:
        """The unit used most often for each flow that nobody makes; of equals the first."""
        counts: dict[tuple[object, ...], Counter[str]] = {}
        for dataset in datasets:
            for exchange in dataset.exchanges:
                if not exchange.makes and (unit := self.unit(exchange)):
                    counts.setdefault(self._key(exchange, unit), Counter())[unit] += 1
        return {key: counter.most_common(1)[0][0] for key, counter in counts.items()}

    def _key(self, exchange: RawExchange, unit: str) -> tuple[object, ...]:
        if exchange.is_elementary:
            dimension = self._dimension(unit)
            return "nature", exchange.get("category"), exchange.get("subCategory"), exchange.name, dimension
        kind = "waste" if exchange.group == "o3" else "product"
        return kind, exchange.name, exchange.infrastructure, exchange.location

    def of(self, exchange: RawExchange, dataset: RawDataset) -> Flow:
        """The flow that an exchange means."""
        if not exchange.is_elementary and (made := self._find(exchange)) is not None:
            return self.flows[made.flow]
        unit = self.unit(exchange)
        key = self._key(exchange, unit)
        if key not in self._others:
            usual = self._usual.get(key) or self._units.lone(dataset.get("referenceFunction", "unit") or "1")
            kinds = {"nature": FlowKind.ELEMENTARY, "waste": FlowKind.WASTE}
            self._others[key] = self._add(exchange, dataset, kinds.get(str(key[0]), FlowKind.PRODUCT), usual)
        return self.flows[self._others[key]]

    def _find(self, exchange: RawExchange) -> _Made | None:
        candidates = self._made.get(_Name(exchange.name, exchange.infrastructure), [])
        if exchange.group == "o3":
            # Waste goes to a data set that treats it, not to one that has it as a by-product.
            candidates = [made for made in candidates if made.is_reference]
        found = [made for made in candidates if made.location == exchange.location]
        if not found and candidates:
            numbered = [m for m in candidates if self.numbers_hold and exchange.number in m.numbers]
            near = numbered or ([] if exchange.location else candidates)
            if len({made.location for made in near}) == 1:
                found = near
                self._notes.add(
                    "location-assumed",
                    exchange.name,
                    given=exchange.location or "–",
                    made=near[0].location or "–",
                )
        if not found:
            return None
        dimension = self._dimension(self.unit(exchange)) if exchange.unit else ""
        return next((made for made in found if made.dimension == dimension), found[0])

    def _add(self, exchange: RawExchange, dataset: RawDataset, kind: FlowKind, unit: str, *, mark: str = "") -> str:
        category = tuple(filter(None, (exchange.get("category"), exchange.get("subCategory"))))
        if kind is FlowKind.ELEMENTARY:
            readable = "/".join((*category, exchange.name))
        else:
            readable = exchange.name + (f" {{{exchange.location}}}" if exchange.location else "")
            readable += " [infrastructure]" if exchange.infrastructure else ""
            readable += " [waste]" if kind is FlowKind.WASTE else ""
        identifier, changed = self._ids.take(f"{readable} [{mark}]" if mark else readable)
        if changed and kind is FlowKind.ELEMENTARY:
            identifier, _ = self._ids.take(f"{readable} [{unit}]")
        self.flows[identifier] = Flow(
            id=identifier,
            kind=kind,
            names=names_of(dataset, exchange.name or identifier, exchange.get("localName")),
            unit=unit,
            category=category,
            cas=cas_number(exchange.get("CASNumber")),
            formula=chemical_formula(exchange.get("formula")),
            location=exchange.location if kind is not FlowKind.ELEMENTARY else "",
            synonyms=tuple(dataset.synonyms) if exchange.group == "o0" else (),
        )
        return identifier


def names_of(dataset: RawDataset, name: str, local: str) -> dict[str, str]:
    """A name by language code: English by default, and the local one where it differs."""
    language = dataset.get("dataSetInformation", "languageCode") or "en"
    names = {language: name}
    other = dataset.get("dataSetInformation", "localLanguageCode") or "de"
    if local and local != name and other != language:
        names[other] = local
    return names
