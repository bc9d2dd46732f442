"""The supplement's section ``cbam``: what the mechanism asks for and no study holds.

Codes are those of the Transitional Registry's own code lists, which the schema leaves open (``an..5``); they are written as
they are given.
"""

from __future__ import annotations

from datetime import date

from tanheng.exchange.supplement import Amount, Section

NAME = "cbam"


class Address(Section, frozen=True):
    """An address; ``country`` is ISO 3166-1 alpha-2."""

    country: str = ""
    subdivision: str = ""
    city: str = ""
    street: str = ""
    additional: str = ""
    number: str = ""
    postcode: str = ""
    box: str = ""


class Site(Address, frozen=True):
    """Where an installation stands; ``coordinates`` says what latitude and longitude are of (a code)."""

    parcel: str = ""
    unlocode: str = ""
    latitude: str = ""
    longitude: str = ""
    coordinates: str = ""


class Actor(Section, frozen=True):
    """A declarant, importer or representative; ``id`` is the EORI number, ``role`` a code, of declarants only."""

    id: str = ""
    name: str = ""
    role: str = ""
    address: Address = Address()


class Contact(Section, frozen=True):
    """Whom to ask at the installation."""

    name: str = ""
    phone: str = ""
    email: str = ""


class Operator(Section, frozen=True):
    """Who runs the installation; its name is the maker's where none is given."""

    id: str = ""
    name: str = ""
    address: Address = Address()
    contacts: tuple[Contact, ...] = ()


class Installation(Section, frozen=True):
    """The installation that makes the good."""

    id: str = ""
    name: str = ""
    activity: str = ""
    address: Site = Site()


class Signature(Section, frozen=True):
    """Who signs the report. ``data`` and ``use`` are the two confirmations; both have to be given in so many words."""

    day: date | None = None
    place: str = ""
    name: str = ""
    position: str = ""
    data: bool | None = None
    use: bool | None = None


class Report(Section, frozen=True):
    """The quarterly report as a whole.

    Attributes:
        draft: its number while it is a draft; ``id`` its number once it was submitted.
        quarter: ``Q1`` … ``Q4``. submitted: moment in UTC, ``2026-01-20T08:00:00Z``.
        authority: reference of the national competent authority.
        other_methodology: whether another reporting methodology is confirmed to apply.
    """

    draft: str = ""
    id: str = ""
    year: int | None = None
    quarter: str = ""
    submitted: str = ""
    authority: str = ""
    remarks: str = ""
    other_methodology: bool | None = None


class Parameter(Section, frozen=True):
    """A qualifying parameter of a production method; ``determination``, ``id`` and ``kind`` (of the value) are codes."""

    determination: str
    id: str
    name: str
    kind: str
    value: str
    description: str = ""
    remark: str = ""


class Joint(Section, frozen=True):
    """A precursor that the same production process makes; ``mass`` is t per t of the good."""

    cn: str
    mass: float
    route: str = ""


class Process(Section, frozen=True):
    """The production process.

    Attributes:
        route: letter of the production route, as in the benchmarks: ``K`` is primary aluminium.
        method, name: code and name of the production method.
        level: activity level: what was made in the reporting period.
        content: share of the functional unit's substance in the good: t of clinker per t of cement.
        joint: precursors that the process makes itself ((EU) 2025/2547, Article 4(9)): clinker of a cement works.
        determination, methodology: codes of how direct emissions were determined; ``methodology_text`` describes another one.
    """

    route: str = ""
    method: str = ""
    name: str = ""
    mill: str = ""
    remark: str = ""
    level: Amount | None = None
    content: Amount | None = None
    joint: tuple[Joint, ...] = ()
    determination: str = ""
    methodology: str = ""
    methodology_text: str = ""
    justification: str = ""
    direct: tuple[Parameter, ...] = ()
    indirect: tuple[Parameter, ...] = ()


class Electricity(Section, frozen=True):
    """Electricity of the process; ``source``, ``determination`` and ``factor_source`` are codes.

    Attributes:
        factor: t CO2e per MWh, a number. consumed: of electricity for one t of the good.
    """

    source: str = ""
    other_source: str = ""
    determination: str = ""
    factor: float | None = None
    factor_source: str = ""
    factor_text: str = ""
    consumed: Amount | None = None


class Imported(Section, frozen=True):
    """What was imported in the quarter; ``procedure``, ``previous``, ``area`` and ``indicator`` are codes of customs."""

    mass: Amount | None = None
    procedure: str = ""
    previous: str = ""
    area: str = ""
    indicator: str = ""
    reference: str = ""
    remark: str = ""


class Covered(Section, frozen=True):
    """Goods that a carbon price covers; masses in t."""

    type: str
    mass: float
    free: float
    cn: str = ""
    remark: str = ""
    supplement: str = ""


class CarbonPrice(Section, frozen=True):
    """A carbon price due in the country of origin; ``instrument`` is a code, ``rate`` the exchange rate to the euro."""

    instrument: str
    act: str
    amount: float
    currency: str
    rate: str
    euro: float
    country: str
    covered: tuple[Covered, ...] = ()


class Units(Section, frozen=True):
    """Codes of units: of mass in t, of emissions per t, and of emissions in all."""

    mass: str = ""
    specific: str = ""
    total: str = ""


class Input(Section, frozen=True):
    """What is known of a precursor beyond the study.

    Attributes:
        cn: which one. country: of production. installation: that made it.
        route: of its production. allocation: its specific embedded free allocation, t CO2e/t, as its operator tells it.
    """

    cn: str
    country: str = ""
    installation: str = ""
    route: str = ""
    allocation: float | None = None


class Scenario(Section, frozen=True):
    """A carbon price scenario.

    Attributes:
        price: euro per t CO2e, one number or one by year.
        cscf: cross-sectoral correction factor; where none is given 1 is taken, and told.
        paid: euro per t of the good that were effectively paid in the country of origin.
        benchmark: t CO2e per functional unit, where none ships.
    """

    price: float | dict[int, float] = 0.0
    cscf: float | None = None
    paid: float = 0.0
    benchmark: float | None = None


class Monitoring(Section, frozen=True):
    """What the monitoring plan tells beside the study; each a text in English.

    Attributes:
        version: of the plan. responsible: who monitors. diagram: of the installation and its flows.
        sources: emission sources and source streams. measuring: instruments, their uncertainty, calibration.
        factors: where calculation factors come from. gaps: what is done when data are missing.
        control: how data are handled, checked and kept. heat: heat flows.
    """

    version: str = ""
    responsible: str = ""
    diagram: str = ""
    sources: str = ""
    measuring: str = ""
    factors: str = ""
    gaps: str = ""
    control: str = ""
    heat: str = ""


class Cbam(Section, frozen=True):
    """All of it.

    Attributes:
        day: that documents bear. origin: country of origin of the good; that of the study's site where it is not given.
    """

    day: date | None = None
    report: Report = Report()
    declarant: Actor = Actor()
    representative: Actor | None = None
    importer: Actor | None = None
    signature: Signature = Signature()
    operator: Operator = Operator()
    installation: Installation = Installation()
    origin: str = ""
    process: Process = Process()
    electricity: Electricity = Electricity()
    imported: Imported = Imported()
    units: Units = Units()
    carbon_prices: tuple[CarbonPrice, ...] = ()
    inputs: tuple[Input, ...] = ()
    scenario: Scenario | None = None
    monitoring: Monitoring = Monitoring()
