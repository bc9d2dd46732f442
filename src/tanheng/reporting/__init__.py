"""Reports: the carbon footprint study report as PDF, Word, Excel and HTML, from one document model."""

from tanheng.reporting.document import report_document
from tanheng.reporting.pdf import write_pdf
from tanheng.reporting.wordml import shipped_template
from tanheng.reporting.words import gap_text
from tanheng.reporting.writing import ENDINGS, check_ending, write_report

__all__ = ["ENDINGS", "check_ending", "gap_text", "report_document", "shipped_template", "write_pdf", "write_report"]
