"""The two hot loops of Monte Carlo in C beside the numba kernel, on the same arrays: the measurement behind ADR 0014.

    python benchmarks/kernel_in_c.py [--processes 23500] [--repeat 15]

Needs a C compiler (``cc``). The C code is written as a person would who knows the machine: vector types for the sweep, flat
loops that the compiler turns into vector code for the random numbers, no contraction, so that the bits are the same.
"""

from __future__ import annotations

import argparse
import ctypes
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cases import uncertain_case
from tanheng.engine.montecarlo import draws as d
from tanheng.engine.montecarlo import plan
from tanheng.engine.montecarlo.fast import Fast, _sweep

SOURCE = r"""
#include <stdint.h>
#include <math.h>
typedef float lanes __attribute__((vector_size(64), aligned(4)));

void sweep(int64_t n, float *x_, const float *right_, const int64_t *cp, const int32_t *ci, const float *cc,
           const int64_t *up, const int32_t *ui, const float *uc, const float *m_, float omega) {
    lanes *x = (lanes *)x_; const lanes *right = (const lanes *)right_, *m = (const lanes *)m_;
    for (int64_t j = 0; j < n; j++) {
        lanes t = right[j];
        for (int64_t k = cp[j]; k < cp[j + 1]; k++) t += cc[k] * x[ci[k]];
        for (int64_t k = up[j]; k < up[j + 1]; k++) t += (uc[k] * m[k]) * x[ui[k]];
        x[j] += omega * (t - x[j]);
    }
}

static inline uint32_t turn(uint32_t x, int r) { return (x << r) | (x >> (32 - r)); }
#define FOUR(a, b, c, e) \
    x0 += x1; x1 = turn(x1, a) ^ x0; x0 += x1; x1 = turn(x1, b) ^ x0; \
    x0 += x1; x1 = turn(x1, c) ^ x0; x0 += x1; x1 = turn(x1, e) ^ x0;
typedef union { float f; int32_t i; } both;

static inline float logarithm(float v) {
    both u; u.f = v;
    float e = (float)((u.i >> 23) - 126);
    u.i = (u.i & 0x007FFFFF) | 0x3F000000;
    int small = u.f < 0.70710678f;
    e -= small ? 1.f : 0.f;
    float m = small ? u.f + u.f - 1.f : u.f - 1.f, s = m * m;
    float y = 7.0376836292e-2f * m - 1.1514610310e-1f;
    y = y * m + 1.1676998740e-1f; y = y * m - 1.2420140846e-1f; y = y * m + 1.4249322787e-1f;
    y = y * m - 1.6668057665e-1f; y = y * m + 2.0000714765e-1f; y = y * m - 2.4999993993e-1f;
    y = y * m + 3.3333331174e-1f;
    y = y * m * s; y = y + -2.12194440e-4f * e; y = y - 0.5f * s;
    return m + y + 0.693359375f * e;
}
static inline float exponential(float x) {
    x = x < -87.f ? -87.f : x; x = x > 87.f ? 87.f : x;
    float p = floorf(x * 1.44269504088896341f + 0.5f);
    x = x - p * 0.693359375f; x = x - p * -2.12194440e-4f;
    float y = 1.9875691500e-4f * x + 1.3981999507e-3f;
    y = y * x + 8.3334519073e-3f; y = y * x + 4.1665795894e-2f; y = y * x + 1.6666665459e-1f; y = y * x + 5.0000001201e-1f;
    y = y * (x * x) + x + 1.f;
    both u; u.i = ((int32_t)p + 127) << 23;
    return y * u.f;
}
#define B 32
#define W (B * 8)
void draw(int64_t n, const uint32_t *first, const uint32_t *second, const float *a, const float *b, uint32_t call, float *out) {
    uint32_t k0[W], k1[W], w0[W], w1[W]; float pa[W], pb[W], v0[W], v1[W];
    for (int64_t s = 0; s < n; s += B) {
        int64_t many = n - s < B ? n - s : B;
        for (int64_t e = 0; e < many; e++)
            for (int l = 0; l < 8; l++) {
                k0[e * 8 + l] = first[s + e]; k1[e * 8 + l] = second[s + e]; pa[e * 8 + l] = a[s + e]; pb[e * 8 + l] = b[s + e];
            }
        for (int t = 0; t < W; t++) {
            uint32_t ka = k0[t], kb = k1[t], kc = ka ^ kb ^ 0x1BD11BDA, x0 = call + (t & 7) + ka, x1 = kb;
            FOUR(13, 15, 26, 6) x0 += kb; x1 += kc + 1; FOUR(17, 29, 16, 24) x0 += kc; x1 += ka + 2;
            FOUR(13, 15, 26, 6) x0 += ka; x1 += kb + 3; FOUR(17, 29, 16, 24) x0 += kb; x1 += kc + 4;
            FOUR(13, 15, 26, 6) x0 += kc; x1 += ka + 5;
            w0[t] = x0; w1[t] = x1;
        }
        for (int t = 0; t < W; t++) {
            float r = sqrtf(-2.f * logarithm(((float)w0[t] + 0.5f) * 0x1p-32f));
            float g = (((float)(int32_t)(w1[t] & 0x3FFFFFFF) + 0.5f) * 0x1p-30f - 0.5f) * 1.5707963267948966f, q = g * g;
            float y = -1.9515295891e-4f * q + 8.3321608736e-3f; y = y * q - 1.6666654611e-1f;
            float sine = y * q * g + g;
            y = 2.443315711809948e-5f * q - 1.388731625493765e-3f; y = y * q + 4.166664568298827e-2f;
            float cosine = y * q * q - 0.5f * q + 1.f;
            int odd = (w1[t] & 0x40000000u) != 0, back = (w1[t] & 0x80000000u) != 0;
            float x = odd ? -sine : cosine, z = odd ? cosine : sine;
            v0[t] = pa[t] * exponential(pb[t] * (r * (back ? -x : x)));
            v1[t] = pa[t] * exponential(pb[t] * (r * (back ? -z : z)));
        }
        for (int64_t e = 0; e < many; e++)
            for (int l = 0; l < 8; l++) { out[(s + e) * 16 + l] = v0[e * 8 + l]; out[(s + e) * 16 + 8 + l] = v1[e * 8 + l]; }
    }
}
"""
FLAGS = [
    "-O3",
    "-march=native",
    "-mprefer-vector-width=512",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-shared",
    "-fPIC",
]


def compiled(folder: Path) -> ctypes.CDLL:
    source = folder / "kernel.c"
    source.write_text(SOURCE)
    for contract, name in (("fast", "sweep"), ("off", "draw")):
        command = ["cc", *FLAGS, f"-ffp-contract={contract}", str(source), "-o", str(folder / f"{name}.so"), "-lm"]
        subprocess.run(command, check=True)
    return ctypes.CDLL(str(folder / "sweep.so")), ctypes.CDLL(str(folder / "draw.so"))


def at(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def medians(repeat: int, *sides: Callable[[], object]) -> list[float]:
    """Median seconds of each, in turn."""
    for side in sides:
        side()
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(repeat):
        for side, seconds in zip(sides, taken, strict=True):
            start = time.perf_counter()
            side()
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) for seconds in taken]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=23_500)
    parser.add_argument("--repeat", type=int, default=15)
    given = parser.parse_args()
    case = uncertain_case(given.processes)
    fast = Fast(plan(case.system, case.C[:, :1], products=np.arange(given.processes), seed=1))
    work, method, (low, high) = fast._idle[0], fast._methods[0], fast.plan.core
    fast._technosphere.draw(0, work.multiples)
    inner = work.multiples[fast._outer : fast._links]
    single = (method.inner_single, method.inner_varying_single, inner)
    (cp, ci, cc), (up, ui, uc) = single[:2]
    place = fast._place[low:high]
    work.rest[:], work.single[:] = 0.1, 1.0
    other = work.single.copy()
    with tempfile.TemporaryDirectory() as folder:
        c_sweep, c_draw = compiled(Path(folder))

        def sweep_in_c() -> None:
            c_sweep.sweep(
                ctypes.c_int64(high - low), at(other), at(work.rest), at(cp), at(ci), at(cc), at(up), at(ui), at(uc),
                at(inner), ctypes.c_float(fast.relaxation),
            )  # fmt: skip

        def sweep_in_numba() -> None:
            _sweep(work.single, work.rest, single, place, work.own_single, fast.relaxation)

        _, rows, first, second, a, b, _ = fast._technosphere._parts[0]
        made = np.empty((len(rows), d.LANES), dtype=np.float32)

        def draw_in_c() -> None:
            c_draw.draw(ctypes.c_int64(len(rows)), at(first), at(second), at(a), at(b), ctypes.c_uint32(0), at(made))

        print(
            f"| Loop | numba | C (`cc {' '.join(FLAGS[:2])}`) | numba / C | largest difference |\n|---|---|---|---|---|"
        )
        for name, numba, c, count in (
            ("sweep, ns a link and group of 16", sweep_in_numba, sweep_in_c, len(ci) + len(ui)),
            (
                "lognormal numbers, ns each",
                lambda: fast._technosphere.draw(0, work.multiples),
                draw_in_c,
                len(rows) * d.LANES,
            ),
        ):
            mine, theirs = medians(given.repeat, numba, c)
            pair = (work.single, other) if name.startswith("sweep") else (work.multiples[rows], made)
            difference = float(np.max(np.abs(pair[0] / pair[1] - 1)))
            print(
                f"| {name} | {mine / count * 1e9:.2f} | {theirs / count * 1e9:.2f} | {mine / theirs:.2f} | {difference:.0e} |"
            )


if __name__ == "__main__":
    main()
