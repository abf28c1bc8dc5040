"""Listing directory buckets (API_ListObjectsV2, API_ListMultipartUploads)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mocks3 import mock_s3

from .example_bucket import NAME, refused


def listed(s3, **params):
    """Return the keys and prefixes of all pages. Each page has the maximum length."""
    keys, prefixes = [], []
    token = {}
    while True:
        page = s3.list_objects_v2(Bucket=NAME, **params, **token)
        keys += [each["Key"] for each in page.get("Contents", ())]
        prefixes += [each["Prefix"] for each in page.get("CommonPrefixes", ())]
        assert page["KeyCount"] <= params.get("MaxKeys", 1000)
        if not page["IsTruncated"]:
            return keys, prefixes
        token = {"ContinuationToken": page["NextContinuationToken"]}


def test_by_directories(s3, zonal):
    zonal.put(dict.fromkeys(("a/1", "a/2", "a/b/3", "c", "d/4"), b""))
    assert tuple(map(sorted, listed(s3, Delimiter="/"))) == (["c"], ["a/", "d/"])
    assert tuple(map(sorted, listed(s3, Delimiter="/", Prefix="a/"))) == (["a/1", "a/2"], ["a/b/"])
    assert sorted(listed(s3, Prefix="a/")[0]) == ["a/1", "a/2", "a/b/3"]


def test_keys_come_in_no_order(s3, zonal):
    """The order has no meaning, but is the same every time."""
    keys = [f"{n:03}" for n in range(100)]
    zonal.put(dict.fromkeys(keys, b""))
    found, _ = listed(s3)
    assert found != keys
    assert sorted(found) == keys
    assert listed(s3) == (found, [])


def test_prefixes_are_directories(s3, zonal):
    assert refused(s3.list_objects_v2, Bucket=NAME, Prefix="a") == (
        400,
        "InvalidRequest",
        "This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a "
        "delimiter and try again.",
    )
    for method in (s3.list_objects_v2, s3.list_multipart_uploads):
        assert refused(method, Bucket=NAME, Delimiter="-")[:2] == (400, "InvalidRequest")
    assert refused(s3.list_objects_v2, Bucket=NAME, StartAfter="a")[:2] == (501, "NotImplemented")
    assert refused(s3.list_objects_v2, Bucket=NAME, OptionalObjectAttributes=["RestoreStatus"])[0] == 501


def test_uploads_under_way_show_their_directories(s3, zonal):
    zonal.put({"a/k": b""})
    upload = s3.create_multipart_upload(Bucket=NAME, Key="up/there/k")["UploadId"]
    assert sorted(listed(s3, Delimiter="/")[1]) == ["a/", "up/"]
    assert listed(s3, Delimiter="/", Prefix="up/") == ([], ["up/there/"])
    assert listed(s3) == (["a/k"], [])
    s3.abort_multipart_upload(Bucket=NAME, Key="up/there/k", UploadId=upload)
    assert listed(s3, Delimiter="/")[1] == ["a/"]


def test_owners_are_the_bucket_s(aws, s3, zonal):
    zonal.put({"k": b""})
    entry = s3.list_objects_v2(Bucket=NAME, FetchOwner=True)["Contents"][0]
    assert entry["Owner"]["ID"] == aws.account().canonical_id


def test_uploads_are_listed_by_markers_that_say_nothing(s3, zonal):
    wanted = {
        (key, s3.create_multipart_upload(Bucket=NAME, Key=key)["UploadId"]) for key in ("a", "a", "b", "c")
    }
    found, marker = [], {}
    while True:
        page = s3.list_multipart_uploads(Bucket=NAME, MaxUploads=1, **marker)
        found += [(each["Key"], each["UploadId"]) for each in page["Uploads"]]
        assert "NextUploadIdMarker" not in page
        if not page["IsTruncated"]:
            break
        assert page["NextKeyMarker"] not in "abc"
        marker = {"KeyMarker": page["NextKeyMarker"]}
    assert len(found) == 4
    assert set(found) == wanted
    assert refused(s3.list_multipart_uploads, Bucket=NAME, KeyMarker="a")[:2] == (400, "InvalidArgument")
    assert refused(s3.list_multipart_uploads, Bucket=NAME, KeyMarker="a", UploadIdMarker="x")[0] == 501


NAMES = st.lists(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map("/".join), max_size=8, unique=True
)


@given(keys=NAMES, uploads=NAMES, limit=st.integers(1, 4), prefix=st.sampled_from(["", "a/", "a/b/"]))
def test_pages_together_are_the_directory(keys, uploads, limit, prefix):
    """Compare with a naive listing: keys with the prefix, cut after the next slash; of uploads only the cut ones."""
    with mock_s3() as aws:
        aws.account().create_bucket(NAME).put(dict.fromkeys(keys, b""))
        s3 = aws.client("s3")
        for key in uploads:
            s3.create_multipart_upload(Bucket=NAME, Key=key)
        rest = [(key, key[len(prefix) :], key in keys) for key in {*keys, *uploads} if key.startswith(prefix)]
        files = {key for key, tail, is_object in rest if is_object and "/" not in tail}
        directories = {prefix + tail.partition("/")[0] + "/" for _, tail, _ in rest if "/" in tail}
        params = {"Delimiter": "/", "MaxKeys": limit, **({"Prefix": prefix} if prefix else {})}
        found, prefixes = listed(s3, **params)
        assert (sorted(found), sorted(prefixes)) == (sorted(files), sorted(directories))
