"""An in-memory AWS that was created from a template, and calls in it by the principals that the template describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import load
from mocks3.handles.buckets import BucketHandle
from mocks3.load import recognize
from mocks3.load.descriptions import GroupDescription, Options, RoleDescription, UserDescription
from mocks3.load.sources import find

TEMPLATES = Path(__file__).parents[1] / "templates"
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


class World:
    """The world of one template or of a folder of templates. Resources are named by their logical ids.

    Args:
        source: The file or folder in ``tests/load/templates``, or any path.
        options: The options of :func:`mocks3.load.world`.
    """

    def __init__(self, source: str | Path, **options: Any) -> None:
        path = TEMPLATES / source
        self.loaded = load.world([path], **options)
        self.aws = self.loaded.aws
        documents = find([path])
        asked = Options(
            values=options.get("values") or {},
            account=options.get("account"),
            region=options.get("region"),
            documents={each.file: each.value for each in documents},
        )
        self.described: dict[str, Any] = {}
        for document in documents:
            for each in recognize.read(document, asked).descriptions:
                self.described.setdefault(each.place.pointer.split("/")[2], each)

    @property
    def unread(self) -> dict[str, str]:
        """What was not understood, with the reasons."""
        return {each.what: each.reason for each in self.loaded.unread}

    def name(self, logical_id: str) -> str:
        """Return the name of a described bucket, access point or principal."""
        return self.described[logical_id].name if logical_id in self.described else logical_id

    def bucket(self, logical_id: str) -> BucketHandle:
        return BucketHandle(self.aws, self.name(logical_id))

    def principal(self, who: str) -> Any:
        """A logical id; ``anonymous``; ``root`` or ``stranger`` (may do everything), with ``@ACCOUNT``; a service."""
        kind, _, account = who.partition("@")
        if kind == "anonymous":
            return self.aws.anonymous
        if kind in ("root", "stranger"):
            owner = self.aws.account(account or None)
            if kind == "root":
                return owner.root
            stranger = owner.create_role(f"stranger-{len(self.aws.calls)}")
            stranger.put_policy(EVERYTHING)
            return stranger.assume()
        if "." in kind:
            return self.aws.service(kind, source_account=account or None)
        described = self.described[who]
        assert isinstance(described, UserDescription | RoleDescription)
        assert not isinstance(described, GroupDescription)
        owner = self.aws.account(described.account)
        if isinstance(described, UserDescription):
            return owner.user(described.name)
        return owner.role(described.name).assume()

    def call(self, who: Any, operation: str, **parameters: Any) -> Any:
        """Make a call. The object that it is about exists."""
        bucket = self.name(parameters.get("Bucket", ""))
        key = parameters.get("Key")
        state = self.aws.store.bucket(bucket)
        if key and state is not None and operation.startswith(("get", "head", "delete")):
            handle = BucketHandle(self.aws, bucket)
            if key not in handle.keys:
                handle.put({key: b"content"})
        caller = self.principal(who) if isinstance(who, str) else who
        region = {} if state is None else {"region_name": state.region}
        if "Bucket" in parameters:
            parameters["Bucket"] = bucket
        return getattr(caller.client("s3", **region), operation)(**parameters)

    def allowed(self, who: Any, operation: str, **parameters: Any) -> None:
        answer = self.call(who, operation, **parameters)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] in (200, 204)

    def denied(self, who: Any, operation: str, **parameters: Any) -> None:
        with pytest.raises(ClientError) as error:
            self.call(who, operation, **parameters)
        answer = error.value.response
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (
            "AccessDenied",
            403,
        )
