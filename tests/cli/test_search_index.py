"""``tanheng init`` fills the search, ``tanheng search reindex`` writes it anew."""

from __future__ import annotations

from tanheng.accounts import ANONYMOUS
from tanheng.factors.loading import embedded
from tanheng.services.search.finding import find
from tanheng.storage.platform import Platform


def test_a_new_installation_finds_what_ships(tanheng, tmp_path):
    assert tanheng("init").code == 0
    platform = Platform.open(tmp_path / "home")
    assert platform.look(ANONYMOUS, find, "").total == len(embedded().factors)
    platform.close()
    assert str(len(embedded().factors)) in tanheng("search", "reindex").out
