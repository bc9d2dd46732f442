"""Writing a database as a TIDAS package."""

from tanheng.formats.tidas.writing.write import write

__all__ = ["write"]
