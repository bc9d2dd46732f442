"""EcoSpold 2, the XML format of ecoinvent 3, as its system models, the ecoEditor, openLCA and others write it."""

from tanheng.formats.ecospold2.read import is_ecospold2, read
from tanheng.formats.ecospold2.writing import write

__all__ = ["is_ecospold2", "read", "write"]
