"""The pages of classes: limits drawn over the peers, tried on the register, and for whom a draft is there."""

from __future__ import annotations

import random

import pytest

import class_samples
from certification_pages import at_pages
from certification_samples import House
from tanheng.services.grading import schemes, thresholds

pytestmark = pytest.mark.platform


@pytest.fixture
def pages(sqlite_platform):
    with at_pages(sqlite_platform) as found:
        yield found


def filled(house):
    """A register with certificates of many makers, limits in force, and a draft of others."""
    made, platform = house.certified(), house.platform
    chance = random.Random(3)  # noqa: S311 - values of a test
    values = [round(chance.lognormvariate(7.2, 0.2), 1) for _ in range(60)]
    class_samples.fill(platform, made, values, class_samples.makers(platform, 12), grade="B")
    class_samples.in_force(house, class_samples.scheme(made, method="limits", steps="[1000, 1500]"))
    scheme = class_samples.published(house, class_samples.scheme(made, version="1.1.0"))
    return scheme, thresholds.derive(platform, house.official, scheme.id)


def test_a_draft_is_drawn_tried_and_signed_by_its_regulator(pages):
    scheme, draft = filled(pages.house)
    text = pages.of("official").see(f"/classes/drafts/{draft.id}")
    assert text.count('<svg class="histogram"') == 2
    assert text.count('class="limit"') == 2 * len(draft.limits)
    assert "of 61 certificates would have another class" in text
    assert 'class="number stays"' in text  # from B to B
    assert 'class="number moves"' in text
    assert "no class" in text  # the one that had none has no cell in most columns
    assert "Sign and publish" in text
    pages.see("engineer", f"/classes/drafts/{draft.id}", 404)
    told = pages.see("official", f"/classes/{scheme.id}")
    assert "not published" in told
    assert "Derive limits" in told
    told = pages.see("engineer", f"/classes/{scheme.id}", lang="zh")
    assert "现行阈值" in told
    assert "推算阈值草案" not in told


def test_published_limits_are_told_to_everybody_who_is_signed_in(pages):
    scheme, _ = filled(pages.house)
    now = pages.platform.look(pages.house.official, thresholds.current, scheme.scheme)
    told = pages.see("engineer", f"/classes/limits/{now}")
    assert "Limits no. 1" in told
    assert "Signature" in told
    assert "≤ 1 000" in pages.see("official", "/classes").replace("\u202f", " ")


def test_few_makers_are_not_drawn(pages):
    house: House = pages.house
    made = house.certified()
    scheme = pages.platform.do(
        house.official, schemes.publish, class_samples.scheme(made), organisation=house.regulator.id
    )
    told = pages.see("engineer", f"/classes/{scheme.id}")
    assert "Too few makers" in told
    assert "No limits are in force" in told
