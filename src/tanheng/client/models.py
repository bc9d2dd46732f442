"""What a server tells, as values. Fields that a newer server tells besides are passed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

T = TypeVar("T")


class Told(Struct, frozen=True, kw_only=True):
    """Base of what is told."""


class Names(Told, frozen=True):
    """A name in Chinese, English, or both."""

    zh: str | None = None
    en: str | None = None


class Page(Told, Generic[T], frozen=True):
    """Some of a list; ``next`` is the cursor of the page after, empty at the end."""

    items: tuple[T, ...]
    next: str = ""


class Kept(Told, frozen=True):
    """Base of what can be changed.

    Attributes:
        version: of the record, its ETag: a change is refused (TH-STO-002) where somebody else was first.
    """

    id: str
    version: int
    created_at: datetime
    changed_at: datetime


class Organisation(Kept, frozen=True):
    """An organisation."""

    kind: str
    names: Names
    code: str
    geography: str
    listed: bool
    closed: bool


class Membership(Told, frozen=True):
    """One's roles in an organisation."""

    organisation: str
    kind: str
    roles: tuple[str, ...]


class Who(Told, frozen=True):
    """Whom a token stands for: ``kind`` is person, machine, or stranger where there is no token."""

    kind: str
    id: str
    system_roles: tuple[str, ...] = ()
    memberships: tuple[Membership, ...] = ()


class Study(Kept, frozen=True):
    """A study; ``latest`` is the number of its latest version."""

    organisation: str
    names: Names
    codes: dict[str, str]
    archived: bool
    latest: int


class StudyVersion(Told, frozen=True):
    """A version of a study; ``document`` is told where one version is asked for, in the study format."""

    study: str
    number: int
    digest: str
    note: str
    author: str
    created_at: datetime
    document: dict[str, Any] = field(default_factory=dict)


class Evidence(Told, frozen=True):
    """A file beside a study; ``digest`` is its SHA-256, ``size`` in bytes."""

    id: str
    study: str
    name: str
    digest: str
    size: int
    media_type: str
    author: str
    created_at: datetime


class Assessment(Kept, frozen=True):
    """An assessment at a glance.

    Attributes:
        number: of the version of the study.
        total: kg CO2e per declared unit; a lower bound where it is not complete.
        rating: of data quality, 1 the best; none where nothing is rated.
    """

    organisation: str
    study: str
    number: int
    digest: str
    names: Names
    regime: str
    method: str
    rule_pack: str
    scenario: str
    declared_unit: str
    total: float
    unit: str
    complete: bool
    rating: float | None
    primary_share: float
    errors: int
    warnings: int
    infos: int
    author: str
    superseded_by: str | None
    reason: str


class Recomputed(Told, frozen=True):
    """Whether an assessment follows from its own record."""

    same: bool
    digest: str
    recomputed: str


class Database(Kept, frozen=True):
    """A background database; ``shared_with`` is told to its organisation only."""

    organisation: str
    name: str
    visibility: str
    digest: str
    source: str
    licence: str
    products: int
    shared_with: tuple[str, ...]


class Product(Told, frozen=True):
    """A product of a database."""

    index: int
    process_id: str
    name: str
    name_zh: str
    process: str
    location: str
    unit: str


class Products(Told, frozen=True):
    """Some products; ``next`` is where the page after begins."""

    items: tuple[Product, ...]
    next: int | None


class Gas(Told, frozen=True):
    """A gas in a footprint: ``mass`` in kg, ``co2e`` in kg CO2e."""

    gas: str
    origin: str
    mass: float
    co2e: float


class Footprint(Told, frozen=True):
    """The footprint of one unit of a product, kg CO2e; a lower bound where inputs are open."""

    product: Product
    gwp: str
    total: float
    stored_carbon: float
    gases: tuple[Gas, ...]
    open_inputs: int


class Category(Told, frozen=True):
    """An impact category; ``factors`` is how many it has."""

    id: str
    name: str
    names: dict[str, str]
    unit: str
    factors: int


class Method(Kept, frozen=True):
    """An impact method.

    Attributes:
        release: version of the method itself. categories, factors: how many.
        impact_categories, notes: told where one method is asked for.
    """

    organisation: str
    name: str
    visibility: str
    digest: str
    source: str
    title: str
    release: str
    format: str
    licence: str
    categories: int
    factors: int
    withdrawn: bool
    shared_with: tuple[str, ...]
    impact_categories: tuple[Category, ...] = ()
    notes: dict[str, int] = field(default_factory=dict)


class FlowMapping(Kept, frozen=True):
    """A mapping file that an organisation keeps for a database and a method."""

    organisation: str
    database: str
    method: str
    name: str
    digest: str
    rows: int


class Step(Told, frozen=True):
    """What became of so many flows; ``shares`` of the summed absolute amounts, by unit."""

    key: str
    flows: int
    exchanges: int
    shares: dict[str, float]


class Coverage(Told, frozen=True):
    """How much is mapped in a category; in the method as a whole where it is empty."""

    category: str
    steps: tuple[Step, ...]
    assumed: dict[str, int]


class Coverages(Told, frozen=True):
    """Coverage of a method as a whole, then of each category."""

    coverage: tuple[Coverage, ...]


class OpenFlow(Told, frozen=True):
    """A flow that may be missing from a score; figures are none where nothing tells them."""

    category: str
    flow_id: str
    flow: str
    compartment: str
    unit: str
    why: str
    estimate: float | None
    effect: float | None
    share: float | None
    candidates: tuple[str, ...]


class OpenFlows(Told, frozen=True):
    """Some open flows; ``next`` is where the page after begins."""

    items: tuple[OpenFlow, ...]
    next: int | None


class Score(Told, frozen=True):
    """A score of one unit of a product, in the unit of its category; a lower bound where it is ``at_least``."""

    id: str
    category: str
    score: float
    unit: str
    complete: bool
    at_least: bool
    likely_missing: float | None


class MissingFlow(Told, frozen=True):
    """An open flow behind a product; ``effect`` is what it would likely add, none where nothing tells it."""

    flow: str
    compartment: str
    amount: float | None
    unit: str
    category: str
    why: str
    effect: float | None


class ProductScores(Told, frozen=True):
    """The scores of one unit of a product, and what is likely missing from them."""

    method: str
    product: str
    process: str
    process_id: str
    location: str
    unit: str
    open_inputs: int
    declared_cut_offs: int
    categories: tuple[Score, ...]
    likely_missing_flows: tuple[MissingFlow, ...]


class Scored(Told, frozen=True):
    """A product with its scores."""

    product: Product
    categories: tuple[Score, ...]


class ScoredPage(Told, frozen=True):
    """Some products with their scores; ``next`` is where the page after begins."""

    items: tuple[Scored, ...]
    next: int | None


class ToldFault(Told, frozen=True):
    """A fault in the language that was asked for."""

    code: str
    place: str = ""
    message: str = ""
    hint: str = ""


class Job(Told, frozen=True):
    """Long work; ``done`` of ``total`` steps, 0 where they are not known."""

    id: str
    organisation: str
    starter: str
    kind: str
    payload: dict[str, Any]
    state: str
    done: int
    total: int
    note: str
    result: Any
    faults: tuple[ToldFault, ...]
    attempts: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether it ended, however."""
        return self.ended_at is not None


class Collection(Kept, frozen=True):
    """A collection of factors; ``latest`` is the number of its latest release, 0 before the first."""

    organisation: str | None
    name: str
    names: Names
    level: str
    visibility: str
    latest: int
    shared_with: tuple[str, ...]


class Release(Told, frozen=True):
    """A release of a collection; it never changes."""

    id: str
    collection: str
    number: int
    name: str
    digest: str
    previous: str
    signature: str
    key: str
    count: int
    note: str
    author: str
    published_at: datetime


class ReleaseCheck(Told, frozen=True):
    """Whether a release is what was signed."""

    digest: bool
    signature: bool


class ImportedRow(Told, frozen=True):
    """A row of a table of factors, and what it does: new, changed, same or wrong."""

    place: str
    factor: str
    outcome: str
    faults: tuple[ToldFault, ...]


class ImportedTable(Told, frozen=True):
    """What an import does, or did where it was ``written``."""

    written: bool
    new: int
    changed: int
    same: int
    wrong: int
    rows: tuple[ImportedRow, ...]


class FactorRecord(Kept, frozen=True):
    """A record of a collection at a glance; ``state`` is that of its latest version."""

    collection: str
    factor: str
    state: str
    latest: int
    published: int | None
    factor_kind: str
    names: Names
    category: str
    geography: str
    year: int


class FactorVersion(Told, frozen=True):
    """A version of a record; ``document`` is empty in lists."""

    record: str
    number: int
    digest: str
    change: str
    reason: str
    author: str
    created_at: datetime
    document: dict[str, Any] = field(default_factory=dict)


class Review(Told, frozen=True):
    """A step that somebody took with a version of a record."""

    id: str
    number: int
    step: str
    person: str
    note: str
    at: datetime


class Comment(Told, frozen=True):
    """A comment on a field of a record, or on the whole where ``field`` is empty."""

    id: str
    number: int
    field: str
    text: str
    author: str
    settled_by: str | None
    settled_at: datetime | None
    created_at: datetime


class ChangedFactor(Told, frozen=True):
    """A factor that differs from one release to the next; amounts in kg CO2e per its unit."""

    factor: str
    before: float
    after: float | None
    relative: float | None
    what: tuple[str, ...]


class MovedAssessment(Told, frozen=True):
    """An assessment that a release moves; amounts in kg CO2e per its unit, ``failed`` the code of an error."""

    assessment: str
    names: Names
    unit: str
    before: float
    after: float
    relative: float | None
    gone: tuple[str, ...]
    failed: str


class MovedOthers(Told, frozen=True):
    """How many assessments of others a release moves, with the least, middle and greatest relative change."""

    assessments: int
    relative: tuple[float, float, float] | None


class MovedCertificates(Told, frozen=True):
    """Certificates that would have another value or class, in sum; ``hidden`` where those of others are left out."""

    moved: int
    reclassed: int
    holders: int
    hidden: bool


class Preview(Told, frozen=True):
    """What the next release brings; ``digest`` names it for publishing, ``left`` counts assessments not computed."""

    digest: str
    is_new: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ChangedFactor, ...]
    same: int
    moved: tuple[MovedAssessment, ...]
    others: MovedOthers
    left: int
    certificates: MovedCertificates | None = None


class Reason(Told, frozen=True):
    """Why a hit was found."""

    word: str
    where: str
    how: str
    term: str


class Hit(Told, frozen=True):
    """A thing that a search found, and why; ``missing`` are words that do not stand in it."""

    kind: str
    reference: str
    names: Names
    organisation: str
    public: bool
    category: str
    geography: str
    year: int | None
    unit: str
    factor_kind: str
    rank: str
    database: str
    score: float
    similarity: float | None
    why: tuple[Reason, ...]
    missing: tuple[str, ...]


class RulePack(Kept, frozen=True):
    """A release of a rule pack of an organisation; ``text`` is its file, told where one is asked for."""

    organisation: str
    pack: str
    release: str
    digest: str
    names: Names
    withdrawn: bool
    text: str = ""


class ShippedRules(Told, frozen=True):
    """A release of a rule pack that ships; ``document`` is told where one is asked for."""

    id: str
    version: str
    digest: str
    names: Names
    follows: dict[str, str]
    document: dict[str, Any] = field(default_factory=dict)


class CheckedRules(Told, frozen=True):
    """A rule pack or a regime that is valid; ``kind`` is pack or regime, ``checks`` how many it has."""

    kind: str
    id: str
    names: Names
    digest: str
    checks: int


class RuleChange(Told, frozen=True):
    """A field or check that differs; ``change`` is added, removed or changed, a value is ``None`` where there is none."""

    change: str
    path: str
    before: Any
    after: Any


class RuleChanges(Told, frozen=True):
    """Some of what differs; ``next`` is where to go on, ``None`` at the end."""

    items: tuple[RuleChange, ...]
    count: int
    next: int | None
