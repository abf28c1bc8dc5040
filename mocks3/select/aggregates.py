"""Aggregate functions: one value from the values of all selected records.

Rule: NULL and MISSING are ignored. Without any value, COUNT is 0 and the others are NULL.

Source: user guide, SQL reference for S3 Select, "Aggregate functions" (types of arguments and results).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from mocks3.select.faults import INCORRECT_ARGUMENT_TYPE
from mocks3.select.values import PRECISION, Value, check_integer, is_number, is_unknown, to_common_type

Evaluator = Callable[[Value], Value]


class Aggregate:
    """One call of an aggregate function. ``argument`` evaluates its argument for a record."""

    def __init__(self, argument: Evaluator) -> None:
        self._argument = argument
        self._count = 0
        self._result: Value = None

    def add(self, record: Value) -> None:
        """Add the value of a record."""
        value = self._argument(record)
        if is_unknown(value):
            return
        self._check(value)
        self._result = value if self._count == 0 else self._joined(self._result, value)
        self._count += 1

    def result(self) -> Value:
        """Return the result for the records so far."""
        return self._result

    def _check(self, value: Value) -> None:
        """Raise ``IncorrectSqlFunctionArgumentType`` if the function does not accept the value."""

    def _joined(self, result: Value, value: Value) -> Value:
        raise NotImplementedError


class Count(Aggregate):
    """The number of values of any type."""

    def _joined(self, result: Value, value: Value) -> Value:
        return None

    def result(self) -> int:
        """Return the number."""
        return self._count


class _OfNumbers(Aggregate):
    def _check(self, value: Value) -> None:
        if not is_number(value):
            raise INCORRECT_ARGUMENT_TYPE()


class Sum(_OfNumbers):
    """The sum, in the type of its values."""

    def _joined(self, result: Value, value: Value) -> Value:
        left, right = to_common_type(result, value)
        return check_integer(left + right) if isinstance(left, int) else left + right


class Avg(Sum):
    """The mean: a float for floats, otherwise a decimal."""

    def result(self) -> Value:
        """Return the mean."""
        if self._count == 0 or isinstance(self._result, float):
            return self._result and self._result / self._count
        return PRECISION.divide(Decimal(self._result), Decimal(self._count))


class Min(_OfNumbers):
    """The smallest value."""

    def _joined(self, result: Value, value: Value) -> Value:
        return min(result, value)


class Max(_OfNumbers):
    """The largest value."""

    def _joined(self, result: Value, value: Value) -> Value:
        return max(result, value)


AGGREGATES: dict[str, type[Aggregate]] = {"avg": Avg, "count": Count, "max": Max, "min": Min, "sum": Sum}
