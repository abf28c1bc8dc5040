"""The data that condition keys are computed from: the request, and each authorization of it.

Rule 1: this module only stores the data. Rule 2: data that may change after the decision and is cheap to store (the
time, the object's ACL and tags, the request context, the organization's policies) is stored as it was, so that a
decision can still be explained later.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mocks3 import clock
from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext
from mocks3.model.signature import Signature

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import ObjectSnapshot, Target
    from mocks3.model.world import World
    from mocks3.storage import EndedUpload, Upload
    from mocks3.storage.iam.caller import Caller

Values = tuple[str, ...]

HEADER, SIGV4 = "REST-HEADER", "AWS4-HMAC-SHA256"


class RequestInfo:
    """One request: its caller, time, signature and context.

    ``parsed`` is None for the hypothetical requests of ``aws.explain``, which have the signature of a boto3 client.
    ``arrived`` is the time that all condition keys of the request use (C-83).
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
        """The operation that was called; None for a hypothetical request."""
        return None if self.parsed is None else self.parsed.operation

    def via_service(self, service: str) -> RequestInfo:
        """Return the request that a service sends on behalf of this request's caller."""
        request_info = copy.copy(self)
        request_info.context = context_via_service(self.context, (*(self.context.called_via or ()), service))
        return request_info


def request_info_of(
    world: World, authenticated: Authenticated, upload: Upload | EndedUpload | None = None
) -> RequestInfo:
    """Return the data of a request that was sent."""
    parsed, caller = authenticated.parsed, authenticated.caller
    context = parsed.request.context
    if caller.via:
        context = context_via_service(context, caller.via)
    return RequestInfo(world, caller, context, parsed, authenticated.signature, upload)


def context_via_service(context: RequestContext, via: Values) -> RequestContext:
    """Return the context of a request that services send on behalf of a caller (P-10)."""
    return dataclasses.replace(context, called_via=via, via_aws_service=True)


def hypothetical_request(
    world: World, caller: Caller, context: RequestContext = EMPTY_CONTEXT
) -> RequestInfo:
    """Return the data of a request that was not sent, for ``aws.explain`` and for S3's own work."""
    return RequestInfo(world, caller, context)


def default_signature(caller: Caller, now: datetime.datetime, region: str) -> Signature:
    """Return the signature of a boto3 client: in a header, at this time. The anonymous caller has none."""
    return Signature() if caller.anonymous else Signature(HEADER, SIGV4, now, None, region)


class AuthorizationInfo:
    """One authorization of a request: ``action`` on ``target``, which the account ``owner`` owns.

    ``present`` is the object version of the target; None if there is none.
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


Missing: TypeAlias = str | Callable[[AuthorizationInfo], str]
"""Why a request does not carry a condition key: a part of a sentence about "it", the request."""


def not_sent(name: str) -> Callable[[AuthorizationInfo], str]:
    """Return a function that says that the header was not sent; in a form, the field."""

    def missing(auth: AuthorizationInfo) -> str:
        kind = "form field" if auth.request_info.operation == "PostObject" else "header"
        return f"it was sent without the {kind} {name}"

    return missing


class ConditionKey(NamedTuple):
    """One condition key.

    key      the key in AWS's spelling
    type     the type of its values
    derive   computes its values; None if the request does not carry the key
    source   the rules that it follows
    actions  the actions whose requests carry it; empty for all actions, and for ``s3:`` keys, for which
             ``access.vocabulary`` knows the actions
    missing  why a request does not carry it, after "the request has no KEY: "; empty if every request carries it
    """

    key: str
    type: str
    derive: Callable[[AuthorizationInfo], Values | None]
    source: str
    actions: frozenset[str] = frozenset()
    multivalued: bool = False
    missing: Missing = ""


class TagConditionKey(NamedTuple):
    """The condition keys that end in the key of a tag. ``missing`` may contain ``<key>``."""

    key: str
    derive: Callable[[AuthorizationInfo], Mapping[str, str]]
    source: str
    actions: frozenset[str] = frozenset()
    missing: Missing = ""

    def find(self, auth: AuthorizationInfo, tag: str) -> Values | None:
        """Return the value of a tag, by its key in lower case; of keys that differ only in case, the last (C-45)."""
        found = [value for key, value in self.derive(auth).items() if key.lower() == tag]
        return (found[-1],) if found else None

    def names(self, auth: AuthorizationInfo) -> Iterator[str]:
        """Return the condition keys of this kind that the request carries, in lower case."""
        prefix = self.key.removesuffix("<key>").lower()
        return (prefix + tag.lower() for tag in self.derive(auth))
