"""Writing a database as a Brightway workbook."""

from tanheng.formats.brightway.writing.write import write

__all__ = ["write"]
