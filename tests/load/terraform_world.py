"""A world that was loaded from a plan or a state, and calls in it by the principals that the file describes."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import load
from mocks3.handles.buckets import BucketHandle
from mocks3.handles.principals import Principal

from .terraform_documents import Document


class World:
    """A loaded document. ``names`` are what was not understood."""

    def __init__(self, document: Document | dict[str, Any], **options: Any) -> None:
        value = document.json() if isinstance(document, Document) else document
        self.loaded = load.world([value], **options)
        self.aws = self.loaded.aws

    @property
    def names(self) -> set[str]:
        return {each.what for each in self.loaded.unread}

    def reason(self, what: str) -> str:
        return next(each.reason for each in self.loaded.unread if each.what == what)

    def principal(self, who: str) -> Principal:
        """``role/NAME``, ``user/NAME``, ``root``, ``stranger`` or ``anonymous``, with ``@ACCOUNT`` for its account."""
        name, _, account = who.partition("@")
        owner = self.aws.account(account or None)
        kind, _, last = name.partition("/")
        if kind == "role":
            return owner.role(last).assume()
        if kind == "user":
            return owner.user(last)
        if kind == "root":
            return owner.root
        if kind == "anonymous":
            return self.aws.anonymous
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        stranger = owner.create_role(f"stranger-{len(self.aws.decisions)}")
        stranger.put_policy({"Version": "2012-10-17", "Statement": [everything]})
        return stranger.assume()

    def call(self, who: str, operation: str, **parameters: Any) -> Any:
        """Make a call. An object that is read exists."""
        bucket, key = parameters.get("Bucket", ""), parameters.get("Key")
        if key and operation.startswith(("get", "head", "delete")) and not bucket.startswith("arn:"):
            handle = BucketHandle(self.aws, bucket)
            if key not in handle.keys:
                handle.put({key: b"content"})
        region = self.aws.store.bucket(bucket).region if self.aws.store.bucket(bucket) else None
        client = self.principal(who).client("s3", **({"region_name": region} if region else {}))
        return getattr(client, operation)(**parameters)

    def allowed(self, who: str, operation: str, **parameters: Any) -> None:
        answer = self.call(who, operation, **parameters)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] in (200, 204)

    def denied(self, who: str, operation: str, **parameters: Any) -> None:
        with pytest.raises(ClientError) as denied:
            self.call(who, operation, **parameters)
        answer = denied.value.response
        code = "403" if operation.startswith("head") else "AccessDenied"
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, 403)
