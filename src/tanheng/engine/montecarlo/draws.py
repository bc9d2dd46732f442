"""Random numbers that belong to exchanges, and what distributions make of them (C18).

A number is named by the seed, the key of its exchange and the draw. It does not matter which other numbers are made, in
which order, in how many threads or on how many machines. The generator is Threefry-2x32 with 20 rounds (Salmon, Moraes,
Dror and Shaw 2011): first the key of an exchange is encrypted with the seed, then the draw with what comes out.

All steps after it are additions, multiplications and square roots of single precision in a fixed order, no library
function: every machine and every kernel gets the same bits. Accuracy: 2 units in the last place of single precision in
logarithm and exponential, 10⁻⁷ in sine and cosine. Draws come in groups of 16, the lanes of the fast kernel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tanheng.engine.arrays import LANES, Indices
from tanheng.engine.montecarlo.spreads import Keys, Kind, Spreads

HALF = LANES // 2
Words: TypeAlias = npt.NDArray[np.uint32]
Singles: TypeAlias = npt.NDArray[np.float32]

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA
LOG = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
    2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
"""Polynomials by S. Moshier's Cephes library (logf, expf, sinf, cosf), the highest power first."""
EXP = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
SIN = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
COS = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
LN2_HIGH, LN2_LOW = 0.693359375, -2.12194440e-4
LOG2E = 1.44269504088896341
ROOT_HALF = 0.70710678
QUARTER_TURN = 1.5707963267948966
FARTHEST = 87.0
"""Exponents beyond this would leave the range of single precision."""


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """How the multiples of u uncertain exchanges are drawn: an amount is its base times its multiple.

    Attributes:
        first, second: (u,) the two words of each exchange's stream.
        kinds: (u,) :class:`~tanheng.engine.montecarlo.spreads.Kind`.
        a, b, c: (u,) parameters over the base: lognormal a·exp(b·z), normal a + b·z, uniform a + b·u, triangular from a to
            b with mode c.
    """

    first: Words
    second: Words
    kinds: npt.NDArray[np.int8]
    a: Singles
    b: Singles
    c: Singles

    def __len__(self) -> int:
        return len(self.first)

    def at(self, chosen: Indices) -> Draws:
        """Some of them, in the order of ``chosen``."""
        return Draws(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


BLOCK = 1 << 16
"""Exchanges that are laid out at a time, so that what is needed on the way stays small."""


def draws_of(spreads: Spreads, at: Indices, bases: npt.NDArray[np.float64], *, seed: int) -> Draws:
    """The draws of the exchanges ``at`` (u,), which all vary, as multiples of their ``bases`` (u,), none of which is 0."""
    parts = [
        _draws_of(spreads.at(at[k : k + BLOCK]), bases[k : k + BLOCK], seed) for k in range(0, max(len(at), 1), BLOCK)
    ]
    return Draws(*(np.concatenate([getattr(part, name) for part in parts]) for name in Draws.__dataclass_fields__))


def _draws_of(spreads: Spreads, bases: npt.NDArray[np.float64], seed: int) -> Draws:
    first, second = streams(spreads.keys, seed=seed)
    centre = spreads.centre / bases
    low, high = spreads.minimum / bases, spreads.maximum / bases
    low, high = np.minimum(low, high), np.maximum(low, high)
    with np.errstate(invalid="ignore", divide="ignore"):
        sigma = np.log(spreads.scale)
    kinds = spreads.kinds
    a = np.select([kinds <= Kind.NORMAL, kinds > Kind.NORMAL], [centre, low])
    b = np.select(
        [kinds == Kind.LOGNORMAL, kinds == Kind.NORMAL, kinds == Kind.TRIANGULAR],
        [sigma, spreads.scale / np.abs(bases), high],
        default=high - low,
    )
    c = np.where(kinds == Kind.TRIANGULAR, centre, 0.0)
    return Draws(first, second, kinds, a.astype(np.float32), b.astype(np.float32), c.astype(np.float32))


def streams(keys: Keys, *, seed: int) -> tuple[Words, Words]:
    """The stream of each key under a seed: Threefry(seed)(key), one to one, so no two keys share one."""
    low, high = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32), (keys >> np.uint64(32)).astype(np.uint32)
    s = seed % 2**64
    return threefry(np.uint32(s & 0xFFFFFFFF), np.uint32(s >> 32), low, high)


def multiples(draws: Draws, group: int) -> Singles:
    """The multiples of draws 16·group … 16·group + 15: (u, 16)."""
    return _made(draws, np.uint32(HALF * group) + np.arange(HALF, dtype=np.uint32))


def multiples_of(draws: Draws, draw: int) -> Singles:
    """The multiples of one draw: (u,); the same bits as in its group."""
    group, lane = divmod(draw, LANES)
    return _made(draws, np.array([HALF * group + lane % HALF], dtype=np.uint32))[:, lane // HALF]


def _made(draws: Draws, calls: Words) -> Singles:
    """The multiples of some calls of the generator: (u, 2c), those of its first words before those of its second."""
    words = threefry(draws.first[:, None], draws.second[:, None], calls[None, :], np.uint32(0))
    made = np.ones((len(draws), 2 * len(calls)), dtype=np.float32)
    a, b, c = (part[:, None] for part in (draws.a, draws.b, draws.c))
    for kind in (Kind.LOGNORMAL, Kind.NORMAL):
        at = np.flatnonzero(draws.kinds == kind)
        z = np.concatenate(normals(words[0][at], words[1][at]), axis=1)
        made[at] = a[at] * exponential(b[at] * z) if kind is Kind.LOGNORMAL else a[at] + b[at] * z
    both = np.concatenate(words, axis=1)
    at = np.flatnonzero(draws.kinds == Kind.UNIFORM)
    made[at] = a[at] + b[at] * uniforms(both[at])
    at = np.flatnonzero(draws.kinds == Kind.TRIANGULAR)
    made[at] = _triangular(uniforms(both[at]), a[at], b[at], c[at])
    return made


def threefry(k0: Any, k1: Any, x0: Any, x1: Any) -> tuple[Words, Words]:
    """Threefry-2x32-20: the counter (x0, x1) encrypted with the key (k0, k1); all of type uint32, broadcast.

    >>> [hex(word[0]) for word in threefry(*(np.uint32([v]) for v in (0x13198A2E, 0x03707344, 0x243F6A88, 0x85A308D3)))]
    ['0xc4923a9c', '0x483df7a0']
    """
    with np.errstate(over="ignore"):
        keys = (k0, k1, k0 ^ k1 ^ np.uint32(PARITY))
        x0, x1 = x0 + k0, x1 + k1
        for block in range(5):
            for turn in ROTATIONS[block % 2]:
                x0 = x0 + x1
                x1 = ((x1 << np.uint32(turn)) | (x1 >> np.uint32(32 - turn))) ^ x0
            x0 = x0 + keys[(block + 1) % 3]
            x1 = x1 + (keys[(block + 2) % 3] + np.uint32(block + 1))
    return x0, x1


def uniforms(words: Words) -> Singles:
    """Uniform numbers in (0, 1), 23 bits each: with the half that keeps them off the ends, all that a single holds."""
    return ((words >> np.uint32(9)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-23)


def normals(first: Words, second: Words) -> tuple[Singles, Singles]:
    """Two standard normal numbers from each pair of words (Box and Muller 1958), up to ±6.7."""
    f = np.float32
    radius = np.sqrt(f(-2) * logarithm((first.astype(np.float32) + f(0.5)) * f(2.0**-32)))
    part = (second & np.uint32(0x3FFFFFFF)).astype(np.float32)
    angle = ((part + f(0.5)) * f(2.0**-30) - f(0.5)) * f(QUARTER_TURN)
    square = angle * angle
    sine = (_horner(SIN, square) * square) * angle + angle
    cosine = (_horner(COS, square) * square) * square - f(0.5) * square + f(1)
    quadrant = second >> np.uint32(30)
    odd = (quadrant & np.uint32(1)) == 1
    x, y = np.where(odd, -sine, cosine), np.where(odd, cosine, sine)
    back = quadrant > 1
    return radius * np.where(back, -x, x), radius * np.where(back, -y, y)


def logarithm(x: Singles) -> Singles:
    """Natural logarithm of normal, positive numbers."""
    f = np.float32
    bits = x.view(np.int32)
    exponent = ((bits >> np.int32(23)) - np.int32(126)).astype(np.float32)
    m = ((bits & np.int32(0x007FFFFF)) | np.int32(0x3F000000)).view(np.float32)
    small = m < f(ROOT_HALF)
    exponent = exponent - np.where(small, f(1), f(0))
    m = np.where(small, m + m - f(1), m - f(1))
    square = m * m
    y = _horner(LOG, m) * m * square
    y = y + f(LN2_LOW) * exponent
    y = y - f(0.5) * square
    return np.asarray(m + y + f(LN2_HIGH) * exponent)


def exponential(x: Singles) -> Singles:
    """eˣ for |x| up to 87; beyond that, what it is there."""
    f = np.float32
    x = np.minimum(np.maximum(x, f(-FARTHEST)), f(FARTHEST))
    power = np.floor(x * f(LOG2E) + f(0.5))
    x = x - power * f(LN2_HIGH)
    x = x - power * f(LN2_LOW)
    y = _horner(EXP, x) * (x * x) + x + f(1)
    return np.asarray(y * ((power.astype(np.int32) + np.int32(127)) << np.int32(23)).view(np.float32))


def _horner(coefficients: tuple[float, ...], x: Singles) -> Singles:
    y = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        y = y * x + np.float32(coefficient)
    return np.asarray(y)


def _triangular(u: Singles, low: Singles, high: Singles, mode: Singles) -> Singles:
    width, rise, fall = high - low, mode - low, high - mode
    rising, falling = low + np.sqrt(u * width * rise), high - np.sqrt((np.float32(1) - u) * width * fall)
    return np.asarray(np.where(u * width < rise, rising, falling), dtype=np.float32)
