"""Regimes, rule packs, checks and findings as frozen values (A2, C20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from tanheng.quantities import CO2E, GwpSet, Origin, gwp_set

Names = Mapping[str, str]


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Scope(StrEnum):
    """What a check runs over: once for the study, or for each line, part, gap, cut-off, process of the rule pack, or waiver.

    Checks of waivers run last: their items know whether a finding matched.
    """

    STUDY = "study"
    LINES = "lines"
    PARTS = "parts"
    GAPS = "gaps"
    CUT_OFFS = "cut_offs"
    PROCESSES = "processes"
    WAIVERS = "waivers"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a rule pack.

    Attributes:
        when: expression (CEL); the finding fires where it is true. A check of the study sees ``study``, ``result``,
            ``facts``, ``limits``, ``pack`` and ``regime``; one of lines, parts, gaps, cut-offs, processes or waivers sees its
            ``item`` in place of study and result (see :mod:`tanheng.rules.items` and :mod:`tanheng.rules.facts`).
        quote: expression that gives the data to show.
        message, question: templates; ``{quote}`` and ``{name}`` are filled.
    """

    code: str
    clause: Names
    severity: Severity
    scope: Scope
    when: str
    quote: str
    message: Names
    question: Names


@dataclass(frozen=True, slots=True)
class Reference:
    """A public source of a rule."""

    title: str
    number: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a claim is rounded (C03), half to even: to significant digits, or to decimals where those are given."""

    significant: int | None = 3
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """The choices that a regime makes and, where it lets them, a rule pack makes in its place.

    Attributes:
        report, metric: GWP set (C05).
        counts_certificates: whether certificates change the electricity that is counted (C08).
        uses_residual_mix: whether grid power that no contract tracks is the residual mix where one is known.
        cut_off_single, cut_off_total: greatest share of one cut-off and of all together (C13).
        allocation: bases of allocation in order of preference (C12); the first that the study has the data for is used
            where the study names none.
        end_of_life: method where the study names none (C14).
        rounding: of the claim.
    """

    report: str = "AR6"
    metric: str = "GWP100"
    counts_certificates: bool = False
    uses_residual_mix: bool = False
    cut_off_single: float | None = None
    cut_off_total: float | None = None
    allocation: tuple[str, ...] = ()
    end_of_life: str = "cut-off"
    rounding: Rounding = Rounding()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Parts of a result that a regime does not count.

    Attributes:
        reason: key of ``data/texts/excluded.yaml``.
        when: expression (CEL) over ``part``, ``line``, ``product`` and ``lists``.
    """

    reason: str
    when: str


@dataclass(frozen=True, slots=True)
class Regime:
    """A rule system to report under (C20).

    Attributes:
        standard: the public identity of the standard that the regime follows.
        method: its choices. yields: names of the fields of ``method`` that a rule pack may set in its place.
        counted: origins that are added up to the total; the others are shown apart (C04).
        gases: gases that are counted; all where empty. ignores: gases of an origin that have no value under the regime, as
            ``CO2 biogenic``.
        nets_stored_carbon: whether biogenic carbon kept in the product lowers the total (C06).
        stages: life-cycle stages that are counted.
        excludes: further parts that are not counted. lists: classification codes by name that they refer to.
        required: fields of the study that a report under the regime needs, as ``product.codes.cn``.
        checks: its own checks, run after those of the rule pack.
        valid_from, valid_until: when the regime applies; empty for open.
        digest: ``sha256:`` of its file.
    """

    id: str
    names: Names
    standard: Names
    method: Method
    counted: frozenset[Origin]
    nets_stored_carbon: bool
    stages: tuple[str, ...]
    digest: str
    yields: tuple[str, ...] = ()
    gases: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    sources: tuple[Reference, ...] = ()
    valid_from: str = ""
    valid_until: str = ""

    @property
    def gwp(self) -> GwpSet:
        """The characterisation set."""
        return gwp_set(self.method.report, self.method.metric)

    @property
    def counts_certificates(self) -> bool:
        """Whether certificates change the electricity that is counted (C08)."""
        return self.method.counts_certificates

    def counts(self, gas: str, origin: Origin) -> bool:
        """Whether a gas of an origin is added up to the total (C04); CO2e without a split goes by its origin alone."""
        allowed = not self.gases or gas in self.gases or gas == CO2E
        return origin in self.counted and allowed and f"{gas} {origin.value}" not in self.ignores

    def under(self, pack: RulePack) -> Regime:
        """The regime with what the rule pack sets, as far as the regime yields."""
        chosen = {key: value for key, value in pack.method.items() if key in self.yields}
        return replace(self, method=replace(self.method, **chosen)) if chosen else self


class Status(StrEnum):
    """Standing of a rule pack."""

    GENERAL = "general"
    DRAFT = "draft"
    GROUP = "group"
    INDUSTRY = "industry"
    NATIONAL = "national"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class MandatoryProcess:
    """A process that a study of this product has to hold.

    Attributes:
        stages: where it may stand; any where empty.
        types: types of line that it may be; any where empty.
        words: a line stands for it where its folded name, note or link holds one of them (either language).
        codes: prefixes of item codes by scheme that stand for it, too.
    """

    id: str
    names: Names
    stages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Band:
    """Range that results of a product category are known to lie in (C23), kg CO2e per ``per``.

    Attributes:
        source: where the range comes from; "ours" where no publication gives it.
    """

    low: float
    high: float
    per: str
    source: Names


@dataclass(frozen=True, slots=True)
class RulePack:
    """Product category rules, or the general rule, as data (A2).

    Attributes:
        version: semantic. status: standing of the rules behind it. superseded_by: ``id@version`` of what replaces it.
        follows: what it follows, in words; never a claim of conformity where the text is not public.
        extends: ``id@version`` of the pack whose limits and checks come first. without: reasons by code of those that do not
            apply.
        sources: public documents behind it. configurable: fields that no public text fixes, as paths of this file; they are
            defaults of ours that a person may change in a pack of their own.
        scope: prefixes of classification codes by scheme (``cpc``, ``hs``, ``gbt4754``).
        units: units that the study's unit may have. unit_kind, boundaries, stages: as the study should have them.
        processes: what must not be missing.
        method: fields of :class:`Method` that it sets.
        report_fields: fields of the study that a report needs.
        label_unit: unit of the claim on a label: ``kg CO2e/t``.
        limits: numbers that checks use; over those of the general rule.
        checks: of the general rule, where it extends that, and its own.
        digest: ``sha256:`` of its file. text: its file, for a pack that does not ship with the product.
    """

    id: str
    version: str
    names: Names
    status: Status
    follows: Names
    limits: Mapping[str, float]
    checks: tuple[Check, ...]
    digest: str
    extends: str = ""
    without: Mapping[str, Names] = field(default_factory=dict)
    superseded_by: str = ""
    valid_from: str = ""
    valid_until: str = ""
    sources: tuple[Reference, ...] = ()
    configurable: tuple[str, ...] = ()
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    unit_kind: str = ""
    boundaries: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    processes: tuple[MandatoryProcess, ...] = ()
    method: Mapping[str, Any] = field(default_factory=dict)
    band: Band | None = None
    report_fields: tuple[str, ...] = ()
    label_unit: str = ""
    text: str = ""

    @property
    def reference(self) -> str:
        """``id@version``."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fired: what it saw, where, and what it asks.

    Attributes:
        waiver: ``reason``, ``person`` and ``day``, where a person answers for it.
    """

    check: Check
    path: str
    quote: str
    names: Names = field(default_factory=dict)
    waiver: Mapping[str, Any] | None = None

    def text(self, template: Names, lang: str) -> str:
        """A message or question in ``lang`` with the quoted data and the item's name filled in."""
        name = self.names.get(lang) or next(iter(self.names.values()), "")
        return template[lang].replace("{quote}", self.quote).replace("{name}", name)
