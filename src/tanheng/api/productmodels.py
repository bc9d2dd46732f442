"""What is told of the products of a database: data sets, exchanges, footprints, trees, what moves them."""

from __future__ import annotations

from pydantic import Field

from tanheng.api.models import Number, Told


class ProductModel(Told):
    """A product of a database."""

    index: int
    process_id: str
    name: str
    name_zh: str
    process: str
    location: str
    unit: str


class ProductsModel(Told):
    """Some products; “next” is where to begin the page after, null at the end."""

    items: list[ProductModel]
    next: int | None


class GasModel(Told):
    """A gas in a footprint."""

    gas: str
    origin: str
    mass: float = Field(description="kg of the gas.")
    co2e: float = Field(description="kg CO2e.")


class FootprintModel(Told):
    """The footprint of one unit of a product, in kg CO2e; a lower bound where it is not complete."""

    product: ProductModel
    gwp: str
    total: float
    stored_carbon: float
    origins: dict[str, float] = Field(description="kg CO2e by origin.")
    gases: list[GasModel]
    complete: bool = Field(description="Whether nothing is missing but what the authors declared as cut off.")
    unknown_gases: list[str] = Field(description="Gases that the GWP set has no value for; they count nothing.")
    open_inputs: int = Field(description="Inputs in its supply chain that nobody supplies.")
    declared_cut_offs: int = Field(description="Inputs that the authors declared as cut off.")
    assumed_links: int = Field(description="Suppliers in its supply chain that a rule chose.")


class OpenInputModel(Told):
    """An input of a supply chain that nobody serves."""

    flow: str
    amount: Number = Field(description="In “unit”, for one unit of the product.")
    unit: str
    declared: bool = Field(description="Whether the authors declared it as cut off.")


class OpenInputsModel(Told):
    """What is missing from a supply chain; “next” is where to begin the page after, null at the end."""

    items: list[OpenInputModel]
    total: int
    next: int | None


class DataSetModel(Told):
    """A product, its process, and what the authors say of it."""

    product: ProductModel
    category: str
    is_reference: bool = Field(description="Whether it is the reference of its process.")
    is_service: bool = Field(description="Whether it takes in a waste instead of making something.")
    output: float = Field(description="What one run of the process makes of it, in its unit.")
    allocation: str = Field(description="How burdens of several products are shared.")
    share: float = Field(description="This product's share of the burdens.")
    together: list[ProductModel] = Field(description="Other products of the process.")
    valid_from: str
    valid_until: str
    consumers: int = Field(description="Products that take it themselves.")
    comment: str
    texts: dict[str, str] = Field(description="Documentation by its names: technology, geography …")
    sources: list[str]
    licence: str


class ExchangeModel(Told):
    """An input or an intervention of one unit of a product."""

    kind: str = Field(description="input, credit, elementary, open or cut-off.")
    name: str
    category: str
    amount: Number = Field(
        description="In “unit”; interventions are positive to nature, credits below zero; null where the authors give none."
    )
    unit: str
    supplier: ProductModel | None
    gas: str = Field(description="Empty where it counts as no greenhouse gas.")
    origin: str
    co2e: float | None = Field(
        description="kg CO2e that come with it; null where nobody serves it, it is no gas, or the set has no value."
    )
    distribution: str | None = Field(description="Null where the amount is certain.")
    gsd2: float | None = Field(description="GSD² of a lognormal.")
    deviation: float | None = Field(description="Standard deviation of a normal, in “unit”.")
    minimum: float | None
    maximum: float | None


class ExchangesModel(Told):
    """Some exchanges of a product; “next” is where to begin the page after, null at the end."""

    product: ProductModel
    items: list[ExchangeModel]
    total: int
    next: int | None


class ConsumerModel(Told):
    """A product that takes another."""

    product: ProductModel
    amount: Number = Field(description="Of the product that is taken, in its unit, for one unit of this one.")


class ConsumersModel(Told):
    """Some consumers of a product; “next” is where to begin the page after, null at the end."""

    product: ProductModel
    items: list[ConsumerModel]
    total: int
    next: int | None


class BranchModel(Told):
    """A supply inside a contribution tree: direct, children and rest add up to the total."""

    index: int
    product: str
    process: str
    amount: Number = Field(description="In “unit”; negative where it is avoided.")
    unit: str
    total: float = Field(description="kg CO2e with everything upstream, uptake netted.")
    direct: float = Field(description="kg CO2e of the process itself.")
    share: float = Field(description="Of the root's total.")
    rest: float = Field(description="kg CO2e of the suppliers below the cut-off.")
    children: list[BranchModel]


class TreeModel(Told):
    """The contribution tree of one unit of a product."""

    product: ProductModel
    gwp: str
    total: float = Field(description="kg CO2e, with the stored carbon added back.")
    stored_carbon: float = Field(description="kg CO2 that stays in the product.")
    tree: BranchModel


class NamedExchangeModel(Told):
    """An exchange somewhere in the supply chain."""

    kind: str
    process: str
    process_id: str
    location: str
    item: str
    supplier: str
    amount: Number
    unit: str
    per: str
    distribution: str | None
    gsd2: float | None
    assumed: bool = Field(description="Whether its distribution is the default that was asked for.")


class ContributorModel(NamedExchangeModel):
    """An uncertain exchange, and what it brings to the variance."""

    share: Number = Field(description="Of the variance, of first order.")
    effect: Number = Field(description="kg CO2e that one standard deviation moves the footprint by.")
    elasticity: Number


class ElasticityModel(NamedExchangeModel):
    """An exchange, and how far it moves the footprint."""

    elasticity: Number = Field(description="Per cent that one per cent more of it moves the footprint by.")


class SensitivityModel(Told):
    """The analytic uncertainty of one unit of a product, kg CO2e, and the amounts that move it most."""

    database: str
    snapshot: str
    product: str
    process: str
    process_id: str
    location: str
    unit: str
    method: str
    total: float
    complete: bool
    mean: Number
    deviation: Number
    low: Number = Field(description="Of the 95 % interval; null where nothing is uncertain.")
    high: Number = Field(description="Of the 95 % interval; null where nothing is uncertain.")
    gsd2: Number = Field(description="Null where the footprint is not taken as lognormal.")
    coverage: Number = Field(description="Share of the footprint with a distribution; null where nothing is emitted.")
    together: Number
    around: str = Field(description="means; or amounts, where mean and deviation are rough.")
    varying: int = Field(description="Uncertain exchanges behind the product.")
    default_gsd2: float | None
    assumed: int
    contributors: list[ContributorModel]
    sensitivities: list[ElasticityModel]


class FootprintRowModel(Told):
    """A product with its footprint, kg CO2e per unit."""

    index: int
    name: str
    process: str
    process_id: str
    location: str
    unit: str
    category: str
    allocation: str
    share: float
    total: float
    fossil: float
    biogenic: float
    luc: float
    removal: float
    stored_carbon: float
    complete: bool
    method: str


class FootprintsModel(Told):
    """Footprints of some products; “next” is where to begin the page after, null at the end."""

    items: list[FootprintRowModel]
    total: int
    next: int | None
