"""Regimes, rule packs, checks and findings as frozen values (A2, C20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tanheng.quantities import GwpSet, Origin, gwp_set

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Regime:
    """A rule system to report under (C20).

    Attributes:
        standard: the public identity of the standard that the regime follows.
        report, metric: GWP set (C05).
        counted: origins that are added up to the total; the others are shown apart (C04).
        nets_stored_carbon: whether biogenic carbon kept in the product lowers the total (C06).
        counts_certificates: whether certificates change the electricity that is counted (C08).
        digest: ``sha256:`` of its file.
    """

    id: str
    names: Names
    standard: Names
    report: str
    metric: str
    counted: frozenset[Origin]
    nets_stored_carbon: bool
    counts_certificates: bool
    digest: str

    @property
    def gwp(self) -> GwpSet:
        """The characterisation set."""
        return gwp_set(self.report, self.metric)


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Scope(StrEnum):
    """What a check runs over: once for the study, or for each line, part, gap, cut-off …."""

    STUDY = "study"
    LINES = "lines"
    PARTS = "parts"
    GAPS = "gaps"
    CUT_OFFS = "cut_offs"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a rule pack.

    Attributes:
        when: expression (CEL); the finding fires where it is true. A check of the study sees ``study``, ``result``,
            ``facts`` and ``limits``; a check of lines, parts, gaps or cut-offs sees its ``item``, ``facts`` and ``limits``
            (see :func:`tanheng.rules.checking.facts`).
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
class RulePack:
    """Product category rules, or the general rule, as data.

    Attributes:
        status: ``general``, ``group``, ``industry``, ``national``, ``withdrawn``.
        limits: numbers that its checks use.
        digest: ``sha256:`` of its file.
    """

    id: str
    version: str
    names: Names
    status: str
    follows: Names
    limits: Mapping[str, float]
    checks: tuple[Check, ...]
    digest: str

    @property
    def reference(self) -> str:
        """``id@version``."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fired: what it saw, where, and what it asks."""

    check: Check
    path: str
    quote: str
    names: Names = field(default_factory=dict)

    def text(self, template: Names, lang: str) -> str:
        """A message or question in ``lang`` with the quoted data and the item's name filled in."""
        name = self.names.get(lang) or next(iter(self.names.values()), "")
        return template[lang].replace("{quote}", self.quote).replace("{name}", name)
