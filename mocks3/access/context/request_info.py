"""What condition keys are derived from: the scene of a request, and each authorization that comes up in it.

Rule 1: nothing is derived here, only kept. Rule 2: what may change after the decision and is cheap to keep (the
moment, the object's ACL and tags, the facts told, the guard rails) is kept as it was, so that a decision still explains
itself later.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import clock
from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext
from mocks3.model.stages import Signature

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage import Acl, EndedUpload, Owner, Upload
    from mocks3.storage.iam.caller import Caller

Values = tuple[str, ...]

HEADER, SIGV4 = "REST-HEADER", "AWS4-HMAC-SHA256"


class RequestInfo:
    """One request: who asks, when, how, and in what circumstances.

    ``parsed`` is None where nothing was sent and ``aws.explain`` only supposes a request; it is then signed like
    those of boto3. ``arrived`` is the moment that every key of the request goes by (C-83).
    """

    __slots__ = (
        "arrived",
        "caller",
        "context",
        "guardrails",
        "kms",
        "parsed",
        "region",
        "signature",
        "upload",
    )

    def __init__(
        self,
        world: World,
        caller: Caller,
        context: RequestContext,
        parsed: Parsed | None = None,
        signature: Signature | None = None,
        upload: Upload | EndedUpload | None = None,
    ) -> None:
        self.arrived = clock.now()
        self.caller = caller
        self.context = context
        self.guardrails = world.guardrails
        self.kms = world.kms
        self.parsed = parsed
        self.upload = upload
        self.region = world.settings.region
        self.signature = signature or default_signature(caller, self.arrived, self.region)

    @property
    def operation(self) -> str | None:
        """The operation that was called; None where there was no call."""
        return None if self.parsed is None else self.parsed.operation

    def via_service(self, service: str) -> RequestInfo:
        """The scene in which a service goes on with the request for its caller."""
        request_info = copy.copy(self)
        request_info.context = context_via_service(self.context, (*(self.context.called_via or ()), service))
        return request_info


def request_info_of(
    world: World, authenticated: Authenticated, upload: Upload | EndedUpload | None = None
) -> RequestInfo:
    """The scene of a request that came over the wire."""
    parsed, caller = authenticated.parsed, authenticated.caller
    context = parsed.request.context
    if caller.via:
        context = context_via_service(context, caller.via)
    return RequestInfo(world, caller, context, parsed, authenticated.signature, upload)


def context_via_service(context: RequestContext, via: Values) -> RequestContext:
    """What a request is like that services make for a caller (P-10)."""
    return dataclasses.replace(context, called_via=via, via_aws_service=True)


def hypothetical_request(
    world: World, caller: Caller, context: RequestContext = EMPTY_CONTEXT
) -> RequestInfo:
    """The scene of a request that nobody made."""
    return RequestInfo(world, caller, context)


def default_signature(caller: Caller, now: datetime.datetime, region: str) -> Signature:
    """How a boto3 client of this caller signs: in a header, just now; the anonymous one not at all."""
    return Signature() if caller.anonymous else Signature(HEADER, SIGV4, now, None, region)


class ObjectSnapshot(NamedTuple):
    """What is kept of an object version: decisions outlive their objects, and must not hold their bytes."""

    owner: Owner
    acl: Acl | None
    tags: Mapping[str, str]

    @property
    def is_delete_marker(self) -> bool:
        """A delete marker is no object."""
        return False


class AuthorizationInfo:
    """One authorization in a scene: ``action`` on ``target``, which the account ``owner`` owns.

    ``present`` is the object version that the target means, None where there is none.
    """

    __slots__ = ("action", "owner", "present", "request_info", "target")

    def __init__(
        self,
        request_info: RequestInfo,
        action: str,
        target: Target | None,
        owner: str | None = None,
        present: ObjectSnapshot | None = None,
    ) -> None:
        self.request_info = request_info
        self.action = action
        self.target = target
        self.owner = owner
        self.present = present


class ConditionKey(NamedTuple):
    """One condition key.

    ``key`` is spelt as AWS spells it, ``type`` is its natural type, ``source`` the rules it follows. ``derive``
    gives its values, None where the request lacks it. ``actions`` are the ones whose requests carry it; none
    listed means all. Rows of ``s3:`` keys list none: ``access.vocabulary`` says which actions support them.
    """

    key: str
    type: str
    derive: Callable[[AuthorizationInfo], Values | None]
    source: str
    actions: frozenset[str] = frozenset()
    multivalued: bool = False


class TagConditionKey(NamedTuple):
    """A family of condition keys that end in a tag's key. ``derive`` gives the tags, key to value."""

    key: str
    derive: Callable[[AuthorizationInfo], Mapping[str, str]]
    source: str
    actions: frozenset[str] = frozenset()

    def find(self, auth: AuthorizationInfo, tag: str) -> Values | None:
        """The value under a tag key in lower case; of keys that differ by case alone, the last (C-45)."""
        found = [value for key, value in self.derive(auth).items() if key.lower() == tag]
        return (found[-1],) if found else None

    def names(self, auth: AuthorizationInfo) -> Iterator[str]:
        """The keys of this family that the request carries, in lower case."""
        prefix = self.key.removesuffix("<key>").lower()
        return (prefix + tag.lower() for tag in self.derive(auth))
