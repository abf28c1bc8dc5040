"""Torrents, which S3 no longer makes."""

from __future__ import annotations

from typing import Any

from mocks3.handles.mock_aws import MockAWS

from .answers import no_such_bucket, refusal


def test_there_are_no_torrents_any_more(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert refusal(s3.get_object_torrent, Bucket=bucket, Key="k") == {
        "Status": 405,
        "Code": "MethodNotAllowed",
        "Message": "The specified method is not allowed against this resource.",
        "Method": "GET",
        "ResourceType": "TORRENT",
    }


def test_what_is_not_there_and_who_may_not_ask(aws: MockAWS, s3: Any, bucket: str) -> None:
    """OQ-21, F-34."""
    assert refusal(s3.get_object_torrent, Bucket="amzn-nowhere", Key="k") == no_such_bucket("amzn-nowhere")
    assert refusal(s3.get_object_torrent, Bucket=bucket, Key="k")["Code"] == "NoSuchKey"
    eve = aws.account().create_user("eve").client("s3")
    assert "perform: s3:GetObject on" in refusal(eve.get_object_torrent, Bucket=bucket, Key="k")["Message"]
