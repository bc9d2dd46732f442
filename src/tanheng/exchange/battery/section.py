"""The supplement's section ``battery-declaration``: what a declaration asks for beside the section ``battery``."""

from __future__ import annotations

from datetime import date

from tanheng.exchange.supplement import Section

NAME = "battery-declaration"


class Threshold(Section, frozen=True):
    """A performance class; ``upper`` is kg CO2e per kWh delivered, the worst class has none."""

    name: str
    upper: float | None = None


class Verifier(Section, frozen=True):
    """Who verified the declaration."""

    name: str = ""
    report: str = ""
    day: date | None = None


class BatteryDeclaration(Section, frozen=True):
    """A declaration of one battery model of one plant.

    Attributes:
        number: of the declaration. day: that it bears. conformity: number of the EU declaration of conformity.
        classes: performance classes, the best first; none are adopted, so they are given here or not known.
        classes_source: act or draft that they are of.
    """

    number: str = ""
    day: date | None = None
    brand: str = ""
    conformity: str = ""
    verifier: Verifier = Verifier()
    classes: tuple[Threshold, ...] = ()
    classes_source: str = ""
