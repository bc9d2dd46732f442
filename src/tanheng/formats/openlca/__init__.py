"""openLCA JSON-LD packages, schema 1 (olca-schema up to 1.x) and schema 2."""

from tanheng.formats.openlca.read import read

__all__ = ["read"]
