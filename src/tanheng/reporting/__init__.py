"""Reports: the carbon footprint study report as PDF."""

from tanheng.reporting.document import report_document
from tanheng.reporting.pdf import write_pdf
from tanheng.reporting.words import gap_text

__all__ = ["gap_text", "report_document", "write_pdf"]
