"""Factors: records, the release that ships inside, and search."""

from tanheng.factors.loading import embedded, per_unit, read_release, read_table
from tanheng.factors.model import Factor, FactorKind, GasAmounts, Release, Source
from tanheng.factors.search import get, search

__all__ = [
    "Factor",
    "FactorKind",
    "GasAmounts",
    "Release",
    "Source",
    "embedded",
    "get",
    "per_unit",
    "read_release",
    "read_table",
    "search",
]
