"""Class schemes as files: what they say, and every fault with its line; thresholds as they are signed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256

import orjson
import pytest

from tanheng.audit.signing import Ed25519Signer
from tanheng.errors import GradingError
from tanheng.grading import Benchmark, Method, Peer, Tie, grade
from tanheng.grading.schemes import read_class_scheme
from tanheng.grading.signing import Draft, digest_of, document, is_genuine, read_thresholds, sample_digest

HEAD = """tanheng: class-scheme/1
id: mine
version: 1.0.0
names: {zh: 我的, en: Mine}
owner: {zh: 我, en: Me}
follows: {zh: 无, en: nothing}
category: cn-cement@1
boundary: cradle-to-gate
unit: kg CO2e/t
"""
LEAST = HEAD + "classes: [A, B, C]\nmethod: percentiles\nsteps: [0.2, 0.6]\n"


def read(text):
    return read_class_scheme(text.encode(), place="mine.yaml")


def test_a_scheme_says_what_it_compares_and_how():
    found = read(LEAST + "region: China\ntie: worse\nconfigurable: [steps]\n")
    assert (found.reference, found.method, found.steps, found.tie) == (
        "mine@1.0.0",
        Method.PERCENTILES,
        (0.2, 0.6),
        Tie.WORSE,
    )
    assert (found.peers.rule_pack, found.peers.region, found.peers.per) == ("cn-cement@1", "CN", "")
    assert (found.minimum_sample, found.minimum_makers, found.digits) == (20, 5, 4)
    assert found.digest.startswith("sha256:")
    stated = read(HEAD + "classes: [A, B]\nmethod: benchmark\nsteps: [0.8]\nbenchmark: stated\nstated: 650\n")
    assert (stated.benchmark, stated.stated) == (Benchmark.STATED, 650.0)
    assert read(HEAD + "classes: [A, B]\nmethod: bands\ntrim: 0.05\n").trim == 0.05


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (LEAST + "colour: green\n", "TH-RUL-011", "mine.yaml:13 colour"),
        (LEAST + "minimum_makers: 4\n", "TH-RUL-012", "mine.yaml:13 minimum_makers"),
        (LEAST + "minimum_sample: 1\n", "TH-RUL-012", "mine.yaml:13 minimum_sample"),
        (LEAST + "digits: 0\n", "TH-RUL-012", "mine.yaml:13 digits"),
        (LEAST + "trim: 0.5\n", "TH-RUL-012", "mine.yaml:13 trim"),
        (LEAST + "region: Atlantis\n", "TH-RUL-012", "mine.yaml:13 region"),
        (LEAST + "tie: both\n", "TH-RUL-013", "mine.yaml:13 tie"),
        (LEAST + "configurable: [colour]\n", "TH-RUL-019", "mine.yaml:13 configurable[0]"),
        (LEAST + "benchmark: stated\n", "TH-GRD-005", "mine.yaml:13 benchmark"),
        (LEAST.replace("cn-cement@1", "cn-cement"), "TH-RUL-012", "mine.yaml:7 category"),
        (LEAST.replace("kg CO2e/t", "t"), "TH-RUL-012", "mine.yaml:9 unit"),
        (LEAST.replace("[A, B, C]", "[A, A, C]"), "TH-GRD-003", "mine.yaml:10 classes"),
        (LEAST.replace("[A, B, C]", "[A]"), "TH-GRD-003", "mine.yaml:10 classes"),
        (LEAST.replace("[A, B, C]", f"[A, B, {'x' * 17}]"), "TH-GRD-003", "mine.yaml:10 classes"),
        (LEAST.replace("[0.2, 0.6]", "[0.6, 0.2]"), "TH-GRD-004", "mine.yaml:12 steps"),
        (LEAST.replace("[0.2, 0.6]", "[0.2, 1]"), "TH-GRD-004", "mine.yaml:12 steps"),
        (LEAST.replace("[0.2, 0.6]", "[0.2]"), "TH-GRD-004", "mine.yaml:12 steps"),
        (LEAST.replace("percentiles", "bands"), "TH-GRD-004", "mine.yaml:12 steps"),
        (LEAST.replace("[0.2, 0.6]", "[a, 0.6]"), "TH-RUL-012", "mine.yaml:12 steps[0]"),
        (LEAST.replace("class-scheme/1", "class-scheme/2"), "TH-RUL-002", "mine.yaml:1 tanheng"),
        (LEAST.replace("id: mine", f"id: {'a' * 65}"), "TH-RUL-012", "mine.yaml:2 id"),
    ],
)
def test_every_fault_has_its_line(text, code, place):
    with pytest.raises(GradingError) as caught:
        read(text)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [(code, place)]
    assert all(
        fault.message(lang) and "{" not in fault.line(lang) for fault in caught.value.faults for lang in ("zh", "en")
    )


def test_all_faults_are_told_at_once():
    with pytest.raises(GradingError) as caught:
        read(LEAST.replace("[0.2, 0.6]", "[0.6]") + "tie: both\ndigits: 99\n")
    assert {fault.code for fault in caught.value.faults} == {"TH-GRD-004", "TH-RUL-012", "TH-RUL-013"}


def test_signed_limits_tell_the_class_to_a_stranger():
    scheme, signer = read(LEAST), Ed25519Signer.new()
    peers = [Peer("c2", "m", 2.0), Peer("c1", "m", 1.0)]
    draft = Draft((600.0, 750.5), 2, 1, sample_digest(peers), datetime(2026, 1, 1, tzinfo=UTC))
    text = document(scheme, draft, number=1, effective=date(2026, 2, 1), previous="")
    signature = signer.sign(text.encode())
    assert is_genuine(text, signature, signer.public())
    assert not is_genuine(text.replace("750.5", "751.5"), signature, signer.public())
    assert not is_genuine(text, signature, Ed25519Signer.new().public())
    found = read_thresholds(text)
    assert (found.classes, found.limits, found.effective) == (("A", "B", "C"), (600.0, 750.5), date(2026, 2, 1))
    assert [grade(value, found).name for value in (600.0, 600.1, 750.6)] == ["A", "B", "C"]
    assert orjson.loads(text)["scheme_digest"] == scheme.digest
    assert digest_of(text).startswith("sha256:")
    with pytest.raises(ValueError, match="no thresholds"):
        read_thresholds("{}")


def test_the_digest_of_a_sample_does_not_depend_on_its_order():
    peers = [Peer("c2", "m", 2.0), Peer("c1", "n", 1.0)]
    assert sample_digest(peers) == sample_digest(peers[::-1])
    # SHA-256 of [["c1",1],["c2",2]], as anybody writes it
    assert sample_digest(peers) == "sha256:" + sha256(b'[["c1",1],["c2",2]]').hexdigest()
    assert sample_digest(peers[:1]) != sample_digest(peers)
