"""Make the calls of many principals with the same few boto3 clients, because creating a client takes most time.

    clients = SharedClients()
    play(aws, Caller(aws, principal, clients), call)

Rule: a client signs with the credentials of the principal that asked for it last. Use it before another one asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3.handles.principals import Principal

if TYPE_CHECKING:
    from mocks3.calls.world import CallWorld
    from mocks3.storage.iam import AccessKeyRecord


class SharedClients:
    """Clients that sign with the key of whichever principal calls."""

    def __init__(self) -> None:
        self._clients: dict[tuple[bool, str], tuple[Any, Any]] = {}

    def client(self, principal: Principal, service: str, **options: Any) -> Any:
        """Return a client that signs with the principal's key until the next call of this method."""
        if "config" in options:
            return principal.client(service, **options)
        key = principal.access_key
        place = (key is None, repr((service, sorted(options.items()))))
        if place not in self._clients:
            region = {name: value for name, value in options.items() if name == "region_name"}
            session = principal.session(**region)
            client = principal.client(service, **options) if key is None else session.client(service)
            self._clients[place] = (client, session.get_credentials())
        client, credentials = self._clients[place]
        if key is not None:
            credentials.access_key, credentials.secret_key, credentials.token = key.id, key.secret, key.token
        return client


class SharedClientPrincipal(Principal):
    """A principal whose calls are made with shared clients."""

    def __init__(self, aws: CallWorld, principal: Principal, clients: SharedClients) -> None:
        super().__init__(aws)
        self._principal = principal
        self._clients = clients

    @property
    def access_key(self) -> AccessKeyRecord | None:
        """The key of the principal."""
        return self._principal.access_key

    def client(self, service: str = "s3", **kwargs: object) -> Any:
        """Return the shared client, which signs with this principal's key from now on."""
        return self._clients.client(self._principal, service, **kwargs)
