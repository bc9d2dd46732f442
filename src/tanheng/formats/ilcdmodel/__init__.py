"""The ILCD data model, whatever it is written in: XML (:mod:`~tanheng.formats.ilcd`) or JSON (TIDAS).

Both formats turn each file into a plain tree (``node``) and hand it over; this package makes a database of the trees. It
reads no file formats and knows neither of the two.

Source: the ILCD format 1.1, European Commission, Joint Research Centre, and its schemas; TIDAS, TianGong.
"""

from tanheng.formats.ilcdmodel.reading import read_data_sets

__all__ = ["read_data_sets"]
