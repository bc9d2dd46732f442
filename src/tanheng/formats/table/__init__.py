"""Plain tables of an inventory, CSV or workbook, one row an exchange; and a template to fill in."""

from tanheng.formats.table.read import holds_inventory, knows_heads, read
from tanheng.formats.table.template import write_inventory_template

__all__ = ["holds_inventory", "knows_heads", "read", "write_inventory_template"]
