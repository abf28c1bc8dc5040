"""Jobs of S3 Batch Operations through boto3: they run on the clock, with their role, and write reports (F-172)."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import json
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3 import NotSupported, clock, mock_s3
from mocks3.effects.jobs import running
from mocks3.s3control.jobs import SUPPORTED

from .conftest import ACCOUNT, fault, policy

ID = {"AccountId": ACCOUNT}
TAGGING = {"S3PutObjectTagging": {"TagSet": [{"Key": "team", "Value": "a"}]}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "batchoperations.s3.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


class Jobs:
    """An AWS with the bucket "data", whose objects jobs change, and a role that may do everything in S3."""

    def __init__(self, aws: Any) -> None:
        self.aws = aws
        self.account = aws.account()
        self.bucket = self.account.create_bucket("data", objects={"a b": b"1", "k": b"2"}, versioning=True)
        self.account.create_bucket("out")
        self.role = self.account.create_role("batch", trust=TRUST, policies=policy("s3:*"))
        self.control = aws.client("s3control")
        self.s3 = aws.client("s3")
        self.made = 0

    def manifest(self, text="data,a+b\ndata,k\n", fields=("Bucket", "Key"), **more):
        """Store a manifest, and return the member of CreateJob."""
        etag = self.s3.put_object(Bucket="out", Key="manifest.csv", Body=text.encode())["ETag"]
        return {
            "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": list(fields)},
            "Location": {"ObjectArn": "arn:aws:s3:::out/manifest.csv", "ETag": etag, **more},
        }

    def create(self, operation=TAGGING, **members):
        """Create a job, and return its id."""
        self.made += 1
        given = {
            "Operation": operation,
            "Manifest": members.pop("Manifest", None) or self.manifest(),
            "Report": {"Enabled": False},
            "Priority": 1,
            "RoleArn": self.role.arn,
            "ClientRequestToken": f"token-{self.made}",
            **members,
        }
        return self.control.create_job(**ID, **given)["JobId"]

    def describe(self, job):
        return self.control.describe_job(**ID, JobId=job)["Job"]

    def run(self, operation=TAGGING, **members):
        """Create a job, move the clock, and return the description of the job that ran."""
        job = self.create(operation, **members)
        self.aws.clock.advance(seconds=2)
        return self.describe(job)

    def counts(self, found):
        summary = found["ProgressSummary"]
        return tuple(
            summary[name] for name in ("TotalNumberOfTasks", "NumberOfTasksSucceeded", "NumberOfTasksFailed")
        )

    def report(self, job, prefix="r"):
        """The manifest of a report, and the rows of its files by status."""
        key = f"{prefix}/job-{job}/manifest.json"
        manifest = json.loads(self.s3.get_object(Bucket="out", Key=key)["Body"].read())
        rows = {}
        for each in manifest["Results"]:
            text = self.s3.get_object(Bucket=each["Bucket"], Key=each["Key"])["Body"].read().decode()
            rows[each["TaskExecutionStatus"]] = list(csv.reader(io.StringIO(text)))
        return manifest, rows


REPORT = {
    "Enabled": True,
    "Bucket": "arn:aws:s3:::out",
    "Format": "Report_CSV_20180820",
    "Prefix": "r",
    "ReportScope": "AllTasks",
}


@pytest.fixture
def jobs():
    """The AWS with a frozen time, so that a job starts only when a test advances the clock."""
    with freeze_time(clock.unshifted_now()), mock_s3() as aws:
        yield Jobs(aws)


def test_a_job_runs_when_its_time_comes(jobs):
    job = jobs.create(Description="team tags", Report=REPORT)
    found = jobs.describe(job)
    assert (found["Status"], found["Description"], found["Priority"]) == ("New", "team tags", 1)
    assert found["JobArn"] == f"arn:aws:s3:us-east-1:{ACCOUNT}:job/{job}"
    assert "TagSet" not in str(jobs.s3.get_object_tagging(Bucket="data", Key="k")["TagSet"])
    jobs.aws.clock.advance(seconds=2)
    assert jobs.s3.get_object_tagging(Bucket="data", Key="a b")["TagSet"] == [{"Key": "team", "Value": "a"}]
    found = jobs.describe(job)
    assert (found["Status"], jobs.counts(found)) == ("Complete", (2, 2, 0))
    assert found["TerminationDate"] > found["CreationTime"]
    assert (found["Operation"], found["RoleArn"]) == (TAGGING, jobs.role.arn)
    manifest, rows = jobs.report(job)
    assert manifest["Format"] == "Report_CSV_20180820"
    assert rows == {
        "succeeded": [
            ["data", "a+b", "", "succeeded", "200", "", "Successful"],
            ["data", "k", "", "succeeded", "200", "", "Successful"],
        ]
    }
    assert jobs.s3.head_object(Bucket="out", Key=f"r/job-{job}/manifest.json.md5")
    caller = next(each for each in jobs.aws.calls if each.operation == "PutObjectTagging").principal
    assert caller.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/batch/")


LATER = datetime.datetime(2035, 1, 1, tzinfo=datetime.UTC)


def _tags(jobs):
    return jobs.s3.get_object_tagging(Bucket="data", Key="k")["TagSet"]


def test_every_kind_of_operation(jobs):
    """Each kind of operation changes the objects like its S3 call."""
    s3 = jobs.s3
    s3.put_bucket_ownership_controls(
        Bucket="data", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    seen = set()

    def run(kind, settings, expected=(2, 2, 0), **members):
        seen.add(kind)
        found = jobs.run({kind: settings}, **members)
        assert (found["Status"], jobs.counts(found)) == ("Complete", expected), found

    run("S3PutObjectTagging", {"TagSet": [{"Key": "a", "Value": "b"}]})
    assert _tags(jobs) == [{"Key": "a", "Value": "b"}]
    run("S3DeleteObjectTagging", {})
    assert _tags(jobs) == []
    run(
        "S3PutObjectCopy",
        {
            "TargetResource": "arn:aws:s3:::out",
            "TargetKeyPrefix": "copies",
            "StorageClass": "GLACIER",
            "NewObjectMetadata": {"ContentType": "text/plain", "UserMetadata": {"m": "v"}},
            "NewObjectTagging": [{"Key": "new", "Value": "x"}],
        },
    )
    copied = s3.head_object(Bucket="out", Key="copies/a b")
    assert (copied["StorageClass"], copied["ContentType"], copied["Metadata"]) == (
        "GLACIER",
        "text/plain",
        {"m": "v"},
    )
    assert s3.get_object_tagging(Bucket="out", Key="copies/k")["TagSet"] == [{"Key": "new", "Value": "x"}]
    frozen = jobs.manifest("out,copies/k\n")
    run(
        "S3InitiateRestoreObject",
        {"ExpirationInDays": 3, "GlacierJobTier": "BULK"},
        (1, 1, 0),
        Manifest=frozen,
    )
    assert "ongoing-request" in s3.head_object(Bucket="out", Key="copies/k")["Restore"]
    canned = {"AccessControlPolicy": {"CannedAccessControlList": "authenticated-read"}}
    jobs.account.root.client("s3").delete_public_access_block(Bucket="data")
    run("S3PutObjectAcl", canned)
    assert len(s3.get_object_acl(Bucket="data", Key="k")["Grants"]) == 2
    owner = {"ID": jobs.account.canonical_id}
    grant = {"Grantee": {"TypeIdentifier": "id", "Identifier": owner["ID"]}, "Permission": "READ"}
    run(
        "S3PutObjectAcl",
        {"AccessControlPolicy": {"AccessControlList": {"Owner": owner, "Grants": [grant]}}},
    )
    assert [each["Permission"] for each in s3.get_object_acl(Bucket="data", Key="k")["Grants"]] == ["READ"]
    key = jobs.account.create_kms_key()
    jobs.role.put_policy(policy("s3:*", "kms:*"))
    run("S3UpdateObjectEncryption", {"ObjectEncryption": {"SSEKMS": {"KMSKeyArn": key.arn}}})
    assert s3.head_object(Bucket="data", Key="k")["SSEKMSKeyId"] == key.arn
    enabled = {"ObjectLockEnabled": "Enabled"}
    s3.put_object_lock_configuration(Bucket="data", ObjectLockConfiguration=enabled)
    run("S3PutObjectLegalHold", {"LegalHold": {"Status": "ON"}})
    assert s3.get_object_legal_hold(Bucket="data", Key="k")["LegalHold"] == {"Status": "ON"}
    run("S3PutObjectLegalHold", {"LegalHold": {"Status": "OFF"}})
    run("S3PutObjectRetention", {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": LATER}})
    retention = s3.get_object_retention(Bucket="data", Key="k")["Retention"]
    assert retention == {"Mode": "GOVERNANCE", "RetainUntilDate": LATER}
    called = []

    def function(event):
        called.append(event["tasks"][0]["s3Key"])
        result = {"taskId": event["tasks"][0]["taskId"], "resultCode": "Succeeded", "resultString": "ok"}
        return {"results": [result]}

    arn = jobs.account.create_function("each", function)
    jobs.role.put_policy(policy("s3:*", "lambda:InvokeFunction"))
    run("LambdaInvoke", {"FunctionArn": arn})
    assert called == ["a+b", "k"]
    jobs.role.put_policy(policy("s3:*"))
    run("LambdaInvoke", {"FunctionArn": arn}, (2, 0, 2))
    assert called == ["a+b", "k"]
    assert seen == set(SUPPORTED)


def test_a_task_that_is_denied_fails_alone(jobs):
    """F-172."""
    denying = json.loads(policy("s3:PutObjectTagging", resource="arn:aws:s3:::data/k", Effect="Deny"))[
        "Statement"
    ]
    allowing = json.loads(policy("s3:*"))["Statement"]
    jobs.role.put_policy({"Version": "2012-10-17", "Statement": [*_list(denying), *_list(allowing)]})
    missing = "data,a+b\ndata,k\ndata,gone\n"
    found = jobs.run(Report=REPORT, Manifest=jobs.manifest(missing))
    assert (found["Status"], jobs.counts(found)) == ("Complete", (3, 1, 2))
    _, rows = jobs.report(found["JobId"])
    denied, gone = rows["failed"]
    assert denied[:6] == ["data", "k", "", "failed", "403", "AccessDenied"]
    assert "assumed-role/batch/" in denied[6]
    assert gone[:6] == ["data", "gone", "", "failed", "404", "NoSuchKey"]
    assert [row[1] for row in rows["succeeded"]] == ["a+b"]
    assert _tags(jobs) == []
    decided = [each for each in jobs.aws.decisions if not each.allowed]
    assert decided[0].action == "s3:PutObjectTagging"


def _list(value):
    return value if isinstance(value, list) else [value]


def test_reports_of_failed_tasks_only(jobs):
    found = jobs.run(
        Report={**REPORT, "ReportScope": "FailedTasksOnly"}, Manifest=jobs.manifest("data,k\ndata,gone\n")
    )
    _, rows = jobs.report(found["JobId"])
    assert [row[1] for row in rows["failed"]] == ["gone"]
    assert "succeeded" not in rows


def test_versions_and_other_columns(jobs):
    old = jobs.s3.head_object(Bucket="data", Key="k")["VersionId"]
    jobs.s3.put_object(Bucket="data", Key="k", Body=b"new")
    manifest = jobs.manifest(f"x,data,{old},k\n", ("Ignore", "Bucket", "VersionId", "Key"))
    assert jobs.counts(jobs.run(Manifest=manifest)) == (1, 1, 0)
    assert _tags(jobs) == []
    tags = jobs.s3.get_object_tagging(Bucket="data", Key="k", VersionId=old)["TagSet"]
    assert tags == [{"Key": "team", "Value": "a"}]


def test_an_inventory_report_is_a_manifest(jobs):
    import gzip

    data = gzip.compress(b'"data","a%20b"\n"data","k"\n')
    jobs.s3.put_object(Bucket="out", Key="inv/data.csv.gz", Body=data)
    listing = {"fileSchema": "Bucket, Key", "files": [{"key": "inv/data.csv.gz"}]}
    etag = jobs.s3.put_object(Bucket="out", Key="inv/manifest.json", Body=json.dumps(listing).encode())[
        "ETag"
    ]
    manifest = {
        "Spec": {"Format": "S3InventoryReport_CSV_20161130"},
        "Location": {"ObjectArn": "arn:aws:s3:::out/inv/manifest.json", "ETag": etag},
    }
    found = jobs.run(Manifest=manifest)
    assert (found["Status"], jobs.counts(found)) == ("Complete", (2, 2, 0))


def test_a_job_waits_for_its_confirmation(jobs):
    found = jobs.run(ConfirmationRequired=True)
    assert (found["Status"], found["SuspendedCause"]) == ("Suspended", "AwaitingConfirmation")
    assert found["ProgressSummary"]["TotalNumberOfTasks"] == 2
    name = {**ID, "JobId": found["JobId"]}
    jobs.aws.clock.advance(days=1)
    assert (_tags(jobs), jobs.describe(found["JobId"])["Status"]) == ([], "Suspended")
    answer = jobs.control.update_job_status(**name, RequestedJobStatus="Ready", StatusUpdateReason="go")
    assert (answer["Status"], answer["StatusUpdateReason"]) == ("Ready", "go")
    jobs.aws.clock.advance(seconds=2)
    assert jobs.describe(found["JobId"])["Status"] == "Complete"
    assert _tags(jobs) == [{"Key": "team", "Value": "a"}]
    for wanted in ("Ready", "Cancelled"):
        code = fault(jobs.control.update_job_status, **name, RequestedJobStatus=wanted)
        assert code[:2] == ("JobStatusException", 400)
    assert fault(jobs.control.update_job_priority, **name, Priority=5)[0] == "BadRequestException"


def test_a_job_does_not_start_early(jobs):
    job = jobs.create()
    jobs.aws.clock.advance(seconds=0.9)
    assert (jobs.describe(job)["Status"], _tags(jobs)) == ("New", [])
    jobs.aws.clock.advance(seconds=0.2)
    assert jobs.describe(job)["Status"] == "Complete"


def test_a_job_is_cancelled(jobs):
    job = jobs.create()
    name = {**ID, "JobId": job}
    assert (
        fault(jobs.control.update_job_status, **name, RequestedJobStatus="Ready")[0] == "JobStatusException"
    )
    assert jobs.control.update_job_status(**name, RequestedJobStatus="Cancelled")["Status"] == "Cancelled"
    jobs.aws.clock.advance(days=1)
    assert (_tags(jobs), jobs.describe(job)["Status"]) == ([], "Cancelled")


def test_a_function_cancels_its_job(jobs):
    done = []

    def function(event):
        done.append(event)
        jobs.control.update_job_status(**ID, JobId=event["job"]["id"], RequestedJobStatus="Cancelled")
        return {"results": [{"taskId": event["tasks"][0]["taskId"], "resultCode": "Succeeded"}]}

    jobs.role.put_policy(policy("s3:*", "lambda:InvokeFunction"))
    arn = jobs.account.create_function("each", function)
    found = jobs.run({"LambdaInvoke": {"FunctionArn": arn, "InvocationSchemaVersion": "2.0"}})
    assert (found["Status"], jobs.counts(found), len(done)) == ("Cancelled", (2, 1, 0), 1)
    assert done[0]["tasks"][0]["s3Bucket"] == "data"


def test_the_highest_priority_runs_first(jobs):
    low = jobs.create({"S3PutObjectTagging": {"TagSet": [{"Key": "last", "Value": "low"}]}}, Priority=1)
    high = jobs.create({"S3PutObjectTagging": {"TagSet": [{"Key": "last", "Value": "high"}]}}, Priority=2)
    jobs.control.update_job_priority(**ID, JobId=low, Priority=3)
    jobs.aws.clock.advance(seconds=2)
    assert _tags(jobs) == [{"Key": "last", "Value": "high"}]
    assert {jobs.describe(job)["Status"] for job in (low, high)} == {"Complete"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("no trust", "AssumeRoleFailed"),
        ("no role", "AssumeRoleFailed"),
        ("no manifest", "ManifestNotReadable"),
        ("other manifest", "ManifestNotReadable"),
        ("bad manifest", "ManifestNotValid"),
        ("no report", "ReportNotWritable"),
    ],
)
def test_a_job_that_cannot_start(jobs, change, code):
    """F-172."""
    members = {"Manifest": jobs.manifest(), "Report": REPORT}
    if change == "no trust":
        trust = {**TRUST, "Statement": {**TRUST["Statement"], "Principal": {"Service": "ec2.amazonaws.com"}}}
        members["RoleArn"] = jobs.account.create_role("other", trust=trust, policies=policy("s3:*")).arn
    elif change == "no role":
        members["RoleArn"] = f"arn:aws:iam::{ACCOUNT}:role/gone"
    elif change == "no manifest":
        jobs.role.put_policy(policy("s3:PutObject*"))
    elif change == "other manifest":
        jobs.s3.put_object(Bucket="out", Key="manifest.csv", Body=b"data,k\n")
    elif change == "bad manifest":
        members["Manifest"] = jobs.manifest("data\n")
    else:
        members["Report"] = {**REPORT, "Bucket": "arn:aws:s3:::gone"}
    found = jobs.run(**members)
    assert (found["Status"], found["FailureReasons"][0]["FailureCode"]) == ("Failed", code)
    assert found["TerminationDate"]
    if code != "ReportNotWritable":
        assert _tags(jobs) == []


def test_more_than_half_of_the_tasks_fail(jobs, monkeypatch):
    """Of at least 1,000 tasks; here of 10."""
    assert running.FEWEST_TASKS == 1000
    monkeypatch.setattr(running, "FEWEST_TASKS", 10)
    found = jobs.run(Manifest=jobs.manifest("data,k\n" * 5 + "data,gone\n" * 10))
    assert (found["Status"], jobs.counts(found)) == ("Failed", (15, 5, 6))
    assert found["FailureReasons"][0]["FailureCode"] == "FailureThreshold"


def test_listing_and_tokens(jobs):
    members = {"Manifest": jobs.manifest(), "ClientRequestToken": "same"}
    first = jobs.create(**members)
    assert jobs.create(**members) == first
    code = fault(jobs.create, **members, Priority=7)
    assert code[:2] == ("IdempotencyException", 400)
    second = jobs.create()
    jobs.control.update_job_status(**ID, JobId=second, RequestedJobStatus="Cancelled")
    listed = jobs.control.list_jobs(**ID, JobStatuses=["Cancelled"])["Jobs"]
    assert [(each["JobId"], each["Operation"]) for each in listed] == [(second, "S3PutObjectTagging")]
    page = jobs.control.list_jobs(**ID, MaxResults=1)
    rest = jobs.control.list_jobs(**ID, NextToken=page["NextToken"])
    assert {each["JobId"] for each in page["Jobs"] + rest["Jobs"]} == {first, second}
    assert fault(jobs.control.list_jobs, **ID, NextToken="?")[:2] == ("InvalidNextTokenException", 400)
    jobs.aws.clock.advance(days=91)
    assert fault(jobs.control.describe_job, **ID, JobId=second)[:2] == ("NoSuchJobException", 404)
    far = jobs.aws.client("s3control", region_name="eu-west-1")
    assert far.list_jobs(**ID)["Jobs"] == []


def test_tags(jobs):
    job = jobs.create(Tags=[{"Key": "team", "Value": "a"}])
    name = {**ID, "JobId": job}
    assert jobs.control.get_job_tagging(**name)["Tags"] == [{"Key": "team", "Value": "a"}]
    jobs.control.put_job_tagging(**name, Tags=[{"Key": "x", "Value": "y"}])
    assert jobs.control.get_job_tagging(**name)["Tags"] == [{"Key": "x", "Value": "y"}]
    many = [{"Key": f"k{n}", "Value": ""} for n in range(51)]
    assert fault(jobs.control.put_job_tagging, **name, Tags=many)[:2] == ("TooManyTagsException", 400)
    jobs.control.delete_job_tagging(**name)
    assert jobs.control.get_job_tagging(**name).get("Tags", []) == []


def test_conditions(jobs):
    eve = jobs.account.create_user("eve")
    client = eve.client("s3control")
    job = jobs.create(Tags=[{"Key": "team", "Value": "a"}], Priority=3)
    for action, key, good, bad, call in (
        ("s3:UpdateJobPriority", "s3:ExistingJobPriority", "3", "4", "update_job_priority"),
        ("s3:UpdateJobPriority", "s3:RequestJobPriority", "3", "4", "update_job_priority"),
        ("s3:UpdateJobPriority", "s3:ExistingJobOperation", "S3PutObjectTagging", "x", "update_job_priority"),
        ("s3:DescribeJob", "aws:ResourceTag/team", "a", "b", "describe_job"),
    ):
        members = {"Priority": 3} if call == "update_job_priority" else {}
        operator = "NumericEquals" if key.endswith("Priority") else "StringEquals"
        for value, code in ((bad, "AccessDenied"), (good, None)):
            eve.put_policy(policy(action, Condition={operator: {key: value}}))
            if code is None:
                getattr(client, call)(**ID, JobId=job, **members)
            else:
                assert fault(getattr(client, call), **ID, JobId=job, **members)[0] == code, key
    creating = {
        **ID,
        "Operation": TAGGING,
        "Manifest": jobs.manifest(),
        "Report": {"Enabled": False},
        "Priority": 1,
        "RoleArn": jobs.role.arn,
        "ClientRequestToken": "of-eve",
    }
    condition = {"StringEquals": {"s3:RequestJobOperation": "S3PutObjectTagging"}}
    eve.put_policy(policy("s3:CreateJob", Condition=condition))
    assert "iam:PassRole" in fault(client.create_job, **creating)[2]
    passing = {"StringEquals": {"iam:PassedToService": "batchoperations.s3.amazonaws.com"}}
    eve.put_policy(policy("iam:PassRole", resource=jobs.role.arn, Condition=passing), name="pass")
    assert client.create_job(**creating)["JobId"]
    other = {**creating, "Operation": {"S3DeleteObjectTagging": {}}, "ClientRequestToken": "other"}
    assert "s3:CreateJob" in fault(client.create_job, **other)[2]


def test_invalid_jobs(jobs):
    csv_only = jobs.manifest(fields=("Key",))
    somewhere = {**jobs.manifest(), "Location": {"ObjectArn": "out/manifest.csv", "ETag": "e"}}
    for members, code in (
        ({"Operation": {}}, "InvalidRequest"),
        ({"Operation": {**TAGGING, "S3DeleteObjectTagging": {}}}, "InvalidRequest"),
        ({"Manifest": csv_only}, "InvalidRequest"),
        ({"Report": {"Enabled": True}}, "InvalidRequest"),
        ({"Operation": {"LambdaInvoke": {"FunctionArn": "upper"}}}, "InvalidRequest"),
        ({"Operation": {"S3UpdateObjectEncryption": {}}}, "InvalidRequest"),
        ({"Operation": {"S3PutObjectAcl": {}}}, "InvalidRequest"),
        (
            {"Operation": {"S3PutObjectCopy": {"AccessControlGrants": [{"Permission": "READ"}]}}},
            "InvalidRequest",
        ),
        ({"Manifest": somewhere}, "InvalidRequest"),
    ):
        assert fault(lambda members=members: jobs.create(**members))[:2] == (code, 400), members
    assert jobs.control.list_jobs(**ID)["Jobs"] == []
    name = {**ID, "JobId": "gone-gone"}
    for method in ("describe_job", "get_job_tagging", "delete_job_tagging"):
        assert fault(getattr(jobs.control, method), **name)[:2] == ("NoSuchJobException", 404)


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"Operation": {"S3ReplicateObject": {}}}, "S3ReplicateObject of s3control:CreateJob"),
        ({"Operation": {"S3ComputeObjectChecksum": {}}}, "S3ComputeObjectChecksum of s3control:CreateJob"),
        (
            {"Operation": {"S3PutObjectCopy": {"AnnotationDirective": "COPY"}}},
            "S3PutObjectCopy.AnnotationDirective of s3control:CreateJob",
        ),
        (
            {
                "ManifestGenerator": {
                    "S3JobManifestGenerator": {
                        "SourceBucket": "arn:aws:s3:::data",
                        "EnableManifestOutput": False,
                    }
                }
            },
            "ManifestGenerator of s3control:CreateJob",
        ),
    ],
)
def test_what_is_not_supported_is_named(jobs, members, named):
    with pytest.raises(NotSupported, match=named):
        jobs.create(**members)
    assert jobs.control.list_jobs(**ID)["Jobs"] == []


def test_snapshots_remember_jobs(jobs):
    job = jobs.create()
    mark = jobs.aws.snapshot()
    jobs.aws.clock.advance(seconds=2)
    assert jobs.describe(job)["Status"] == "Complete"
    jobs.aws.restore(mark)
    assert (jobs.describe(job)["Status"], _tags(jobs)) == ("New", [])
    jobs.aws.clock.advance(seconds=2)
    assert jobs.describe(job)["Status"] == "Complete"


INVENTORY = {"Spec": {"Format": "S3InventoryReport_CSV_20161130"}}
FILES = {
    "whole.gz": gzip.compress(b"data,k\n"),
    "half.gz": gzip.compress(b"data,k\n")[:-6],
    "bad.gz": b"\x1f\x8b" * 9,
}


@pytest.mark.parametrize(
    "content",
    [
        *("[]", "null", '"x"', "{", "[" * 100_000, "{}", '{"fileSchema": 1, "files": []}'),
        *(
            f'{{"fileSchema": "Bucket, Key", "files": {each}}}'
            for each in ("null", "[1]", '["whole.gz"]', "3")
        ),
        *(
            f'{{"fileSchema": "Bucket, Key", "files": [{{"key": "{each}"}}]}}'
            for each in ("half.gz", "bad.gz")
        ),
        '{"fileSchema": "Key", "files": [{"key": "whole.gz"}]}',
    ],
    ids=lambda text: text[:60],
)
def test_a_manifest_of_another_shape_fails_its_job_alone(jobs, content):
    """F-172. The next request, which starts the job, is answered."""
    for name, data in FILES.items():
        jobs.s3.put_object(Bucket="out", Key=name, Body=data)
    made = jobs.manifest(content)
    job = jobs.create(Manifest={**INVENTORY, "Location": made["Location"]})
    jobs.aws.clock.advance(seconds=2)
    assert jobs.s3.list_buckets()["Buckets"]
    found = jobs.describe(job)
    assert (found["Status"], found["FailureReasons"][0]["FailureCode"]) == ("Failed", "ManifestNotValid")


@pytest.mark.parametrize(
    "result",
    [{"resultCode": "\ud800"}, {"resultCode": "Succeeded", "resultString": "\ud800"}, {"resultCode": 3}],
)
def test_a_function_that_returns_no_text_fails_its_task_alone(jobs, result):
    jobs.role.put_policy(policy("s3:*", "lambda:InvokeFunction"))
    arn = jobs.account.create_function("each", lambda event: {"results": [result]})
    report = {
        "Enabled": True,
        "Bucket": "arn:aws:s3:::out",
        "Format": "Report_CSV_20180820",
        "ReportScope": "AllTasks",
    }
    found = jobs.run({"LambdaInvoke": {"FunctionArn": arn}}, Report=report)
    assert (found["Status"], jobs.counts(found)) == ("Complete", (2, 0, 2))


def test_what_changes_while_a_job_runs_is_kept(jobs):
    """A function changes the job that called it. Its end does not undo the change."""

    def function(event):
        named = {**ID, "JobId": event["job"]["id"]}
        jobs.control.put_job_tagging(**named, Tags=[{"Key": "stage", "Value": "running"}])
        return {"results": [{"taskId": event["tasks"][0]["taskId"], "resultCode": "Succeeded"}]}

    jobs.role.put_policy(policy("s3:*", "lambda:InvokeFunction"))
    arn = jobs.account.create_function("each", function)
    found = jobs.run({"LambdaInvoke": {"FunctionArn": arn, "InvocationSchemaVersion": "2.0"}})
    assert found["Status"] == "Complete"
    tags = jobs.control.get_job_tagging(**ID, JobId=found["JobId"])["Tags"]
    assert tags == [{"Key": "stage", "Value": "running"}]
