"""openLCA JSON-LD packages, schema 1 (olca-schema up to 1.x) and schema 2; written in schema 2."""

from tanheng.formats.openlca.methods import read_method
from tanheng.formats.openlca.read import read
from tanheng.formats.openlca.writing import write

__all__ = ["read", "read_method", "write"]
