"""What is told of a database before one trusts it: what it holds, how it was linked, what its checks found."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from tanheng.api.errors import FaultModel
from tanheng.api.models import Names, Number, Told
from tanheng.inventory.linking import LinkStatus


class OpenFlowModel(Told):
    """A flow that nobody serves."""

    flow_id: str
    flow: str
    uses: int = Field(description="Inputs that ask for it.")
    status: LinkStatus


class GasOfModel(Told):
    """A gas that is counted."""

    gas: str
    origin: str


class DescriptionModel(Told):
    """What a database holds, how it was linked, and what stays open."""

    name: str = Field(description="As its file or its import calls it.")
    digest: str
    format: str = Field(description="Format of the file.")
    description: str
    licence: str
    counts: dict[str, int] = Field(description="Data sets, products, flows, exchanges, notes …")
    links: dict[str, int] = Field(description="Inputs by how they were linked.")
    residual: float = Field(description="Largest relative residual of the solved footprints.")
    notes: dict[str, int] = Field(description="What reading and linking met, by kind.")
    open: list[OpenFlowModel] = Field(description="Flows that nobody serves, the most used first.")
    gases: list[GasOfModel]
    climate_flows: int = Field(description="Elementary flows that count as greenhouse gases.")
    unknown_gases: list[str] = Field(description="Gases without a value in the GWP set; they count nothing.")
    unusable: int = Field(description="Distributions that cannot be drawn from.")
    scored: int = Field(description="Exchanges whose spread comes from quality scores.")


class ExampleModel(Told):
    """A note of reading or linking."""

    place: str
    texts: Names
    params: dict[str, Any]


class NoteKindModel(Told):
    """Notes of one kind, with some of them."""

    code: str
    count: int
    examples: list[ExampleModel]


class RefusalModel(Told):
    """Why a database cannot be calculated."""

    code: str
    texts: Names


class ValidationModel(Told):
    """What reading and linking met."""

    name: str
    format: str
    counts: dict[str, int]
    faults: int = Field(description="Notes that tell of something wrong, and the refusal.")
    refusal: RefusalModel | None
    notes: list[NoteKindModel]


class ItemModel(Told):
    """A product with the process that makes it."""

    name: str
    process: str
    process_id: str
    location: str
    unit: str


class LoopModel(Told):
    """Processes that all need one another."""

    size: int = Field(description="Products in it; some of them are told.")
    processes: int
    radius: Number = Field(description="What comes back from going round once; near 1, small errors grow.")
    near_one: bool
    members: list[ItemModel]


class ReachModel(Told):
    """How far open flows reach."""

    links: int
    flows: int
    processes: int
    products: int = Field(description="That take one of them themselves.")
    reached: int = Field(description="Products with one of them anywhere in their supply chain.")


class UnservedModel(Told):
    """A flow that nobody serves."""

    flow: str
    unit: str
    status: str
    processes: int
    products: int


class SharedModel(Told):
    """A process with several outputs, and how its burdens were shared."""

    process: str
    process_id: str
    rule: str
    shares: list[tuple[str, float]]
    free: list[str] = Field(description="Outputs that carry no burden.")


class AssumedModel(Told):
    """A supplier chosen by rule."""

    flow: str
    supplier: str
    location: str
    uses: int
    candidates: int
    lowest: Number = Field(description="Smallest footprint of the candidates, kg CO2e per unit.")
    highest: Number = Field(description="Largest footprint of the candidates, kg CO2e per unit.")
    unit: str


class OddSignModel(Told):
    """An amount that runs the other way than it should, for one run of the process."""

    kind: str
    process: str
    process_id: str
    flow: str
    amount: Number = Field(description="In “unit”.")
    unit: str


class NegativeModel(Told):
    """A product with less than 0 kg CO2e per unit."""

    product: ItemModel
    total: float = Field(description="kg CO2e per unit.")


class ZeroModel(Told):
    """A product without any greenhouse gas."""

    product: ItemModel
    empty: bool = Field(description="Whether its process has neither inputs nor interventions.")


class OutlierModel(Told):
    """A product far from others of its unit and category."""

    product: ItemModel
    total: float = Field(description="kg CO2e per unit.")
    median: float = Field(description="kg CO2e per unit.")
    ratio: Number
    category: str


class BalanceModel(Told):
    """A process whose products weigh far more, or far less, than what it takes in."""

    process: str
    process_id: str
    mass_in: float = Field(description="kg for one run.")
    mass_out: float = Field(description="kg for one run.")


class DuplicateModel(Told):
    """Data sets of one name and place that make products of one name."""

    product: str
    process: str
    location: str
    count: int
    process_ids: list[str]


class IdenticalModel(Told):
    """Products of different processes with the same inputs and interventions."""

    count: int
    products: list[ItemModel]


class UncountedModel(Told):
    """An emission that counts nothing."""

    flow: str
    reason: str = Field(description="group: no single value fits; no-value: the GWP set has none.")
    processes: int


class UnusableModel(Told):
    """A distribution that cannot be drawn from."""

    process: str
    process_id: str
    flow: str
    kind: str
    reason: str
    amount: Number = Field(description="In “unit”, per unit of the product.")
    unit: str


class WideModel(Told):
    """A lognormal that is very wide."""

    process: str
    process_id: str
    flow: str
    gsd2: Number
    amount: Number = Field(description="In “unit”, per unit of the product.")
    unit: str


class SpreadCountsModel(Told):
    """Exchanges with a distribution."""

    exchanges: int
    kinds: dict[str, int]
    scored: int


Finding = (
    LoopModel
    | UnservedModel
    | SharedModel
    | AssumedModel
    | OddSignModel
    | NegativeModel
    | ZeroModel
    | OutlierModel
    | BalanceModel
    | DuplicateModel
    | IdenticalModel
    | UncountedModel
    | UnusableModel
    | WideModel
)
FINDINGS: dict[str, type[Told]] = {
    "loops": LoopModel,
    "open_inputs": UnservedModel,
    "declared_cut_offs": UnservedModel,
    "multi_output": SharedModel,
    "assumed_suppliers": AssumedModel,
    "odd_signs": OddSignModel,
    "negative_footprints": NegativeModel,
    "zero_footprints": ZeroModel,
    "outliers": OutlierModel,
    "mass_balances": BalanceModel,
    "duplicates": DuplicateModel,
    "identical_columns": IdenticalModel,
    "uncounted_gases": UncountedModel,
    "unusable_distributions": UnusableModel,
    "wide_distributions": WideModel,
}
CheckKind = StrEnum("CheckKind", {key: key for key in FINDINGS})  # type: ignore[misc]


class DatabaseCheckModel(Told):
    """What the checks of a database found: how many of each kind, and the worst or most used of each."""

    database: str
    snapshot: str
    method: str = Field(description="GWP set of the footprints.")
    processes: int
    products: int
    counts: dict[str, int]
    open_reach: ReachModel
    declared_reach: ReachModel
    distributions: SpreadCountsModel
    loops: list[LoopModel]
    open_inputs: list[UnservedModel]
    declared_cut_offs: list[UnservedModel]
    multi_output: list[SharedModel]
    assumed_suppliers: list[AssumedModel]
    odd_signs: list[OddSignModel]
    negative_footprints: list[NegativeModel]
    zero_footprints: list[ZeroModel]
    outliers: list[OutlierModel]
    mass_balances: list[BalanceModel]
    duplicates: list[DuplicateModel]
    identical_columns: list[IdenticalModel]
    uncounted_gases: list[UncountedModel]
    unusable_distributions: list[UnusableModel]
    wide_distributions: list[WideModel]


class FindingsModel(Told):
    """Findings of one kind; “next” is where to begin the page after, null at the end."""

    kind: CheckKind
    total: int
    items: list[Finding]
    next: int | None


class LinkModel(Told):
    """An input, and what serves it."""

    status: LinkStatus
    process: str
    process_id: str
    flow: str
    flow_id: str
    amount: Number = Field(description="In “unit”, for one run of the process.")
    unit: str
    provider: str = Field(description="Process that serves it; empty where nobody does.")
    candidates: str = Field(description="Processes among which it was chosen.")


class LinksModel(Told):
    """Part of the linking report; “next” is where to begin the page after, null at the end."""

    items: list[LinkModel]
    total: int
    next: int | None


class FileModel(Told):
    """A file of a snapshot."""

    name: str
    digest: str = Field(description="SHA-256 as it was frozen.")
    found: str = Field(description="SHA-256 as it was read now; – where the file is gone.")
    same: bool


class IntegrityModel(Told):
    """Whether a snapshot is what was frozen."""

    digest: str
    valid: bool
    files: list[FileModel]
    faults: list[FaultModel]
