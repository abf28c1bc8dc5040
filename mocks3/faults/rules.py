"""Which calls get a fault."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mocks3.errors import Mocks3Error
from mocks3.faults.kinds import CallFault
from mocks3.lib.record import Record
from mocks3.operations import registered
from mocks3.policy.glob import TextTest, glob

if TYPE_CHECKING:
    from mocks3.model.exchange import Exchange
    from mocks3.model.stages import Located


class HasArn(Protocol):
    """A principal of the mock."""

    @property
    def arn(self) -> str | None: ...


class InjectedFault(NamedTuple):
    """A fault that a call got.

    Attributes:
        operation: The operation, such as ``PutObject``.
        bucket: The bucket, or None.
        key: The key, or None.
        principal: The caller's ARN, or ``anonymous``.
        fault: The fault.
    """

    operation: str
    bucket: str | None
    key: str | None
    principal: str
    fault: CallFault

    def __str__(self) -> str:
        place = "" if self.bucket is None else f" on {self.bucket}"
        key = "" if self.key is None else f"/{self.key}"
        return f"{self.fault} in {self.operation}{place}{key} by {self.principal}"


class _Rule:
    """One entry: a fault, and the calls that get it."""

    def __init__(
        self, operation: str, fault: CallFault, names: dict[str, str | None], principals: TextTest | None
    ) -> None:
        self.fault = fault
        self.left: int | None = None
        self.probability = 1.0
        self.random = random.Random()  # noqa: S311 -- a test repeats the choice
        self._operation = operation
        self._names = {name: glob(pattern) for name, pattern in names.items() if pattern is not None}
        self._principals = principals

    def is_for(self, call: InjectedFault, arns: Iterable[str]) -> bool:
        """Return whether a call gets the fault. If so, count it."""
        if self.left == 0 or self._operation not in ("*", call.operation):
            return False
        for name, matches in self._names.items():
            value = getattr(call, name)
            if value is None or not matches(value):
                return False
        if self._principals is not None and not any(map(self._principals, arns)):
            return False
        if self.probability < 1 and self.random.random() >= self.probability:
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def copied(self) -> _Rule:
        """Return a copy that counts by itself."""
        made = copy.copy(self)
        made.random = random.Random()  # noqa: S311
        made.random.setstate(self.random.getstate())
        return made


class FaultsMark(NamedTuple):
    """The result of :meth:`Faults.snapshot`."""

    rules: tuple[_Rule, ...]
    injected: int


class Faults:
    """The faults that a test injects: ``aws.faults``.

    Attributes:
        injected: The faults that calls got, in order.
        rules: The entries. They are internal.
    """

    def __init__(self) -> None:
        self.rules: list[_Rule] = []
        self.injected: Record[InjectedFault] = Record()

    def add(
        self,
        operation: str,
        fault: CallFault | type[CallFault],
        *,
        bucket: str | None = None,
        key: str | None = None,
        principal: HasArn | str | None = None,
        times: int | None = None,
        probability: float = 1.0,
        seed: int = 0,
    ) -> None:
        """Inject a fault into the calls that fit. A call gets the fault of the first entry that fits.

        Callers without valid credentials get S3's error about them, and no fault.

        Args:
            operation: An operation of S3, such as ``PutObject``; ``*`` for every one.
            fault: The fault, or its class: ``SlowDown``, ``Latency(seconds=90)``...
            bucket: The bucket, with wildcards ``*`` and ``?``. Default: any, and calls without a bucket.
            key: The key in the URL, with wildcards. Default: any, and calls without a key.
            principal: The caller, or its ARN with wildcards. A role means its sessions. Default: any.
            times: How many calls get the fault. Default: all.
            probability: The part of these calls that gets the fault, from 0 to 1.
            seed: The seed of the random choice. With the same seed, the same calls get the fault.

        Raises:
            Mocks3Error: A value is not valid.
        """
        if operation != "*" and ("s3", operation) not in registered():
            raise Mocks3Error(
                f"operation must be an operation of S3 that mocks3 supports, or '*', not {operation!r}"
            )
        rule = _Rule(operation, _fault(fault), {"bucket": bucket, "key": key}, _principals(principal))
        if times is not None and (type(times) is not int or times < 1):
            raise Mocks3Error(f"times must be a number of calls, 1 or more, not {times!r}")
        if type(probability) not in (int, float) or not 0 <= probability <= 1:
            raise Mocks3Error(f"probability must be a number from 0 to 1, not {probability!r}")
        rule.left, rule.probability = times, probability
        rule.random.seed(seed)
        self.rules = [*self.rules, rule]

    def clear(self) -> None:
        """Remove all entries. The faults so far stay in :attr:`injected`."""
        self.rules = []

    def before(self, exchange: Exchange, located: Located) -> None:
        """Choose the fault of an authenticated request, and raise it if it happens before the operation.

        Raises:
            S3Error: The fault's answer.
            ConnectionLost: The request is lost.
        """
        if exchange.located is None:  # a request is tried again if the state has changed
            exchange.located = located
            self._choose(exchange, of_body=False)
        if exchange.fault is not None:
            exchange.fault.before()

    def after(self, exchange: Exchange) -> None:
        """Choose the fault of an answer that has a body."""
        has_body = exchange.request.method != "HEAD" and len(exchange.answer.body) > 0
        if has_body and exchange.fault is None and exchange.located is not None:
            self._choose(exchange, of_body=True)

    def _choose(self, exchange: Exchange, *, of_body: bool) -> None:
        located: Any = exchange.located
        parsed, caller = located.authenticated.parsed, located.authenticated.caller
        target = located.target
        arns = [each for each in (caller.arn or "anonymous", caller.principal.role_arn) if each]
        for rule in self.rules if parsed.service == "s3" else ():
            name = None if target is None else target.name
            call = InjectedFault(parsed.operation, name, target and target.key, arns[0], rule.fault)
            if rule.fault.is_of_body is of_body and rule.is_for(call, arns):
                exchange.fault = rule.fault
                self.injected.append(call)
                self.injected.trim()
                return

    def snapshot(self) -> FaultsMark:
        """Return a copy of the entries, and the number of faults so far."""
        return FaultsMark(tuple(each.copied() for each in self.rules), self.injected.end)

    def restore(self, mark: FaultsMark) -> None:
        """Restore the entries of a snapshot."""
        self.rules = [each.copied() for each in mark.rules]
        self.injected.cut(mark.injected)


def _fault(fault: CallFault | type[CallFault]) -> CallFault:
    """Return the fault. A class is called without arguments."""
    if isinstance(fault, type) and issubclass(fault, CallFault):
        try:
            return fault()
        except TypeError:
            raise Mocks3Error(f"{fault.__name__} needs arguments, as in Latency(seconds=90)") from None
    if isinstance(fault, CallFault):
        return fault
    raise Mocks3Error(f"fault must be a fault of mocks3.faults, such as SlowDown, not {fault!r}")


def _principals(principal: HasArn | str | None) -> TextTest | None:
    """Return the test of a caller's ARN; None if every caller fits."""
    if principal is None:
        return None
    if isinstance(principal, str):
        return glob(principal)
    arn = principal.arn
    return (arn or "anonymous").__eq__
