"""Brightway workbooks: the layout of bw2io's Excel and CSV importers, read and written."""

from tanheng.formats.brightway.read import read
from tanheng.formats.brightway.writing import write

__all__ = ["read", "write"]
