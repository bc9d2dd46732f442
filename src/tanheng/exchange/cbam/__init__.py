"""EU carbon border adjustment mechanism: Regulation (EU) 2023/956.

- ``cbam-xml``: the quarterly report of the transitional period ((EU) 2023/1773), written and read in the public schema QReport
  17.03. The schema of the definitive period is not public here, and code lists are not part of either: codes stand as given.
- ``cbam-report``, ``cbam-plan``: operator's emissions report and the skeleton of a monitoring plan, in English ((EU) 2025/2547,
  Articles 5 and 10), as Word files, and as PDF with ``-pdf``. The templates of its annexes were not at hand; the order is ours.

Embedded emissions by CN code (C22), the check against default values ((EU) 2025/2621) and the cost under a carbon price scenario
with the free allocation adjustment ((EU) 2025/2620) stand in :mod:`~tanheng.exchange.cbam.embedding`,
:mod:`~tanheng.exchange.cbam.comparing` and :mod:`~tanheng.exchange.cbam.costing`.
"""

from tanheng.exchange.cbam import documents
from tanheng.exchange.cbam.comparing import Comparison, compare
from tanheng.exchange.cbam.costing import Allocation, Cost, costs, path
from tanheng.exchange.cbam.documents import write_installation
from tanheng.exchange.cbam.embedding import EmbeddedGood, Precursor, averaged, embedded_good
from tanheng.exchange.cbam.reading import Reported, read, reported
from tanheng.exchange.cbam.section import NAME, Cbam
from tanheng.exchange.cbam.writing import quarterly, write
from tanheng.exchange.protocols import Protocol, Write
from tanheng.footprint.cbam import REGIME
from tanheng.footprint.study import Names

__all__ = [
    "PROTOCOLS",
    "Allocation",
    "Cbam",
    "Comparison",
    "Cost",
    "EmbeddedGood",
    "Precursor",
    "Reported",
    "averaged",
    "compare",
    "costs",
    "embedded_good",
    "path",
    "quarterly",
    "read",
    "reported",
    "write",
    "write_installation",
]

_METHODS = "http://data.europa.eu/eli/reg_impl/2025/2547/oj"
_SECTIONS = {NAME: Cbam}


def _document(id: str, names: Names, ending: str, make: Write, form_of: str = "") -> Protocol:  # noqa: A002 - the field's name
    return Protocol(
        id=id,
        form_of=form_of,
        names=names,
        standard={
            "en": "follows Implementing Regulation (EU) 2025/2547, Articles 5 and 10",
            "zh": "参照实施法规 (EU) 2025/2547 第 5、10 条",
        },
        url=_METHODS,
        media_type=documents.MEDIA[ending],
        suffix=f".{ending}",
        regimes=(REGIME,),
        sections=_SECTIONS,
        write=make,
    )


PROTOCOLS = (
    Protocol(
        id="cbam-xml",
        names={"en": "CBAM quarterly report (transitional schema)", "zh": "CBAM 季度报告（过渡期格式）"},
        standard={
            "en": "follows the transitional schema QReport 17.03; the schema of the definitive period is not public here",
            "zh": "参照过渡期格式 QReport 17.03；正式期格式在此未公开",
        },
        url="http://data.europa.eu/eli/reg_impl/2023/1773/oj",
        media_type="application/xml",
        suffix=".xml",
        regimes=(REGIME,),
        sections=_SECTIONS,
        write=write,
        read=read,
    ),
    _document(
        "cbam-report",
        {"en": "CBAM operator’s emissions report (Word)", "zh": "CBAM 运营者排放报告（Word）"},
        "docx",
        documents.report_word,
    ),
    _document(
        "cbam-report-pdf",
        {"en": "CBAM operator’s emissions report (PDF)", "zh": "CBAM 运营者排放报告（PDF）"},
        "pdf",
        documents.report_pdf,
        "cbam-report",
    ),
    _document(
        "cbam-plan",
        {"en": "CBAM monitoring plan, skeleton (Word)", "zh": "CBAM 监测计划框架（Word）"},
        "docx",
        documents.plan_word,
    ),
    _document(
        "cbam-plan-pdf",
        {"en": "CBAM monitoring plan, skeleton (PDF)", "zh": "CBAM 监测计划框架（PDF）"},
        "pdf",
        documents.plan_pdf,
        "cbam-plan",
    ),
)
