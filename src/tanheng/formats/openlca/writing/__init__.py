"""Writing a database as an openLCA JSON-LD package, schema 2."""

from tanheng.formats.openlca.writing.write import write

__all__ = ["write"]
