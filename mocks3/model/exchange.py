"""One request and its answer, and how far the request has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mocks3.model.signature import Signature

if TYPE_CHECKING:
    from mocks3.errors import S3Error
    from mocks3.model.messages import WireRequest, WireResponse
    from mocks3.model.parsed import Params, Parsed
    from mocks3.model.stages import Authenticated, Authorized, Located
    from mocks3.storage import Changes
    from mocks3.storage.iam.caller import Caller


UNSIGNED = Signature()
"""The signature of a request that is not signed."""


class InjectableFault(Protocol):
    """A fault as the pipeline and the interceptors see it: see :mod:`mocks3.faults`."""

    @property
    def seconds(self) -> float: ...

    def before(self) -> None:
        """Act before the operation is executed."""

    def after(self, answer: WireResponse) -> WireResponse:
        """Act on the answer."""


class Exchange:
    """A request on its way through the pipeline.

    parsed, authenticated, authorized   what the stages made of it; None for a stage that it did not reach
    located                             the same, and only kept while the test injects faults
    changes                             what the operation changed, if anything may follow from it
    output                              the output of the operation; None if there is none
    error                               the error that is the answer, if it is one
    fault                               the fault that the test injects; None if there is none
    answer                              the answer
    """

    __slots__ = (
        "answer",
        "authenticated",
        "authorized",
        "changes",
        "error",
        "fault",
        "located",
        "output",
        "parsed",
        "request",
    )

    answer: WireResponse

    def __init__(self, request: WireRequest) -> None:
        self.request = request
        self.parsed: Parsed | None = None
        self.authenticated: Authenticated | None = None
        self.authorized: Authorized | None = None
        self.changes: Changes | None = None
        self.output: Params | None = None
        self.error: S3Error | None = None
        self.fault: InjectableFault | None = None
        self.located: Located | None = None

    @property
    def caller(self) -> Caller | None:
        """Who made the request; None if that is not known."""
        return None if self.authenticated is None else self.authenticated.caller

    @property
    def signature(self) -> Signature:
        """How the request was signed; empty if that is not known."""
        return UNSIGNED if self.authenticated is None else self.authenticated.signature
