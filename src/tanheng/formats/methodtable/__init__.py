"""A plain table of characterisation factors, CSV or Excel workbook, one row a factor; and an empty one to fill in."""

from tanheng.formats.methodtable.read import holds_table, read_method
from tanheng.formats.methodtable.template import write_method_template

__all__ = ["holds_table", "read_method", "write_method_template"]
