"""The same through a real ``requests`` session: what a test of somebody's upload page does."""

from __future__ import annotations

import boto3
import requests
from botocore.config import Config


def test_a_form(world):
    client = boto3.client("s3", region_name="us-east-1")
    form = client.generate_presigned_post(
        "data", "up/${filename}", Conditions=[["content-length-range", 1, 4]]
    )
    with requests.Session() as session:
        done = session.post(form["url"], data=form["fields"], files={"file": ("é.txt", b"file")})
        assert (done.status_code, done.content) == (204, b"")
        large = session.post(form["url"], data=form["fields"], files={"file": ("f", b"large")})
        assert (large.status_code, "EntityTooLarge" in large.text) == (400, True)
        other = session.post(form["url"], data=form["fields"])
        assert other.status_code == 412
        got = session.get(client.generate_presigned_url("get_object", {"Bucket": "data", "Key": "up/é.txt"}))
        assert (got.status_code, got.content) == (200, b"file")


def test_urls_of_both_versions(world):
    for version in ("s3v4", "s3"):
        client = boto3.client("s3", region_name="us-east-1", config=Config(signature_version=version))
        named = {"Bucket": "data", "Key": "a b"}
        assert (
            requests.put(client.generate_presigned_url("put_object", named), data=b"new").status_code == 200
        )
        url = client.generate_presigned_url("get_object", named)
        assert requests.get(url).content == b"new"
        assert requests.get(url, headers={"Range": "bytes=0-0"}).content == b"n"
        assert requests.get(url, headers={"x-amz-meta-a": "b"}).status_code == 403
        assert requests.delete(url).status_code == 403
        assert requests.delete(client.generate_presigned_url("delete_object", named)).status_code == 204
