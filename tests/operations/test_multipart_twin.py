"""Multipart uploads against a twin that keeps nothing but bytes: any parts, in any order, some sent twice.

What S3 computes from the parts (ETag, composite and full-object checksums), the twin computes from the bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3 import clock, mock_s3
from mocks3.errors import S3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.lib import checksum
from mocks3.operations.multipart import complete
from mocks3.rules import ranges
from mocks3.storage import Blob, Part, Version, assembly

Sent = list[tuple[int, bytes]]
sent = st.lists(st.tuples(st.integers(1, 6), st.binary(max_size=40)), min_size=1, max_size=9)


def held(parts: Sent, algorithm: str) -> list[Part]:
    """The parts that an upload holds in the end, in the order of their numbers."""
    last = dict(parts)
    return [
        Part(
            number,
            Blob.of(body),
            hashlib.md5(body).hexdigest(),
            clock.now(),
            {algorithm: checksum.b64(algorithm, body)},
        )
        for number, body in sorted(last.items())
    ]


@given(parts=sent, algorithm=st.sampled_from(["crc32", "crc32c", "sha1", "sha256"]))
def test_composite_checksums(parts: Sent, algorithm: str) -> None:
    bodies = [body for _, body in sorted(dict(parts).items())]
    found, kind = complete.object_checksum(algorithm, "COMPOSITE", held(parts, algorithm))
    inner = b"".join(base64.b64decode(checksum.b64(algorithm, body)) for body in bodies)
    assert (found, kind) == ({algorithm: f"{checksum.b64(algorithm, inner)}-{len(bodies)}"}, "COMPOSITE")


@given(parts=sent, algorithm=st.sampled_from(["crc32", "crc32c", "crc64nvme"]))
def test_full_object_checksums(parts: Sent, algorithm: str) -> None:
    whole = b"".join(body for _, body in sorted(dict(parts).items()))
    found, kind = complete.object_checksum(algorithm, "FULL_OBJECT", held(parts, algorithm))
    assert (found, kind) == ({algorithm: checksum.b64(algorithm, whole)}, "FULL_OBJECT")


@given(parts=sent)
def test_the_servers_own_checksum(parts: Sent) -> None:
    whole = b"".join(body for _, body in sorted(dict(parts).items()))
    found, kind = complete.object_checksum(None, None, held(parts, "crc64nvme"))
    assert (found, kind) == ({"crc64nvme": checksum.b64("crc64nvme", whole)}, "FULL_OBJECT")


@given(parts=sent, number=st.integers(1, 7))
def test_parts_of_the_object(parts: Sent, number: int) -> None:
    bodies = [body for _, body in sorted(dict(parts).items())]
    made = held(parts, "crc32")
    version = Version("k", clock.now(), "me", Blob.join(part.blob for part in made), parts=tuple(made))
    if number > len(bodies):
        with pytest.raises(S3Error, match="InvalidPartNumber"):
            ranges.part_range(version, number)
        return
    span, part = ranges.part_range(version, number)
    whole = b"".join(bodies)
    assert part is made[number - 1]
    assert (b"" if span is None else whole[span.first : span.last + 1]) == bodies[number - 1]


@given(parts=sent)
def test_etags(parts: Sent) -> None:
    bodies = [body for _, body in sorted(dict(parts).items())]
    digest = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()
    assert assembly.multipart_etag([p.etag for p in held(parts, "crc32")]) == f"{digest}-{len(bodies)}"


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    """One that takes parts of any size."""
    with mock_s3(min_part_size=0) as world:
        yield world


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=sent, data=st.data())
def test_from_end_to_end(s3: Any, bucket: str, parts: Sent, data: st.DataObject) -> None:
    """Through a client: what is listed to complete is what the object is made of, byte for byte."""
    named = {"Bucket": bucket, "Key": "k"}
    upload = {**named, "UploadId": s3.create_multipart_upload(**named)["UploadId"]}
    etags = {n: s3.upload_part(**upload, PartNumber=n, Body=body)["ETag"] for n, body in parts}
    bodies = dict(parts)
    listed = s3.list_parts(**upload)["Parts"]
    assert [(p["PartNumber"], p["Size"]) for p in listed] == [(n, len(bodies[n])) for n in sorted(bodies)]
    chosen = sorted(data.draw(st.sets(st.sampled_from(sorted(bodies)), min_size=1)))
    body = b"".join(bodies[n] for n in chosen)
    _complete(s3.complete_multipart_upload, upload, {n: etags[n] for n in chosen})
    found = s3.get_object(**named, ChecksumMode="ENABLED")
    assert found["Body"].read() == body
    assert found["ChecksumCRC64NVME"] == checksum.b64("crc64nvme", body)
    first = data.draw(st.integers(0, len(body)))
    if first < len(body):
        assert s3.get_object(**named, Range=f"bytes={first}-")["Body"].read() == body[first:]


def _complete(call: Callable[..., Any], upload: dict[str, str], etags: dict[int, str]) -> None:
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in etags.items()]
    call(**upload, MultipartUpload={"Parts": parts})
