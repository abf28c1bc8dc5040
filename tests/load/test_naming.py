"""What a file is about, if it does not say it: arguments, other files, names, or the only resource."""

from __future__ import annotations

import pytest

import mocks3.load
from mocks3 import Mocks3Error
from mocks3.load import LoadError
from tests.load.conftest import DEV, OPS, policy, text
from tests.load.outputs import FULL, OWNER, READ, READ_BY_OTHER, TRUST

ACL = {"Owner": {"ID": OWNER}, "Grants": FULL + READ_BY_OTHER}
OBJECT = {"ContentLength": 1, "ETag": '"x"', "ContentType": "text/plain"}
VERSIONED = {"Status": "Enabled"}


def bucket_policy(bucket: str) -> dict[str, str]:
    """The output of get-bucket-policy."""
    return {
        "Policy": text(
            policy(
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:DeleteBucket",
                    "Resource": f"arn:aws:s3:::{bucket}",
                }
            )
        )
    }


def versioned(aws) -> list[str]:
    """The buckets with versioning."""
    return [name for name, each in aws.store.buckets().items() if each.versioning]


def test_an_argument_names_it_first(write) -> None:
    write("one/get-bucket-policy.json", bucket_policy("alpha"))
    folder = write("one/versioning.json", VERSIONED).parent
    assert versioned(mocks3.load.world([folder], bucket="beta-1").aws) == ["beta-1"]


def test_then_the_bucket_that_the_other_files_of_the_folder_name(write) -> None:
    write("one/get-bucket-policy.json", bucket_policy("alpha"))
    write("one/beta-versioning.json", VERSIONED)
    folder = write("two/get-bucket-policy.json", bucket_policy("beta")).parents[1]
    assert versioned(mocks3.load.world([folder]).aws) == ["alpha"]


@pytest.mark.parametrize(
    "name", ["beta/versioning.json", "x/beta-versioning.json", "get-bucket-versioning-beta.json"]
)
def test_then_a_folder_or_file_name_that_contains_its_name(write, name: str) -> None:
    write("policies/alpha.json", bucket_policy("alpha"))
    write("policies/beta.json", bucket_policy("beta"))
    folder = write("policies/beta-2.json", bucket_policy("beta-2")).parents[1]
    write(name, VERSIONED)
    assert versioned(mocks3.load.world([folder]).aws) == ["beta"]


def test_the_longest_name_wins(write) -> None:
    write("policies/alpha.json", bucket_policy("beta"))
    folder = write("policies/beta-2.json", bucket_policy("beta-2")).parents[1]
    write("versioning-of-beta-2.json", VERSIONED)
    assert versioned(mocks3.load.world([folder]).aws) == ["beta-2"]


def test_then_the_only_one(write) -> None:
    write("policies/p.json", bucket_policy("alpha"))
    folder = write("settings/versioning.json", VERSIONED).parents[1]
    assert versioned(mocks3.load.world([folder]).aws) == ["alpha"]


def test_otherwise_the_error_says_what_to_give(write) -> None:
    write("policies/a.json", bucket_policy("alpha"))
    write("policies/b.json", bucket_policy("beta"))
    file = write("settings/versioning.json", VERSIONED)
    with pytest.raises(LoadError) as caught:
        mocks3.load.world([file.parents[1]])
    assert str(caught.value) == (
        f"{file}:1:1: the file does not say which bucket it is about; the files name alpha, beta: give bucket=, or put "
        "its name into the file's name"
    )
    with pytest.raises(LoadError, match=r"which bucket it is about: give bucket="):
        mocks3.load.world([file])


def test_acls_of_objects_are_never_taken_for_the_buckets(write) -> None:
    """get-bucket-acl and get-object-acl print the same members."""
    folder = write("get-bucket-policy.json", bucket_policy("alpha")).parent
    write("object-acl.json", ACL)
    aws = mocks3.load.world([folder], key="k").aws
    assert aws.store.bucket("alpha").acl is None
    assert len(aws.store.bucket("alpha").current("k").acl.grants) == 2
    with pytest.raises(LoadError, match="which object it is about: give key="):
        mocks3.load.world([folder])


def test_an_acl_that_can_be_of_either_is_a_question(write) -> None:
    folder = write("get-bucket-policy.json", bucket_policy("alpha")).parent
    file = write("acl.json", ACL)
    with pytest.raises(
        LoadError, match=r"is this about the bucket or about an object\? Name the file bucket-acl.json"
    ):
        mocks3.load.world([folder])
    assert mocks3.load.world([folder], key="k").aws.store.bucket("alpha").current("k").acl is not None
    assert mocks3.load.world([file], bucket="alpha").aws.store.bucket("alpha").acl is not None


def test_a_bucket_whose_name_contains_object_is_a_bucket(write) -> None:
    write("my-objects-prod/get-bucket-policy.json", bucket_policy("my-objects-prod"))
    folder = write("my-objects-prod/get-bucket-acl.json", ACL).parents[1]
    assert mocks3.load.world([folder]).aws.store.bucket("my-objects-prod").acl is not None


def test_settings_of_the_account_and_of_the_bucket_have_one_shape(write) -> None:
    off = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
    folder = write("get-bucket-policy.json", bucket_policy("alpha")).parent
    write("account-public-access-block.json", off)
    aws = mocks3.load.world([folder], account=OPS).aws
    assert aws.guardrails.account_blocks[OPS].block_public_acls
    assert aws.store.bucket("alpha").public_access_block.restrict_public_buckets  # as in a new bucket
    write("public-access-block.json", off)
    assert (
        not mocks3.load.world([folder]).aws.store.bucket("alpha").public_access_block.restrict_public_buckets
    )


def test_a_policy_alone_belongs_to_the_only_principal_of_its_folder(write) -> None:
    folder = write(
        "get-role.json", {"Role": {"RoleName": "reader", "Arn": f"arn:aws:iam::{OPS}:role/x/reader"}}
    ).parent
    write("read.json", READ)
    write("trust.json", TRUST)
    write("boundary.json", policy({"Action": "s3:*", "Resource": "*"}))
    role = mocks3.load.world([folder]).aws.account(OPS).role("reader").record
    assert list(role.policies) == ["read"]
    assert (role.path, role.boundary) == ("/", f"arn:aws:iam::{OPS}:policy/role-reader-boundary")
    assert "lambda.amazonaws.com" in role.trust.text
    file = write("other/read.json", READ)
    with pytest.raises(
        LoadError, match="which user or role or group it is about: give user= or role= or group="
    ):
        mocks3.load.world([file])
    user = mocks3.load.world([file], user="eve", account=DEV).aws.account(DEV).user("eve").record
    assert list(user.policies) == ["read"]


def test_service_control_policies_alone_apply_to_all_accounts(write) -> None:
    folder = write("get-bucket-policy.json", bucket_policy("alpha")).parent
    write("scp.json", policy({"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*"}))
    write("rcp.json", policy({"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}))
    loaded = mocks3.load.world([folder], account=OPS)
    assert any("it is attached to the root" in each for each in loaded.assumed)
    ops = loaded.aws.account(OPS)
    eve = ops.create_user("eve", policies=policy({"Action": "s3:*", "Resource": "*"}))
    assert loaded.aws.explain(eve, "s3:ListAllMyBuckets", "*").outcome.reason.name == "SCP"
    assert not loaded.aws.explain(eve, "s3:GetObject", "arn:aws:s3:::alpha/k").allowed
    assert loaded.aws.explain(eve, "s3:PutObject", "arn:aws:s3:::alpha/k").allowed


def test_service_control_policies_that_allow_replace_full_access(write) -> None:
    folder = write("get-bucket-policy.json", bucket_policy("alpha")).parent
    write("scp.json", policy({"Action": "s3:Get*", "Resource": "*"}))
    loaded = mocks3.load.world([folder], account=OPS)
    eve = loaded.aws.account(OPS).create_user("eve", policies=policy({"Action": "s3:*", "Resource": "*"}))
    assert loaded.aws.explain(eve, "s3:GetObject", "arn:aws:s3:::alpha/k").allowed
    assert not loaded.aws.explain(eve, "s3:PutObject", "arn:aws:s3:::alpha/k").allowed
    assert any("FullAWSAccess is not attached" in each for each in loaded.assumed)


def test_a_resource_policy_without_a_resource_is_a_question(write) -> None:
    open_to_all = policy({"Principal": "*", "Action": "*", "Resource": "*"})
    with pytest.raises(LoadError, match="is it the policy of a VPC endpoint"):
        mocks3.load.world([write("policy.json", open_to_all)])
    file = write("vpc-endpoint.json", open_to_all)
    aws = mocks3.load.world([file], vpc_endpoint="vpce-1").aws
    assert aws.guardrails.endpoints["vpce-1"].policy is not None


def test_arguments_are_checked(write) -> None:
    file = write("versioning.json", VERSIONED)
    with pytest.raises(Mocks3Error, match=r"there is no argument 'buckets'; did you mean bucket=\?"):
        mocks3.load.world([file], buckets="alpha")
    with pytest.raises(Mocks3Error, match="bucket must be the name of a bucket, not 1"):
        mocks3.load.world([file], bucket=1)


# Accounts


def test_files_belong_to_the_account_of_their_folder(write) -> None:
    """get-caller-identity, or ARNs of the files in a folder, say whose the other files are."""
    write(
        "prod/get-caller-identity.json",
        {"UserId": "x", "Account": OPS, "Arn": f"arn:aws:iam::{OPS}:user/cli"},
    )
    write("prod/data/get-bucket-policy.json", bucket_policy("data"))
    write("dev/get-role.json", {"Role": {"RoleName": "reader", "Arn": f"arn:aws:iam::{DEV}:role/reader"}})
    folder = write("dev/get-bucket-policy.json", bucket_policy("scratch")).parents[1]
    aws = mocks3.load.world([folder]).aws
    assert {name: each.owner for name, each in aws.store.buckets().items()} == {"data": OPS, "scratch": DEV}
    assert aws.account(OPS).user("cli").arn == f"arn:aws:iam::{OPS}:user/cli"


def test_a_bucket_belongs_to_the_account_with_the_canonical_id_of_its_owner(write) -> None:
    write("a/get-caller-identity.json", {"UserId": "x", "Account": OPS, "Arn": f"arn:aws:iam::{OPS}:root"})
    write("a/list-buckets.json", {"Buckets": [{"Name": "mine"}], "Owner": {"ID": OWNER}})
    write("b/get-caller-identity.json", {"UserId": "x", "Account": DEV, "Arn": f"arn:aws:iam::{DEV}:root"})
    write("b/mine/get-bucket-policy.json", bucket_policy("mine"))
    folder = write("b/mine/get-bucket-acl.json", ACL).parents[2]
    aws = mocks3.load.world([folder]).aws
    assert aws.store.bucket("mine").owner == OPS
    assert aws.account(OPS).canonical_id == OWNER


def test_an_account_that_is_not_named_is_a_question(write) -> None:
    write("a/get-role.json", {"Role": {"RoleName": "a", "Arn": f"arn:aws:iam::{OPS}:role/a"}})
    write("b/get-role.json", {"Role": {"RoleName": "b", "Arn": f"arn:aws:iam::{DEV}:role/b"}})
    folder = write("bucket-policy.json", bucket_policy("data")).parent
    with pytest.raises(LoadError, match=f"the files name several: {OPS}, {DEV}; give account="):
        mocks3.load.world([folder])
    assert mocks3.load.world([folder], account=DEV).aws.store.bucket("data").owner == DEV


def test_the_same_thing_said_twice_differently_is_an_error(write) -> None:
    first = write("a/get-bucket-location.json", {"LocationConstraint": "eu-west-1"})
    second = write("b/get-bucket-location.json", {"LocationConstraint": "eu-west-2"})
    with pytest.raises(LoadError) as caught:
        mocks3.load.world([first, second], bucket="data")
    assert str(caught.value) == f"{second}:1:1: the region of data is another one than in {first}:1:1"
