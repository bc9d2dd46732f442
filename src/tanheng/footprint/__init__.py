"""The main job: study → assessment."""

from tanheng.footprint.assessing import ENGINE_VERSION, assess
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.documents import document, read_assessment, write_assessment
from tanheng.footprint.reading import read_study, write_study
from tanheng.footprint.recomputing import compare_sources, recompute
from tanheng.footprint.study import Study

__all__ = [
    "ENGINE_VERSION",
    "Assessment",
    "Study",
    "assess",
    "compare_sources",
    "document",
    "read_assessment",
    "read_study",
    "recompute",
    "write_assessment",
    "write_study",
]
