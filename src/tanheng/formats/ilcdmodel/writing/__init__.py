"""Data sets of the ILCD model made from a database, whatever they are written in: XML (ILCD) or JSON (TIDAS).

A data set is a tree as :mod:`tanheng.formats.ilcdmodel.node` has it, with the prefixes of its namespaces and in the order of
the schemas. Each is read back before it is packed; whatever the readers make of it that the database does not say is told
as a loss.

Source: the ILCD format 1.1 and its schemas, European Commission, Joint Research Centre.
"""

from tanheng.formats.ilcdmodel.writing.dialect import Dialect
from tanheng.formats.ilcdmodel.writing.write import write_data_sets

__all__ = ["Dialect", "write_data_sets"]
