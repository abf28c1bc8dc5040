"""Templates in the shape of those that teams deploy: what must be allowed, and what denied."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .world import World

OTHER, THIRD = "444455556666", "777788889999"


def test_website_that_everybody_can_read():
    world = World("static-website.yaml")
    world.allowed("anonymous", "get_object", Bucket="Site", Key="index.html")
    world.denied("anonymous", "put_object", Bucket="Site", Key="index.html")
    world.denied("anonymous", "list_objects_v2", Bucket="Site")
    client = world.principal("root").client("s3")
    website = client.get_bucket_website(Bucket="www.example.com")
    assert website["IndexDocument"] == {"Suffix": "index.html"}
    assert website["RoutingRules"][0]["Redirect"] == {"ReplaceKeyPrefixWith": "new/"}
    (rule,) = client.get_bucket_cors(Bucket="www.example.com")["CORSRules"]
    assert (rule["MaxAgeSeconds"], rule["ExposeHeaders"]) == (3000, ["ETag"])
    assert not world.unread


def test_website_with_the_domain_that_is_given():
    world = World("static-website.yaml", values={"Domain": "docs.example.org"})
    assert world.name("Site") == "docs.example.org"
    world.allowed("anonymous", "get_object", Bucket="Site", Key="index.html")


def test_website_with_the_block_that_new_buckets_have():
    world = World("website-with-default-block.yaml")
    world.denied("anonymous", "get_object", Bucket="Site", Key="index.html")
    block = world.principal("root").client("s3").get_public_access_block(Bucket=world.name("Site"))
    assert set(block["PublicAccessBlockConfiguration"].values()) == {True}


def test_origin_access_identity():
    world = World("cloudfront-oai.json")
    world.denied("anonymous", "get_object", Bucket="Assets", Key="logo.png")
    world.denied(f"stranger@{OTHER}", "get_object", Bucket="Assets", Key="logo.png")
    world.allowed("root", "get_object", Bucket="Assets", Key="logo.png")
    policy = world.principal("root").client("s3").get_bucket_policy(Bucket=world.name("Assets"))["Policy"]
    assert "CanonicalUser" in policy
    assert not world.unread


def test_origin_access_control():
    world = World("cloudfront-oac.yaml")
    policy = world.described["AssetsPolicy"].policy
    arn = policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceArn"]
    assert arn.startswith("arn:aws:cloudfront::123456789012:distribution/E")
    world.allowed(
        world.aws.service("cloudfront.amazonaws.com", source_arn=arn), "get_object", Bucket="Assets", Key="a"
    )
    world.denied(
        world.aws.service("cloudfront.amazonaws.com", source_arn=f"{arn}X"),
        "get_object",
        Bucket="Assets",
        Key="a",
    )
    world.denied("anonymous", "get_object", Bucket="Assets", Key="a")


def test_logs_of_cloudtrail():
    world = World("cloudtrail-logs.yaml")
    trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main"
    service = world.aws.service("cloudtrail.amazonaws.com", source_arn=trail)
    world.allowed(service, "get_bucket_acl", Bucket="Logs")
    world.allowed(service, "put_object", Bucket="Logs", Key="AWSLogs/123456789012/x.json.gz")
    world.denied(service, "put_object", Bucket="Logs", Key=f"AWSLogs/{OTHER}/x.json.gz")
    other = world.aws.service("cloudtrail.amazonaws.com", source_arn=f"{trail}2")
    world.denied(other, "put_object", Bucket="Logs", Key="AWSLogs/123456789012/x.json.gz")
    world.denied("root", "delete_object", Bucket="Logs", Key="AWSLogs/123456789012/x.json.gz")
    (rule,) = (
        world.principal("root")
        .client("s3")
        .get_bucket_lifecycle_configuration(Bucket=world.name("Logs"))["Rules"]
    )
    assert (rule["Expiration"], rule["Transitions"]) == (
        {"Days": 2555},
        [{"Days": 90, "StorageClass": "GLACIER"}],
    )


def test_logs_of_a_load_balancer():
    world = World("load-balancer-logs.yaml", region="eu-west-1")
    assert world.name("AccessLogs") == "alb-logs-eu-west-1"
    world.allowed(
        "stranger@156460612806", "put_object", Bucket="AccessLogs", Key="web/AWSLogs/123456789012/a.log"
    )
    world.denied(
        "stranger@127311923021", "put_object", Bucket="AccessLogs", Key="web/AWSLogs/123456789012/a.log"
    )


def test_server_access_logs():
    world = World("server-access-logs.yaml")
    client = world.principal("root").client("s3")
    logging = client.get_bucket_logging(Bucket=world.name("Data"))["LoggingEnabled"]
    assert logging == {"TargetBucket": world.name("Logs"), "TargetPrefix": "data/"}
    grantees = {
        each["Grantee"].get("URI") for each in client.get_bucket_acl(Bucket=world.name("Logs"))["Grants"]
    }
    assert "http://acs.amazonaws.com/groups/s3/LogDelivery" in grantees
    world.denied(f"stranger@{OTHER}", "put_object", Bucket="Logs", Key="data/x")
    assert not world.unread


def test_readers_of_other_accounts():
    world = World("cross-account-readers.yaml")
    for account in (OTHER, THIRD):
        world.allowed(f"stranger@{account}", "get_object", Bucket="Shared", Key="a")
        world.allowed(f"stranger@{account}", "list_objects_v2", Bucket="Shared")
        world.denied(f"stranger@{account}", "put_object", Bucket="Shared", Key="a")
    world.denied("stranger@111122223333", "get_object", Bucket="Shared", Key="a")


def test_readers_of_other_accounts_in_an_organization():
    world = World("cross-account-readers.yaml", values={"OrganizationId": "o-acme", "ReaderAccounts": OTHER})
    world.denied(f"stranger@{OTHER}", "get_object", Bucket="Shared", Key="a")
    world.aws.organization("o-acme").add(world.aws.account(OTHER))
    world.allowed(f"stranger@{OTHER}", "get_object", Bucket="Shared", Key="a")


def test_prefix_of_each_user():
    world = World("team-prefixes.yaml")
    for user, name in (("Ann", "ann"), ("Bob", "bob")):
        world.allowed(user, "put_object", Bucket="Home", Key=f"home/{name}/notes")
        world.allowed(user, "list_objects_v2", Bucket="Home", Prefix=f"home/{name}/x")
        world.denied(user, "get_object", Bucket="Home", Key="home/carl/notes")
        world.denied(user, "list_objects_v2", Bucket="Home")
    world.denied("Eve", "get_object", Bucket="Home", Key="home/eve/notes")


def test_uploads_with_one_key():
    world = World("encrypted-uploads.yaml")
    world.allowed("Uploader", "put_object", Bucket="Uploads", Key="a")
    world.denied("NoKey", "put_object", Bucket="Uploads", Key="a")
    world.denied(
        "Uploader",
        "put_object",
        Bucket="Uploads",
        Key="a",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId="arn:aws:kms:us-east-1:123456789012:key/0a0a0a0a-0000-4000-8000-000000000000",
    )
    world.denied("Uploader", "get_object", Bucket="Uploads", Key="b")
    with world.aws.request_context(secure_transport=False):
        world.denied("Uploader", "put_object", Bucket="Uploads", Key="a")
    assert not world.unread


def test_bucket_behind_a_vpc_endpoint():
    world = World("vpc-only.yaml")
    world.denied("App", "get_object", Bucket="Private", Key="a")
    world.allowed("App", "put_object", Bucket="Private", Key="a")
    with world.aws.request_context(source_vpce=world.described["Endpoint"].id):
        world.allowed("App", "get_object", Bucket="Private", Key="a")
        world.denied("App", "delete_object", Bucket="Private", Key="a")
    assert world.described["Endpoint"].vpc.startswith("vpc-")


def test_delegation_to_access_points():
    world = World("access-points.yaml")
    arn = "arn:aws:s3:us-east-1:123456789012:accesspoint/finance"
    world.bucket("Lake").put({"finance/a": b"1", "hr/a": b"2"})
    analyst = world.principal("Analyst").client("s3")
    assert analyst.get_object(Bucket=arn, Key="finance/a")["Body"].read() == b"1"
    with pytest.raises(ClientError, match="AccessDenied"):
        analyst.get_object(Bucket=arn, Key="hr/a")
    world.denied("Analyst", "get_object", Bucket="Lake", Key="finance/a")


def test_permissions_boundary():
    world = World("permissions-boundary.yaml")
    world.allowed("Worker", "put_object", Bucket="Data", Key="a")
    world.denied("Worker", "delete_object", Bucket="Data", Key="a")
    assert world.principal("Worker").arn.startswith(
        "arn:aws:sts::123456789012:assumed-role/permissions-boundary-Worker-"
    )


def test_object_lock():
    world = World("object-lock.yaml")
    version = world.call("Clerk", "put_object", Bucket="Records", Key="a", Body=b"x")["VersionId"]
    world.denied("Clerk", "delete_object", Bucket="Records", Key="a", VersionId=version)
    world.allowed("Clerk", "delete_object", Bucket="Records", Key="a")


def test_replication():
    world = World("replication.yaml")
    world.call("root", "put_object", Bucket="Source", Key="a", Body=b"x")
    assert world.bucket("Target").keys == ["a"]
    assert not world.unread


def test_acl_that_needs_ownership_controls():
    world = World("public-acl.yaml")
    (what,) = world.unread
    assert what == "AWS::S3::Bucket Refused.AccessControl"
    assert "BucketOwnerEnforced" in world.unread[what]
    world.allowed("anonymous", "list_objects_v2", Bucket="Downloads")
    world.denied("anonymous", "list_objects_v2", Bucket="Refused")
    block = world.principal("root").client("s3").get_public_access_block(Bucket=world.name("Downloads"))
    assert block["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": False,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }


def test_service_control_policy_of_a_unit():
    world = World("organization.yaml")
    account = world.described["Team"].id
    owner = world.aws.account(account)
    owner.create_bucket("team-data")
    owner.root.client("s3").put_object(Bucket="team-data", Key="a")
    with pytest.raises(ClientError, match="explicit deny in a service control policy"):
        owner.root.client("s3").delete_object(Bucket="team-data", Key="a")
    world.aws.account().create_bucket("management")
    world.allowed("root", "delete_object", Bucket="management", Key="a")


def test_stage_that_is_open_for_debugging():
    world = World("stages.yaml")
    world.allowed("Debugger", "put_object", Bucket="Data", Key="a")
    world.denied("Debugger", "delete_object", Bucket="Data", Key="a")
    assert world.principal("Debugger").arn.startswith("arn:aws:sts::123456789012:assumed-role/debugger-dev/")


def test_stage_that_is_closed():
    world = World("stages.yaml", values={"Stage": "prod"})
    assert "Debugger" not in world.described
    versioning = world.principal("root").client("s3").get_bucket_versioning(Bucket="data-prod")
    assert versioning["Status"] == "Enabled"


def test_notifications_and_their_consumer():
    world = World("notifications.yaml")
    world.call("root", "put_object", Bucket="Inbox", Key="a.csv", Body=b"x")
    world.call("root", "put_object", Bucket="Inbox", Key="a.txt", Body=b"x")
    assert [each.key for each in world.aws.events] == ["a.csv"]
    world.allowed("Importer", "get_object", Bucket="Inbox", Key="a.csv")
    world.denied("Importer", "put_object", Bucket="Inbox", Key="b.csv")


def test_deployment_by_web_identity():
    world = World("deployment-role.yaml", values={"Repository": "acme/site"})
    world.allowed("Deployer", "put_object", Bucket="Site", Key="index.html")
    world.allowed("Deployer", "list_objects_v2", Bucket="Site")
    world.denied("Deployer", "get_object", Bucket="Site", Key="index.html")
    trust = world.described["Deployer"].trust["Statement"][0]
    assert trust["Principal"]["Federated"] == (
        "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    )
    assert world.described["Deployer"].max_session == 7200


def test_parameter_without_a_value():
    world = World("deployment-role.yaml")
    assert world.unread == {
        "AWS::IAM::Role Deployer.AssumeRolePolicyDocument": (
            "the parameter Repository has no default value; give it: values={'Repository': ...}"
        )
    }
    world.allowed("Deployer", "put_object", Bucket="Site", Key="index.html")


def test_role_for_each_team():
    world = World("data-lake-per-team.yaml")
    for team, other in (("sales", "risk"), ("risk", "sales")):
        world.allowed(f"Role{team}", "put_object", Bucket="Lake", Key=f"{team}/a")
        world.allowed(f"Role{team}", "list_objects_v2", Bucket="Lake", Prefix=f"{team}/")
        world.denied(f"Role{team}", "get_object", Bucket="Lake", Key=f"{other}/a")


def test_tag_of_the_principal():
    world = World("tags.json")
    world.bucket("Projects").put({"a": b"1", "b": b"2"})
    client = world.principal("root").client("s3")
    for key, project in (("a", "apollo"), ("b", "gemini")):
        tags = {"TagSet": [{"Key": "project", "Value": project}]}
        client.put_object_tagging(Bucket="projects-1", Key=key, Tagging=tags)
    world.allowed("Engineer", "get_object", Bucket="Projects", Key="a")
    world.denied("Engineer", "get_object", Bucket="Projects", Key="b")


def test_partition_of_china():
    world = World("china.yaml", region="cn-north-1")
    assert world.described["DataPolicy"].policy["Statement"][0]["Resource"] == "arn:aws-cn:s3:::data-cn/*"
    world.allowed(f"root@{OTHER}", "get_object", Bucket="Data", Key="a")
    world.denied(f"root@{THIRD}", "get_object", Bucket="Data", Key="a")


class TestSeveralStacks:
    """Exports, nested stacks, and what CDK writes into cdk.out."""

    def test_export_of_another_template(self):
        world = World("exports")
        world.allowed("Reader", "get_object", Bucket="Data", Key="a")
        world.denied("Reader", "put_object", Bucket="Data", Key="a")
        assert not world.unread

    def test_export_of_a_template_that_is_not_loaded(self):
        world = World("exports/readers.yaml")
        (reason,) = world.unread.values()
        assert "no loaded template exports 'storage-bucket'" in reason

    def test_export_that_the_caller_gives(self):
        world = World("exports/readers.yaml", values={"storage-bucket": "data-1"})
        world.aws.account().create_bucket("data-1")
        world.allowed("Reader", "get_object", Bucket="data-1", Key="a")

    def test_nested_stack(self):
        world = World("nested")
        assert world.name("Bucket") == "acme-us-east-1-data"
        world.allowed("Reader", "get_object", Bucket="Bucket", Key="a")
        world.denied("Reader", "put_object", Bucket="Bucket", Key="a")
        assert not world.unread

    def test_nested_stack_that_is_not_loaded(self):
        world = World("nested/main.yaml")
        assert world.unread["AWS::CloudFormation::Stack Storage"] == (
            "the template of the nested stack is not loaded; load the folder that has it"
        )

    @pytest.mark.parametrize("source", ["cdk.out", "cdk.out/DocumentsStack.template.json"])
    def test_cdk(self, source):
        world = World(source)
        bucket = world.described["Documents7A9B2C31"]
        assert (bucket.account, bucket.region) == (OTHER, "eu-west-1")
        world.allowed("ReaderServiceRole0F6A1D5B", "get_object", Bucket="Documents7A9B2C31", Key="in/a")
        world.denied("ReaderServiceRole0F6A1D5B", "put_object", Bucket="Documents7A9B2C31", Key="in/a")
        cleaner = "CustomS3AutoDeleteObjectsCustomResourceProviderRole3B1BD092"
        world.allowed(cleaner, "delete_object", Bucket="Documents7A9B2C31", Key="in/a")
        world.denied(cleaner, "get_object", Bucket="Documents7A9B2C31", Key="in/a")
        with world.aws.request_context(secure_transport=False):
            world.denied("ReaderServiceRole0F6A1D5B", "get_object", Bucket="Documents7A9B2C31", Key="in/a")
        assert list(world.unread) == [
            "Custom::S3AutoDeleteObjects DocumentsAutoDeleteObjectsCustomResource5D1F3A77"
        ]

    def test_stacks_of_cdk_that_share_a_bucket(self):
        world = World("cdk.out")
        assert world.name("WriterRole5C2E9D10").startswith("writers-")
        world.allowed("WriterRole5C2E9D10", "put_object", Bucket="Documents7A9B2C31", Key="in/a")
        world.denied("WriterRole5C2E9D10", "put_object", Bucket="Documents7A9B2C31", Key="out/a")


class TestSam:
    """Templates of the Serverless Application Model."""

    def test_function_with_policy_templates(self):
        world = World("sam-thumbnails.yaml")
        role = "Thumbnail"
        world.allowed(role, "get_object", Bucket="Images", Key="a.png")
        world.allowed(role, "list_objects_v2", Bucket="Images")
        world.allowed(role, "put_object", Bucket="Thumbnails", Key="a.png")
        world.denied(role, "put_object", Bucket="Images", Key="a.png")
        world.denied(role, "get_object", Bucket="Thumbnails", Key="b.png")
        assert not world.unread

    def test_functions_with_several_kinds_of_policies(self):
        boundary = "arn:aws:iam::123456789012:policy/none"
        world = World("sam-api.yaml", values={"Boundary": boundary})
        world.allowed("Crud", "put_object", Bucket="Files", Key="a")
        world.allowed("Crud", "delete_object", Bucket="Files", Key="a")
        world.denied("Crud", "delete_object", Bucket="Files", Key="keep/a")
        world.allowed("Legacy", "get_object", Bucket="Files", Key="a")
        world.denied("Legacy", "put_object", Bucket="Files", Key="a")
        world.denied("OwnRole", "get_object", Bucket="Files", Key="a")
        world.allowed("Flow", "put_object", Bucket="Files", Key="flow")
        assert "Own" not in world.described
        assert not world.unread

    def test_place_of_what_the_transform_adds(self):
        world = World("sam-thumbnails.yaml")
        assert (world.described["Thumbnail"].place.line, world.described["Images"].place.line) == (15, 10)
