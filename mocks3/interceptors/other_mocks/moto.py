"""moto. Its handler of ``before-send`` runs for every request, also after another handler has answered.

While a mock of mocks3 is open, moto does not get the requests that mocks3 answers, and does not change the access key
in the environment. Services of moto that look for a role (Lambda, Batch, CodePipeline) find the roles of mocks3,
because moto's IAM gets no requests.
"""

from __future__ import annotations

import functools
import sys
from types import SimpleNamespace
from typing import Any

from mocks3.interceptors import network_guard, open_worlds, variables
from mocks3.interceptors.patching import Function, Patch

MODULE = "moto.core.botocore_stubber"
"""The module of moto's handler. It is on every client once moto is imported."""


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patch of moto's handler."""
    module: Any = sys.modules[MODULE]
    return (Patch(module.BotocoreStubber, "__call__", _skip_answered),)


@functools.cache
def models_patches() -> tuple[Patch, ...]:
    """Return the patches of the methods that set moto's access key in the environment, and restore what was there."""
    module: Any = sys.modules["moto.core.models"]
    return (
        Patch(module.MockAWS, "_mock_env_variables", _keeping_variables),
        Patch(module.MockAWS, "_unmock_env_variables", _restoring_variables),
    )


@functools.cache
def iam_patches() -> tuple[Patch, ...]:
    """Return the patch of the method with which moto's other services look for a role."""
    module: Any = sys.modules["moto.iam.models"]
    return (Patch(module.IAMBackend, "get_role_by_arn", _finding_role),)


def is_handler(handler: object) -> bool:
    """Whether a handler of botocore's events is moto's."""
    return type(handler).__module__ == MODULE


class OtherRequests:
    """moto's handler on a session of one world. It gets the requests that the world does not answer."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __call__(self, event_name: str, request: object, **kwargs: object) -> object:
        if network_guard.is_answered(request):
            return None
        return self._handler(event_name=event_name, request=request, **kwargs)


def _skip_answered(call: Function) -> Function:
    def called(stubber: object, event_name: str, request: object, **kwargs: object) -> object:
        if open_worlds.current() is not None and network_guard.is_answered(request):
            return None
        return call(stubber, event_name, request, **kwargs)

    return called


def _keeping_variables(change: Function) -> Function:
    def changed(mock: object) -> None:
        if open_worlds.current() is None:
            change(mock)

    return changed


def _restoring_variables(restore: Function) -> Function:
    def restored(mock: Any) -> None:
        """Pass moto's saved variables to mocks3 while a mock of mocks3 is open: the end of that mock restores them."""
        if open_worlds.current() is None:
            restore(mock)
        else:
            variables.before_mocks.update(mock._orig_creds)
        mock._orig_creds.clear()

    return restored


def _finding_role(find: Function) -> Function:
    def found(backend: object, arn: str) -> object:
        world = open_worlds.current()
        role = None if world is None else world.iam.role(arn)
        if role is None:
            return find(backend, arn)
        return SimpleNamespace(
            arn=arn,
            id=role.unique_id,
            name=role.name,
            assume_role_policy_document=role.trust.text,
        )

    return found
