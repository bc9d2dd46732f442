"""What PACT asks for and no study holds: the section ``pact`` of a supplement."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from tanheng.exchange.pact.former import Assurance, FormerQuality
from tanheng.exchange.pact.model import Region, Rule, Status
from tanheng.exchange.supplement import Section


class Former(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What version 2.3 tells and version 3 no longer does; written by ``pact2`` only."""

    version: Annotated[int, Meta(ge=0)] = 1
    cpc: str = ""
    updated: datetime | None = None
    status_comment: str = ""
    biogenic_methodology: Literal["PEF", "ISO", "GHGP", "Quantis", ""] = ""
    uncertainty: str = ""
    quality: FormerQuality | None = None
    assurance: Assurance | None = None
    report: Literal["AR5", "AR6", ""] = ""
    standards_used: tuple[str, ...] = ()
    classifications: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    mass_told: bool = True
    including_told: bool = True


class Pact(Section, frozen=True, kw_only=True):
    """Section ``pact``: amounts are kg CO2e or kg of carbon per declared unit.

    Zero says "does not apply"; what is left out is not known.

    Attributes:
        language: of the texts, where the study has both.
        unsplit: what CO2e counts as whose source tells neither gases nor origins; PACT has no place for it but ``fossil``.
        biogenic: whether biogenic materials or land are involved at all; ``false`` writes zero for all that concerns them.
        packaging_included: whether packaging is in the footprint; ``packaging`` its part of it.
        ccs_included: whether carbon capture and storage is in it.
        outbound_logistics: to where somebody else takes over; only where the maker answers for it.
        exempted_percent: share of emissions left out; the study's own estimate where it is not given.
        standards: ``PACT-3.0``, ``ISO14067`` …; ``PACT-3.0`` where it is not given and the study follows PACT.
        id, created, status: of the document; made from what it says where they are not given.
        first, last: reference period, its end outside of it, where it is no whole days of UTC.
        former: what only version 2.3 tells.
    """

    language: Literal["en", "zh"] = "en"
    description: str | None = None
    classifications: tuple[str, ...] | None = None
    unsplit: Literal["fossil"] | None = None
    region: Region | None = None
    boundary_description: str | None = None
    biogenic: bool | None = None
    land_carbon_leakage: Decimal | None = None
    land_management_fossil: Decimal | None = None
    land_area: Decimal | None = None
    aircraft: Decimal | None = None
    packaging_included: bool | None = None
    packaging: Decimal | None = None
    packaging_biogenic_carbon: Decimal | None = None
    outbound_logistics: Decimal | None = None
    ccs_included: bool | None = None
    capture_origin: str | None = None
    ccu_carbon: Decimal | None = None
    ccu_approach: Literal["Cut-off", "Credit"] | None = None
    ccu_certification: str | None = None
    standards: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    exempted_percent: Decimal | None = None
    verification_comment: str | None = None
    verification_coverage: Literal["PCF calculation model", "PCF program", "product level"] | None = None
    verified_at: datetime | None = None
    id: UUID | None = None
    created: datetime | None = None
    status: Status | None = None
    first: datetime | None = None
    last: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    extensions: tuple[dict[str, Any], ...] = ()
    former: Former | None = None
