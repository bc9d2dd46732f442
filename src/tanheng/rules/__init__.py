"""Regimes, rule packs, checks and findings."""

from tanheng.rules.checking import check
from tanheng.rules.loading import (
    DEFAULT_REGIME,
    GENERAL_RULE,
    known_packs,
    read_pack,
    read_regime,
    regime,
    rule_pack,
    shelf,
)
from tanheng.rules.model import Check, Finding, Regime, Rounding, RulePack, Severity
from tanheng.rules.records import Record

__all__ = [
    "DEFAULT_REGIME",
    "GENERAL_RULE",
    "Check",
    "Finding",
    "Record",
    "Regime",
    "Rounding",
    "RulePack",
    "Severity",
    "check",
    "known_packs",
    "read_pack",
    "read_regime",
    "regime",
    "rule_pack",
    "shelf",
]
