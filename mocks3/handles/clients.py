"""boto3 clients of the principals of an in-memory AWS.

Rule: nothing global is changed. A session has its own credentials and its world. All sessions share one loader of
service models, because loading takes most of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore
from botocore.config import Config

from mocks3.interceptors import session_cache
from mocks3.interceptors.own_clients import BoundSession
from mocks3.model.request_context import RequestContext, request_context_from

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage.iam import AccessKeyRecord


def _core_session(
    aws: AwsState, key: AccessKeyRecord | None, region: str, facts: RequestContext
) -> BoundSession:
    session = BoundSession(aws, facts)
    session.register_component("data_loader", session_cache.loader())
    session.set_config_variable("region", region)
    if key is not None:
        session.set_credentials(key.id, key.secret, key.token)
    return session


def boto3_session(aws: AwsState, key: AccessKeyRecord | None, **kwargs: Any) -> Any:
    """Return a ``boto3.session.Session`` of one principal, bound to its world.

    Args:
        aws: The in-memory AWS.
        key: The principal's access key, or None for the anonymous caller.
        **kwargs: boto3's arguments except credentials and ``botocore_session``, and ``request_context``.
    """
    import boto3.session

    region = kwargs.pop("region_name", None) or aws.settings.region
    facts = request_context_from(kwargs.pop("request_context", None) or {})
    return boto3.session.Session(botocore_session=_core_session(aws, key, region, facts), **kwargs)


def client(aws: AwsState, key: AccessKeyRecord | None, service: str, **kwargs: object) -> Any:
    """Return a client of one principal. A client without ``kwargs`` is created once and shared."""
    if kwargs:
        return _make_client(aws, key, service, kwargs)
    known = (None if key is None else key.id, service)
    shared = aws.clients.get(known)
    if shared is None:
        shared = aws.clients[known] = _make_client(aws, key, service, {})
    return shared


def _make_client(aws: AwsState, key: AccessKeyRecord | None, service: str, kwargs: dict[str, Any]) -> Any:
    if key is None:
        unsigned = Config(signature_version=botocore.UNSIGNED)
        config = kwargs.get("config")
        kwargs["config"] = unsigned if config is None else config.merge(unsigned)
    ours = {name: kwargs.pop(name, None) for name in ("region_name", "request_context")}
    session = boto3_session(aws, key, **ours)
    return session.client(service, **kwargs)
