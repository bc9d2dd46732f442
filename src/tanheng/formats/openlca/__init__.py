"""openLCA JSON-LD packages, schema 1 (olca-schema up to 1.x) and schema 2; read and written."""

from tanheng.formats.openlca.methods import read_method
from tanheng.formats.openlca.read import read
from tanheng.formats.openlca.writing import FORMAT_1, write, write_schema1

__all__ = ["FORMAT_1", "read", "read_method", "write", "write_schema1"]
