"""Block Public Access of an account, through boto3 and as decisions see it (B-5)."""

from __future__ import annotations

from .conftest import ACCOUNT, OTHER, fault, policy

ALL_ON = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)


def test_settings_are_stored_and_deleted(aws, control):
    missing = (
        "NoSuchPublicAccessBlockConfiguration",
        404,
        "The public access block configuration was not found",
    )
    assert fault(control.get_public_access_block, AccountId=ACCOUNT) == missing
    control.put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration={"IgnorePublicAcls": True}
    )
    found = control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"]
    assert found == {**dict.fromkeys(ALL_ON, False), "IgnorePublicAcls": True}
    control.delete_public_access_block(AccountId=ACCOUNT)
    control.delete_public_access_block(AccountId=ACCOUNT)
    assert fault(control.get_public_access_block, AccountId=ACCOUNT) == missing


def test_the_settings_act_on_buckets(aws, control):
    """B-5, B-20: what the handle `account.block_public_access` sets, the call sets."""
    aws.account().create_bucket("open", public_access_block=None)
    public = policy("s3:GetObject", principal="*", resource="arn:aws:s3:::open/*")
    s3 = aws.client("s3")
    s3.put_bucket_policy(Bucket="open", Policy=public)
    s3.delete_bucket_policy(Bucket="open")
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=ALL_ON)
    assert fault(s3.put_bucket_policy, Bucket="open", Policy=public)[0] == "AccessDenied"
    aws.account().block_public_access(None)
    assert fault(control.get_public_access_block, AccountId=ACCOUNT)[1] == 404


def test_a_policy_of_the_organization_replaces_them(aws, control):
    """API_control_PutPublicAccessBlock: Access Denied; GetPublicAccessBlock returns the effective settings."""
    organization = aws.organization("o-1", management=aws.account(OTHER))
    organization.add(aws.account())
    organization.block_public_access()
    assert control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"] == ALL_ON
    for method, more in (
        ("put_public_access_block", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}),
        ("delete_public_access_block", {}),
    ):
        found = fault(getattr(control, method), AccountId=ACCOUNT, **more)
        assert found == ("AccessDenied", 403, "Access Denied")
        assert "organization o-1" in str(aws.decisions[-1])
    organization.block_public_access(blocked=False)
    control.put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration={"BlockPublicAcls": False}
    )
    assert control.get_public_access_block(AccountId=ACCOUNT)[
        "PublicAccessBlockConfiguration"
    ] == dict.fromkeys(ALL_ON, False)


def test_no_setting(control):
    """R-121: it is refused, and the settings stay as they are."""
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=ALL_ON)
    assert fault(control.put_public_access_block, AccountId=ACCOUNT, PublicAccessBlockConfiguration={}) == (
        "InvalidRequest",
        400,
        "Must specify at least one configuration.",
    )
    assert control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"] == ALL_ON


def test_the_account_id_must_be_valid(control):
    code, status, _ = fault(control.get_public_access_block, AccountId="12345")
    assert (code, status) == ("InvalidRequest", 400)
