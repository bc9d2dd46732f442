"""What the aspect model asks for and a study does not hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from tanheng.exchange.supplement import Amount, Section

SECTION = "catena-x"

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
NotNegative = Annotated[float, Meta(ge=0.0)]
NotPositive = Annotated[float, Meta(le=0.0)]
Kind = Literal[
    "Retrospective PCF",
    "Prospective PCF without forerunner",
    "Prospective PCF of further developed product with forerunner",
    "Prospective PCF for current product for future production date",
    "Progressive PCF",
]


class Shares(Section, frozen=True):
    """Shares of the result that others vouch for, from 0 to 1.

    Attributes:
        programme: calculated by suppliers with a certified programme.
        third_party, second_party, first_party: verified by an independent body, by a customer, by the maker.
    """

    programme: Share | None = None
    third_party: Share | None = None
    second_party: Share | None = None
    first_party: Share | None = None


class Packaging(Section, frozen=True):
    """Emissions of packaging, which the production stage holds already; kg CO2e per declared unit.

    Attributes:
        included: whether they are in the boundary; the rulebook demands it.
        including_uptake, excluding_uptake, fossil, biogenic, uptake, land_use_change, land_emissions, land_removals, aircraft: by
            category; uptake and removals are negative.
    """

    included: bool | None = None
    including_uptake: NotNegative | None = None
    excluding_uptake: NotNegative | None = None
    fossil: NotNegative | None = None
    biogenic: NotNegative | None = None
    uptake: NotPositive | None = None
    land_use_change: NotNegative | None = None
    land_emissions: NotNegative | None = None
    land_removals: NotPositive | None = None
    aircraft: NotNegative | None = None


class CatenaX(Section, frozen=True):
    """The section ``catena-x`` of a supplement.

    Attributes:
        id: UUID of the footprint; made from the assessment where it is not given.
        created: when it was declared; the begin of its validity where it is not given.
        kind: retrospective where the reference period is over when it is declared; needed in other cases.
        region: region or sub-region of production; that of the study's site where it is not given.
        unsplit: what CO2e without a split into gases and origins is: ``unknown``, or ``fossil`` where its maker vouches for that.
        ccs: whether capture and storage of CO2 is in the footprint.
        technology: the production steps that matter.
        distribution: whether transport to the customer is in the boundary; as the study's boundary says where it is not given.
        packaging: emissions of packaging.
        mass_balancing: whether inputs are attributed by mass balance (credit method); then ``free_attribution`` and
            ``mass_balance_scheme`` are needed.
        waste_incineration: how burdens of waste incineration are allocated.
        recycled_carbon: how recycled material is allocated.
        carbon_total: mass of carbon in the product, where it is not the sum of its parts.
        packaging_biogenic_carbon: mass of biogenic carbon in the packaging.
        shares: shares of the result that are verified.
        attestation_type: of the verification: ``PCF 3rd party verification``, ``PCF Program certification``.
        attestation_standard: framework of the attestation. provider: id of its issuer.
        legal: legal statement.
    """

    id: UUID | None = None
    created: datetime | None = None
    kind: Kind | None = None
    region: str = ""
    unsplit: Literal["unknown", "fossil"] = "unknown"
    ccs: bool | None = None
    technology: str = ""
    distribution: bool | None = None
    packaging: Packaging = Packaging()
    mass_balancing: bool | None = None
    free_attribution: Literal["true", "false", "not applicable"] | None = None
    mass_balance_scheme: str = ""
    waste_incineration: Literal["cut-off", "reverse cut-off", "system expansion", "polluter pays principle"] | None = (
        None
    )
    recycled_carbon: Literal["upstream system expansion", "cut-off"] | None = None
    carbon_total: Amount | None = None
    packaging_biogenic_carbon: Amount | None = None
    shares: Shares = Shares()
    attestation_type: str = ""
    attestation_standard: str = ""
    provider: str = ""
    legal: str = ""
