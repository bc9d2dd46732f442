"""Classes of products by their footprint, among products that may be compared (task A5).

A class follows from two public numbers alone: the value on the label and the limits of the class scheme. So anybody can check it.
"""

from tanheng.grading.grading import Grade, grade, grades
from tanheng.grading.limits import limits_of
from tanheng.grading.model import Benchmark, ClassScheme, Method, Peer, PeerGroup, Thresholds, Tie

__all__ = [
    "Benchmark",
    "ClassScheme",
    "Grade",
    "Method",
    "Peer",
    "PeerGroup",
    "Thresholds",
    "Tie",
    "grade",
    "grades",
    "limits_of",
]
