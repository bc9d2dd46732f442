"""Linking lines to factors and background products: candidates with reasons, and gaps that say where was searched."""

from tanheng.footprint.matching.filling import fill_study
from tanheng.footprint.matching.matcher import ACCEPT, lines_to_match, match_study, open_lines
from tanheng.footprint.matching.measuring import Case, Measures, measure
from tanheng.footprint.matching.model import (
    Bias,
    Candidate,
    Direction,
    GeographyFit,
    LineMatch,
    Method,
    Reason,
    Searched,
    UnitFit,
    match_document,
)
from tanheng.footprint.matching.remembering import keys_of, remember
from tanheng.inventory.meaning import Embedder, local_embedder

__all__ = [
    "ACCEPT",
    "Bias",
    "Candidate",
    "Case",
    "Direction",
    "Embedder",
    "GeographyFit",
    "LineMatch",
    "Measures",
    "Method",
    "Reason",
    "Searched",
    "UnitFit",
    "fill_study",
    "keys_of",
    "lines_to_match",
    "local_embedder",
    "match_document",
    "match_study",
    "measure",
    "open_lines",
    "remember",
]
