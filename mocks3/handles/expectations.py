"""What a test expects about permissions, around the calls of the code under test.

    with aws.denied("s3:PutObject", by="bucket-policy", sid="DenyPlainHttp"):
        service.upload("report.csv")

    with aws.allowed("s3:PutObject", by="identity-policy"):
        service.upload("report.csv")

Rule 1: the recorded decisions count, not the exception: a denial also counts if the code swallowed or wrapped its
exception. Rule 2: a failure message contains what was decided instead, and by what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, get_args

from botocore.exceptions import ClientError

from mocks3.access.explain.report import deciding_statements
from mocks3.access.refusal import Refusal
from mocks3.errors import By, Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.interceptors import refusal_log
from mocks3.policy import Layer

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.handles.aws_state import AwsState
    from mocks3.policy import StatementRef

LAYERS: Mapping[str, str] = {
    "identity-policy": "identity",
    "bucket-policy": "resource",
    "access-point-policy": "access-point",
    "network-origin": "network-origin",
    "key-policy": "resource",
    "trust-policy": "resource",
    "boundary": "boundary",
    "permissions-boundary": "boundary",
    "session-policy": "session",
    "scp": "scp",
    "rcp": "rcp",
    "vpc-endpoint-policy": "vpc-endpoint",
    "acl": "acl",
    "owner": "owner",
    "initiator": "initiator",
    "default": "default",
    **{rule: rule for rule in get_args(By)},
}
"""The values of ``by``, and the layer of a decision that each stands for: a policy's, or a rule of ``errors.By``."""


class Expectation:
    """A block in which a decision is expected.

    Attributes:
        decision: The decision that met the expectation, once the block ends.
        error: The exception that the block raised, or None.
    """

    verb = ""

    def __init__(
        self, aws: AwsState, action: str | None, resource: str | None, by: str | None, sid: str | None
    ) -> None:
        if by is not None and by not in LAYERS:
            hint = suggestion(by, LAYERS) or f"; it must be one of {', '.join(LAYERS)}"
            raise Mocks3Error(f"by={by!r} is not valid{hint}")
        self._aws = aws
        self._action, self._resource, self._by, self._sid = action, resource, by, sid
        self._seen = 0
        self.decision: Decision | Refusal | None = None
        self.error: BaseException | None = None

    def __enter__(self) -> Expectation:
        self._seen = self._aws.decisions.end
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        __tracebackhide__ = True
        self.error = error
        return self._check(self._aws.decisions.since(self._seen), error)

    def _check(self, decisions: Sequence[Decision | Refusal], error: BaseException | None) -> bool:
        """Raise AssertionError, or return whether to suppress the exception of the block."""
        raise NotImplementedError

    def _matching(self, decisions: Sequence[Decision | Refusal]) -> list[Decision | Refusal]:
        """Return the decisions about the expected action and resource."""
        return [
            decision
            for decision in decisions
            if self._action is None or decision.action.lower() == self._action.lower()
            if self._resource is None or any(part.resource == self._resource for part in decision.parts)
        ]

    def _is_by(self, decision: Decision | Refusal) -> bool:
        """Whether the decision came from the expected place and statement."""
        if isinstance(decision, Refusal):
            return self._sid is None and self._by in (None, decision.layer)
        parts = [part for part in decision.parts if part is decision or part.allowed is decision.allowed]
        statements = [(part, ref) for part in parts for ref in deciding_statements(part)]
        layers = {part.layer for part in parts} | {_layer(part, ref) for part, ref in statements}
        if decision.circumstances.restricted and "resource" in layers:
            layers.add("block-public-access")
        if self._by is not None and LAYERS[self._by] not in layers:
            return False
        return self._sid is None or any(ref.sid == self._sid for _, ref in statements)

    @property
    def _wanted(self) -> str:
        what = self._action or "a call"
        where = f" on {self._resource}" if self._resource else ""
        by = f" by {self._by}" if self._by else ""
        sid = f" in the statement {self._sid!r}" if self._sid else ""
        return f"expected {what}{where} to be {self.verb}{by}{sid}"

    def _fail(self, instead: str, decisions: Sequence[Decision | Refusal] = ()) -> AssertionError:
        """Return the error, with at most three of the decisions in full."""
        details = "".join(f"\n\n{decision}" for decision in decisions[:3])
        return AssertionError(f"{self._wanted}, but {instead}{details}")

    def _not_needed(self, decisions: Sequence[Decision | Refusal]) -> AssertionError:
        asked = sorted({f"{decision.action} on {decision.resource}" for decision in decisions})
        others = f"; the calls needed {', '.join(asked)}" if asked else ""
        return self._fail(f"no call in the block needed this permission{others}")


class Denied(Expectation):
    """Expect at least one denied call. Its AccessDenied error is suppressed; any other exception is raised."""

    verb = "denied"

    def _check(self, decisions: Sequence[Decision | Refusal], error: BaseException | None) -> bool:
        __tracebackhide__ = True
        matching = self._matching(decisions)
        denied = [decision for decision in matching if not decision.allowed]
        met = [decision for decision in denied if self._is_by(decision)]
        if met:
            self.decision = met[-1]
            for decision in met:
                refusal_log.remove_expected(decision)
            return _is_sdk_error(error) and _decision_of(error) in (None, *met)
        if error is not None and not _is_sdk_error(error):
            return False  # the code failed for another reason
        if denied:
            raise self._fail(f"{_sources(denied)} denied it", denied) from error
        if matching:
            raise self._fail("it was allowed", matching) from error
        if error is not None and _decision_of(error) is None:
            return False
        raise self._not_needed(decisions) from error


class Allowed(Expectation):
    """Expect at least one call, and that none is denied."""

    verb = "allowed"

    def _check(self, decisions: Sequence[Decision | Refusal], error: BaseException | None) -> bool:
        __tracebackhide__ = True
        matching = self._matching(decisions)
        denied = [decision for decision in matching if not decision.allowed]
        if denied:
            raise self._fail(f"{_sources(denied)} denied it", denied) from error
        if error is not None:
            return False
        if not matching:
            raise self._not_needed(decisions)
        met = [decision for decision in matching if self._is_by(decision)]
        if not met:
            raise self._fail(f"{_sources(matching)} allowed it", matching)
        self.decision = met[-1]
        return False


def _sources(decisions: Sequence[Decision | Refusal]) -> str:
    """Return where decisions came from, as values of ``by``, with the Sids of the deciding statements."""
    found = []
    for decision in decisions:
        statements = () if isinstance(decision, Refusal) else deciding_statements(decision)
        sids = [repr(ref.sid) for ref in statements if ref.sid]
        place = _place(decision) + (f" (statement {', '.join(sids)})" if sids else "")
        if place not in found:
            found.append(place)
    return " and ".join(found)


def _layer(part: Decision, ref: StatementRef) -> str:
    """Return the layer of a statement. The policy of an access point has a layer of its own."""
    return "access-point" if part.at_access_point and ref.layer is Layer.RESOURCE else str(ref.layer)


def _place(decision: Decision | Refusal) -> str:
    if isinstance(decision, Refusal):
        return decision.layer
    if decision.circumstances.restricted and not decision.allowed:
        return "block-public-access"
    if decision.layer == "resource":
        kinds = {"kms": "key-policy", "sts": "trust-policy"}
        return kinds.get(decision.action.partition(":")[0], "bucket-policy")
    return next(name for name, layer in LAYERS.items() if layer == decision.layer)


def _decision_of(error: BaseException | None) -> Decision | Refusal | None:
    """Return the decision attached to an exception, or to its cause or context."""
    while error is not None:
        decision: Decision | Refusal | None = getattr(error, "mocks3_decision", None)
        if decision is not None:
            return decision
        error = error.__cause__ or error.__context__
    return None


def _is_sdk_error(error: BaseException | None) -> bool:
    """Whether the exception is the SDK's for an error answer: botocore's, or boto3's with botocore's as its cause."""
    return isinstance(error, ClientError) or type(error).__module__ in (
        "boto3.exceptions",
        "s3transfer.exceptions",
    )
