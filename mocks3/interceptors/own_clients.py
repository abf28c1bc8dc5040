"""The door of one world's own clients: a session of botocore's that belongs to it, open or not.

Rule: nothing outside the session is touched. Its handlers stand on its own emitter, and the wall on its clients' own
HTTP sessions, so worlds made with ``MockAWS()`` stand side by side, in threads as well, with nothing patched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session

from mocks3.errors import Mocks3Error
from mocks3.interceptors import credentials, network_guard, open_worlds
from mocks3.interceptors.botocore import BoundEmitter, answer_request, prepare_signing, register_own_handlers
from mocks3.model.request_context import UNTOLD, Facts

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld


_NO_PROFILE = {"profile": (None, None, None, None)}
"""A session variable that neither the environment nor a file sets: people of a world are not on the machine's list."""


class BoundSession(botocore.session.Session):  # type: ignore[misc]
    """A session whose clients talk to one world until that world says it has ended.

    Args: ``facts`` what is told of their requests, before what is told of all. Its clients' calls raise
    :class:`Mocks3Error` once the world's mock was stopped.
    """

    def __init__(self, world: OpenWorld, facts: Facts = UNTOLD) -> None:
        super().__init__(_NO_PROFILE, BoundEmitter())
        self._world = world
        self._facts = facts
        register_own_handlers(self.get_component("event_emitter"), self._before_send, self._before_sign)

    def _before_send(self, request: Any, event_name: str, **_: object) -> Any:
        if self._world.ended:
            raise Mocks3Error(
                "this client belongs to a mock that was stopped; make another one inside the new mock"
            )
        return answer_request(self._world, request, event_name, self._facts)

    def _before_sign(self, request: Any, request_signer: Any, signature_version: object, **_: object) -> None:
        prepare_signing(self._world, request, request_signer)

    @property
    def full_config(self) -> Any:
        """The machine's settings; credentials are not read."""
        return credentials.settings_of(self)

    def create_client(self, *args: Any, **kwargs: Any) -> Any:
        """A client as botocore makes it, walled while its world is not open."""
        client = super().create_client(*args, **kwargs)
        endpoint = client._endpoint
        endpoint.http_session = _Walled(endpoint.http_session, self._world)
        return client


class _Walled:
    """A client's HTTP session, which is reached by what no handler answered."""

    def __init__(self, inner: Any, world: OpenWorld) -> None:
        self._inner = inner
        self._world = world

    def send(self, request: Any) -> Any:
        """Send what is not to AWS. While the world is open, the common wall stands further out."""
        if not open_worlds.is_open(self._world):
            network_guard.check_call(network_guard.call_of(request), self._world)
        return self._inner.send(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
