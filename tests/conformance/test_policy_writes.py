"""Policies that may not be put: W-180 to W-193."""

from __future__ import annotations

import pytest

from .book import Book
from .documents import allow

row = Book()
FITS_NOTHING = "400 MalformedPolicy: Action does not apply to any resource(s) in statement"
CONDITIONS = (
    "400 MalformedPolicy: Conditions do not apply to combination of actions and resources in statement"
)


@pytest.mark.parametrize("example", row.rows)
def test_policy_writes(example, w):
    example(w)


def put(w, actions, on, **more):
    """The outcome of A's root putting a policy for B."""
    return w("A root").puts_policy(allow(actions, on, to=more.pop("to", "B root"), **more))


@row("W-180")
def _(w):
    w("A root").puts_policy("{}").gives("400 MalformedPolicy: Missing required field Statement")


@row("W-181")
def _(w):
    refused = w("A root").puts_policy("invalid json")
    refused.gives("400 MalformedPolicy: Policies must be valid JSON and the first byte must be '{'")


@row("W-182")
def _(w):
    put(w, "GetObject", "other/*").gives("400 MalformedPolicy: Policy has invalid resource")


@row("W-183")
def _(w):
    put(w, "GetObject", "bkt").gives(FITS_NOTHING)


@row("W-184")
def _(w):
    put(w, "GetObject ListBucket", "bkt/*").gives(FITS_NOTHING)


@row("W-185")
def _(w):
    put(w, "s3:*", "bkt/*").gives("204 [owner]")


@row("W-186")
def _(w):
    prefix = {"StringEquals": {"s3:prefix": "home/"}}
    put(w, "GetObject ListBucket", "bkt bkt/*", when=prefix).gives(CONDITIONS)


@row("W-187")
def _(w):
    put(w, "DeleteObject", "bkt/*", when={"StringEquals": {"s3:ExistingObjectTag/x": "1"}}).gives(CONDITIONS)


@row("W-188")
def _(w):
    put(w, "HeadObject", "bkt/*").gives("400 MalformedPolicy: Policy has invalid action")


@row("W-189")
def _(w):
    put(w, "GetObject", "bkt/*", to="A/nobody").gives("400 MalformedPolicy: Invalid principal in policy")


@row("W-190")
def _(w):
    put(w, "GetObject", "bkt/*", to="A/*").gives("400 MalformedPolicy: Invalid principal in policy")


@row("W-191")
def _(w):
    statement = allow("GetObject", "bkt/*", to="B root")
    statement["NotPrincipal"] = statement.pop("Principal")
    refused = w("A root").puts_policy(statement)
    refused.gives("400 MalformedPolicy: Allow with NotPrincipal is not allowed.")


@row("W-192")
def _(w):
    unknown = {"StringEquals": {"s3:VersionStatus": "Enabled"}}
    refused = put(w, "GetObject", "bkt/*", when=unknown)
    refused.gives("400 MalformedPolicy: Policy has an invalid condition key")


@row("W-193")
def _(w):
    w("A/dave").puts_policy("invalid json").gives("403 [noID s3:PutBucketPolicy]")
