"""Search over factors, data sets and products, in Chinese and English.

Whoever keeps things that can be found calls :func:`index` in the transaction that makes or changes them, and :func:`unindex`
in the one that removes them.
"""

from tanheng.services.search.indexing import index, unindex
from tanheng.services.search.model import Entry, Kind

__all__ = ["Entry", "Kind", "index", "unindex"]
