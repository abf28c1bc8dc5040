"""The in-memory AWS as invariants see it: its state, and the methods of ``MockAWS`` that they use."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from mocks3.handles.aws_state import AwsState

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.handles.accounts import Account
    from mocks3.handles.principals import Anonymous, Principal


class CheckedWorld(AwsState, Protocol):
    """``MockAWS`` as far as invariants need it."""

    @property
    def anonymous(self) -> Anonymous: ...

    def account(self, account_id: str | None = None, name: str | None = None) -> Account: ...

    def request_context(self, **properties: Any) -> AbstractContextManager[None]: ...

    def explain(
        self,
        principal: Principal,
        action: str,
        resource: str,
        context: Mapping[str, object] | None = None,
    ) -> Decision: ...

    def snapshot(self) -> Any: ...

    def restore(self, mark: Any) -> None: ...
