"""What a test expects of permissions, around the calls of the code under test.

    with aws.denied("s3:PutObject", by="bucket-policy", sid="DenyPlainHttp"):
        service.upload("report.csv")

    with aws.allowed("s3:PutObject", by="identity-policy"):
        service.upload("report.csv")

Rule 1: the journal is asked, not the exception: a refusal that the code swallowed, or wrapped, counts. Rule 2: what
fails says what happened instead, and from where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from mocks3.access.explain.report import deciding
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.interceptors import refusal_log
from mocks3.policy import Layer

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.policy import StatementRef

LAYERS: Mapping[str, str] = {
    "identity-policy": "identity",
    "bucket-policy": "resource",
    "access-point-policy": "access-point",
    "network-origin": "network-origin",
    "key-policy": "resource",
    "trust-policy": "resource",
    "block-public-access": "resource",
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
}
"""What ``by`` may say, and the layer of a decision that it means."""


class Expectation:
    """A block in which something is expected to be decided.

    Once it was left, ``decision`` is the one that met the expectation, and ``error`` what was raised.
    """

    verb = ""

    def __init__(
        self, aws: MockAWS, action: str | None, resource: str | None, by: str | None, sid: str | None
    ) -> None:
        if by is not None and by not in LAYERS:
            hint = suggestion(by, LAYERS) or f"; it is one of {', '.join(LAYERS)}"
            raise Mocks3Error(f"by={by!r} is no place that decisions come from{hint}")
        self._aws = aws
        self._action, self._resource, self._by, self._sid = action, resource, by, sid
        self._seen = 0
        self.decision: Decision | None = None
        self.error: BaseException | None = None

    def __enter__(self) -> Expectation:
        self._seen = len(self._aws.decisions)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        __tracebackhide__ = True
        self.error = error
        return self._settle(self._aws.decisions[self._seen :], error)

    def _settle(self, decisions: Sequence[Decision], error: BaseException | None) -> bool:
        """Fail, pass the error on (False), or take it (True)."""
        raise NotImplementedError

    def _asked(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Those about the action and the resource."""
        return [
            decision
            for decision in decisions
            if self._action is None or decision.action.lower() == self._action.lower()
            if self._resource is None or any(part.resource == self._resource for part in decision.parts)
        ]

    def _is_by(self, decision: Decision) -> bool:
        """Whether it came from the place, and the statement, that were named."""
        parts = [part for part in decision.parts if part is decision or part.allowed is decision.allowed]
        statements = [(part, ref) for part in parts for ref in deciding(part)]
        layers = {part.layer for part in parts} | {_layer(part, ref) for part, ref in statements}
        if self._by == "block-public-access" and not decision.circumstances.restricted:
            return False
        if self._by is not None and LAYERS[self._by] not in layers:
            return False
        return self._sid is None or any(ref.sid == self._sid for _, ref in statements)

    @property
    def _wanted(self) -> str:
        what = self._action or "a call"
        where = f" on {self._resource}" if self._resource else ""
        by = f" by {self._by}" if self._by else ""
        sid = f" in the statement {self._sid!r}" if self._sid else ""
        return f"{what}{where} was to be {self.verb}{by}{sid}"

    def _fail(self, instead: str, decisions: Sequence[Decision] = ()) -> AssertionError:
        """The error; what was decided instead is told in full, three decisions at most."""
        told = "".join(f"\n\n{decision}" for decision in decisions[:3])
        return AssertionError(f"{self._wanted}, but {instead}{told}")

    def _nothing_asked(self, decisions: Sequence[Decision]) -> AssertionError:
        asked = sorted({f"{decision.action} on {decision.resource}" for decision in decisions})
        others = f"; asked for were {', '.join(asked)}" if asked else ""
        return self._fail(f"nothing in the block asked for it{others}")


class Denied(Expectation):
    """At least one such call is refused. Its AccessDenied ends here; any other exception goes on."""

    verb = "denied"

    def _settle(self, decisions: Sequence[Decision], error: BaseException | None) -> bool:
        __tracebackhide__ = True
        asked = self._asked(decisions)
        denied = [decision for decision in asked if not decision.allowed]
        met = [decision for decision in denied if self._is_by(decision)]
        if met:
            self.decision = met[-1]
            for decision in met:
                refusal_log.remove_expected(decision)
            return _is_sdks(error) and _decision_of(error) in (None, *met)
        if error is not None and not _is_sdks(error):
            return False  # the code failed before, or beside, what was expected
        if denied:
            raise self._fail(f"{_elsewhere(denied)} denied it", denied) from error
        if asked:
            raise self._fail("it was allowed", asked) from error
        if error is not None and _decision_of(error) is None:
            return False
        raise self._nothing_asked(decisions) from error


class Allowed(Expectation):
    """At least one such call is made, and none of them is refused."""

    verb = "allowed"

    def _settle(self, decisions: Sequence[Decision], error: BaseException | None) -> bool:
        __tracebackhide__ = True
        asked = self._asked(decisions)
        denied = [decision for decision in asked if not decision.allowed]
        if denied:
            raise self._fail(f"{_elsewhere(denied)} denied it", denied) from error
        if error is not None:
            return False
        if not asked:
            raise self._nothing_asked(decisions)
        met = [decision for decision in asked if self._is_by(decision)]
        if not met:
            raise self._fail(f"{_elsewhere(asked)} allowed it", asked)
        self.decision = met[-1]
        return False


def _elsewhere(decisions: Sequence[Decision]) -> str:
    """Where decisions came from, in the words that ``by`` takes, with the statements they rest on."""
    found = []
    for decision in decisions:
        sids = [repr(ref.sid) for ref in deciding(decision) if ref.sid]
        place = _place(decision) + (f" (statement {', '.join(sids)})" if sids else "")
        if place not in found:
            found.append(place)
    return " and ".join(found)


def _layer(part: Decision, ref: StatementRef) -> str:
    """The layer of a statement; of an access point's own policy, that."""
    return "access-point" if part.at_access_point and ref.layer is Layer.RESOURCE else str(ref.layer)


def _place(decision: Decision) -> str:
    if decision.circumstances.restricted and not decision.allowed:
        return "block-public-access"
    if decision.layer == "resource":
        kinds = {"kms": "key-policy", "sts": "trust-policy"}
        return kinds.get(decision.action.partition(":")[0], "bucket-policy")
    return next(name for name, layer in LAYERS.items() if layer == decision.layer)


def _decision_of(error: BaseException | None) -> Decision | None:
    """The decision behind an error, or behind one that it came of."""
    while error is not None:
        decision: Decision | None = getattr(error, "mocks3_decision", None)
        if decision is not None:
            return decision
        error = error.__cause__ or error.__context__
    return None


def _is_sdks(error: BaseException | None) -> bool:
    """Whether it is how the SDK says that S3 refused: botocore's error, or boto3's around it."""
    return isinstance(error, ClientError) or type(error).__module__ in (
        "boto3.exceptions",
        "s3transfer.exceptions",
    )
