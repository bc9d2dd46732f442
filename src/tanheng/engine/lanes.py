"""Sixteen samples side by side in one vector register: the operations of the fast kernel on rows and half rows.

Written with LLVM's vector types, because the loop that numba would make of sixteen samples keeps its sums in memory: 1.4 ns
a link instead of 7 (docs/adr/0014). What the instructions are on a machine is up to LLVM: one register with AVX-512, two
with AVX2, four with NEON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic

from tanheng.engine.arrays import LANES

HALF = LANES // 2
_REALS = {types.float32: ir.FloatType(), types.float64: ir.DoubleType()}


@intrinsic
def emit_row(typingctx: Any, out: Any, row: Any, right: Any, emissions: Any, multiples: Any) -> Any:
    """``out[row] = right[row] + Σ emissions``, for all lanes.

    Args:
        out: (n, 16), float32 or float64; sums have its type.
        right: (n,) the same in all lanes.
        emissions: ``(pointers, coefficients)``; each is multiplied by its row of ``multiples`` (u, 16).
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args)
        number = builder.load(builder.gep(rows.data(2), [args[1]]))
        rows.store(0, args[1], rows.links(rows.splat(signature.args[2].dtype, number), 3, 4, None))
        return context.get_dummy_value()

    return types.void(out, row, right, emissions, multiples), codegen


@intrinsic
def gather_row(typingctx: Any, x: Any, row: Any, right: Any, certain: Any, uncertain: Any, multiples: Any) -> Any:
    """``x[row] = right[row] + Σ links·x``, for all lanes.

    Args:
        x: (n, 16), float32 or float64; sums have its type.
        right: (n, 16) of any float type.
        certain, uncertain: ``(pointers, suppliers, coefficients)``; those of ``uncertain`` are multiplied by their row of
            ``multiples`` (u, 16).
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args)
        rows.store(0, args[1], rows.sum(x=0))
        return context.get_dummy_value()

    return types.void(x, row, right, certain, uncertain, multiples), codegen


@intrinsic
def relax_row(
    typingctx: Any, x: Any, row: Any, right: Any, certain: Any, uncertain: Any, multiples: Any, own: Any, omega: Any
) -> Any:
    """``x[row] += omega·((right[row] + Σ links·x) / own − x[row])``, for all lanes; links as of :func:`gather_row`.

    Args:
        own: ``(places, factors)``: what the process leaves of its own product is the row ``places[row]`` of ``factors``
            (o, 16); 1 where the place is < 0.
        omega: relaxation.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args)
        total = rows.sum(x=0)
        share = rows.owned(lambda own: builder.fdiv(total, own), total)
        old = rows.load(0, args[1])
        step = builder.fmul(rows.splat(signature.args[7], args[7]), builder.fsub(share, old))
        rows.store(0, args[1], builder.fadd(old, step))
        return context.get_dummy_value()

    return types.void(x, row, right, certain, uncertain, multiples, own, omega), codegen


@intrinsic
def residual_row(
    typingctx: Any, out: Any, row: Any, right: Any, certain: Any, uncertain: Any, multiples: Any, own: Any, x: Any
) -> Any:
    """``out[row] = right[row] + Σ links·x − own·x[row]``, for all lanes, in double precision; arguments as of relax_row."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args, real=types.float64)
        total = rows.sum(x=7)
        value = rows.load(7, args[1])
        taken = rows.owned(lambda own: builder.fmul(value, own), value)
        rows.store(0, args[1], builder.fsub(total, taken))
        return context.get_dummy_value()

    return types.void(out, row, right, certain, uncertain, multiples, own, x), codegen


@intrinsic
def watch_rows(typingctx: Any, watch: Any, now: Any, before: Any, earlier: Any, scale: Any, floor: Any) -> Any:
    """How two steps d = now − before and d₀ = before − earlier compare, over all rows, lane by lane.

    ``watch`` (4, 16) becomes: largest |d| and largest |d₀|, relative to |scale| + floor (what is not finite is infinite),
    Σ d·d₀ and Σ d₀·d₀.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args)
        size, fused = rows.intrinsic("fabs", 1), rows.intrinsic("fmuladd", 3)
        infinite, one, none = (ir.Constant(rows.vector, [value] * LANES) for value in (float("inf"), 1.0, 0.0))
        least = rows.splat(signature.args[5], args[5])

        def look(row: Any, known: list[Any]) -> list[Any]:
            now, before, earlier, scale = (rows.load(k, row) for k in (1, 2, 3, 4))
            step, last = builder.fsub(now, before), builder.fsub(before, earlier)
            unit = builder.fdiv(one, builder.fadd(builder.call(size, [scale]), least))
            largest = []
            for value, most in ((step, known[0]), (last, known[1])):
                ratio = builder.fmul(builder.call(size, [value]), unit)
                ratio = builder.select(builder.fcmp_unordered("uno", ratio, ratio), infinite, ratio)
                largest.append(builder.select(builder.fcmp_ordered(">", ratio, most), ratio, most))
            return [*largest, builder.call(fused, [step, last, known[2]]), builder.call(fused, [last, last, known[3]])]

        for place, value in enumerate(rows.reduced(1, look, [none] * 4)):
            rows.store(0, ir.Constant(ir.IntType(64), place), value)
        return context.get_dummy_value()

    return types.void(watch, now, before, earlier, scale, floor), codegen


@intrinsic
def extend_row(typingctx: Any, now: Any, row: Any, before: Any, factors: Any) -> Any:
    """``now[row] += factors[0]·(now[row] − before[row])``, for all lanes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args)
        value = rows.load(0, args[1])
        step = builder.fsub(value, rows.load(2, args[1]))
        factor = rows.load(3, ir.Constant(ir.IntType(64), 0))
        rows.store(0, args[1], builder.fadd(value, builder.fmul(factor, step)))
        return context.get_dummy_value()

    return types.void(now, row, before, factors), codegen


@intrinsic
def fill_half(typingctx: Any, out: Any, start: Any, value: Any) -> Any:
    """``out[start : start + 8] = value``, a flat array of 32-bit numbers."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = context.get_value_type(signature.args[2])
        many = ir.VectorType(kind, HALF)
        empty = ir.Constant(many, ir.Undefined)
        one = builder.insert_element(empty, args[2], ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), HALF), [0] * HALF)
        _put_half(context, builder, (signature.args[0], args[0], args[1]), builder.shuffle_vector(one, empty, zeros))
        return context.get_dummy_value()

    return types.void(out, start, value), codegen


@intrinsic
def copy_half(typingctx: Any, out: Any, start: Any, values: Any, at: Any) -> Any:
    """``out[start : start + 8] = values[at : at + 8]``, flat arrays of one 32-bit type."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.VectorType(context.get_value_type(signature.args[2].dtype), HALF)
        data = context.make_array(signature.args[2])(context, builder, args[2]).data
        found = builder.load(builder.bitcast(builder.gep(data, [args[3]]), kind.as_pointer()), align=4)
        _put_half(context, builder, (signature.args[0], args[0], args[1]), found)
        return context.get_dummy_value()

    return types.void(out, start, values, at), codegen


def _put_half(context: Any, builder: Any, target: tuple[Any, Any, Any], value: Any) -> None:
    kind, array, start = target
    data = context.make_array(kind)(context, builder, array).data
    builder.store(value, builder.bitcast(builder.gep(data, [start]), value.type.as_pointer()), align=4)


class _Rows:
    """Loads, stores and sums of vectors while code for rows is made; sums have the type of the first argument, or ``real``."""

    def __init__(self, context: Any, builder: Any, kinds: Any, args: Any, real: Any = None) -> None:
        self.context, self.builder, self.kinds, self.args = context, builder, kinds, args
        self.real = real or kinds[0].dtype
        self.vector = ir.VectorType(_REALS[self.real], LANES)

    def data(self, argument: int) -> Any:
        """Where an array argument begins."""
        return self._data(self.kinds[argument], self.args[argument])

    def load(self, argument: int, row: Any) -> Any:
        """Row ``row`` of an (n, 16) argument as a vector of the working type."""
        return self._load(self.kinds[argument], self.args[argument], row)

    def _load(self, kind: Any, value: Any, row: Any) -> Any:
        b = self.builder
        vector = ir.VectorType(_REALS[kind.dtype], LANES)
        base = b.bitcast(self._data(kind, value), vector.as_pointer())
        found = b.load(b.gep(base, [row]), align=4)
        if kind.dtype == self.real:
            return found
        return b.fpext(found, self.vector) if self.real == types.float64 else b.fptrunc(found, self.vector)

    def store(self, argument: int, row: Any, value: Any) -> None:
        """Write a vector to row ``row`` of an (n, 16) argument."""
        b, kind = self.builder, self.kinds[argument]
        vector = ir.VectorType(_REALS[kind.dtype], LANES)
        if kind.dtype != self.real:
            value = b.fptrunc(value, vector) if self.real == types.float64 else b.fpext(value, vector)
        base = b.bitcast(self.data(argument), vector.as_pointer())
        b.store(value, b.gep(base, [row]), align=4)

    def splat(self, kind: Any, value: Any) -> Any:
        """A number of some type in every lane."""
        b = self.builder
        number = self.context.cast(b, value, kind, self.real)
        empty = ir.Constant(self.vector, ir.Undefined)
        one = b.insert_element(empty, number, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return b.shuffle_vector(one, empty, zeros)

    def sum(self, x: int) -> Any:
        """The right-hand side of the row and all its links to the argument ``x``."""
        total = self.load(2, self.args[1])
        return self.links(self.links(total, 3, None, x), 4, 5, x)

    def links(self, start: Any, argument: int, multiples: int | None, x: int | None) -> Any:
        """``start`` and the entries of this row in a compressed matrix, each with its multiple and times its row of ``x``."""
        b, kinds = self.builder, self.kinds[argument]
        parts = [b.extract_value(self.args[argument], k) for k in range(len(kinds))]
        pointers, *_, coefficients = (self._data(kind, part) for kind, part in zip(kinds, parts, strict=True))
        first = b.load(b.gep(pointers, [self.args[1]]))
        last = b.load(b.gep(pointers, [b.add(self.args[1], ir.Constant(self.args[1].type, 1))]))

        def add(k: Any, totals: list[Any]) -> list[Any]:
            factors = [self.splat(kinds[-1].dtype, b.load(b.gep(coefficients, [k])))]
            if multiples is not None:
                factors.append(self.load(multiples, k))
            if x is not None:
                supplier = b.sext(b.load(b.gep(self._data(kinds[1], parts[1]), [k])), k.type)
                factors = [b.fmul(*factors) if len(factors) == 2 else factors[0], self.load(x, supplier)]
            return [b.call(self.intrinsic("fmuladd", 3), [*factors, totals[0]])]

        return self._loop(first, last, add, [start])[0]

    def reduced(self, argument: int, take: Callable[[Any, list[Any]], list[Any]], start: list[Any]) -> list[Any]:
        """``take(row, vectors so far)`` over all rows of an array argument."""
        array = self.context.make_array(self.kinds[argument])(self.context, self.builder, self.args[argument])
        rows = self.builder.extract_value(array.shape, 0)
        return self._loop(ir.Constant(rows.type, 0), rows, take, start)

    def _loop(self, first: Any, last: Any, take: Callable[[Any, list[Any]], list[Any]], start: list[Any]) -> list[Any]:
        b = self.builder
        entry = b.block
        head, body, end = (b.append_basic_block(name) for name in ("head", "body", "done"))
        b.branch(head)
        b.position_at_end(head)
        k = b.phi(first.type)
        k.add_incoming(first, entry)
        totals = [b.phi(value.type) for value in start]
        b.cbranch(b.icmp_signed("<", k, last), body, end)
        b.position_at_end(body)
        more = take(k, totals)
        k.add_incoming(b.add(k, ir.Constant(k.type, 1)), b.block)
        for total, value, next_value in zip(totals, start, more, strict=True):
            total.add_incoming(value, entry)
            total.add_incoming(next_value, b.block)
        b.branch(head)
        b.position_at_end(end)
        return totals

    def owned(self, use: Callable[[Any], Any], otherwise: Any) -> Any:
        """``use(own)`` where the row has a factor of its own, ``otherwise`` where it has none."""
        b, (places, factors) = self.builder, self.kinds[6]
        at = b.load(b.gep(self._data(places, b.extract_value(self.args[6], 0)), [self.args[1]]))
        place = self.context.cast(b, at, places.dtype, types.intp)
        before = b.block
        with b.if_then(b.icmp_signed(">=", place, ir.Constant(place.type, 0)), likely=False):
            found = use(self._load(factors, b.extract_value(self.args[6], 1), place))
            inside = b.block
        result = b.phi(self.vector)
        result.add_incoming(found, inside)
        result.add_incoming(otherwise, before)
        return result

    def _data(self, kind: Any, value: Any) -> Any:
        return self.context.make_array(kind)(self.context, self.builder, value).data

    def intrinsic(self, name: str, arguments: int) -> Any:
        """One of LLVM's own functions on vectors."""
        suffix = "f64" if self.real == types.float64 else "f32"
        signature = ir.FunctionType(self.vector, [self.vector] * arguments)
        return get_or_insert_function(self.builder.module, signature, f"llvm.{name}.v{LANES}{suffix}")
