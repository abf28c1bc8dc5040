"""Policies that PutBucketPolicy refuses: W-180 to W-193."""

from __future__ import annotations

import pytest

from .documents import allow
from .examples import Examples

examples = Examples()
FITS_NOTHING = "400 MalformedPolicy: Action does not apply to any resource(s) in statement"
CONDITIONS = (
    "400 MalformedPolicy: Conditions do not apply to combination of actions and resources in statement"
)


@pytest.mark.parametrize("example", examples.all)
def test_policy_writes(example, world):
    example(world)


def put(world, actions, on, **more):
    """Put a bucket policy for account B as A's root user."""
    return world.caller("A root").put_policy(allow(actions, on, to=more.pop("to", "B root"), **more))


@examples.add("W-180")
def _(world):
    world.caller("A root").put_policy("{}").gives("400 MalformedPolicy: Missing required field Statement")


@examples.add("W-181")
def _(world):
    refused = world.caller("A root").put_policy("invalid json")
    refused.gives("400 MalformedPolicy: Policies must be valid JSON and the first byte must be '{'")


@examples.add("W-182")
def _(world):
    put(world, "GetObject", "other/*").gives("400 MalformedPolicy: Policy has invalid resource")


@examples.add("W-183")
def _(world):
    put(world, "GetObject", "bkt").gives(FITS_NOTHING)


@examples.add("W-184")
def _(world):
    put(world, "GetObject ListBucket", "bkt/*").gives(FITS_NOTHING)


@examples.add("W-185")
def _(world):
    put(world, "s3:*", "bkt/*").gives("204 by owner")


@examples.add("W-186")
def _(world):
    prefix = {"StringEquals": {"s3:prefix": "home/"}}
    put(world, "GetObject ListBucket", "bkt bkt/*", when=prefix).gives(CONDITIONS)


@examples.add("W-187")
def _(world):
    put(world, "DeleteObject", "bkt/*", when={"StringEquals": {"s3:ExistingObjectTag/x": "1"}}).gives(
        CONDITIONS
    )


@examples.add("W-188")
def _(world):
    put(world, "HeadObject", "bkt/*").gives("400 MalformedPolicy: Policy has invalid action")


@examples.add("W-189")
def _(world):
    put(world, "GetObject", "bkt/*", to="A/nobody").gives("400 MalformedPolicy: Invalid principal in policy")


@examples.add("W-190")
def _(world):
    put(world, "GetObject", "bkt/*", to="A/*").gives("400 MalformedPolicy: Invalid principal in policy")


@examples.add("W-191")
def _(world):
    statement = allow("GetObject", "bkt/*", to="B root")
    statement["NotPrincipal"] = statement.pop("Principal")
    refused = world.caller("A root").put_policy(statement)
    refused.gives("400 MalformedPolicy: Allow with NotPrincipal is not allowed.")


@examples.add("W-192")
def _(world):
    unknown = {"StringEquals": {"s3:VersionStatus": "Enabled"}}
    refused = put(world, "GetObject", "bkt/*", when=unknown)
    refused.gives("400 MalformedPolicy: Policy has an invalid condition key")


@examples.add("W-193")
def _(world):
    world.caller("A/dave").put_policy("invalid json").gives(
        "403 no identity policy allows s3:PutBucketPolicy"
    )
