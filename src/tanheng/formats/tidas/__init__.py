"""TIDAS, the ILCD data model written as JSON, as TianGong publishes it."""

from tanheng.formats.tidas.methods import read_method
from tanheng.formats.tidas.read import read
from tanheng.formats.tidas.writing import write

__all__ = ["read", "read_method", "write"]
