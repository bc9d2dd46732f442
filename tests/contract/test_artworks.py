"""Artwork of schemes, the same on both engines: who may give it, what is refused, and that labels are drawn with it."""

from __future__ import annotations

import pytest
from lxml import etree

from certification_samples import ARTWORK, INIT, House
from class_samples import in_force, scheme
from tanheng.accounts import ANONYMOUS
from tanheng.errors import AccessError, ReportError, StoreError
from tanheng.exchange.credentials.checks import Outcome
from tanheng.exchange.credentials.labels import read_code
from tanheng.exchange.credentials.presenting import Presented, PresentedAs
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import artworks, proving, showing
from tanheng.services.grading import regrading


@pytest.fixture
def house(platform):
    return House(platform)


def test_labels_are_drawn_with_the_latest_artwork_of_their_scheme(house):
    one = house.certified()
    ours = house.platform.look(ANONYMOUS, showing.label, one.number, "svg")
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.look(ANONYMOUS, artworks.shown, house.scheme.id)
    for colour in ("#ff0000", "#00ff00"):
        artworks.illustrate(
            house.platform, house.official, house.scheme.id, ARTWORK.replace("#ffffff", colour).encode()
        )
        drawn = house.platform.look(ANONYMOUS, showing.label, one.number, "svg").decode()
        assert drawn != ours.decode()
        assert colour in drawn
        assert one.number in drawn
        assert "{{" not in drawn
    assert "#00ff00" in house.platform.look(ANONYMOUS, artworks.shown, house.scheme.id)
    assert house.platform.look(ANONYMOUS, showing.label, one.number, "png").startswith(b"\x89PNG")
    assert house.platform.look(INIT, verify).findings == ()


def test_only_the_regulator_of_a_scheme_gives_it_artwork(house):
    for actor in (house.head, house.engineer, ANONYMOUS):
        with pytest.raises(AccessError):
            artworks.illustrate(house.platform, actor, house.scheme.id, ARTWORK.encode())
    with pytest.raises(StoreError, match="TH-STO-001"):
        artworks.illustrate(house.platform, house.official, "none", ARTWORK.encode())


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("<rect", "<script>1</script><rect", "TH-REP-012"),
        ("<rect", '<rect onload="1"', "TH-REP-012"),
        ("<rect", '<image href="https://example.org/x.png"/><rect', "TH-REP-012"),
        ("<rect", '<use href="/etc/passwd"/><rect', "TH-REP-012"),
        ("<rect", '<rect style="fill: url(https://example.org)"', "TH-REP-012"),
        ("<rect", "<style>@import url(x)</style><rect", "TH-REP-012"),
        ("<rect", '<g xmlns="http://www.w3.org/1999/xhtml"/><rect', "TH-REP-012"),
        ("{{ value }}", "", "TH-REP-011"),
        ("{{ number }}", "", "TH-REP-011"),
        ("{{ code.path }}", "M0 0h1v1z", "TH-REP-011"),
        ("{{ value }}", "{{ person }}", "TH-REP-010"),
        ("{{ value }}", "{{ value.__class__ }}", "TH-REP-010"),
        ("</svg>", "", "TH-REP-010"),
        ("<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg', "TH-REP-010"),
    ],
)
def test_artwork_that_lacks_or_hides_something_is_refused(house, before, after, code):
    with pytest.raises(ReportError, match=code):
        artworks.illustrate(house.platform, house.official, house.scheme.id, ARTWORK.replace(before, after, 1).encode())
    with pytest.raises(ReportError, match="TH-REP-010"):
        artworks.illustrate(house.platform, house.official, house.scheme.id, b"\xff")


def test_ours_would_be_taken_too():
    from tanheng.reporting.artwork import require_artwork
    from tanheng.reporting.labels import _ours

    require_artwork(_ours())


def test_a_label_that_is_drawn_later_carries_the_class_of_now_signed_anew(house):
    platform = house.platform
    one = house.certified()
    assert (one.grade, platform.look(ANONYMOUS, proving.code, one.number)) == ("", one.code)
    in_force(house, scheme(one, classes="[A, B, C]", method="limits", steps="[0.000001, 1000000]"))
    assert regrading.regrade(platform, INIT) != {}
    code = platform.look(ANONYMOUS, proving.code, one.number)
    assert (read_code(one.code).grade, read_code(code).grade) == ("", "B")
    drawn = etree.fromstring(platform.look(ANONYMOUS, showing.label, one.number, "svg"))
    words = [text.text for text in drawn.iter("{*}text")]
    assert [word for word in words if word in ("A", "B", "C")] == ["A", "B", "C"]
    found = platform.look(ANONYMOUS, proving.verify, Presented(kind=PresentedAs.CODE, code=code))
    assert (found.outcome, found.facts["grade_on_label"]) == (Outcome.PASSED, "B")
    bundle = platform.look(ANONYMOUS, proving.bundle, one.number)
    assert bundle["code"] == code
