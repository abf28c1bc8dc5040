"""Condition keys that no parameter sets: a call of mocks3.calls is decided like the same call of a boto3 client.

The caller, the network, the signature, the time, the bucket or the access point feeds them. By hand, the call is made
in ``aws.request_context``, through an access point, with a presigned URL, or at another time.
"""

from __future__ import annotations

import datetime
import json
from contextlib import nullcontext
from typing import Any

import pytest
import requests
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.access import Refusal
from mocks3.access.context.table import ROWS, TAG_ROWS
from mocks3.calls import EVERYTHING_EXISTS, ServiceCall, play
from mocks3.handles.principals import KeyedPrincipal, RoleSession
from mocks3.mocking.mock import Reopened
from mocks3.operations import find
from tests.operations.inputs import DIRECTORY

from .conftest import A, allow
from .feeds import (
    DIRECTORY_BUCKET,
    ENDPOINT,
    FEEDS,
    GRANTED,
    ORGANIZATION,
    POINT,
    ROOT_TASK,
    SERVICE,
    SESSION,
    USER,
    VPC,
    WEB_IDENTITY,
    Feed,
)
from .test_equals_the_mock import FORM, NOW, OPERATIONS, VALUES, World, bases, of_directory_bucket, outcome

OF_REQUESTS_TO_TAG = {"aws:requesttag/<key>", "aws:tagkeys"}
"""Keys that parameters of other services feed too. Those of S3 are in the table of ``test_equals_the_mock``."""


class Callers(World):
    """A world whose account is in an organization, with a VPC endpoint, tags, a role, a service and an access point."""

    def __init__(self) -> None:
        super().__init__()
        account = self.aws.account(A)
        self.aws.organization(ORGANIZATION, management=self.aws.account()).add(account)
        self.aws.vpc_endpoint(ENDPOINT, vpc=VPC, account=account)
        user = account.create_user("tagged", policies=EVERYTHING, tags={"team": "blue"})
        issuer = account.oidc_provider("https://token.example.com")
        trust = {"Effect": "Allow", "Principal": {"Federated": issuer.arn}, "Action": "sts:*"}
        role = account.create_role(
            "reader", trust={"Version": "2012-10-17", "Statement": trust}, policies=EVERYTHING
        )
        federated = self.aws.client("sts").assume_role_with_web_identity(
            RoleArn=role.arn, RoleSessionName="run", WebIdentityToken=issuer.token(sub="me")
        )
        web = RoleSession(self.aws, federated["Credentials"]["AccessKeyId"])
        self.callers = {
            USER: user,
            SESSION: role.assume(),
            WEB_IDENTITY: web,
            ROOT_TASK: self.root_task(),
            GRANTED: self.granted(user.arn),
            SERVICE: self.aws.service("cloudtrail.amazonaws.com"),
        }
        tags = {"TagSet": [{"Key": "team", "Value": "blue"}]}
        self.owner.put_bucket_tagging(Bucket="amzn-data", Tagging=tags)
        self.owner.put_bucket_abac(Bucket="amzn-data", AbacStatus={"Status": "Enabled"})
        with self.aws.store.editing(DIRECTORY) as bucket:
            bucket.configurations["tagging"] = tags
        self.point = account.create_access_point("point", "amzn-data").arn
        account.client("s3control").tag_resource(AccountId=A, ResourceArn=self.point, Tags=tags["TagSet"])
        self.owner.put_object(Bucket="amzn-data", Key="k")

    def root_task(self) -> KeyedPrincipal:
        """Return the session of AssumeRoot that a principal of the management account has in the account."""
        management = self.aws.account()
        management.client("organizations").enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
        management.client("iam").enable_organizations_root_sessions()
        task = {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}
        ann = management.create_user("ann", policies=allow("sts:AssumeRoot")).client("sts")
        made = ann.assume_root(TargetPrincipal=A, TaskPolicyArn=task)
        return KeyedPrincipal(self.aws, made["Credentials"]["AccessKeyId"])

    def granted(self, grantee: str) -> KeyedPrincipal:
        """Return the credentials of GetDataAccess for the user "tagged"."""
        account, me = self.aws.account(A), {"AccountId": A}
        service = {"Service": "access-grants.s3.amazonaws.com"}
        actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
        trust = {"Statement": {"Effect": "Allow", "Principal": service, "Action": actions}}
        role = account.create_role("grants", trust=trust, policies=EVERYTHING)
        control = account.client("s3control", region_name="us-east-1")
        control.create_access_grants_instance(**me)
        place = control.create_access_grants_location(
            **me, LocationScope="s3://amzn-data", IAMRoleArn=role.arn
        )
        control.create_access_grant(
            **me,
            AccessGrantsLocationId=place["AccessGrantsLocationId"],
            Grantee={"GranteeType": "IAM", "GranteeIdentifier": grantee},
            Permission="READ",
        )
        user = account.user("tagged").client("s3control", region_name="us-east-1")
        made = user.get_data_access(**me, Target="s3://amzn-data/k", Permission="READ")
        return KeyedPrincipal(self.aws, made["Credentials"]["AccessKeyId"])

    def caller(self, feed: Feed) -> Any:
        return self.callers.get(feed.by, self.callers[USER])

    def bucket(self, feed: Feed) -> str:
        return {POINT: self.point, DIRECTORY_BUCKET: DIRECTORY}.get(feed.by, "amzn-data")

    def by_hand(self, feed: Feed, call: ServiceCall) -> tuple[str | None, list[Any]]:
        """Make the call. Return the code of its error, and the decisions."""
        mark = self.aws.snapshot()
        before = len(self.aws.decisions)
        config = {"config": Config(**feed.config)} if feed.config else {}
        try:
            with self.aws.request_context(**feed.context) if feed.context else nullcontext():
                if feed.in_url:
                    error = self._by_url(feed, call)
                else:
                    client = self.caller(feed).client("s3", **config)
                    getattr(client, xform_name(call.operation))(**call.parameters)
                    error = None
        except ClientError as fault:
            error = fault.response["Error"]["Code"]
        decisions = self.aws.decisions[before:]
        self.aws.restore(mark)
        return error, decisions

    def _by_url(self, feed: Feed, call: ServiceCall) -> str | None:
        client = self.caller(feed).client("s3", config=Config(signature_version="s3v4"))
        url = client.generate_presigned_url(xform_name(call.operation), Params=dict(call.parameters))
        self.aws.clock.advance(minutes=10)
        with Reopened(self.aws):
            answer = requests.get(url, timeout=5)
        return None if answer.ok else str(answer.status_code)


EVERYTHING = allow("s3:*", "s3express:*", "kms:*")


def mentioning(name: str) -> dict[str, Any]:
    """Return a policy that allows everything, and has the key in a condition, so that decisions compute it."""
    condition = {"ForAnyValue:StringEquals": {name: "no such value"}}
    mention = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [*EVERYTHING["Statement"], mention]}


def test_every_key_is_fed() -> None:
    """A condition key that is in no table fails here."""
    keys = {*ROWS, *(f"{prefix}<key>" for prefix in TAG_ROWS)}
    assert keys == FEEDS.keys() | VALUES.keys() | OF_REQUESTS_TO_TAG


@pytest.mark.parametrize("key", sorted(FEEDS))
def test_a_key_that_no_parameter_feeds(key: str) -> None:
    """C-81: the decisions and the values of the key are the same, and there is a value."""
    name, feed = key.replace("<key>", "team"), FEEDS[key]
    with freeze_time(NOW):
        one, other = Callers(), Callers()
        for world in (one, other):
            if feed.by == SERVICE:
                statement = {**mentioning(name)["Statement"][0], "Principal": "*"}
                statement["Resource"] = ["arn:aws:s3:::amzn-data/*"]
                statement["Action"] = "s3:GetObject"
                mention = {**mentioning(name)["Statement"][1], "Principal": "*", "Action": "s3:*"}
                mention["Resource"] = statement["Resource"]
                policy = {"Version": "2012-10-17", "Statement": [statement, mention]}
                world.owner.put_bucket_policy(Bucket="amzn-data", Policy=json.dumps(policy))
            elif feed.by in (SESSION, WEB_IDENTITY):
                world.aws.account(A).role("reader").put_policy(mentioning(name))
            else:
                world.callers[USER].put_policy(mentioning(name))
        call = ServiceCall("s3", "GetObject", {"Bucket": one.bucket(feed), "Key": "k"})
        played = play(one.aws, one.caller(feed), call, keys=feed.keys)
        if name in ("aws:currenttime", "aws:epochtime"):
            other.aws.clock.move_to(datetime.datetime.fromisoformat("2026-11-29T12:10:00Z"))
        if feed.by == DIRECTORY_BUCKET:
            other.owner.put_object(Bucket=DIRECTORY, Key="k")
        error, decisions = other.by_hand(feed, call)
        hand = outcome(decisions, name)
        assert outcome(played.decisions, name) == hand
        assert (played.error and played.error.code) == error
        assert any(values for *_, values in hand)


NETWORK = ("aws:sourceip", "aws:sourcevpce", "aws:securetransport", "aws:calledvia", "s3:tlsversion")


def kinds() -> dict[object, str]:
    """Return one operation for each kind of need: how it is checked, and on what."""
    found: dict[object, str] = {}
    for operation in OPERATIONS:
        for need in find("s3", operation).needs:
            found.setdefault((need.mode, need.on), operation)
    return found


def test_keys_of_the_network_for_each_kind_of_need() -> None:
    """C-81: every decision of every kind of need carries them, with the value that is given."""
    with freeze_time(NOW):
        one, other = World(), World()
        for operation in sorted(set(kinds().values()) - {FORM}):
            for call in bases(operation, one.key):
                for key in NETWORK:
                    key = key.replace("s3:", "s3express:") if of_directory_bucket(call) else key
                    document = mentioning(key)
                    mark = one.aws.snapshot()
                    one.user.put_policy(document)
                    played = play(one.aws, one.user, call, keys=FEEDS[key].keys)
                    one.aws.restore(mark)
                    with other.aws.request_context(**FEEDS[key].context):
                        error, decisions = other.call(played.call, EVERYTHING_EXISTS, document)
                    hand = outcome(decisions, key)
                    assert outcome(played.decisions, key) == hand, (str(call), key)
                    assert (played.error and played.error.code) == error, (str(call), key)
                    assert {type(each) for each in decisions} <= {Refusal} or any(
                        values for *_, values in hand
                    ), (str(call), key)
