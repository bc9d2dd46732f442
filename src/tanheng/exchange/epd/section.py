"""What an environmental product declaration asks for and a study does not hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, field

from tanheng.exchange.epd.modules import Module
from tanheng.exchange.supplement import Amount, Section
from tanheng.footprint.study import Names, Stage

SECTION = "epd"


class Rule(Section, frozen=True):
    """Where flows go instead of the module that they are in by default; the first rule that fits counts.

    Attributes:
        stage: life-cycle stage of the flows; any where it is not given.
        what: kind of step: ``activity``, ``electricity``, ``transport``, ``emission``, ``recycling``; any where it is not given.
        source: id of the factor or process behind them; any where it is not given.
        to: the module.
    """

    to: Module
    stage: Stage | None = None
    what: str = ""
    source: str = ""


class Scenario(Section, frozen=True):
    """What a module beyond the gate assumes.

    Attributes:
        module: that it is about.
        text: in words.
    """

    module: Module
    text: Names


class Epd(Section, frozen=True):
    """The section ``epd`` of a supplement.

    Attributes:
        id: UUID of the declaration; made from the assessment where it is not given.
        version: of the data set, ``01.00.000``.
        kind: of data: ``specific`` to one product of one maker, ``average`` of several, ``representative``, ``generic``,
            ``template``.
        programme: programme operator. programme_url: its address.
        registration: number under which the operator registered the declaration.
        owner: of the declaration; the maker where it is not given. developer: who made the life-cycle assessment.
        pcr: product category rules. pcr_version: their version. pcr_issuer: who issued them.
        compliance: standards that the declaration follows: ``EN 15804+A2``, ``ISO 14025``.
        method: impact assessment method, ``EF 3.1``; that of the study's GWP set where it is not given.
        published: day of publication; the begin of the validity where it is not given.
        verification: ``external`` or ``internal`` (ISO 14025). verifier: who verified it; the body of the certificate where there
            is one.
        service_life: reference service life in years. service_life_text: its conditions.
        modules: rules that put flows into other modules.
        zero: modules that are declared and have nothing in them; others without flows are not declared.
        scenarios: of modules beyond the gate.
        exempt: why C1 to C4 and D are left out, where EN 15804+A2, 5.2, allows it.
        unsplit: what CO2e without a split into gases and origins is: ``unknown``, or ``fossil`` where its maker vouches for that.
        packaging_biogenic_carbon: mass of biogenic carbon in the packaging of one declared unit.
        technology: the production in words. usage: what the product is for.
        link: address of the declaration.
    """

    id: UUID | None = None
    version: Annotated[str, Meta(pattern=r"^\d{2}\.\d{2}(\.\d{3})?$")] = "01.00.000"
    kind: Literal["specific", "average", "representative", "generic", "template"] | None = None
    programme: str = ""
    programme_url: str = ""
    registration: str = ""
    owner: str = ""
    developer: str = ""
    pcr: str = ""
    pcr_version: str = ""
    pcr_issuer: str = ""
    compliance: tuple[str, ...] = ()
    method: str = ""
    published: date | None = None
    verification: Literal["external", "internal"] | None = None
    verifier: str = ""
    service_life: Annotated[float, Meta(gt=0.0)] | None = None
    service_life_text: Names = field(default_factory=dict)
    modules: tuple[Rule, ...] = ()
    zero: tuple[Module, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    exempt: str = ""
    unsplit: Literal["unknown", "fossil"] = "unknown"
    packaging_biogenic_carbon: Amount | None = None
    technology: Names = field(default_factory=dict)
    usage: Names = field(default_factory=dict)
    link: str = ""
