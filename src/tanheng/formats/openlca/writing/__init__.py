"""Writing a database as an openLCA JSON-LD package, schema 2 or 1."""

from tanheng.formats.openlca.writing.schema1 import Schema1
from tanheng.formats.openlca.writing.write import write, write_schema1

FORMAT_1 = Schema1.format
"""Name of the format of schema 1; read, both are ``openlca-jsonld``."""

__all__ = ["FORMAT_1", "write", "write_schema1"]
