"""States: everything is known. Each one says what must be allowed and what must be denied."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .terraform_documents import Document, policy, trust
from .terraform_world import World

ACCOUNT, OTHER, PARTNER = "111122223333", "444455556666", "777788889999"
NO_BLOCK = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), False
)
CANONICAL = "a" * 64


def state(region: str = "eu-west-1") -> Document:
    document = Document(state=True)
    document.data("aws_caller_identity.current", account_id=ACCOUNT, id=ACCOUNT)
    document.data("aws_region.current", name=region, region=region, id=region)
    return document


def bucket(document: Document, name: str, partition: str = "aws", **values: Any) -> None:
    document.add(
        f"aws_s3_bucket.{name.replace('-', '_')}",
        arn=f"arn:{partition}:s3:::{name}",
        bucket=name,
        bucket_domain_name=f"{name}.s3.amazonaws.com",
        force_destroy=False,
        hosted_zone_id="Z1BKCTXD74EZPE",
        id=name,
        **values,
    )


def role(
    document: Document, name: str, *statements: dict[str, Any], partition: str = "aws", **values: Any
) -> None:
    document.add(
        f"aws_iam_role.{name}",
        arn=f"arn:{partition}:iam::{ACCOUNT}:role/{name}",
        assume_role_policy=trust(Service="ec2.amazonaws.com"),
        create_date="2026-01-05T10:00:00Z",
        force_detach_policies=False,
        id=name,
        name=name,
        path="/",
        max_session_duration=3600,
        unique_id="AROA" + name.upper().ljust(17, "X")[:17],
        **values,
    )
    if statements:
        document.add(
            f"aws_iam_role_policy.{name}", id=f"{name}:own", name="own", role=name, policy=policy(*statements)
        )


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, **more}


def bucket_policy(document: Document, name: str, *statements: dict[str, Any]) -> None:
    document.add(
        f"aws_s3_bucket_policy.{name.replace('-', '_')}", bucket=name, id=name, policy=policy(*statements)
    )


def test_static_website() -> None:
    document = state()
    bucket(document, "site-1")
    document.add("aws_s3_bucket_public_access_block.site", bucket="site-1", id="site-1", **NO_BLOCK)
    document.add(
        "aws_s3_bucket_website_configuration.site",
        bucket="site-1",
        id="site-1",
        index_document=[{"suffix": "index.html"}],
        error_document=[{"key": "404.html"}],
        redirect_all_requests_to=[],
        routing_rule=[],
        routing_rules="",
        website_endpoint="site-1.s3-website-eu-west-1.amazonaws.com",
    )
    bucket_policy(document, "site-1", allow("s3:GetObject", "arn:aws:s3:::site-1/*", Principal="*"))
    world = World(document)
    assert world.names == set()
    world.allowed("anonymous", "get_object", Bucket="site-1", Key="index.html")
    world.denied("anonymous", "put_object", Bucket="site-1", Key="index.html")
    world.denied("anonymous", "list_objects_v2", Bucket="site-1")
    website = world.call(f"root@{ACCOUNT}", "get_bucket_website", Bucket="site-1")
    assert website["IndexDocument"] == {"Suffix": "index.html"}
    assert website["ErrorDocument"] == {"Key": "404.html"}


def test_only_https() -> None:
    document = state()
    bucket(document, "tls-1")
    both = ["arn:aws:s3:::tls-1", "arn:aws:s3:::tls-1/*"]
    bucket_policy(document, "tls-1", deny("s3:*", both, Condition={"Bool": {"aws:SecureTransport": "false"}}))
    role(document, "app", allow("s3:*", both))
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="tls-1", Key="a")
    with world.aws.request_context(secure_transport=False):
        world.denied(f"role/app@{ACCOUNT}", "get_object", Bucket="tls-1", Key="a")
        world.denied(f"role/app@{ACCOUNT}", "list_objects_v2", Bucket="tls-1")


def test_another_account_reads_a_prefix() -> None:
    document = state()
    bucket(document, "shared-1")
    bucket_policy(
        document,
        "shared-1",
        allow(
            "s3:GetObject", "arn:aws:s3:::shared-1/out/*", Principal={"AWS": f"arn:aws:iam::{PARTNER}:root"}
        ),
        allow(
            "s3:ListBucket",
            "arn:aws:s3:::shared-1",
            Principal={"AWS": PARTNER},
            Condition={"StringLike": {"s3:prefix": "out/*"}},
        ),
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"stranger@{PARTNER}", "get_object", Bucket="shared-1", Key="out/a")
    world.allowed(f"stranger@{PARTNER}", "list_objects_v2", Bucket="shared-1", Prefix="out/")
    world.denied(f"stranger@{PARTNER}", "get_object", Bucket="shared-1", Key="in/a")
    world.denied(f"stranger@{PARTNER}", "list_objects_v2", Bucket="shared-1", Prefix="in/")
    world.denied(f"stranger@{OTHER}", "get_object", Bucket="shared-1", Key="out/a")


def test_kms_key_grant_and_alias() -> None:
    document = state()
    key_id = "11111111-2222-3333-4444-555555555555"
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{key_id}"
    bucket(document, "secret-1")
    role(document, "granted", allow(["s3:GetObject", "s3:PutObject"], "*"))
    role(document, "plain", allow(["s3:GetObject", "s3:PutObject"], "*"))
    document.add(
        "aws_kms_key.own",
        arn=arn,
        key_id=key_id,
        id=key_id,
        is_enabled=True,
        enable_key_rotation=True,
        deletion_window_in_days=30,
        policy=policy(allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
    )
    document.add(
        "aws_kms_alias.own",
        name="alias/own",
        target_key_id=key_id,
        target_key_arn=arn,
        arn=arn,
        id="alias/own",
    )
    document.add(
        "aws_kms_grant.own",
        key_id=key_id,
        grantee_principal=f"arn:aws:iam::{ACCOUNT}:role/granted",
        operations=["GenerateDataKey", "Decrypt"],
        constraints=[],
        grant_id="1" * 64,
        grant_token="dG9rZW4=",
        retire_on_delete=False,
        name="uploads",
    )
    document.add(
        "aws_s3_bucket_server_side_encryption_configuration.own",
        bucket="secret-1",
        expected_bucket_owner="",
        id="secret-1",
        rule=[
            {
                "bucket_key_enabled": False,
                "apply_server_side_encryption_by_default": [
                    {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/own"}
                ],
            }
        ],
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/granted@{ACCOUNT}", "put_object", Bucket="secret-1", Key="a")
    world.denied(f"role/plain@{ACCOUNT}", "put_object", Bucket="secret-1", Key="a")


def test_access_point_with_a_policy_of_its_own() -> None:
    document = state()
    bucket(document, "lake-1")
    role(document, "analyst")
    arn = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/analysts"
    document.add(
        "aws_s3_access_point.analysts",
        account_id=ACCOUNT,
        alias="analysts-abcdefghijklmnopqrstuvwxyz-s3alias",
        arn=arn,
        bucket="lake-1",
        bucket_account_id=ACCOUNT,
        domain_name=f"analysts-{ACCOUNT}.s3-accesspoint.eu-west-1.amazonaws.com",
        endpoints={},
        has_public_access_policy=False,
        id=f"{ACCOUNT}:analysts",
        name="analysts",
        network_origin="Internet",
        policy="{}",
        public_access_block_configuration=[dict.fromkeys(NO_BLOCK, True)],
        vpc_configuration=[],
    )
    document.add(
        "aws_s3control_access_point_policy.analysts",
        access_point_arn=arn,
        id=arn,
        has_public_access_policy=False,
        policy=policy(
            allow(
                "s3:GetObject",
                f"{arn}/object/curated/*",
                Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/analyst"},
            )
        ),
    )
    bucket_policy(
        document,
        "lake-1",
        allow(
            "s3:GetObject",
            "arn:aws:s3:::lake-1/*",
            Principal={"AWS": "*"},
            Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}},
        ),
    )
    world = World(document)
    assert world.names == set()
    world.call(f"root@{ACCOUNT}", "put_object", Bucket="lake-1", Key="curated/a", Body=b"a")
    world.call(f"root@{ACCOUNT}", "put_object", Bucket="lake-1", Key="raw/a", Body=b"a")
    world.allowed(f"role/analyst@{ACCOUNT}", "get_object", Bucket=arn, Key="curated/a")
    world.denied(f"role/analyst@{ACCOUNT}", "get_object", Bucket=arn, Key="raw/b")


def test_organization_with_a_policy_on_a_unit() -> None:
    document = state()
    bucket(document, "prod-1")
    role(document, "admin", allow("s3:*", "*"))
    document.add(
        "aws_organizations_organization.org",
        id="o-abcdefghij",
        arn=f"arn:aws:organizations::{OTHER}:organization/o-abcdefghij",
        master_account_id=OTHER,
        feature_set="ALL",
        enabled_policy_types=["SERVICE_CONTROL_POLICY"],
        roots=[{"id": "r-abcd", "name": "Root", "policy_types": []}],
        accounts=[],
    )
    document.add(
        "aws_organizations_organizational_unit.prod", id="ou-abcd-11111111", name="prod", parent_id="r-abcd"
    )
    document.add(
        "aws_organizations_account.prod",
        id=ACCOUNT,
        name="prod",
        email="prod@example.com",
        parent_id="ou-abcd-11111111",
        status="ACTIVE",
    )
    document.add(
        "aws_organizations_policy.keep",
        id="p-11111111",
        name="keep",
        type="SERVICE_CONTROL_POLICY",
        content=policy({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}),
    )
    document.add(
        "aws_organizations_policy.tags", id="p-22222222", name="t", type="TAG_POLICY", content='{"tags":{}}'
    )
    document.add(
        "aws_organizations_policy_attachment.keep",
        id="ou-abcd-11111111:p-11111111",
        policy_id="p-11111111",
        target_id="ou-abcd-11111111",
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/admin@{ACCOUNT}", "put_object", Bucket="prod-1", Key="a")
    world.denied(f"role/admin@{ACCOUNT}", "delete_object", Bucket="prod-1", Key="a")
    world.denied(f"root@{ACCOUNT}", "delete_object", Bucket="prod-1", Key="a")


def test_object_lock_with_default_retention() -> None:
    document = state()
    bucket(document, "vault-1", object_lock_enabled=True)
    document.add(
        "aws_s3_bucket_versioning.vault",
        bucket="vault-1",
        id="vault-1",
        expected_bucket_owner="",
        mfa=None,
        versioning_configuration=[{"status": "Enabled", "mfa_delete": ""}],
    )
    document.add(
        "aws_s3_bucket_object_lock_configuration.vault",
        bucket="vault-1",
        id="vault-1",
        object_lock_enabled="Enabled",
        rule=[{"default_retention": [{"mode": "COMPLIANCE", "days": 30, "years": 0}]}],
        token=None,
    )
    world = World(document)
    assert world.names == set()
    put = world.call(f"root@{ACCOUNT}", "put_object", Bucket="vault-1", Key="a", Body=b"a")
    version = {"Bucket": "vault-1", "Key": "a", "VersionId": put["VersionId"]}
    world.denied(f"root@{ACCOUNT}", "delete_object", **version)
    world.allowed(f"root@{ACCOUNT}", "delete_object", Bucket="vault-1", Key="a")


def test_public_acl() -> None:
    document = state()
    bucket(document, "open-1")
    document.add(
        "aws_s3_bucket_ownership_controls.open",
        bucket="open-1",
        id="open-1",
        rule=[{"object_ownership": "ObjectWriter"}],
    )
    document.add("aws_s3_bucket_public_access_block.open", bucket="open-1", id="open-1", **NO_BLOCK)
    document.add(
        "aws_s3_bucket_acl.open",
        bucket="open-1",
        id="open-1,public-read",
        acl="public-read",
        access_control_policy=[],
    )
    world = World(document)
    assert world.names == set()
    world.allowed("anonymous", "list_objects_v2", Bucket="open-1")
    world.denied("anonymous", "get_object", Bucket="open-1", Key="a")
    world.denied("anonymous", "put_object", Bucket="open-1", Key="a")


def test_grants_of_an_acl() -> None:
    document = state()
    bucket(document, "granted-1")
    document.add(
        "aws_s3_bucket_ownership_controls.g",
        bucket="granted-1",
        id="granted-1",
        rule=[{"object_ownership": "ObjectWriter"}],
    )
    group = {"type": "Group", "uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
    own = {"type": "CanonicalUser", "id": CANONICAL, "display_name": "", "email_address": "", "uri": ""}
    document.add("aws_s3_bucket_public_access_block.g", bucket="granted-1", id="granted-1", **NO_BLOCK)
    document.add(
        "aws_s3_bucket_acl.g",
        bucket="granted-1",
        id="granted-1",
        acl="",
        access_control_policy=[
            {
                "owner": [{"id": CANONICAL, "display_name": ""}],
                "grant": [
                    {"grantee": [own], "permission": "FULL_CONTROL"},
                    {"grantee": [{**group, "id": "", "display_name": ""}], "permission": "READ"},
                ],
            }
        ],
    )
    world = World(document)
    assert world.names == set()
    assert world.aws.account(ACCOUNT).canonical_id == CANONICAL
    world.allowed(f"stranger@{OTHER}", "list_objects_v2", Bucket="granted-1")
    world.denied("anonymous", "list_objects_v2", Bucket="granted-1")
    world.denied(f"stranger@{OTHER}", "put_object", Bucket="granted-1", Key="a")


def test_provider_before_version_4() -> None:
    """The settings are attributes of the bucket. CanonicalUser FULL_CONTROL is the usual ACL."""
    document = state()
    bucket(
        document,
        "old-1",
        acl="private",
        acceleration_status="",
        grant=[{"id": CANONICAL, "type": "CanonicalUser", "permissions": ["FULL_CONTROL"], "uri": ""}],
        policy=policy(deny("s3:DeleteObject", "arn:aws:s3:::old-1/*")),
        request_payer="BucketOwner",
        versioning=[{"enabled": True, "mfa_delete": False}],
        server_side_encryption_configuration=[
            {
                "rule": [
                    {
                        "bucket_key_enabled": False,
                        "apply_server_side_encryption_by_default": [
                            {"sse_algorithm": "AES256", "kms_master_key_id": ""}
                        ],
                    }
                ]
            }
        ],
        lifecycle_rule=[
            {
                "abort_incomplete_multipart_upload_days": 7,
                "enabled": True,
                "expiration": [{"date": "", "days": 90, "expired_object_delete_marker": False}],
                "id": "old",
                "noncurrent_version_expiration": [{"days": 10}],
                "noncurrent_version_transition": [],
                "prefix": "tmp/",
                "tags": {},
                "transition": [{"date": "", "days": 30, "storage_class": "STANDARD_IA"}],
            }
        ],
        cors_rule=[
            {
                "allowed_headers": [],
                "allowed_methods": ["GET"],
                "allowed_origins": ["*"],
                "expose_headers": [],
                "max_age_seconds": 0,
            }
        ],
        logging=[],
        website=[],
        replication_configuration=[],
        object_lock_configuration=[],
        website_domain=None,
    )
    role(document, "app", allow("s3:*", "*"))
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "put_object", Bucket="old-1", Key="a")
    world.denied(f"role/app@{ACCOUNT}", "delete_object", Bucket="old-1", Key="a")
    root = f"root@{ACCOUNT}"
    assert world.call(root, "get_bucket_versioning", Bucket="old-1")["Status"] == "Enabled"
    rule = world.call(root, "get_bucket_lifecycle_configuration", Bucket="old-1")["Rules"][0]
    assert rule["Expiration"] == {"Days": 90}
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 10}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rule["Filter"] == {"Prefix": "tmp/"}
    assert rule["Transitions"] == [{"Days": 30, "StorageClass": "STANDARD_IA"}]
    cors = world.call(root, "get_bucket_cors", Bucket="old-1")["CORSRules"]
    assert cors == [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]


def test_older_attributes_are_not_read_if_a_resource_of_its_own_sets_the_same() -> None:
    """Terraform read the attributes of the bucket before it made the other resources."""
    document = state()
    bucket(document, "new-1", versioning=[{"enabled": False, "mfa_delete": False}], policy="", acl=None)
    document.add(
        "aws_s3_bucket_versioning.n",
        bucket="new-1",
        id="new-1",
        versioning_configuration=[{"status": "Enabled"}],
    )
    bucket(document, "new-2", policy=policy(deny("s3:GetObject", "arn:aws:s3:::new-2/*")))
    bucket_policy(document, "new-2", deny("s3:PutObject", "arn:aws:s3:::new-2/*"))
    role(document, "app", allow("s3:*", "*"))
    world = World(document)
    assert world.names == set()
    assert world.call(f"root@{ACCOUNT}", "get_bucket_versioning", Bucket="new-1")["Status"] == "Enabled"
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="new-2", Key="a")
    world.denied(f"role/app@{ACCOUNT}", "put_object", Bucket="new-2", Key="a")


def test_account_blocks_public_access() -> None:
    document = state()
    bucket(document, "site-2")
    document.add("aws_s3_bucket_public_access_block.site", bucket="site-2", id="site-2", **NO_BLOCK)
    bucket_policy(document, "site-2", allow("s3:GetObject", "arn:aws:s3:::site-2/*", Principal="*"))
    document.add(
        "aws_s3_account_public_access_block.all",
        account_id=ACCOUNT,
        id=ACCOUNT,
        **dict.fromkeys(NO_BLOCK, True),
    )
    world = World(document)
    assert world.names == set()
    world.denied("anonymous", "get_object", Bucket="site-2", Key="a")


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_other_partitions(region: str, partition: str) -> None:
    document = state(region)
    bucket(document, "parts-1", partition, region=region)
    role(document, "app", allow("s3:GetObject", f"arn:{partition}:s3:::parts-1/*"), partition=partition)
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="parts-1", Key="a")
    world.denied(f"role/app@{ACCOUNT}", "put_object", Bucket="parts-1", Key="a")


def test_requester_pays() -> None:
    document = state()
    bucket(document, "paid-1")
    document.add(
        "aws_s3_bucket_request_payment_configuration.p", bucket="paid-1", id="paid-1", payer="Requester"
    )
    bucket_policy(
        document, "paid-1", allow("s3:GetObject", "arn:aws:s3:::paid-1/*", Principal={"AWS": OTHER})
    )
    world = World(document)
    assert world.names == set()
    world.denied(f"stranger@{OTHER}", "get_object", Bucket="paid-1", Key="a")
    world.allowed(f"stranger@{OTHER}", "get_object", Bucket="paid-1", Key="a", RequestPayer="requester")


def test_objects_with_tags_and_storage_class() -> None:
    document = state()
    bucket(document, "tagged-1")
    role(
        document,
        "app",
        allow("s3:GetObject", "*", Condition={"StringEquals": {"s3:ExistingObjectTag/team": "red"}}),
    )
    for name in ("red", "blue"):
        document.add(
            f"aws_s3_object.{name}",
            bucket="tagged-1",
            key=f"{name}.txt",
            content=name,
            content_type="text/plain",
            storage_class="STANDARD_IA",
            server_side_encryption="AES256",
            tags={"team": name},
            tags_all={"team": name},
            etag="d41d8cd98f00b204e9800998ecf8427e",
            id=f"{name}.txt",
            metadata={"from": "terraform"},
            version_id="",
            acl=None,
            force_destroy=False,
        )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="tagged-1", Key="red.txt")
    world.denied(f"role/app@{ACCOUNT}", "get_object", Bucket="tagged-1", Key="blue.txt")
    head = world.call(f"root@{ACCOUNT}", "head_object", Bucket="tagged-1", Key="red.txt")
    assert (head["StorageClass"], head["Metadata"]) == ("STANDARD_IA", {"from": "terraform"})


def test_inline_policies_and_policy_arns_of_a_role() -> None:
    document = state()
    bucket(document, "inline-1")
    role(
        document,
        "app",
        inline_policy=[
            {"name": "put", "policy": policy(allow("s3:PutObject", "*"))},
            {"name": "", "policy": ""},
        ],
        managed_policy_arns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    )
    document.add(
        "aws_iam_instance_profile.app",
        arn="arn",
        id="app",
        name="app",
        path="/",
        role="app",
        unique_id="AIPA",
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "put_object", Bucket="inline-1", Key="a")
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="inline-1", Key="a")
    world.denied(f"role/app@{ACCOUNT}", "delete_object", Bucket="inline-1", Key="a")
    profile = world.principal(f"root@{ACCOUNT}").client("iam").get_instance_profile(InstanceProfileName="app")
    assert [each["RoleName"] for each in profile["InstanceProfile"]["Roles"]] == ["app"]


def test_lifecycle_logging_notification_cors_and_acceleration() -> None:
    document = state()
    bucket(document, "full-1")
    bucket(document, "logs-1")
    document.add(
        "aws_s3_bucket_lifecycle_configuration.full",
        bucket="full-1",
        id="full-1",
        expected_bucket_owner="",
        transition_default_minimum_object_size="varies_by_storage_class",
        rule=[
            {
                "id": "archive",
                "status": "Enabled",
                "prefix": "",
                "filter": [
                    {
                        "prefix": "",
                        "object_size_greater_than": None,
                        "object_size_less_than": None,
                        "tag": [],
                        "and": [
                            {
                                "prefix": "logs/",
                                "tags": {"keep": "no"},
                                "object_size_greater_than": 0,
                                "object_size_less_than": 0,
                            }
                        ],
                    }
                ],
                "abort_incomplete_multipart_upload": [],
                "expiration": [{"date": None, "days": 365, "expired_object_delete_marker": False}],
                "noncurrent_version_expiration": [{"newer_noncurrent_versions": 3, "noncurrent_days": 30}],
                "noncurrent_version_transition": [],
                "transition": [{"date": None, "days": 0, "storage_class": "GLACIER"}],
            }
        ],
        timeouts=None,
    )
    document.add(
        "aws_s3_bucket_logging.full",
        bucket="full-1",
        id="full-1",
        expected_bucket_owner="",
        target_bucket="logs-1",
        target_prefix="full/",
        target_grant=[],
        target_object_key_format=[
            {"partitioned_prefix": [{"partition_date_source": "EventTime"}], "simple_prefix": []}
        ],
    )
    document.add(
        "aws_s3_bucket_notification.full",
        bucket="full-1",
        id="full-1",
        eventbridge=True,
        topic=[],
        lambda_function=[],
        queue=[
            {
                "id": "q",
                "queue_arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:uploads",
                "events": ["s3:ObjectCreated:*"],
                "filter_prefix": "in/",
                "filter_suffix": "",
            }
        ],
    )
    document.add(
        "aws_s3_bucket_cors_configuration.full",
        bucket="full-1",
        id="full-1",
        expected_bucket_owner="",
        cors_rule=[
            {
                "id": "web",
                "allowed_headers": ["*"],
                "allowed_methods": ["GET", "PUT"],
                "allowed_origins": ["https://example.com"],
                "expose_headers": ["ETag"],
                "max_age_seconds": 3000,
            }
        ],
    )
    document.add(
        "aws_s3_bucket_accelerate_configuration.full",
        bucket="full-1",
        id="full-1",
        status="Enabled",
        expected_bucket_owner="",
    )
    world = World(document)
    assert world.names == set()
    root = f"root@{ACCOUNT}"
    lifecycle = world.call(root, "get_bucket_lifecycle_configuration", Bucket="full-1")
    assert lifecycle["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    (rule,) = lifecycle["Rules"]
    assert rule["Filter"] == {"And": {"Prefix": "logs/", "Tags": [{"Key": "keep", "Value": "no"}]}}
    assert rule["Transitions"] == [{"Days": 0, "StorageClass": "GLACIER"}]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30, "NewerNoncurrentVersions": 3}
    enabled = world.call(root, "get_bucket_logging", Bucket="full-1")["LoggingEnabled"]
    assert (enabled["TargetBucket"], enabled["TargetPrefix"]) == ("logs-1", "full/")
    assert enabled["TargetObjectKeyFormat"] == {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    notification = world.call(root, "get_bucket_notification_configuration", Bucket="full-1")
    assert notification["EventBridgeConfiguration"] == {}
    assert notification["QueueConfigurations"][0]["QueueArn"].endswith(":uploads")
    assert world.call(root, "get_bucket_cors", Bucket="full-1")["CORSRules"][0]["MaxAgeSeconds"] == 3000
    assert world.call(root, "get_bucket_accelerate_configuration", Bucket="full-1")["Status"] == "Enabled"


def test_data_sources_of_what_exists_outside() -> None:
    document = state()
    bucket(document, "own-1")
    document.data(
        "aws_iam_role.ci",
        arn=f"arn:aws:iam::{ACCOUNT}:role/ci/deploy",
        name="deploy",
        path="/ci/",
        assume_role_policy=trust(AWS=f"arn:aws:iam::{ACCOUNT}:root"),
        unique_id="AROADEPLOYDEPLOYDEPLO",
        max_session_duration=3600,
        permissions_boundary="",
        role_last_used=[],
    )
    document.add(
        "aws_iam_role_policy_attachment.ci",
        id="x",
        role="deploy",
        policy_arn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/deploy@{ACCOUNT}", "get_object", Bucket="own-1", Key="a")
    world.denied(f"role/deploy@{ACCOUNT}", "put_object", Bucket="own-1", Key="a")
    assert world.aws.account(ACCOUNT).role("deploy").arn == f"arn:aws:iam::{ACCOUNT}:role/ci/deploy"


def test_trust_policy_decides_who_assumes_the_role() -> None:
    document = state()
    bucket(document, "trust-1")
    document.add(
        "aws_iam_user.ann",
        arn=f"arn:aws:iam::{ACCOUNT}:user/ann",
        id="ann",
        name="ann",
        path="/",
        unique_id="AIDAANNANNANNANNANNAN",
    )
    document.add(
        "aws_iam_user.bob",
        arn=f"arn:aws:iam::{ACCOUNT}:user/bob",
        id="bob",
        name="bob",
        path="/",
        unique_id="AIDABOBBOBBOBBOBBOBBO",
    )
    role(document, "reader", allow("s3:GetObject", "*"))
    document.values[""]["resources"][-2]["values"]["assume_role_policy"] = trust(
        AWS=f"arn:aws:iam::{ACCOUNT}:user/ann"
    )
    world = World(document)
    assert world.names == set()
    account = world.aws.account(ACCOUNT)
    session = account.role("reader").assume(account.user("ann"))
    assert session.client("sts").get_caller_identity()["Arn"].endswith("assumed-role/reader/session")
    with pytest.raises(ClientError) as denied:
        account.role("reader").assume(account.user("bob"))
    assert denied.value.response["Error"]["Code"] == "AccessDenied"
