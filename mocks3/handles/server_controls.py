"""Requests to the HTTP server itself, below ``/_mocks3/``: for tests in other languages.

    POST /_mocks3/reset                 the state when the server was made
    POST /_mocks3/snapshot              {"snapshot": "1"}
    POST /_mocks3/restore?snapshot=1
    GET  /_mocks3/decisions             every decision, as `mocks3 why --json` prints it; &denied=true, &since=10
    POST /_mocks3/faults                what aws.faults.add takes: ?operation=PutObject&fault=SlowDown&times=2
    GET  /_mocks3/faults                the faults that calls got
    POST /_mocks3/faults/clear
    GET  /_mocks3/explain               the latest denial as text; with principal, action and resource: that question

Rule: only clients on this machine can send them. They are no calls, so they are neither authorized nor recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from mocks3.access.explain.rendering.record import record
from mocks3.errors import Mocks3Error
from mocks3.faults.from_text import fault_from_text
from mocks3.handles.aws_state import AwsState
from mocks3.handles.principal_names import existing

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.handles.principals import Principal
    from mocks3.server.connection import Controls


class ControlledAws(AwsState, Protocol):
    """The methods of ``MockAWS`` that the requests need."""

    def snapshot(self) -> Any: ...

    def restore(self, mark: Any) -> None: ...

    def explain(self, principal: Principal, action: str, resource: str) -> Decision: ...


Query = Mapping[str, str]
PREFIX = "/_mocks3/"


class ServerControls:
    """The requests to the server of one in-memory AWS."""

    def __init__(self, aws: ControlledAws) -> None:
        self._aws = aws
        self._start = aws.snapshot()
        self._snapshots: dict[str, Any] = {}

    def by_path(self) -> Controls:
        """Return the requests, by method and path."""
        requests = {
            ("POST", "reset"): self._reset,
            ("POST", "snapshot"): self._snapshot,
            ("POST", "restore"): self._restore,
            ("GET", "decisions"): self._decisions,
            ("GET", "explain"): self._explain,
            ("POST", "faults"): self._add_fault,
            ("GET", "faults"): self._faults,
            ("POST", "faults/clear"): self._clear_faults,
        }
        return {(method, PREFIX + name): control for (method, name), control in requests.items()}

    def _reset(self, query: Query) -> object:
        _check(query)
        self._snapshots.clear()
        self._aws.restore(self._start)
        return {"status": "ok"}

    def _snapshot(self, query: Query) -> object:
        _check(query)
        name = str(len(self._snapshots) + 1)
        self._snapshots[name] = self._aws.snapshot()
        return {"snapshot": name}

    def _restore(self, query: Query) -> object:
        _check(query, "snapshot")
        mark = self._snapshots.get(query.get("snapshot", ""))
        if mark is None:
            known = ", ".join(self._snapshots) or "none"
            raise Mocks3Error(f"there is no snapshot {query.get('snapshot')!r}; there are: {known}")
        self._aws.restore(mark)
        return {"status": "ok"}

    def _decisions(self, query: Query) -> object:
        _check(query, "denied", "since")
        since = query.get("since", "0")
        if not since.isdecimal() or len(since) > 18:
            raise Mocks3Error(f"since must be the number that an earlier answer named, not {since!r}")
        only_denied = query.get("denied") == "true"
        with self._aws.lock:
            decisions, end = self._aws.decisions.since(int(since)), self._aws.decisions.end
        found = [record(each) for each in decisions if not (only_denied and each.allowed)]
        return {"decisions": found, "next": end}

    def _add_fault(self, query: Query) -> object:
        self._aws.faults.add(**fault_from_text(query))
        return {"status": "ok"}

    def _faults(self, query: Query) -> object:
        _check(query)
        return {"injected": [str(each) for each in list(self._aws.faults.injected)]}

    def _clear_faults(self, query: Query) -> object:
        _check(query)
        self._aws.faults.clear()
        return {"status": "ok"}

    def _explain(self, query: Query) -> object:
        if not query:
            denied = [each for each in list(self._aws.decisions) if not each.allowed]
            return f"{denied[-1]}\n" if denied else "no call was denied\n"
        _check(query, "principal", "action", "resource")
        missing = [name for name in ("principal", "action", "resource") if name not in query]
        if missing:
            raise Mocks3Error(f"explain needs {' and '.join(missing)}")
        decision = self._aws.explain(
            existing(self._aws, query["principal"]), query["action"], query["resource"]
        )
        return f"{decision}\n"


def _check(query: Query, *known: str) -> None:
    """Raise Mocks3Error for a parameter that the request does not have."""
    for name in query:
        if name not in known:
            raise Mocks3Error(f"this request has no parameter {name!r}; it has: {', '.join(known) or 'none'}")
