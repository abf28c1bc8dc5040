"""The in-memory AWS as this package needs it: a ``MockAWS``."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from mocks3.handles.aws_state import AwsState

if TYPE_CHECKING:
    from mocks3.handles.accounts import Account
    from mocks3.handles.principals import Anonymous, Service
    from mocks3.model.request_context import RequestContextArguments


class CallWorld(AwsState, Protocol):
    """The methods of ``MockAWS`` that making a call needs."""

    @property
    def anonymous(self) -> Anonymous: ...

    def account(self, account_id: str | None = None, name: str | None = None) -> Account: ...

    def service(
        self, name: str, *, source_arn: str | None = None, source_account: str | None = None
    ) -> Service: ...

    def request_context(
        self, **properties: Unpack[RequestContextArguments]
    ) -> AbstractContextManager[None]: ...

    def snapshot(self) -> Any: ...

    def restore(self, mark: Any) -> None: ...
