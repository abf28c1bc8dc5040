"""Clients of one world: a botocore session that is bound to it, whether the world is open or not.

Rule: nothing outside the session is changed. Its handlers are on its own emitter, and the network guard is on the HTTP
sessions of its clients. So several worlds created with ``MockAWS()`` can be used together, also in threads, and nothing
is patched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session

from mocks3.errors import Mocks3Error
from mocks3.interceptors import credentials, network_guard, open_worlds
from mocks3.interceptors.botocore import BoundEmitter, answer_request, prepare_signing, register_own_handlers
from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.signers import RequestSigner

    from mocks3.interceptors.open_worlds import OpenWorld


_NO_PROFILE = {"profile": (None, None, None, None)}
"""A session variable that neither the environment nor a file sets: principals of a world have no profile."""


class BoundSession(botocore.session.Session):  # type: ignore[misc]
    """A session whose clients call one world.

    Calls raise Mocks3Error after the world's mock was stopped.

    Args:
        world: The world.
        facts: The request context of the clients' requests. It has precedence over the world's.
    """

    def __init__(self, world: OpenWorld, facts: RequestContext = EMPTY_CONTEXT) -> None:
        super().__init__(_NO_PROFILE, BoundEmitter())
        self._world = world
        self._facts = facts
        register_own_handlers(self.get_component("event_emitter"), self._before_send, self._before_sign)

    def _before_send(self, request: AWSPreparedRequest, event_name: str, **_: object) -> object:
        if self._world.ended:
            raise Mocks3Error(
                "this client belongs to a mock that was stopped; create a new client while a mock is open"
            )
        return answer_request(self._world, request, event_name, self._facts)

    def _before_sign(
        self,
        request: AWSPreparedRequest,
        request_signer: RequestSigner,
        signature_version: object,
        **_: object,
    ) -> None:
        prepare_signing(self._world, request, request_signer)

    @property
    def full_config(self) -> object:
        """The machine's settings, without credentials."""
        return credentials.settings_of(self)

    def create_client(self, *args: object, **kwargs: object) -> object:
        """Return a botocore client, guarded while its world is not open."""
        client = super().create_client(*args, **kwargs)
        endpoint = client._endpoint
        endpoint.http_session = _GuardedHttpSession(endpoint.http_session, self._world, self._facts)
        return client


class _GuardedHttpSession:
    """A client's HTTP session. Only requests that no handler answered reach it."""

    def __init__(self, inner: Any, world: OpenWorld, facts: RequestContext) -> None:
        self._inner = inner
        self._world = world
        self.bound_to = world, facts

    def send(self, request: AWSPreparedRequest) -> object:
        """Send a request that does not go to AWS. While the world is open, the common guard checks it instead."""
        if not open_worlds.is_open(self._world):
            network_guard.check_call(network_guard.call_of(request), self._world)
        return self._inner.send(request)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)
