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
def relax_row(
    typingctx: Any, x: Any, row: Any, right: Any, certain: Any, uncertain: Any, multiples: Any, own: Any, omega: Any
) -> Any:
    """``x[row] += omega·((right[row] + Σ links·x) / own − x[row])``, for all lanes.

    Args:
        x: (n, 16), float32 or float64; sums have its type.
        right: (n, 16) of any float type.
        certain, uncertain: ``(suppliers, coefficients, first, last)``; those of ``uncertain`` are multiplied by their row
            of ``multiples`` (u, 16).
        own: ``(place, factors)``: what the process leaves of its own product, (o, 16), at ``place``; 1 where that is < 0.
        omega: relaxation.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args)
        total = rows.sum()
        share = rows.owned(lambda own: builder.fdiv(total, own), total)
        old = rows.load(0, args[1])
        step = builder.fmul(rows.splat(7), builder.fsub(share, old))
        rows.store(0, args[1], builder.fadd(old, step))
        return context.get_dummy_value()

    return types.void(x, row, right, certain, uncertain, multiples, own, omega), codegen


@intrinsic
def residual_row(
    typingctx: Any, out: Any, row: Any, right: Any, certain: Any, uncertain: Any, multiples: Any, own: Any, x: Any
) -> Any:
    """``out[row] = right[row] + Σ links·x − own·x[row]``, for all lanes, in double precision; arguments as of relax_row."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args, x=7, real=types.float64)
        total = rows.sum()
        value = rows.load(7, args[1])
        taken = rows.owned(lambda own: builder.fmul(value, own), value)
        rows.store(0, args[1], builder.fsub(total, taken))
        return context.get_dummy_value()

    return types.void(out, row, right, certain, uncertain, multiples, own, x), codegen


@intrinsic
def watch_row(typingctx: Any, watch: Any, now: Any, before: Any, earlier: Any, scale: Any, row: Any, floor: Any) -> Any:
    """How two steps d = now − before and d₀ = before − earlier compare, over the rows, for all lanes.

    ``watch`` (4, 16) is brought up to date: largest |d| and largest |d₀|, relative to |scale| + floor (what is not finite is
    infinite), Σ d·d₀ and Σ d₀·d₀.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature.args, args)
        now, before, earlier, scale = (rows.load(k, args[5]) for k in (1, 2, 3, 4))
        step, last = builder.fsub(now, before), builder.fsub(before, earlier)
        size = rows.intrinsic("fabs", 1)
        unit = builder.fadd(builder.call(size, [scale]), rows.splat(6))
        for place, value in ((0, step), (1, last)):
            ratio = builder.fdiv(builder.call(size, [value]), unit)
            infinite = ir.Constant(rows.vector, [float("inf")] * LANES)
            ratio = builder.select(builder.fcmp_unordered("uno", ratio, ratio), infinite, ratio)
            known = rows.load(0, ir.Constant(ir.IntType(64), place))
            larger = builder.select(builder.fcmp_ordered(">", ratio, known), ratio, known)
            rows.store(0, ir.Constant(ir.IntType(64), place), larger)
        for place, value in ((2, step), (3, last)):
            at = ir.Constant(ir.IntType(64), place)
            total = builder.call(rows.intrinsic("fmuladd", 3), [value, last, rows.load(0, at)])
            rows.store(0, at, total)
        return context.get_dummy_value()

    return types.void(watch, now, before, earlier, scale, row, floor), codegen


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
    """Loads, stores and sums of vectors while code for one row is made."""

    def __init__(self, context: Any, builder: Any, kinds: Any, args: Any, x: int = 0, real: Any = None) -> None:
        self.context, self.builder, self.kinds, self.args, self.x = context, builder, kinds, args, x
        self.real = real or kinds[0].dtype
        self.vector = ir.VectorType(_REALS[self.real], LANES)

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
        base = b.bitcast(self._data(kind, self.args[argument]), vector.as_pointer())
        b.store(value, b.gep(base, [row]), align=4)

    def splat(self, argument: int) -> Any:
        """A number in every lane."""
        return self._splat(self.kinds[argument], self.args[argument])

    def _splat(self, kind: Any, value: Any) -> Any:
        b = self.builder
        number = self.context.cast(b, value, kind, self.real)
        empty = ir.Constant(self.vector, ir.Undefined)
        one = b.insert_element(empty, number, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return b.shuffle_vector(one, empty, zeros)

    def sum(self) -> Any:
        """The right-hand side of the row and all its links."""
        total = self._load(self.kinds[2], self.args[2], self.args[1])
        total = self._links(total, 3, None)
        return self._links(total, 4, 5)

    def _links(self, start: Any, argument: int, multiples: int | None) -> Any:
        b, kinds = self.builder, self.kinds[argument]
        parts = [b.extract_value(self.args[argument], k) for k in range(4)]
        suppliers, coefficients = (self._data(kinds[k], parts[k]) for k in (0, 1))
        first, last = (self.context.cast(b, parts[k], kinds[k], types.intp) for k in (2, 3))
        entry = b.block
        head, body, end = (b.append_basic_block(name) for name in ("links", "link", "done"))
        b.branch(head)
        b.position_at_end(head)
        k, total = b.phi(first.type), b.phi(self.vector)
        k.add_incoming(first, entry)
        total.add_incoming(start, entry)
        b.cbranch(b.icmp_signed("<", k, last), body, end)
        b.position_at_end(body)
        supplier = b.sext(b.load(b.gep(suppliers, [k])), k.type)
        weight = self._splat(kinds[1].dtype, b.load(b.gep(coefficients, [k])))
        if multiples is not None:
            weight = b.fmul(weight, self.load(multiples, k))
        value = self._load(self.kinds[self.x], self.args[self.x], supplier)
        more = b.call(self.intrinsic("fmuladd", 3), [weight, value, total])
        k.add_incoming(b.add(k, ir.Constant(k.type, 1)), b.block)
        total.add_incoming(more, b.block)
        b.branch(head)
        b.position_at_end(end)
        return total

    def owned(self, use: Callable[[Any], Any], otherwise: Any) -> Any:
        """``use(own)`` where the row has a factor of its own, ``otherwise`` where it has none."""
        b, kinds = self.builder, self.kinds[6]
        place = self.context.cast(b, b.extract_value(self.args[6], 0), kinds[0], types.intp)
        before = b.block
        with b.if_then(b.icmp_signed(">=", place, ir.Constant(place.type, 0)), likely=False):
            found = use(self._load(kinds[1], b.extract_value(self.args[6], 1), place))
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
