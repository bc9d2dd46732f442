"""Writing a database as EcoSpold 2, a file for each product of each process."""

from tanheng.formats.ecospold2.writing.write import write

__all__ = ["write"]
