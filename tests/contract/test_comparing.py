"""How a product stands among its like: only of its own kind, and never of so few that one is recognised."""

from __future__ import annotations

import pytest

from register_samples import Registered
from tanheng.accounts import ANONYMOUS
from tanheng.services.certification import certificates
from tanheng.services.registry import categories, comparing

pytestmark = pytest.mark.platform


@pytest.fixture
def filled(platform):
    comparing.forget()
    yield Registered(platform).fill(120)
    comparing.forget()


def of(platform, number):
    one = platform.look(ANONYMOUS, certificates.of, number)
    return one, platform.look(ANONYMOUS, comparing.peers_of, one)


def test_peers_are_valid_products_of_the_same_kind_rounded(filled):
    wanted = "cn-cement"
    valid = [row for row in filled.rows if row["category"] == wanted and row["state"] == "valid"]
    one, found = of(filled.platform, valid[0]["number"])
    assert found.products % 5 == 0
    assert abs(found.products - len(valid)) <= 2
    assert list(found.quantiles) == sorted(found.quantiles)
    assert all(bar.count % 5 == 0 for bar in found.bars)
    ends = {bar.up_to for bar in found.bars} | {bar.above for bar in found.bars}
    assert ends.isdisjoint(row["value"] for row in valid)
    assert 0 <= found.tenth_of(one.value) <= 5
    assert (found.tenth_of(-1.0), found.tenth_of(1e9)) == (0, 5)


def test_of_few_makers_nothing_is_told(filled):
    assert of(filled.platform, filled.rows[0]["number"])[1] is None  # the only one of its kind


def test_a_group_is_told_again_for_a_while_as_it_was(filled):
    number = next(row["number"] for row in filled.rows if row["category"] == "cn-cement")
    assert of(filled.platform, number)[1] is of(filled.platform, number)[1]


def test_categories_have_names_in_both_languages(platform):
    known = platform.look(ANONYMOUS, categories.names)
    assert categories.name_of(known, "cn-cement@1", "zh") == "水泥"
    assert categories.name_of(known, "cn-cement", "en") == "Cement"
    assert categories.name_of(known, "of nobody@1", "en") == "of nobody@1"
