"""SimaPro CSV, the text format in which SimaPro 7 to 10 export processes."""

from tanheng.formats.simapro.read import read

__all__ = ["read"]
