"""The main job: study → assessment."""

from tanheng.footprint.assessing import ENGINE_VERSION, assess, assess_all
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.differences import Difference, differences
from tanheng.footprint.documents import document, read_assessment, write_assessment
from tanheng.footprint.matching import LineMatch, fill_study, match_study
from tanheng.footprint.reading import read_study, write_study
from tanheng.footprint.recomputing import compare_sources, recompute
from tanheng.footprint.study import Study

__all__ = [
    "ENGINE_VERSION",
    "Assessment",
    "Difference",
    "LineMatch",
    "Study",
    "assess",
    "assess_all",
    "compare_sources",
    "differences",
    "document",
    "fill_study",
    "match_study",
    "read_assessment",
    "read_study",
    "recompute",
    "write_assessment",
    "write_study",
]
