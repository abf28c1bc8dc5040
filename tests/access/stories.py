"""Decisions about one request in a small AWS each. ``golden/`` has what ``print`` shows for them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from mocks3.access import Decision
from mocks3.handles.mock_aws import MockAWS
from mocks3.storage import PublicAccessBlock
from tests.access.asking import allow, both, deny

A, B = "111111111111", "222222222222"
BKT, OBJECTS, K = "arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*", "arn:aws:s3:::bkt/k"
OPEN: Any = {"public_access_block": None}

STORIES: dict[str, Callable[[MockAWS], Decision]] = {}


def story(decide: Callable[[MockAWS], Decision]) -> Callable[[MockAWS], Decision]:
    STORIES[decide.__name__] = decide
    return decide


def bucket(aws: MockAWS, **how: Any) -> Any:
    account = aws.account(A, name="A")
    aws.account(B, name="B")
    account.create_bucket("bkt", **{"objects": {"k": b"body"}, **OPEN, **how})
    return account


def named(sid: str, policy: dict[str, Any]) -> dict[str, Any]:
    """Return the policy with a Sid on its first statement."""
    first, *rest = policy["Statement"]
    return policy | {"Statement": [{"Sid": sid, **first}, *rest]}


def attempted(aws: MockAWS, call: Callable[[], Any]) -> Decision:
    with contextlib.suppress(ClientError):
        call()
    return aws.decisions[-1]


# Implicit denies within one account.


@story
def nothing_allows_it(aws: MockAWS) -> Decision:
    dave = bucket(aws).create_user(
        "dave", policies=named("Logs", allow("s3:GetObject", "arn:aws:s3:::bkt/logs/*"))
    )
    return attempted(aws, lambda: dave.client("s3").get_object(Bucket="bkt", Key="k"))


@story
def a_condition_does_not_hold(aws: MockAWS) -> Decision:
    condition = {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "192.0.2.0/24"]}}
    dave = bucket(aws).create_user("dave", policies=allow("s3:Get*", Condition=condition))
    return aws.explain(dave, "s3:GetObject", K)


@story
def a_condition_s_key_is_missing(aws: MockAWS) -> Decision:
    condition = {"StringEquals": {"s3:ExistingObjectTag/sec": "public"}}
    dave = bucket(aws).create_user("dave", policies=allow("s3:GetObject", OBJECTS, Condition=condition))
    return aws.explain(dave, "s3:GetObject", K)


@story
def the_wrong_kind_of_resource(aws: MockAWS) -> Decision:
    dave = bucket(aws).create_user("dave", policies=allow("s3:ListBucket", OBJECTS))
    return attempted(aws, lambda: dave.client("s3").list_objects_v2(Bucket="bkt"))


@story
def the_account_only_delegates(aws: MockAWS) -> Decision:
    dave = bucket(aws, policy=allow("s3:GetObject", OBJECTS, Principal={"AWS": A})).create_user("dave")
    return aws.explain(dave, "s3:GetObject", K)


@story
def a_call_on_no_bucket(aws: MockAWS) -> Decision:
    dave = aws.account(A).create_user("dave", policies=allow("s3:ListAllMyBuckets", BKT))
    return attempted(aws, dave.client("s3").list_buckets)


@story
def a_missing_key(aws: MockAWS) -> Decision:
    dave = bucket(aws).create_user("dave", policies=allow("s3:GetObject", OBJECTS))
    return attempted(aws, lambda: dave.client("s3").get_object(Bucket="bkt", Key="nokey"))


@story
def a_boundary_is_silent(aws: MockAWS) -> Decision:
    dave = bucket(aws).create_user("dave", policies=allow(), boundary=allow("s3:ListBucket"))
    return aws.explain(dave, "s3:GetObject", K)


@story
def a_boundary_limits_a_grant_to_the_role(aws: MockAWS) -> Decision:
    account = bucket(aws)
    role = account.create_role("r", boundary=allow("s3:ListBucket"))
    policy = allow("s3:GetObject", OBJECTS, Principal={"AWS": role.arn})
    account.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
    return aws.explain(role.assume(session_name="s"), "s3:GetObject", K)


@story
def a_session_policy_is_silent(aws: MockAWS) -> Decision:
    role = bucket(aws).create_role("r", policies=allow())
    return aws.explain(role.assume(session_name="s", policy=allow("s3:ListBucket")), "s3:GetObject", K)


@story
def a_federated_user_without_a_session_policy(aws: MockAWS) -> Decision:
    fred = bucket(aws).create_user("dave", policies=allow()).federate("fred")
    return aws.explain(fred, "s3:GetObject", K)


# Explicit denies, and limits.


@story
def a_bucket_policy_denies(aws: MockAWS) -> Decision:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    policy = named("TlsOnly", deny("s3:*", [BKT, OBJECTS], Principal="*", Condition=condition))
    dave = bucket(aws, policy=policy).create_user("dave", policies=allow())
    return attempted(aws, lambda: dave.client("s3", use_ssl=False).get_object(Bucket="bkt", Key="k"))


@story
def several_policies_deny(aws: MockAWS) -> Decision:
    account = bucket(aws, policy=deny("s3:DeleteObject", OBJECTS, Principal="*"))
    org = aws.organization("o-1")
    org.add(account, ou=org.ou("workloads"))
    org.put_scp(named("KeepEverything", deny("s3:Delete*")), on=org.ou("workloads"), name="NoDeletes")
    dave = account.create_user("dave", policies=both(allow(), deny("s3:DeleteObject", OBJECTS)))
    return aws.explain(dave, "s3:DeleteObject", K)


@story
def a_level_of_scps_is_silent(aws: MockAWS) -> Decision:
    account = bucket(aws)
    org = aws.organization("o-1")
    unit = org.ou("workloads")
    org.add(account, ou=unit)
    org.put_scp(allow("ec2:*"), on=unit, name="ComputeOnly")
    org.delete_scp("FullAWSAccess", on=unit)
    return aws.explain(account.root, "s3:GetObject", K)


@story
def an_rcp_denies(aws: MockAWS) -> Decision:
    account = bucket(aws, policy=allow("s3:GetObject", OBJECTS, Principal="*"))
    aws.organization("o-1").add(account)
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}
    policy = named("OwnPeopleOnly", deny(Principal="*", Condition=outside))
    aws.organization("o-1").put_rcp(policy, on=account, name="Perimeter")
    return aws.explain(aws.account(B).root, "s3:GetObject", K)


@story
def an_endpoint_is_silent(aws: MockAWS) -> Decision:
    dave = bucket(aws).create_user("dave", policies=allow())
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:*", "arn:aws:s3:::bkt2/*", Principal="*"))
    with aws.request_context(source_vpce="vpce-1"):
        return aws.explain(dave, "s3:GetObject", K)


@story
def an_endpoint_stops_a_default_right(aws: MockAWS) -> Decision:
    dave = bucket(aws).create_user("dave", policies=allow("s3:PutObject"))
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    s3 = dave.client("s3", request_context={"source_vpce": "vpce-1"})
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    return attempted(aws, lambda: s3.abort_multipart_upload(Bucket="bkt", Key="m", UploadId=upload))


# Across accounts.


@story
def the_owner_s_side_is_silent(aws: MockAWS) -> Decision:
    bucket(aws)
    x = aws.account(B).create_user("x", policies=allow("s3:GetObject", OBJECTS))
    return aws.explain(x, "s3:GetObject", K)


@story
def the_caller_s_side_is_silent(aws: MockAWS) -> Decision:
    x = aws.account(B).create_user("x")
    bucket(aws, policy=allow("s3:GetObject", OBJECTS, Principal={"AWS": x.arn}))
    return aws.explain(x, "s3:GetObject", K)


@story
def both_sides_are_silent(aws: MockAWS) -> Decision:
    bucket(aws)
    return aws.explain(aws.account(B).create_user("x"), "s3:GetObject", K)


@story
def an_unsigned_request(aws: MockAWS) -> Decision:
    bucket(aws, public_access_block=PublicAccessBlock())
    return attempted(aws, lambda: aws.anonymous.client("s3").get_object(Bucket="bkt", Key="k"))


@story
def a_service_is_not_let_in(aws: MockAWS) -> Decision:
    condition = {"StringEquals": {"aws:SourceAccount": A}}
    service = {"Service": "cloudtrail.amazonaws.com"}
    bucket(aws, policy=allow("s3:PutObject", OBJECTS, Principal=service, Condition=condition))
    trail = aws.service("cloudtrail.amazonaws.com", source_account=B)
    return attempted(aws, lambda: trail.client("s3").put_object(Bucket="bkt", Key="log"))


@story
def a_trust_policy_is_silent(aws: MockAWS) -> Decision:
    role = aws.account(A).create_role("r")
    dave = aws.account(B).create_user("dave", policies=allow("sts:AssumeRole"))
    return attempted(aws, lambda: role.assume(by=dave))


# Rules of S3: object owners, Block Public Access, multipart uploads, ACLs.


def bucket_with_foreign_object(aws: MockAWS) -> Any:
    """Create a bucket of account A with an object that account B owns, and return account A."""
    account = bucket(
        aws, ownership="ObjectWriter", policy=allow("s3:PutObject", OBJECTS, Principal={"AWS": B})
    )
    aws.account(B).client().put_object(Bucket="bkt", Key="theirs")
    return account


@story
def an_object_of_another_account(aws: MockAWS) -> Decision:
    admin = bucket_with_foreign_object(aws).create_user("admin", policies=allow())
    return attempted(aws, lambda: admin.client("s3").get_object(Bucket="bkt", Key="theirs"))


@story
def a_public_policy_is_restricted(aws: MockAWS) -> Decision:
    account = bucket(aws, policy=allow("s3:GetObject", OBJECTS, Principal="*"))
    block = {"RestrictPublicBuckets": True}
    account.client().put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=block)
    return aws.explain(aws.account(B).create_user("x", policies=allow()), "s3:GetObject", K)


@story
def a_public_acl_is_ignored(aws: MockAWS) -> Decision:
    account = bucket(aws, ownership="ObjectWriter")
    account.client().put_object_acl(Bucket="bkt", Key="k", ACL="public-read")
    block = {"IgnorePublicAcls": True}
    account.client().put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=block)
    return aws.explain(aws.anonymous, "s3:GetObject", K)


@story
def an_upload_of_somebody_else(aws: MockAWS) -> Decision:
    account = bucket(aws)
    dave, eve = (account.create_user(name, policies=allow("s3:PutObject")) for name in ("dave", "eve"))
    upload = dave.client("s3").create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload, "PartNumber": 1, "Body": b""}
    return attempted(aws, lambda: eve.client("s3").upload_part(**part))


@story
def an_acl_on_an_object_of_one_s_own(aws: MockAWS) -> Decision:
    bucket(aws, ownership="ObjectWriter", policy=allow("s3:*", OBJECTS, Principal={"AWS": B}))
    x = aws.account(B).create_user("x", policies=allow("s3:PutObject"))
    return attempted(aws, lambda: x.client("s3").put_object(Bucket="bkt", Key="n", ACL="private"))


# Allowed requests.


@story
def allowed_by_an_identity_policy(aws: MockAWS) -> Decision:
    policy = both(allow("s3:ListBucket", BKT), named("Read", allow("s3:Get*", OBJECTS)))
    return aws.explain(bucket(aws).create_user("dave", policies=policy), "s3:GetObject", K)


@story
def allowed_and_nearly_denied(aws: MockAWS) -> Decision:
    condition = {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}
    policy = both(allow(), named("OfficeOnly", deny(Condition=condition)))
    return aws.explain(bucket(aws).create_user("dave", policies=policy), "s3:GetObject", K)


@story
def allowed_to_root(aws: MockAWS) -> Decision:
    return aws.explain(bucket(aws).root, "s3:GetObject", K)


@story
def allowed_across_accounts(aws: MockAWS) -> Decision:
    bucket(aws, policy=named("LetBIn", allow("s3:GetObject", OBJECTS, Principal={"AWS": B})))
    return aws.explain(aws.account(B).create_user("x", policies=allow()), "s3:GetObject", K)


@story
def allowed_by_an_acl(aws: MockAWS) -> Decision:
    account = bucket(aws, ownership="ObjectWriter")
    account.client().put_object_acl(Bucket="bkt", Key="k", ACL="public-read")
    return aws.explain(aws.anonymous, "s3:GetObject", K)


@story
def allowed_to_the_initiator(aws: MockAWS) -> Decision:
    s3 = bucket(aws).create_user("dave", policies=allow("s3:PutObject")).client("s3")
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    return attempted(aws, lambda: s3.list_parts(Bucket="bkt", Key="m", UploadId=upload))
