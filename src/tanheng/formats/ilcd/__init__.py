"""ILCD, the XML format of the European LCA data network, as TianGong, GaBi, openLCA and others write it."""

from tanheng.formats.ilcd.methods import read_method
from tanheng.formats.ilcd.read import read
from tanheng.formats.ilcd.writing import write

__all__ = ["read", "read_method", "write"]
