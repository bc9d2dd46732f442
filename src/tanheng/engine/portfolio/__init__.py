"""Many bills of materials on one background at once, with its correlation (C18, C19).

::

    bills = Bills.of(matrix)                    studies × background products, sparse
    totals(bills, samples)                      (studies × draws): every study by the same samples
    add_terms(found, terms, samples, own)       what a study multiplies: an uncertain amount by an uncertain product
    Sketch(first).add(more)                     quantiles in memory that does not grow with the draws
    paired(a, b), Standing(studies)             one study beside another, and its place among many

A product has one row of samples for all studies, so what two studies have in common cancels in their difference.
"""

from __future__ import annotations

from tanheng.engine.portfolio.bills import Bills, totals
from tanheng.engine.portfolio.pairs import Pairing, paired
from tanheng.engine.portfolio.sketch import Sketch
from tanheng.engine.portfolio.standing import Standing
from tanheng.engine.portfolio.terms import Terms, add_terms

__all__ = ["Bills", "Pairing", "Sketch", "Standing", "Terms", "add_terms", "paired", "totals"]
