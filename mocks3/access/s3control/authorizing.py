"""Decide whether the caller may call an operation of S3 Control.

Rule 1: the account of ``x-amz-account-id`` owns the resource. Rule 2: policies of access points decide about requests
through them, never about calls that manage them (user guide, "Configuring IAM policies for using access points").

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; user guide, "Required
permissions for Amazon S3 API operations".
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.account_calls import NO_TARGET, authorized
from mocks3.access.ask import ask
from mocks3.access.context import request_info_of
from mocks3.access.decision import denial_message
from mocks3.access.engine import Resource, decide
from mocks3.access.question import Question
from mocks3.access.s3control.regions import check_region
from mocks3.access.s3control.resources import RESOURCES, ControlCall
from mocks3.access.tag_keys import request_tag_keys
from mocks3.access.vocabulary import vocabulary
from mocks3.errors import INVALID_REQUEST, Why
from mocks3.errors.refusals import ACCESS_DENIED, DENIED_BY_POLICIES

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.access.s3control.resources import ControlResource
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Parsed
    from mocks3.model.permissions import Need
    from mocks3.model.signature import Signature
    from mocks3.model.stages import Authenticated, Authorized
    from mocks3.model.world import World


def authorize_s3control(world: World, operation: Operation, authenticated: Authenticated) -> Authorized:
    """Decide every permission that the operation's row requires.

    Raises:
        S3Error: ``AccessDenied`` with AWS's message, and the decision as its ``decision``; ``InvalidRequest`` for an
            account id that is not 12 digits; ``PermanentRedirect`` for a call that another Region answers.
    """
    parsed = authenticated.parsed
    if authenticated.caller.anonymous:
        raise ACCESS_DENIED(
            Why(
                "unsigned",
                "the request is not signed, and S3 Control has no anonymous callers",
                "X-31",
                ("sign it",),
            )
        )
    account = parsed.head["AccountId"]
    if not (len(account) == 12 and account.isdecimal() and account.isascii()):
        raise INVALID_REQUEST(message="The account id in the request is not valid.")
    check_region(operation.name, region_of(parsed, authenticated.signature, world))
    for need in operation.required:
        if need.when is None or need.when.applies(parsed, NO_TARGET):
            _require(world, authenticated, need)
    return authorized(world, authenticated)


def region_of(parsed: Parsed, signature: Signature, world: World) -> str:
    """Return the Region of the endpoint. Custom endpoints have none: then that of the signature, or the mock's."""
    return parsed.address.region or signature.region or world.settings.region


def _require(world: World, authenticated: Authenticated, need: Need) -> None:
    parsed = authenticated.parsed
    region = region_of(parsed, authenticated.signature, world)
    resource = RESOURCES[need.on](ControlCall(world, region, parsed.head["AccountId"], parsed.params))
    decision = refusing.record_decision(world, _decide(world, authenticated, need.action, resource))
    refusing.require(world, decision, lambda denied: DENIED_BY_POLICIES(message=denial_message(denied)))


def _decide(world: World, authenticated: Authenticated, action: str, resource: ControlResource) -> Decision:
    """Decide one permission. The policy of a resource grants as well as identity policies of its account do."""
    request_info = request_info_of(world, authenticated)
    context, name = request_info.context, action.lower()
    own = {key: values for key, values in resource.keys.items() if vocabulary().supports(name, key)}
    keys = {**own, **request_tag_keys(authenticated.parsed.params), **context.keys}
    request_info.context = dataclasses.replace(context, keys=keys)
    if resource.bucket is not None and resource.bucket.bucket is not None:
        return ask(world, Question(request_info, action, resource.bucket))
    rcps = request_info.guardrails.rcps(request_info.caller.principal, resource.owner)
    return decide(
        Question(request_info, action, None, arn=resource.arn),
        Resource(resource.owner, resource.policy, rcps=rcps),
    )
