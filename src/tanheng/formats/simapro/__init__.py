"""SimaPro CSV, the text format in which SimaPro 7 to 10 export processes."""

from tanheng.formats.simapro.methods import read_method
from tanheng.formats.simapro.read import read

__all__ = ["read", "read_method"]
