"""Regimes, rule packs, checks and findings."""

from tanheng.rules.checking import check
from tanheng.rules.loading import DEFAULT_REGIME, GENERAL_RULE, read_pack, read_regime, regime, rule_pack
from tanheng.rules.model import Check, Finding, Regime, RulePack, Severity

__all__ = [
    "DEFAULT_REGIME",
    "GENERAL_RULE",
    "Check",
    "Finding",
    "Regime",
    "RulePack",
    "Severity",
    "check",
    "read_pack",
    "read_regime",
    "regime",
    "rule_pack",
]
