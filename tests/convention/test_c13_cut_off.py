"""C13: what is left out is listed with reason and share, against the limits of the rule pack."""

from __future__ import annotations

import pytest

LINE = "lines: [{stage: production, name: P, emits: {CO2: 100 kg}}]\n"


@pytest.mark.parametrize(
    ("shares", "codes"),
    [
        (["0.5 %"], set()),
        (["1.5 %"], {"TH-GEN-301"}),
        (["0.9 %"] * 6, {"TH-GEN-302"}),
        ([None], {"TH-GEN-303"}),
    ],
)
def test_c13_cut_offs_are_held_against_the_limits(assess_text, shares, codes):
    entries = "\n".join(
        f"  - {{name: item {i}, reason: small{f', share: {share}' if share else ''}}}" for i, share in enumerate(shares)
    )
    result = assess_text(f"{LINE}cut_offs:\n{entries}\n")
    assert {f.code for f in result.findings if f.code.startswith("TH-GEN-30")} == codes


def test_c13_declared_cut_offs_of_a_database_do_not_block_and_are_told(assess_text, mini_background):
    body = 'lines: [{stage: raw-materials, name: X, amount: 1 kg, from: "mini:Cut steel"}]'
    result = assess_text(body, options={"backgrounds": mini_background})
    assert result.complete
    assert [g.params["count"] for g in result.gaps if g.code == "declared-cut-off"] == [1]
