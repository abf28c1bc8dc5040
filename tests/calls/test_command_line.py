"""Commands of the AWS CLI, calls that are written as Python, and the calls that they make."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from mocks3.calls.command_line import read_command
from mocks3.calls.expression import read_call
from mocks3.errors import Mocks3Error


def calls(command: str) -> list[str]:
    return [str(each) for each in read_command(shlex.split(command)).calls]


@pytest.mark.parametrize(
    ("command", "made"),
    [
        ("aws s3api get-object --bucket b --key k out.txt", "GetObject(Bucket='b', Key='k')"),
        (
            "aws s3api put-object --bucket b --key k --body f --server-side-encryption aws:kms --ssekms-key-id x",
            "PutObject(Body=b'', Bucket='b', Key='k', ServerSideEncryption='aws:kms', SSEKMSKeyId='x')",
        ),
        (
            "aws s3api put-object --bucket b --key k --metadata a=b,c=d --tagging t=1",
            "PutObject(Bucket='b', Key='k', Metadata={'a': 'b', 'c': 'd'}, Tagging='t=1')",
        ),
        (
            "aws s3api delete-objects --bucket b --delete 'Objects=[{Key=a},{Key=b,VersionId=v}],Quiet=true'",
            "DeleteObjects(Bucket='b', Delete={'Objects': [{'Key': 'a'}, {'Key': 'b', 'VersionId': 'v'}], "
            "'Quiet': True})",
        ),
        (
            "aws s3api put-object-tagging --bucket b --key k --tagging '{\"TagSet\": []}'",
            "PutObjectTagging(Bucket='b', Key='k', Tagging={'TagSet': []})",
        ),
        (
            "aws s3api get-object-attributes --bucket b --key k --object-attributes ETag ObjectSize",
            "GetObjectAttributes(Bucket='b', Key='k', ObjectAttributes=['ETag', 'ObjectSize'])",
        ),
        (
            "aws s3api delete-object --bucket b --key k --version-id v --no-bypass-governance-retention",
            "DeleteObject(Bucket='b', Key='k', VersionId='v', BypassGovernanceRetention=False)",
        ),
        (
            "aws s3api list-objects-v2 --bucket b --prefix p/ --max-items 5 --page-size 2",
            "ListObjectsV2(Bucket='b', Prefix='p/')",
        ),
        (
            "aws sts assume-role --role-arn arn:aws:iam::111111111111:role/r --role-session-name me",
            "AssumeRole(RoleArn='arn:aws:iam::111111111111:role/r', RoleSessionName='me')",
        ),
    ],
)
def test_operations_of_services(command: str, made: str) -> None:
    assert calls(command) == [made]


@pytest.mark.parametrize(
    ("command", "operations"),
    [
        ("cp a.txt s3://b/k/", ["PutObject"]),
        ("cp s3://b/k .", ["HeadObject", "GetObject"]),
        ("cp s3://b/k s3://c/d/", ["HeadObject", "CopyObject"]),
        ("cp s3://b/p . --recursive", ["ListObjectsV2", "GetObject"]),
        ("mv s3://b/k s3://c", ["HeadObject", "CopyObject", "DeleteObject"]),
        ("mv a.txt s3://b/k", ["PutObject"]),
        ("sync nowhere s3://b/p --delete", ["ListObjectsV2", "PutObject", "DeleteObject"]),
        ("sync s3://a s3://b", ["ListObjectsV2", "ListObjectsV2", "CopyObject"]),
        ("ls", ["ListBuckets"]),
        ("ls s3://b", ["ListObjectsV2"]),
        ("rm s3://b/k", ["DeleteObject"]),
        ("rm s3://b/p --recursive", ["ListObjectsV2", "DeleteObject"]),
        ("mb s3://b", ["CreateBucket"]),
        ("rb s3://b --force", ["ListObjectsV2", "DeleteObject", "DeleteBucket"]),
        ("presign s3://b/k", ["GetObject"]),
        ("website s3://b --index-document i.html", ["PutBucketWebsite"]),
    ],
)
def test_commands_of_s3(command: str, operations: list[str]) -> None:
    made = read_command(["aws", "s3", *shlex.split(command)]).calls
    assert [each.operation for each in made] == operations


def test_options_of_uploads(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with open(large, "wb") as file:
        file.truncate(8 * 1024 * 1024)
    options = (
        "--acl public-read --sse aws:kms --sse-kms-key-id alias/x --grants read=uri=http://x --metadata a=b"
    )
    found = read_command(shlex.split(f"aws s3 cp {large} s3://b/k {options} --request-payer"))
    assert [each.operation for each in found.calls] == [
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
    ]
    assert found.calls[0].parameters == {
        "Bucket": "b",
        "Key": "k",
        "ACL": "public-read",
        "SSEKMSKeyId": "alias/x",
        "ServerSideEncryption": "aws:kms",
        "Metadata": {"a": "b"},
        "GrantRead": "uri=http://x",
        "RequestPayer": "requester",
    }
    assert found.assumptions.upload_parameters == {
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "alias/x",
    }


def test_options_before_the_service_and_files(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text('{"a": 1}')
    found = read_command(
        shlex.split(
            f"aws --region eu-west-1 --no-sign-request s3api put-bucket-policy --bucket b --policy file://{tmp_path}/policy.json"
        )
    )
    assert (found.region, found.anonymous) == ("eu-west-1", True)
    assert found.calls[0].parameters["Policy"] == '{"a": 1}'


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("aws", "must be written as in aws s3api get-object"),
        ("aws ec2 describe-vpcs", "no service 'ec2' of the AWS CLI"),
        ("aws s3api put-objct --bucket b", "no operation 'put-objct'; did you mean 'put-object'?"),
        ("aws kms decrypt --ciphertext-blob x", "mocks3 does not support kms:Decrypt"),
        ("aws s3api put-object --bucket b --keyy k", "has no option '--keyy'; did you mean '--key'?"),
        (
            "aws s3api put-object --bucket b --key k --tagging file:///nowhere",
            "the file /nowhere cannot be read",
        ),
        (
            "aws s3api delete-objects --bucket b --delete Objects=[{Key=a",
            "--delete: shorthand syntax expects",
        ),
        ("aws s3api delete-objects --bucket b --delete '{'", "--delete is not valid JSON"),
        ("aws s3api list-objects-v2 --bucket b --max-keys many", "--max-keys must be of type integer"),
        ("aws s3 copy a b", "aws s3 has no command 'copy'"),
        ("aws s3 cp a b", "one path must begin with s3://"),
        ("aws s3 cp a", "aws s3 cp takes 2 paths, not 1"),
        ("aws s3 rm s3://b", "the key is missing"),
        ("aws s3 cp a s3://b/k --grants all=x", "--grants: 'all' must be one of read"),
        ("aws s3 cp a s3://b/k --foo", "has no option '--foo'"),
    ],
)
def test_commands_that_are_not_valid(command: str, says: str) -> None:
    with pytest.raises(Mocks3Error) as fault:
        read_command(shlex.split(command))
    assert says in str(fault.value)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ('GetObject(Bucket="b", Key="k")', "GetObject(Bucket='b', Key='k')"),
        ('s3.get_object(Bucket="b", Key="k")', "GetObject(Bucket='b', Key='k')"),
        ("ListBuckets", "ListBuckets()"),
        (
            'PutObjectRetention(Bucket="b", Key="k", Retention={"RetainUntilDate": datetime(2030, 1, 31)})',
            "PutObjectRetention(Bucket='b', Key='k', Retention={'RetainUntilDate': datetime.datetime(2030, 1, 31, "
            "0, 0, tzinfo=datetime.timezone.utc)})",
        ),
        ('CopyObject(Bucket="b", Key="k", CopySource={"Bucket": "c", "Key": "d"})', None),
    ],
)
def test_calls_as_python(text: str, made: str | None) -> None:
    assert made is None or str(read_call(text)) == made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('GetObjct(Bucket="b")', "there is no operation 'GetObjct'; did you mean 'GetObject'?"),
        ('get_objct(Bucket="b")', "there is no operation 'get_objct'; did you mean 'get_object'?"),
        ('GetObject(Bucket="b", Kei="k")', "GetObject has no parameter 'Kei'; did you mean 'Key'?"),
        ("GetObject(Bucket=3)", "the parameter Bucket is not valid for GetObject: Invalid type"),
        ('GetObject("b")', "a call must name its parameters"),
        ("GetObject(Bucket=name)", "the parameter Bucket must be a literal value, not name"),
        ("GetObject(Bucket=[open('x')])", "the parameter Bucket must be a literal value"),
        ('GetObject(Bucket="b"', "was never closed"),
        ("GetObject(**{})", "not use **"),
        ('__import__("os").system("x")', "a call must be written as in"),
        ('s4.GetObject(Bucket="b")', "mocks3 has no service 's4'"),
        ('CopyObject(CopySource={"Bucket": "c"})', "CopySource of CopyObject has no Key"),
        ('CopyObject(CopySource={"Buckt": "c"})', "it has Bucket, Key and VersionId"),
        ("", "a call must be written as in"),
        ("(" * 5000, "call"),
    ],
)
def test_calls_that_are_not_valid(text: str, says: str) -> None:
    with pytest.raises(Mocks3Error) as fault:
        read_call(text)
    assert says in str(fault.value)
