"""Settings of buckets, and objects: by resources of their own, and by older attributes of the bucket."""

from __future__ import annotations

from .terraform_documents import policy
from .terraform_resources import (
    ACCOUNT,
    CANONICAL,
    NO_BLOCK,
    OTHER,
    allow,
    bucket,
    bucket_policy,
    deny,
    role,
    state,
)
from .terraform_world import World


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
