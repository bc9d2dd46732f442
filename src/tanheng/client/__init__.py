"""A client of an installation over HTTP: studies, assessments, databases, factors, jobs, with types.

>>> from tanheng.client import Client
>>> with Client("https://tanheng.example.org", token="th_…") as client:  # doctest: +SKIP
...     for study in client.studies.all(text="ingot"):
...         print(study.names.zh, client.studies.assess(study).total)
"""

from __future__ import annotations

from tanheng.client.client import Client
from tanheng.client.models import (
    Assessment,
    Collection,
    Database,
    Evidence,
    FactorRecord,
    FlowMapping,
    Hit,
    Job,
    Method,
    Names,
    Organisation,
    Preview,
    Product,
    Recomputed,
    Release,
    RulePack,
    Study,
    StudyVersion,
    Who,
)
from tanheng.client.retrying import Retries

__all__ = [
    "Assessment",
    "Client",
    "Collection",
    "Database",
    "Evidence",
    "FactorRecord",
    "FlowMapping",
    "Hit",
    "Job",
    "Method",
    "Names",
    "Organisation",
    "Preview",
    "Product",
    "Recomputed",
    "Release",
    "Retries",
    "RulePack",
    "Study",
    "StudyVersion",
    "Who",
]
