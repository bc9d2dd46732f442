"""The random numbers of :mod:`tanheng.engine.montecarlo.draws` bit for bit, many at a time in vector registers.

Loops run over flat blocks of exchanges × lanes, because only such loops become vector code. Every operation is spelled as
in the reference: no fused multiply-add, no reordering.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tanheng.engine.arrays import LANES
from tanheng.engine.lanes import copy_half, fill_half
from tanheng.engine.montecarlo import draws as d
from tanheng.engine.montecarlo.draws import HALF, Draws, Singles
from tanheng.engine.montecarlo.spreads import Kind

BLOCK = 32  # exchanges at a time; their numbers stay in the first-level cache
_WIDTH = BLOCK * HALF
_u, _i, _f = np.uint32, np.int32, np.float32
_KINDS = tuple(int(kind) for kind in Kind)
_, _LOGNORMAL, _NORMAL, _TRIANGULAR, _UNIFORM = _KINDS

_PARITY, _HALF_CALL = _u(d.PARITY), _u(HALF)
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7, _L8 = (_f(x) for x in d.LOG)
_E0, _E1, _E2, _E3, _E4, _E5 = (_f(x) for x in d.EXP)
_S0, _S1, _S2 = (_f(x) for x in d.SIN)
_C0, _C1, _C2 = (_f(x) for x in d.COS)
_LN2_HIGH, _LN2_LOW, _LOG2E, _ROOT_HALF = _f(d.LN2_HIGH), _f(d.LN2_LOW), _f(d.LOG2E), _f(d.ROOT_HALF)
_QUARTER_TURN, _FARTHEST = _f(d.QUARTER_TURN), _f(d.FARTHEST)
_23, _30, _32 = _f(2.0**-23), _f(2.0**-30), _f(2.0**-32)
_0, _HALF_ONE, _1, _MINUS_2 = _f(0), _f(0.5), _f(1), _f(-2)


class Numbers:
    """Draws sorted by kind once, so that each kind has a loop of its own."""

    def __init__(self, draws: Draws) -> None:
        self._parts = []
        for kind in _KINDS[1:]:
            at = np.flatnonzero(draws.kinds == kind)
            if at.size:
                part = draws.at(at)
                self._parts.append((kind, at, part.first, part.second, part.a, part.b, part.c))

    def draw(self, group: int, out: Singles) -> None:
        """The multiples of one group of draws: (u, 16)."""
        for kind, at, first, second, a, b, c in self._parts:
            _draw(kind, at, first, second, a, b, c, _u(HALF * group), out)


@njit(inline="always")
def _turned(x: Any, left: Any, right: Any) -> Any:
    return _u(_u(x << _u(left)) | _u(x >> _u(right)))


@njit(inline="always")
def _four(x0: Any, x1: Any, a: Any, b: Any, c: Any, e: Any) -> Any:
    x0 = _u(x0 + x1)
    x1 = _u(_turned(x1, a, 32 - a) ^ x0)
    x0 = _u(x0 + x1)
    x1 = _u(_turned(x1, b, 32 - b) ^ x0)
    x0 = _u(x0 + x1)
    x1 = _u(_turned(x1, c, 32 - c) ^ x0)
    x0 = _u(x0 + x1)
    x1 = _u(_turned(x1, e, 32 - e) ^ x0)
    return x0, x1


@njit(inline="always")
def _threefry(k0: Any, k1: Any, x0: Any, x1: Any) -> Any:
    k2 = _u(k0 ^ k1 ^ _PARITY)
    x0, x1 = _u(x0 + k0), _u(x1 + k1)
    x0, x1 = _four(x0, x1, 13, 15, 26, 6)
    x0, x1 = _u(x0 + k1), _u(x1 + _u(k2 + _u(1)))
    x0, x1 = _four(x0, x1, 17, 29, 16, 24)
    x0, x1 = _u(x0 + k2), _u(x1 + _u(k0 + _u(2)))
    x0, x1 = _four(x0, x1, 13, 15, 26, 6)
    x0, x1 = _u(x0 + k0), _u(x1 + _u(k1 + _u(3)))
    x0, x1 = _four(x0, x1, 17, 29, 16, 24)
    x0, x1 = _u(x0 + k1), _u(x1 + _u(k2 + _u(4)))
    x0, x1 = _four(x0, x1, 13, 15, 26, 6)
    return _u(x0 + k2), _u(x1 + _u(k0 + _u(5)))


@njit(inline="always")
def _logarithm(x: Any) -> Any:
    bits = _f(x).view(np.int32)
    exponent = _f(_i(_i(bits >> _i(23)) - _i(126)))
    m = _i(_i(bits & _i(0x007FFFFF)) | _i(0x3F000000)).view(np.float32)
    small = m < _ROOT_HALF
    exponent = exponent - (_1 if small else _0)
    m = m + m - _1 if small else m - _1
    square = m * m
    y = _L0 * m + _L1
    y = y * m + _L2
    y = y * m + _L3
    y = y * m + _L4
    y = y * m + _L5
    y = y * m + _L6
    y = y * m + _L7
    y = y * m + _L8
    y = y * m * square
    y = y + _LN2_LOW * exponent
    y = y - _HALF_ONE * square
    return m + y + _LN2_HIGH * exponent


@njit(inline="always")
def _exponential(x: Any) -> Any:
    x = -_FARTHEST if x < -_FARTHEST else x
    x = _FARTHEST if x > _FARTHEST else x
    power = np.floor(x * _LOG2E + _HALF_ONE)
    x = x - power * _LN2_HIGH
    x = x - power * _LN2_LOW
    y = _E0 * x + _E1
    y = y * x + _E2
    y = y * x + _E3
    y = y * x + _E4
    y = y * x + _E5
    y = y * (x * x) + x + _1
    return y * _i(_i(_i(power) + _i(127)) << _i(23)).view(np.float32)


@njit(inline="always")
def _normals(first: Any, second: Any) -> Any:
    radius = np.sqrt(_MINUS_2 * _logarithm((_f(first) + _HALF_ONE) * _32))
    part = _f(_i(second & _u(0x3FFFFFFF)))
    angle = ((part + _HALF_ONE) * _30 - _HALF_ONE) * _QUARTER_TURN
    square = angle * angle
    y = _S0 * square + _S1
    y = y * square + _S2
    sine = y * square * angle + angle
    y = _C0 * square + _C1
    y = y * square + _C2
    cosine = y * square * square - _HALF_ONE * square + _1
    odd = (second & _u(0x40000000)) != _u(0)
    x, y = (-sine, cosine) if odd else (cosine, sine)
    back = (second & _u(0x80000000)) != _u(0)
    return radius * (-x if back else x), radius * (-y if back else y)


@njit(inline="always")
def _uniform(word: Any) -> Any:
    return (_f(_i(word >> _u(9))) + _HALF_ONE) * _23


@njit(inline="always")
def _triangular(u: Any, low: Any, high: Any, mode: Any) -> Any:
    width, rise, fall = high - low, mode - low, high - mode
    rising = low + np.sqrt(u * width * rise)
    falling = high - np.sqrt((_1 - u) * width * fall)
    return rising if u * width < rise else falling


@njit(nogil=True, cache=True)
def _draw(
    kind: int, at: Any, first: Any, second: Any, a: Any, b: Any, c: Any, call: Any, out: Any
) -> None:  # pragma: no cover - compiled
    count = len(at)
    k0, k1 = np.empty(_WIDTH, np.uint32), np.empty(_WIDTH, np.uint32)
    calls = np.empty(_WIDTH, np.uint32)
    w0, w1 = np.empty(_WIDTH, np.uint32), np.empty(_WIDTH, np.uint32)
    pa, pb, pc = np.empty(_WIDTH, np.float32), np.empty(_WIDTH, np.float32), np.empty(_WIDTH, np.float32)
    v0, v1 = np.empty(_WIDTH, np.float32), np.empty(_WIDTH, np.float32)
    for t in range(_WIDTH):
        calls[t] = _u(call + _u(t % HALF))
        k0[t], k1[t], pa[t], pb[t], pc[t] = _u(0), _u(0), _1, _0, _0
    flat = out.reshape(out.size)
    for begin in range(0, count, BLOCK):
        many = min(BLOCK, count - begin)
        for e in range(many):
            fill_half(k0, e * HALF, first[begin + e])
            fill_half(k1, e * HALF, second[begin + e])
            fill_half(pa, e * HALF, a[begin + e])
            fill_half(pb, e * HALF, b[begin + e])
            fill_half(pc, e * HALF, c[begin + e])
        for t in range(_WIDTH):
            x0, x1 = _threefry(k0[t], k1[t], calls[t], _u(0))
            w0[t] = x0
            w1[t] = x1
        if kind == _LOGNORMAL:
            for t in range(_WIDTH):
                z0, z1 = _normals(w0[t], w1[t])
                v0[t] = pa[t] * _exponential(pb[t] * z0)
                v1[t] = pa[t] * _exponential(pb[t] * z1)
        elif kind == _NORMAL:
            for t in range(_WIDTH):
                z0, z1 = _normals(w0[t], w1[t])
                v0[t] = pa[t] + pb[t] * z0
                v1[t] = pa[t] + pb[t] * z1
        elif kind == _TRIANGULAR:
            for t in range(_WIDTH):
                v0[t] = _triangular(_uniform(w0[t]), pa[t], pb[t], pc[t])
                v1[t] = _triangular(_uniform(w1[t]), pa[t], pb[t], pc[t])
        else:
            for t in range(_WIDTH):
                v0[t] = pa[t] + pb[t] * _uniform(w0[t])
                v1[t] = pa[t] + pb[t] * _uniform(w1[t])
        for e in range(many):
            row = at[begin + e] * LANES
            copy_half(flat, row, v0, e * HALF)
            copy_half(flat, row + HALF, v1, e * HALF)


assert LANES == 2 * HALF  # noqa: S101 - two numbers come from one call of the generator
