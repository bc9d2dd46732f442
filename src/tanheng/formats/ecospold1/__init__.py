"""EcoSpold 1, the XML format of ecoinvent 1 and 2, as SimaPro, openLCA and others write it."""

from tanheng.formats.ecospold1.methods import read_method
from tanheng.formats.ecospold1.read import read

__all__ = ["read", "read_method"]
