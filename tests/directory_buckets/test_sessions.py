"""The permission to create a session for a directory bucket, and what a session permits (F-150 to F-152)."""

from __future__ import annotations

import json

import boto3
import pytest
import requests
from botocore.auth import S3ExpressQueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from freezegun import freeze_time

from mocks3 import Mocks3Error, mock_s3

from .asking import ARN, NAME, PLAIN, configuration, may, refused

ALICE = "111122223333"
READ_ONLY = {"StringEquals": {"s3express:SessionMode": "ReadOnly"}}
SIGNED = Config(s3={"disable_s3_express_session_auth": True})


def client_of(credentials, **more):
    """Return a client that signs with the session's credentials, like any temporary credentials."""
    return boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        **more,
    )


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def grant(effect="Allow", action="s3express:CreateSession", principal="*", **more):
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": ARN, **more}


def test_nobody_opens_a_bucket_by_s3_actions(aws, zonal):
    """F-150: s3:* does not include actions of s3express."""
    eve = aws.account().create_user("eve", policies=may("s3:*", "*")).client("s3")
    assert refused(eve.get_object, Bucket=NAME, Key="k") == PLAIN
    assert refused(eve.create_session, Bucket=NAME) == PLAIN


def test_one_permission_is_enough_for_every_object(aws, zonal):
    """F-150: there are no actions on objects."""
    eve = aws.account().create_user("eve", policies=may()).client("s3")
    eve.put_object(Bucket=NAME, Key="k", Body=b"body")
    eve.copy_object(Bucket=NAME, Key="copy", CopySource=f"{NAME}/k")
    eve.rename_object(Bucket=NAME, Key="renamed", RenameSource="copy")
    eve.delete_objects(Bucket=NAME, Delete={"Objects": [{"Key": "k"}]})
    assert [each["Key"] for each in eve.list_objects_v2(Bucket=NAME)["Contents"]] == ["renamed"]


@pytest.mark.parametrize("session", [True, False])
def test_read_only_reads_and_does_not_write(aws, zonal, session):
    """F-150, F-152: with a session, and with the same policy for each call without a session."""
    zonal.put({"k": b"body"})
    eve = aws.account().create_user("eve", policies=may(Condition=READ_ONLY))
    s3 = eve.client("s3", **({} if session else {"config": SIGNED}))
    assert s3.get_object(Bucket=NAME, Key="k")["Body"].read() == b"body"
    s3.head_object(Bucket=NAME, Key="k")
    s3.head_bucket(Bucket=NAME)
    s3.list_objects_v2(Bucket=NAME)
    s3.list_multipart_uploads(Bucket=NAME)
    s3.get_object_attributes(Bucket=NAME, Key="k", ObjectAttributes=["ETag"])
    assert refused(s3.put_object, Bucket=NAME, Key="k", Body=b"") == PLAIN
    assert refused(s3.delete_object, Bucket=NAME, Key="k") == PLAIN
    assert refused(s3.delete_objects, Bucket=NAME, Delete={"Objects": [{"Key": "k"}]}) == PLAIN
    assert refused(s3.create_multipart_upload, Bucket=NAME, Key="k") == PLAIN
    assert refused(s3.rename_object, Bucket=NAME, Key="r", RenameSource="k") == PLAIN
    assert refused(s3.copy_object, Bucket=NAME, Key="c", CopySource=f"{NAME}/k") == PLAIN
    assert zonal.keys == ["k"]


def test_a_mode_that_is_asked_for_is_the_mode_that_is_decided_on(aws, zonal):
    """API_CreateSession: without a mode ReadWrite is tried, then ReadOnly."""
    eve = aws.account().create_user("eve", policies=may(Condition=READ_ONLY)).client("s3")
    assert refused(eve.create_session, Bucket=NAME, SessionMode="ReadWrite") == PLAIN
    eve.create_session(Bucket=NAME, SessionMode="ReadOnly")
    eve.create_session(Bucket=NAME)
    assert [d.allowed for d in aws.decisions] == [False, True, True]
    assert refused(eve.create_session, Bucket=NAME, SessionMode="Sometimes")[:2] == (400, "InvalidArgument")


def test_a_denial_says_what_the_session_lacks(aws, zonal):
    eve = aws.account().create_user("eve", policies=may(Condition=READ_ONLY)).client("s3")
    with aws.denied("s3express:CreateSession", ARN):
        eve.put_object(Bucket=NAME, Key="k", Body=b"")
    said = str(aws.decisions[-1])
    assert "PutObject requires a ReadWrite session of the directory bucket" in said
    assert "sign with the caller's own credentials or with those of a ReadWrite session" in said


def test_what_a_session_may_is_settled_when_it_is_made(aws, zonal):
    """F-150: the bucket policy is evaluated only at CreateSession."""
    eve = aws.account().create_user("eve", policies=may())
    s3 = eve.client("s3")
    s3.put_object(Bucket=NAME, Key="k", Body=b"")
    zonal.put_policy(
        policy(grant("Deny", Condition={"StringEquals": {"aws:PrincipalAccount": "123456789012"}}))
    )
    eve.delete_policy()
    s3.put_object(Bucket=NAME, Key="k", Body=b"")
    assert refused(eve.client("s3", config=Config()).put_object, Bucket=NAME, Key="k", Body=b"") == PLAIN


def test_after_a_restore_sessions_settle_nothing(aws, zonal):
    """The permissions of a client with an older session are decided again."""
    eve = aws.account().create_user("eve")
    mark = aws.snapshot()
    s3 = eve.client("s3")
    eve.put_policy(may())
    s3.put_object(Bucket=NAME, Key="k", Body=b"")
    aws.restore(mark)
    assert refused(s3.put_object, Bucket=NAME, Key="k", Body=b"") == PLAIN
    eve.put_policy(may())
    s3.put_object(Bucket=NAME, Key="k", Body=b"")


def test_a_session_lives_five_minutes(aws, zonal):
    """F-150."""
    with freeze_time("2026-01-01 12:00:00") as clock:
        given = aws.client("s3").create_session(Bucket=NAME)["Credentials"]
        assert given["Expiration"].isoformat() == "2026-01-01T12:05:00+00:00"
        url = _presigned(given, "list_objects_v2", {"Bucket": NAME})
        clock.tick(299)
        assert _status(url) == 200
        clock.tick(1)
        assert _status(url) == 400


def _presigned(given, method, params):

    keys = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    host = f"{params['Bucket']}.s3express-use1-az4.us-east-1.amazonaws.com"
    request = AWSRequest("GET", f"https://{host}/", params={"list-type": "2"})
    S3ExpressQueryAuth(keys, "s3express", "us-east-1", identity_cache=None, expires=3600).add_auth(request)
    return request.prepare().url


def _status(url):

    return requests.get(url, timeout=9).status_code


def test_a_session_opens_one_bucket(aws, zonal):
    other = aws.account().create_bucket("other--use1-az4--x-s3")
    given = aws.client("s3").create_session(Bucket=NAME)["Credentials"]
    assert _status(_presigned(given, "list_objects_v2", {"Bucket": NAME})) == 200
    assert _status(_presigned(given, "list_objects_v2", {"Bucket": other.name})) == 403


def test_a_session_is_nobody_to_general_purpose_buckets_and_other_services(aws, zonal):
    aws.account().create_bucket("general")
    given = aws.client("s3").create_session(Bucket=NAME)["Credentials"]
    stray = client_of(given, config=Config(signature_version="s3v4"))
    assert refused(stray.list_objects_v2, Bucket="general")[1] in ("InvalidToken", "AccessDenied")
    sts = boto3.client(
        "sts",
        region_name="us-east-1",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    assert refused(sts.get_caller_identity)[0] == 403


def test_a_session_is_its_token_too(aws, zonal):
    given = aws.client("s3").create_session(Bucket=NAME)["Credentials"]
    forged = {**given, "SessionToken": "another"}
    assert _status(_presigned(forged, "list_objects_v2", {"Bucket": NAME})) == 400
    forged = {**given, "SecretAccessKey": "another"}
    assert _status(_presigned(forged, "list_objects_v2", {"Bucket": NAME})) == 403


def test_other_accounts_open_a_bucket_where_both_sides_let_them(aws, zonal):
    """F-151: cross-account access is for CreateSession only."""
    alice = aws.account(ALICE, name="alice").create_user("alice", policies=may("s3express:*", "*"))
    assert refused(alice.client("s3").list_objects_v2, Bucket=NAME) == PLAIN
    zonal.put_policy(policy(grant(principal={"AWS": ALICE}, action="s3express:CreateSession")))
    alice.client("s3").put_object(Bucket=NAME, Key="k", Body=b"")
    for method in ("get_bucket_policy", "delete_bucket_policy", "delete_bucket", "get_bucket_encryption"):
        assert refused(getattr(alice.client("s3"), method), Bucket=NAME) == PLAIN
    assert zonal.policy is not None
    assert aws.store.bucket(NAME).current("k").owner == "123456789012"


def test_managing_takes_the_action_of_the_same_name(aws, zonal):
    """F-151."""
    eve = aws.account().create_user("eve", policies=may("s3:*", "*"))
    s3 = eve.client("s3")
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    asked = {
        "PutBucketPolicy": lambda: s3.put_bucket_policy(
            Bucket=NAME, Policy=json.dumps(policy(grant("Deny", principal={"AWS": ALICE})))
        ),
        "GetBucketPolicy": lambda: s3.get_bucket_policy(Bucket=NAME),
        "DeleteBucketPolicy": lambda: s3.delete_bucket_policy(Bucket=NAME),
        "PutLifecycleConfiguration": lambda: s3.put_bucket_lifecycle_configuration(
            Bucket=NAME, LifecycleConfiguration={"Rules": [rule]}
        ),
        "GetLifecycleConfiguration": lambda: s3.get_bucket_lifecycle_configuration(Bucket=NAME),
        "GetEncryptionConfiguration": lambda: s3.get_bucket_encryption(Bucket=NAME),
        "ListAllMyDirectoryBuckets": lambda: s3.list_directory_buckets(),
        "DeleteBucket": lambda: s3.delete_bucket(Bucket=NAME),
    }
    aws.account(ALICE)
    for name, call in asked.items():
        assert refused(call) == PLAIN
        eve.put_policy(may(f"s3express:{name}", "*"), name)
        call()
        resource = "*" if name.startswith("ListAll") else ARN
        assert (aws.decisions[-1].action, aws.decisions[-1].resource) == (f"s3express:{name}", resource)


def test_making_a_bucket_is_decided_on_what_it_is_to_be(aws):
    """F-70, F-151: s3express:LocationName, aws:RequestTag, s3express:TagResource."""
    condition = {"StringEquals": {"s3express:LocationName": "use1-az4"}}
    eve = aws.account().create_user("eve", policies=may("s3express:CreateBucket", Condition=condition))
    s3 = eve.client("s3")
    elsewhere = {"Bucket": "data--use1-az6--x-s3", "CreateBucketConfiguration": configuration("use1-az6")}
    assert refused(s3.create_bucket, **elsewhere) == PLAIN
    tagged = configuration(Tags=[{"Key": "team", "Value": "x"}])
    assert refused(s3.create_bucket, Bucket=NAME, CreateBucketConfiguration=tagged) == PLAIN
    assert aws.decisions[-1].action == "s3express:TagResource"
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration=configuration())
    assert aws.store.bucket(NAME).owner == "123456789012"


def test_unsigned_callers_never_come_in(aws, zonal):
    assert refused(aws.anonymous.client("s3").get_object, Bucket=NAME, Key="k") == PLAIN
    assert refused(aws.anonymous.client("s3").list_objects_v2, Bucket=NAME) == PLAIN


def test_guard_rails_bind(aws, zonal):
    """E-1: a service control policy on s3express."""
    organization = aws.organization("o-1")
    unit = organization.ou("members")
    organization.add(aws.account(ALICE), unit)
    alice = aws.account(ALICE)
    alice.create_bucket("hers--use1-az4--x-s3")
    user = alice.create_user("u", policies=may("s3express:*", "*"))
    denied = {"Effect": "Deny", "Action": "s3express:CreateSession", "Resource": "*"}
    organization.put_scp({"Version": "2012-10-17", "Statement": [denied]}, on=unit)
    assert refused(user.client("s3").list_objects_v2, Bucket="hers--use1-az4--x-s3") == PLAIN


def test_copies_ask_each_side_in_its_own_way(aws, zonal):
    """API_CopyObject: CreateSession of a directory bucket, s3 actions of a general purpose bucket."""
    zonal.put({"k": b"body"})
    general = aws.account().create_bucket("general", objects={"g": b"other"})
    eve = aws.account().create_user("eve", policies=may(Condition=READ_ONLY))
    s3 = eve.client("s3")
    out = {"Bucket": "general", "Key": "copy", "CopySource": f"{NAME}/k"}
    assert "s3:PutObject on resource" in refused(s3.copy_object, **out)[2]
    eve.put_policy(may("s3:PutObject", f"{general.arn}/*"), "put")
    s3.copy_object(**out)
    into = {"Bucket": NAME, "Key": "copy", "CopySource": "general/g"}
    assert refused(s3.copy_object, **into) == PLAIN
    eve.put_policy(may(), "write")
    assert "s3:GetObject" in refused(s3.copy_object, **into)[2]
    eve.put_policy(may("s3:GetObject", f"{general.arn}/*"), "get")
    s3.copy_object(**into)
    assert zonal.keys == ["copy", "k"]


def test_copies_take_no_session(aws, zonal):
    """API_CopyObject: "must use the IAM credentials"."""
    zonal.put({"k": b"body"})
    given = aws.client("s3").create_session(Bucket=NAME)["Credentials"]

    keys = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    headers = {"x-amz-copy-source": f"{NAME}/k"}
    request = AWSRequest(
        "PUT", f"https://{NAME}.s3express-use1-az4.us-east-1.amazonaws.com/c", headers=headers
    )
    S3ExpressQueryAuth(keys, "s3express", "us-east-1", identity_cache=None).add_auth(request)
    sent = requests.put(request.prepare().url, headers=headers, timeout=9)
    assert (sent.status_code, "<Message>Access Denied</Message>" in sent.text) == (403, True)
    assert "CopyObject requires the caller's own credentials" in aws.decisions[-1].reason


def test_explain_asks_without_a_call(aws, zonal):
    eve = aws.account().create_user("eve", policies=may(Condition=READ_ONLY))
    assert not aws.explain(eve, "s3express:CreateSession", ARN).allowed
    context = {"s3express:SessionMode": "ReadOnly"}
    assert aws.explain(eve, "s3express:CreateSession", ARN, context=context).allowed
    assert not aws.explain(eve, "s3express:DeleteBucket", ARN).allowed


def test_report_lets_through_what_it_records():
    with mock_s3(enforce="report") as aws:
        aws.account().create_bucket(NAME)
        eve = aws.account().create_user("eve")
        eve.client("s3").put_object(Bucket=NAME, Key="k", Body=b"")
        assert [(d.action, d.allowed) for d in aws.decisions] == [("s3express:CreateSession", False)]


def test_parts_are_copied_in_from_either_kind(aws, s3, zonal):
    """API_UploadPartCopy: with the caller's own credentials, from general purpose and directory buckets."""
    aws.account().create_bucket("general", objects={"g": b"general"})
    zonal.put({"d": b"directory"})
    upload = s3.create_multipart_upload(Bucket=NAME, Key="m")["UploadId"]
    of = {"Bucket": NAME, "Key": "m", "UploadId": upload}
    assert refused(s3.upload_part_copy, **of, PartNumber=1, CopySource=f"{NAME}/missing")[:2] == (
        404,
        "NoSuchKey",
    )
    whole = {**of, "PartNumber": 1, "CopySource": "general/g"}
    etag = s3.upload_part_copy(**whole)["CopyPartResult"]["ETag"]
    etag = s3.upload_part_copy(**{**whole, "CopySource": f"{NAME}/d"})["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(**of, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert s3.get_object(Bucket=NAME, Key="m")["Body"].read() == b"directory"


def test_strangers_are_given_sessions_where_nothing_is_enforced():
    """``enforce="report"``: such a session has no access key."""
    with mock_s3(enforce="report") as aws:
        aws.account().create_bucket(NAME)
        assert aws.anonymous.client("s3").create_session(Bucket=NAME)["Credentials"]["SessionToken"]
        assert [(d.action, d.allowed) for d in aws.decisions] == [("s3express:CreateSession", False)]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", f"arn:aws:s3:::{NAME}/k"),
        ("s3:GetObject", ARN),
        ("s3express:CreateSession", f"arn:aws:s3:::{NAME}"),
        ("s3express:CreateSession", ARN.replace("us-east-1", "eu-west-1")),
    ],
)
def test_explain_answers_no_question_that_is_never_asked(aws, zonal, action, resource):
    """F-150: a policy with s3: actions would allow, but no call uses these actions."""
    eve = aws.account().create_user("eve", policies=may(["s3:*", "s3express:*"], "*"))
    with pytest.raises(Mocks3Error, match=r"is a directory bucket: use|resource must be an ARN"):
        aws.explain(eve, action, resource)
    assert aws.explain(eve, "s3express:createsession", ARN).allowed


def test_what_would_allow_it_is_what_the_bucket_can_have(aws, zonal):
    """F-150: no ACLs, and Block Public Access stays on. F-151: its policy does not apply to managing it."""
    mallory, eve = (
        aws.account(account).create_user("eve", policies=policies)
        for account, policies in ((ALICE, may("s3express:*", "*")), (None, ()))
    )
    managing = aws.explain(mallory, "s3express:DeleteBucket", ARN)
    ((owner_s,),) = managing.remedies()
    assert owner_s.text.startswith("sign the request with credentials of the account ")
    assert "the bucket policy does not apply to that [F-151]" in managing.reason
    ((identity,),) = aws.explain(eve, "s3express:DeleteBucket", ARN).remedies()
    assert identity.text == "add to the identity policies of user eve"
    ((signed,),) = aws.explain(aws.anonymous, "s3express:CreateSession", ARN).remedies()
    assert signed.text.startswith("sign the request, for example with credentials of the account ")
    foreign = aws.explain(mallory, "s3express:CreateSession", ARN)
    assert "ACL" not in foreign.reason
    ((granted,),) = foreign.remedies()
    zonal.put_policy(policy(granted.statement))
    mallory.client("s3").put_object(Bucket=NAME, Key="k", Body=b"")
