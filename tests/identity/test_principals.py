"""Accounts and principals with real clients: who the caller is for which access key."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import Mocks3Error, mock_s3

ALLOW_ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def allow(action, resource="*"):
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": resource}}


@pytest.fixture
def aws():
    with mock_s3() as world:
        yield world


def refused(call, **kwargs):
    with pytest.raises(ClientError) as error:
        call(**kwargs)
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


def identity(principal):
    answer = principal.client("sts").get_caller_identity()
    return answer["Arn"], answer["UserId"], answer["Account"]


def test_p1_root(aws):
    root = aws.account("111122223333").root
    assert identity(root) == ("arn:aws:iam::111122223333:root", "111122223333", "111122223333")
    assert (root.arn, root.account) == ("arn:aws:iam::111122223333:root", "111122223333")


def test_p2_user(aws):
    eve = aws.account().create_user("eve", path="/team/")
    arn, user_id, account = identity(eve)
    assert arn == eve.arn == "arn:aws:iam::123456789012:user/team/eve"
    assert user_id.startswith("AIDA")
    assert user_id == eve.unique_id
    assert account == eve.account == "123456789012"
    assert eve.access_key.id.startswith("AKIA")


def test_p3_user_with_a_session_token_is_the_same_user(aws):
    eve = aws.account().create_user("eve", policies=allow("s3:ListAllMyBuckets"))
    temporary = eve.session_token()
    assert identity(temporary) == identity(eve)
    assert temporary.access_key.id.startswith("ASIA")
    temporary.client("s3").list_buckets()


def test_p4_a_group_carries_policies_for_its_members(aws):
    account = aws.account()
    eve, bob = account.create_user("eve"), account.create_user("bob")
    account.create_group("listers", policies=allow("s3:ListAllMyBuckets"), members=[eve])
    eve.client("s3").list_buckets()
    assert refused(bob.client("s3").list_buckets)[0] == "AccessDenied"


def test_p6_role_session(aws):
    account = aws.account()
    eve = account.create_user("eve", policies=allow("sts:AssumeRole"))
    role = account.create_role("reader", path="/app/", policies=allow("s3:ListAllMyBuckets"))
    session = role.assume(by=eve, session_name="s1")
    arn, user_id, _ = identity(session)
    assert arn == "arn:aws:sts::123456789012:assumed-role/reader/s1"
    assert user_id == f"{role.unique_id}:s1"
    session.client("s3").list_buckets()
    role.delete_policy()
    assert refused(session.client("s3").list_buckets)[0] == "AccessDenied", (
        "a policy change hits running sessions"
    )
    role.delete()
    assert refused(session.client("s3").list_buckets)[:2] == ("InvalidAccessKeyId", 403)


def test_p6_the_trust_policy_decides_who_may_assume(aws):
    """P-5."""
    ops, other = aws.account("111122223333"), aws.account("444455556666")
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::444455556666:user/bob"},
            "Action": "sts:AssumeRole",
        },
    }
    bob = other.create_user("bob")
    role = ops.create_role("reader", trust=trust)
    message = (
        "User: arn:aws:iam::444455556666:user/bob is not authorized to perform: sts:AssumeRole on resource: "
        "arn:aws:iam::111122223333:role/reader"
    )
    assume = bob.client("sts").assume_role
    assert refused(assume, RoleArn=role.arn, RoleSessionName="s1") == ("AccessDenied", 403, message)
    bob.put_policy(allow("sts:AssumeRole", role.arn))
    assert role.assume(by=bob).account == "111122223333"
    eve = ops.create_user("eve", policies=ALLOW_ALL)
    assert refused(eve.client("sts").assume_role, RoleArn=role.arn, RoleSessionName="s1")[0] == "AccessDenied"


WANTED = {
    "sts:ExternalId": ({"ExternalId": "x1"}, {"ExternalId": "x2"}),
    "sts:RoleSessionName": ({"RoleSessionName": "x1"}, {"RoleSessionName": "x2"}),
    "sts:TransitiveTagKeys": (
        {"Tags": [{"Key": "x1", "Value": ""}], "TransitiveTagKeys": ["x1"]},
        {"Tags": [{"Key": "x2", "Value": ""}], "TransitiveTagKeys": ["x2"]},
    ),
    "aws:RequestTag/team": (
        {"Tags": [{"Key": "team", "Value": "x1"}]},
        {"Tags": [{"Key": "team", "Value": "x2"}]},
    ),
    "aws:TagKeys": ({"Tags": [{"Key": "x1", "Value": ""}]}, {"Tags": [{"Key": "x2", "Value": ""}]}),
}
"""Condition keys about the requested session in trust policies [Service Authorization Reference, AWS STS]."""


@pytest.mark.parametrize("key", WANTED)
def test_a_trust_policy_asks_what_session_is_wanted(aws, key):
    eve = aws.account().create_user("eve", policies=ALLOW_ALL)
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"ForAnyValue:StringEquals": {key: "x1"}},
    }
    role = aws.account("111122223333").create_role("r", trust={"Version": "2012-10-17", "Statement": trust})
    assume = eve.client("sts").assume_role
    call = {"RoleArn": role.arn, "RoleSessionName": "session"}
    asked, other = WANTED[key]
    assert assume(**{**call, **asked})["AssumedRoleUser"]["Arn"].startswith("arn:aws:sts::111122223333:")
    assert refused(assume, **{**call, **other})[:2] == ("AccessDenied", 403)
    assert refused(assume, **call)[:2] == ("AccessDenied", 403)


def test_what_a_federated_user_is_tagged_with_may_be_asked(aws):
    condition = {"StringEquals": {"aws:RequestTag/team": "x1"}}
    federate = {"Effect": "Allow", "Action": ["sts:GetFederationToken", "sts:TagSession"], "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": {**federate, "Condition": condition}}
    federated = aws.account().create_user("eve", policies=policy).client("sts").get_federation_token
    federated(Name="fed", Tags=[{"Key": "team", "Value": "x1"}])
    assert refused(federated, Name="fed", Tags=[{"Key": "team", "Value": "x2"}])[0] == "AccessDenied"


def test_a_trust_policy_that_names_the_user_needs_no_identity_policy_in_its_account(aws):
    account = aws.account()
    eve = account.create_user("eve")
    trust = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": eve.arn}, "Action": "sts:AssumeRole"},
    }
    assert account.create_role("reader", trust=trust).assume(by=eve).account == account.id


def test_root_assumes_no_role(aws):
    role = aws.account().create_role("reader")
    code, _, message = refused(aws.client("sts").assume_role, RoleArn=role.arn, RoleSessionName="s1")
    assert (code, message) == ("AccessDenied", "Roles may not be assumed by root accounts.")


def test_p7_federated_user(aws):
    eve = aws.account().create_user("eve", policies=ALLOW_ALL)
    nothing = eve.federate("fed")
    assert identity(nothing)[0] == "arn:aws:sts::123456789012:federated-user/fed"
    assert identity(nothing)[1] == "123456789012:fed"
    assert refused(nothing.client("s3").list_buckets)[0] == "AccessDenied"
    eve.federate("fed", policy=allow("s3:ListAllMyBuckets")).client("s3").list_buckets()
    answer = eve.client("sts").get_federation_token(Name="fed2")
    assert answer["FederatedUser"]["Arn"] == "arn:aws:sts::123456789012:federated-user/fed2"


def test_p11_anonymous(aws):
    assert (aws.anonymous.arn, aws.anonymous.account, aws.anonymous.access_key) == (None, None, None)


def test_p15_canonical_ids(aws):
    ids = {aws.account(account).canonical_id for account in (None, "111122223333")}
    assert len(ids) == 2
    assert all(len(each) == 64 and int(each, 16) for each in ids)


def test_an_account_is_got_or_created(aws):
    assert aws.account().id == "123456789012"
    assert aws.account("111122223333", name="ops").record.name == "ops"
    assert aws.account("111122223333").record.name == "ops"
    with pytest.raises(Mocks3Error, match="12 digits"):
        aws.account("1234")


@pytest.mark.parametrize("second", [("eve", "/"), ("eve", "/team/"), ("EVE", "/"), ("Eve", "/team/")])
@pytest.mark.parametrize("kind", ["user", "role"])
def test_names_are_unique_regardless_of_path_and_case(aws, kind, second):
    make = getattr(aws.account(), f"create_{kind}")
    make("eve", path="/first/")
    with pytest.raises(
        Mocks3Error, match=f":{kind}{second[1]}{second[0]}: the name is already in use by .*/first/eve"
    ):
        make(second[0], path=second[1])
    assert [record.arn for record in aws.iam.principals()] == [f"arn:aws:iam::123456789012:{kind}/first/eve"]
    getattr(aws.account("111122223333"), f"create_{kind}")(second[0], path=second[1])
    getattr(aws.account(), "create_role" if kind == "user" else "create_user")(second[0], path=second[1])


def test_group_names_are_unique_regardless_of_case(aws):
    aws.account().create_group("devs")
    with pytest.raises(Mocks3Error, match="group/DEVS: the name is already in use by .*group/devs"):
        aws.account().create_group("DEVS")
    aws.account().create_user("devs")


def test_the_name_of_a_deleted_principal_is_free_again(aws):
    aws.account().create_user("eve", path="/team/").delete()
    assert aws.account().create_user("EVE").arn == "arn:aws:iam::123456789012:user/EVE"


def test_the_keys_of_a_deleted_user_are_unknown(aws):
    eve = aws.account().create_user("eve", policies=ALLOW_ALL)
    client = eve.client("s3")
    client.list_buckets()
    eve.delete()
    assert refused(client.list_buckets)[:2] == ("InvalidAccessKeyId", 403)
    again = aws.account().create_user("eve")
    assert again.unique_id != eve.unique_id


def test_policies_from_text_and_files(aws, tmp_path):
    path = tmp_path / "list.json"
    path.write_text(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    )
    for given in (path, str(path), path.read_text(), [path.read_text()]):
        user = aws.account().create_user(f"user-{id(given)}", policies=given)
        user.client("s3").list_buckets()


def test_x30_a_wrong_secret_of_an_issued_key(aws):
    eve = aws.account().create_user("eve", policies=ALLOW_ALL)
    client = boto3.client("s3", aws_access_key_id=eve.access_key.id, aws_secret_access_key="wrong")
    with pytest.raises(ClientError) as error:
        client.list_buckets()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    answer = error.value.response["Error"]
    assert answer["Code"] == "SignatureDoesNotMatch"
    assert answer["Message"] == (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )
    assert answer["AWSAccessKeyId"] == eve.access_key.id
    assert {"StringToSign", "SignatureProvided", "StringToSignBytes", "CanonicalRequest"} <= answer.keys()


def test_unknown_keys_are_the_default_accounts_root():
    with mock_s3() as aws:
        boto3.client("s3", aws_access_key_id="any", aws_secret_access_key="thing").list_buckets()
        assert aws.calls[-1].principal == "arn:aws:iam::123456789012:root"


def test_unknown_keys_are_refused_when_strict():
    with mock_s3(strict=True) as aws:
        client = boto3.client("s3", aws_access_key_id="AKIAUNKNOWN", aws_secret_access_key="thing")
        assert refused(client.list_buckets) == (
            "InvalidAccessKeyId",
            403,
            "The AWS Access Key Id you provided does not exist in our records.",
        )
        boto3.client("s3").list_buckets()
        assert aws.calls[-1].principal == "arn:aws:iam::123456789012:root"


def test_x31_a_clock_that_differs_by_fifteen_minutes(aws):
    client = aws.client("s3")

    def turn_back(request, **_):
        with freeze_time("2020-01-01"):
            pass
        request.headers.replace_header("X-Amz-Date", "20200101T000000Z")

    client.meta.events.register("before-send.s3", lambda **_: None)
    client.meta.events.register_last("request-created.s3", turn_back)
    assert refused(client.list_buckets)[:2] == ("RequestTimeTooSkewed", 403)


def test_x31_temporary_credentials_end(aws):
    role = aws.account().create_role("reader", policies=ALLOW_ALL)
    with freeze_time("2026-01-01T00:00:00Z") as clock:
        session = role.assume(duration=900)
        session.client("s3").list_buckets()
        clock.tick(901)
        code, status, message = refused(session.client("s3").list_buckets)
    assert (code, status, message) == ("ExpiredToken", 400, "The provided token has expired.")


def test_x31_a_missing_session_token(aws):
    key = aws.account().create_role("reader", policies=ALLOW_ALL).assume().access_key
    client = boto3.client("s3", aws_access_key_id=key.id, aws_secret_access_key=key.secret)
    assert refused(client.list_buckets)[:2] == ("InvalidToken", 400)
