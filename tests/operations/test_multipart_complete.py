"""CompleteMultipartUpload: what is made of the parts, and when nothing is."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Any

import pytest

from mocks3 import Mocks3Error, mock_s3
from mocks3.lib import checksum

from .answers import answer, refusal, unchecking_client

MIB5 = 5 * 1024 * 1024
LARGE = b"x" * MIB5
Parts = list[dict[str, Any]]


def begin(s3: Any, bucket: str, **params: Any) -> dict[str, str]:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", **params)["UploadId"]
    return {"Bucket": bucket, "Key": "k", "UploadId": upload}


def send(s3: Any, upload: dict[str, str], *bodies: bytes, **params: Any) -> Parts:
    """Upload parts 1, 2, 3…; answers the list to complete with."""
    parts = []
    for number, body in enumerate(bodies, start=1):
        found = s3.upload_part(**upload, PartNumber=number, Body=body, **params)
        algorithm = params.get("ChecksumAlgorithm")
        checksums = {f"Checksum{algorithm}": found[f"Checksum{algorithm}"]} if algorithm else {}
        parts.append({"PartNumber": number, "ETag": found["ETag"], **checksums})
    return parts


def complete(s3: Any, upload: dict[str, str], parts: Parts, **params: Any) -> dict[str, Any]:
    return answer(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts}, **params)


def refused(s3: Any, upload: dict[str, str], parts: Parts, **params: Any) -> dict[str, Any]:
    """The error; and the upload is still under way, the object not there."""
    before = s3.list_objects_v2(Bucket=upload["Bucket"]).get("Contents")
    found = refusal(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts}, **params)
    s3.list_parts(**upload)
    assert s3.list_objects_v2(Bucket=upload["Bucket"]).get("Contents") == before
    return found


@pytest.fixture
def upload(s3: Any, bucket: str) -> dict[str, str]:
    return begin(s3, bucket)


def composite_etag(*bodies: bytes) -> str:
    digest = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()
    return f'"{digest}-{len(bodies)}"'


def test_the_answer_without_an_algorithm(s3: Any, bucket: str, upload: dict[str, str]) -> None:
    """R-105."""
    found = complete(s3, upload, send(s3, upload, LARGE, b"tail"))
    assert found == {
        "Location": f"https://{bucket}.s3.us-east-1.amazonaws.com/k",
        "Bucket": bucket,
        "Key": "k",
        "ETag": composite_etag(LARGE, b"tail"),
        "ChecksumCRC64NVME": checksum.b64("crc64nvme", LARGE + b"tail"),
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == LARGE + b"tail"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_a_composite_checksum(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket, ChecksumAlgorithm="SHA256")
    found = complete(s3, upload, send(s3, upload, LARGE, b"tail", ChecksumAlgorithm="SHA256"))
    digests = [hashlib.sha256(body).digest() for body in (LARGE, b"tail")]
    whole = base64.b64encode(hashlib.sha256(b"".join(digests)).digest()).decode()
    assert (found["ChecksumType"], found["ChecksumSHA256"]) == ("COMPOSITE", f"{whole}-2")
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (head["ChecksumType"], head["ChecksumSHA256"]) == ("COMPOSITE", f"{whole}-2")
    second = s3.get_object(Bucket=bucket, Key="k", PartNumber=2, ChecksumMode="ENABLED")
    assert (second["ChecksumType"], second["PartsCount"]) == ("COMPOSITE", 2)
    assert second["ChecksumSHA256"] == base64.b64encode(digests[1]).decode()
    assert second["ContentRange"] == f"bytes {MIB5}-{MIB5 + 3}/{MIB5 + 4}"


def test_a_full_object_checksum(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = send(s3, upload, LARGE, b"tail", ChecksumAlgorithm="CRC32")
    whole = base64.b64encode(zlib.crc32(LARGE + b"tail").to_bytes(4, "big")).decode()
    found = complete(s3, upload, parts, ChecksumCRC32=whole, ChecksumType="FULL_OBJECT")
    assert (found["ChecksumType"], found["ChecksumCRC32"]) == ("FULL_OBJECT", whole)
    part = s3.get_object(Bucket=bucket, Key="k", PartNumber=2, ChecksumMode="ENABLED")
    assert "ChecksumCRC32" not in part
    assert "ChecksumType" not in part


def test_the_only_part_of_a_full_object_has_its_checksum(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    found = complete(s3, upload, send(s3, upload, b"x", ChecksumAlgorithm="CRC32"))
    part = s3.get_object(Bucket=bucket, Key="k", PartNumber=1, ChecksumMode="ENABLED")
    assert (part["ChecksumCRC32"], part["PartsCount"]) == (found["ChecksumCRC32"], 1)


def test_parts_left_out_are_let_go(s3: Any, bucket: str, upload: dict[str, str]) -> None:
    parts = send(s3, upload, b"dropped", LARGE, b"tail")
    found = complete(s3, upload, parts[1:])
    assert found["ETag"] == composite_etag(LARGE, b"tail")
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == MIB5 + 4
    assert s3.head_object(Bucket=bucket, Key="k", PartNumber=1)["ContentLength"] == MIB5


def test_numbers_may_have_gaps(s3: Any, bucket: str, upload: dict[str, str]) -> None:
    etags = {
        n: s3.upload_part(**upload, PartNumber=n, Body=body)["ETag"] for n, body in ((7, b"tail"), (3, LARGE))
    }
    complete(s3, upload, [{"PartNumber": n, "ETag": etags[n]} for n in (3, 7)])
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == LARGE + b"tail"


def test_no_upload(s3: Any, bucket: str) -> None:
    named = {"Bucket": bucket, "Key": "k", "UploadId": "nope"}
    parts = {"Parts": [{"PartNumber": 1, "ETag": '"x"'}]}
    found = refusal(s3.complete_multipart_upload, **named, MultipartUpload=parts)
    assert (found["Status"], found["Code"], found["UploadId"]) == (404, "NoSuchUpload", "nope")


def test_no_parts(s3: Any, upload: dict[str, str]) -> None:
    """R-74: a request without a body has an error of its own."""
    expected = {"Status": 400, "Code": "InvalidRequest", "Message": "You must specify at least one part"}
    assert refusal(s3.complete_multipart_upload, **upload) == expected
    assert refused(s3, upload, [])["Code"] == "MalformedXML"
    assert refusal(s3.complete_multipart_upload, **upload, MultipartUpload={})["Code"] == "MalformedXML"


def test_a_part_without_etag_is_malformed(s3: Any, upload: dict[str, str]) -> None:
    assert refused(s3, upload, [{"PartNumber": 1}])["Code"] == "MalformedXML"


def invalid_part(upload: dict[str, str], number: int, etag: str) -> dict[str, Any]:
    return {
        "Status": 400,
        "Code": "InvalidPart",
        "Message": "One or more of the specified parts could not be found.  The part may not have been uploaded, or "
        "the specified entity tag may not match the part's entity tag.",
        "UploadId": upload["UploadId"],
        "PartNumber": str(number),
        "ETag": etag,
    }


def test_unknown_part_wrong_etag_wrong_checksum(s3: Any, bucket: str) -> None:
    """R-74."""
    upload = begin(s3, bucket, ChecksumAlgorithm="SHA256")
    (part,) = send(s3, upload, b"x", ChecksumAlgorithm="SHA256")
    etag = part["ETag"].strip('"')
    assert refused(s3, upload, [{**part, "PartNumber": 2}]) == invalid_part(upload, 2, etag)
    assert refused(s3, upload, [{**part, "ETag": '"0123"'}]) == invalid_part(upload, 1, "0123")
    wrong = base64.b64encode(bytes(32)).decode()
    assert refused(s3, upload, [{**part, "ChecksumSHA256": wrong}]) == invalid_part(upload, 1, etag)
    complete(s3, upload, [{**part, "ETag": etag}])


@pytest.mark.parametrize("order", [(1, 0), (0, 0)])
def test_parts_out_of_order(s3: Any, upload: dict[str, str], order: tuple[int, int]) -> None:
    """R-74."""
    parts = send(s3, upload, LARGE, b"tail")
    assert refused(s3, upload, [parts[each] for each in order]) == {
        "Status": 400,
        "Code": "InvalidPartOrder",
        "Message": "The list of parts was not in ascending order. Parts must be ordered by part number.",
        "UploadId": upload["UploadId"],
    }


def test_all_parts_but_the_last_have_5_mib(s3: Any, upload: dict[str, str]) -> None:
    """R-74."""
    parts = send(s3, upload, LARGE[1:], b"tail")
    assert refused(s3, upload, parts) == {
        "Status": 400,
        "Code": "EntityTooSmall",
        "Message": "Your proposed upload is smaller than the minimum allowed size",
        "ETag": parts[0]["ETag"].strip('"'),
        "MinSizeAllowed": "5242880",
        "PartNumber": "1",
        "ProposedSize": "5242879",
    }


def test_the_size_of_the_whole(s3: Any, upload: dict[str, str]) -> None:
    parts = send(s3, upload, b"tail")
    assert refused(s3, upload, parts, MpuObjectSize=5) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
    }
    complete(s3, upload, parts, MpuObjectSize=4)


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_composite_uploads_repeat_the_checksums_of_their_parts(s3: Any, bucket: str, algorithm: str) -> None:
    """R-76."""
    upload = begin(s3, bucket, ChecksumAlgorithm=algorithm)
    (part,) = send(s3, upload, b"x", ChecksumAlgorithm=algorithm)
    assert refused(s3, upload, [{"PartNumber": 1, "ETag": part["ETag"]}]) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": f"The upload was created using a {algorithm.lower()} checksum. The complete request must include "
        "the checksum for each part. It was missing for part 1 in the request.",
    }


def test_a_checksum_of_another_kind_for_a_part(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket, ChecksumAlgorithm="CRC32")
    (part,) = send(s3, upload, b"x", ChecksumAlgorithm="CRC32")
    sha256 = base64.b64encode(hashlib.sha256(b"x").digest()).decode()
    assert refused(s3, upload, [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": sha256}]) == {
        "Status": 400,
        "Code": "BadDigest",
        "Message": "The sha256 you specified for part 1 did not match what we received.",
    }


@pytest.mark.parametrize(
    ("created", "asked", "named"),
    [
        ({"ChecksumAlgorithm": "CRC32"}, "FULL_OBJECT", "COMPOSITE"),
        ({"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}, "COMPOSITE", "FULL_OBJECT"),
        ({}, "FULL_OBJECT", "null"),
    ],
)
def test_another_checksum_mode(s3: Any, bucket: str, created: dict[str, str], asked: str, named: str) -> None:
    """R-76."""
    upload = begin(s3, bucket, **created)
    parts = send(s3, upload, b"x", **({"ChecksumAlgorithm": "CRC32"} if created else {}))
    assert refused(s3, upload, parts, ChecksumType=asked) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": f"The upload was created using the {named} checksum mode. The complete request must use the same "
        "checksum mode.",
    }


def test_a_wrong_checksum_of_the_whole(s3: Any, bucket: str) -> None:
    upload = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = send(s3, upload, b"x", ChecksumAlgorithm="CRC32")
    right = base64.b64encode(zlib.crc32(b"x").to_bytes(4, "big")).decode()
    zero = base64.b64encode(bytes(4)).decode()
    for member, algorithm, value in (
        ("ChecksumCRC32", "crc32", zero),
        ("ChecksumCRC32", "crc32", f"{right}-1"),
        ("ChecksumCRC32C", "crc32c", zero),
    ):
        assert refused(s3, upload, parts, **{member: value}) == {
            "Status": 400,
            "Code": "BadDigest",
            "Message": f"The {algorithm} you specified did not match the calculated checksum.",
        }


def test_a_composite_checksum_may_be_said_with_or_without_its_count(s3: Any, bucket: str) -> None:
    for suffix in ("", "-1"):
        upload = begin(s3, bucket, ChecksumAlgorithm="CRC32")
        parts = send(s3, upload, b"x", ChecksumAlgorithm="CRC32")
        inner = zlib.crc32(zlib.crc32(b"x").to_bytes(4, "big")).to_bytes(4, "big")
        whole = base64.b64encode(inner).decode()
        complete(s3, upload, parts, ChecksumCRC32=whole + suffix, ChecksumType="COMPOSITE")


def failed(condition: str) -> dict[str, Any]:
    return {
        "Status": 412,
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": condition,
    }


def test_conditions(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"old")["ETag"]
    upload = begin(s3, bucket)
    parts = send(s3, upload, b"new")
    assert refused(s3, upload, parts, IfNoneMatch="*") == failed("If-None-Match")
    assert refused(s3, upload, parts, IfMatch='"0123"') == failed("If-Match")
    assert refused(s3, upload, parts, IfMatch="*")["Code"] == "NotImplemented"
    complete(s3, upload, parts, IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"new"


def test_the_key_was_deleted_meanwhile(s3: Any, bucket: str) -> None:
    """R-75."""
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"old")["ETag"]
    upload = begin(s3, bucket)
    parts = send(s3, upload, b"new")
    s3.delete_object(Bucket=bucket, Key="k")
    found = refused(s3, upload, parts, IfMatch=etag)
    assert (found["Status"], found["Code"], found["Key"]) == (404, "NoSuchKey", "k")
    assert refused(s3, upload, parts, IfNoneMatch="*") == {
        "Status": 409,
        "Code": "ConditionalRequestConflict",
        "Message": "The conditional request cannot succeed due to a conflicting operation against this resource.",
        "Condition": "If-None-Match",
        "Key": "k",
    }


def test_the_key_was_written_meanwhile(s3: Any, bucket: str) -> None:
    """R-75."""
    upload = begin(s3, bucket)
    parts = send(s3, upload, b"new")
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"old")["ETag"]
    assert refused(s3, upload, parts, IfNoneMatch="*") == failed("If-None-Match")
    found = refused(s3, upload, parts, IfMatch=etag)
    assert (found["Status"], found["Code"], found["Condition"]) == (
        409,
        "ConditionalRequestConflict",
        "If-Match",
    )
    fresh = begin(s3, bucket)
    complete(s3, fresh, send(s3, fresh, b"new"), IfMatch=etag)


def test_completing_again_is_answered_again(s3: Any, bucket: str, upload: dict[str, str]) -> None:
    parts = send(s3, upload, b"x")
    first = complete(s3, upload, parts)
    assert complete(s3, upload, parts) == first
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"later")["ETag"]
    assert complete(s3, upload, parts)["ETag"] == first["ETag"]
    assert s3.head_object(Bucket=bucket, Key="k")["ETag"] == etag
    other = [{"PartNumber": 2, "ETag": parts[0]["ETag"]}]
    found = refusal(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": other})
    assert found["Code"] == "NoSuchUpload"


def test_completing_after_aborting(s3: Any, upload: dict[str, str]) -> None:
    parts = send(s3, upload, b"x")
    s3.abort_multipart_upload(**upload)
    found = refusal(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts})
    assert found["Code"] == "NoSuchUpload"


def test_versions(s3: Any, versioned: str) -> None:
    s3.put_object(Bucket=versioned, Key="k", Body=b"old")
    upload = begin(s3, versioned)
    found = complete(s3, upload, send(s3, upload, b"new"))
    assert s3.head_object(Bucket=versioned, Key="k")["VersionId"] == found["VersionId"]
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 2


def test_copies_of_multipart_objects_are_plain(s3: Any, bucket: str) -> None:
    """R-107."""
    upload = begin(s3, bucket, ChecksumAlgorithm="SHA1")
    complete(s3, upload, send(s3, upload, LARGE, b"tail", ChecksumAlgorithm="SHA1"))
    found = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")["CopyObjectResult"]
    assert found["ETag"] == f'"{hashlib.md5(LARGE + b"tail").hexdigest()}"'
    assert found["ChecksumType"] == "FULL_OBJECT"
    assert found["ChecksumSHA1"] == base64.b64encode(hashlib.sha1(LARGE + b"tail").digest()).decode()
    assert "PartsCount" not in s3.head_object(Bucket=bucket, Key="copy", PartNumber=1)


def test_copies_of_multipart_objects_without_algorithm(s3: Any, upload: dict[str, str]) -> None:
    bucket = upload["Bucket"]
    complete(s3, upload, send(unchecking_client(), upload, b"tail"))
    found = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")["CopyObjectResult"]
    assert found["ChecksumCRC64NVME"] == checksum.b64("crc64nvme", b"tail")


def test_parts_of_the_object(s3: Any, bucket: str, upload: dict[str, str]) -> None:
    complete(s3, upload, send(s3, upload, LARGE, b"tail"))
    found = s3.get_object(Bucket=bucket, Key="k", PartNumber=1)
    assert (found["ContentLength"], found["PartsCount"]) == (MIB5, 2)
    assert found["Body"].read() == LARGE
    assert refusal(s3.get_object, Bucket=bucket, Key="k", PartNumber=3) == {
        "Status": 416,
        "Code": "InvalidPartNumber",
        "Message": "The requested partnumber is not satisfiable",
        "ActualPartCount": "2",
        "PartNumberRequested": "3",
    }
    across = s3.get_object(Bucket=bucket, Key="k", Range=f"bytes={MIB5 - 1}-{MIB5}")
    assert across["Body"].read() == b"xt"


def test_keys_are_quoted_in_the_location(s3: Any, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a b/ä")["UploadId"]
    named = {"Bucket": bucket, "Key": "a b/ä", "UploadId": upload}
    found = complete(s3, named, send(s3, named, b"x"))
    assert found["Location"].endswith("/a%20b%2F%C3%A4")


@pytest.mark.parametrize("size", [0, 3])
def test_a_mock_may_take_smaller_parts(size: int) -> None:
    with mock_s3(min_part_size=size) as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="amzn-data")
        upload = begin(s3, "amzn-data")
        parts = send(s3, upload, b"abc", b"def", b"g")
        complete(s3, upload, parts)
        assert s3.get_object(Bucket="amzn-data", Key="k")["Body"].read() == b"abcdefg"
        upload = begin(s3, "amzn-data")
        parts = send(s3, upload, b"ab", b"c")
        if size:
            found = refused(s3, upload, parts)
            assert (found["Code"], found["MinSizeAllowed"]) == ("EntityTooSmall", "3")
        else:
            complete(s3, upload, parts)


@pytest.mark.parametrize("size", [-1, "5", 2.5, True, None])
def test_a_part_size_is_a_number_of_bytes(size: object) -> None:
    with pytest.raises(Mocks3Error, match="min_part_size must be a number of bytes"):
        mock_s3(min_part_size=size)  # type: ignore[call-overload]


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA256", "CRC64NVME"])
def test_checksums_of_parts_of_an_upload_without_an_algorithm(s3: Any, bucket: str, algorithm: str) -> None:
    """R-77: the part with a checksum is not found, even if the checksum is right."""
    upload = {"Bucket": bucket, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x", ChecksumAlgorithm=algorithm)
    member = f"Checksum{algorithm}"
    entry = {"PartNumber": 1, "ETag": part["ETag"]}
    listed = {"Parts": [{**entry, member: part[member]}]}
    assert refusal(s3.complete_multipart_upload, **upload, MultipartUpload=listed) == {
        "Status": 400,
        "Code": "InvalidPart",
        "Message": "One or more of the specified parts could not be found.  The part may not have been uploaded, or "
        "the specified entity tag may not match the part's entity tag.",
        "ETag": part["ETag"].strip('"'),
        "PartNumber": "1",
        "UploadId": upload["UploadId"],
    }
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [entry]})


def test_the_checksum_type_is_checked_before_the_parts(s3: Any, bucket: str) -> None:
    """R-76."""
    upload = {"Bucket": bucket, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    listed = {"Parts": [{"PartNumber": 7, "ETag": "none"}]}
    found = refusal(s3.complete_multipart_upload, **upload, MultipartUpload=listed, ChecksumType="COMPOSITE")
    assert found["Message"].startswith("The upload was created using the null checksum mode.")


def test_a_part_that_is_not_there_is_named_before_its_missing_checksum(s3: Any, bucket: str) -> None:
    """R-77."""
    upload = {"Bucket": bucket, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, ChecksumAlgorithm="SHA256")["UploadId"]
    listed = {"Parts": [{"PartNumber": 7, "ETag": "none"}]}
    found = refusal(s3.complete_multipart_upload, **upload, MultipartUpload=listed)
    assert (found["Code"], found["PartNumber"]) == ("InvalidPart", "7")


@pytest.mark.parametrize("number", [0, -1])
def test_part_numbers_below_one(s3: Any, bucket: str, number: int) -> None:
    """R-71: this is said before anything else about the parts."""
    upload = {"Bucket": bucket, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    parts = {"Parts": [{"PartNumber": 2, "ETag": "a"}, {"PartNumber": number, "ETag": "b"}]}
    assert refusal(s3.complete_multipart_upload, **upload, MultipartUpload=parts) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "PartNumber must be >= 1",
        "ArgumentName": "PartNumber",
        "ArgumentValue": str(number),
    }
    assert s3.list_parts(**upload)["UploadId"] == upload["UploadId"]
