"""Clients of JavaScript: the AWS SDK (version 3) and minio-js.

``MOCKS3_NODE_MODULES`` names the folder in which ``npm install`` was run.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .sending import send
from .story import BUCKET

PROGRAM = Path(__file__).with_name("javascript.mjs")


class Javascript:
    client = ""

    def __init__(self, place: Any) -> None:
        if shutil.which("node") is None or "MOCKS3_NODE_MODULES" not in os.environ:
            pytest.skip("MOCKS3_NODE_MODULES names no folder")
        self.place = place

    def _step(self, name: str, principal: Any = None, data: bytes | None = None, **parameters: Any) -> Any:
        encoded = {} if data is None else {"data": base64.b64encode(data).decode()}
        options = self.place.options("javascript", principal)
        text = json.dumps({"bucket": BUCKET, "options": options, **parameters, **encoded})
        found = subprocess.run(
            ["node", str(PROGRAM), self.client, name],
            input=text.encode(), capture_output=True, timeout=300, check=False,
            env={**self.place.environment(principal), "MOCKS3_NODE_MODULES": os.environ["MOCKS3_NODE_MODULES"]},
        )  # fmt: skip
        assert found.returncode == 0, found.stderr.decode()
        return json.loads(found.stdout)

    def create(self, name: str) -> None:
        self._step("create", key=name)

    def put(self, key: str, data: bytes) -> None:
        self._step("put", key=key, data=data)

    def get(self, key: str) -> bytes:
        return base64.b64decode(self._step("get", key=key))

    def multipart(self, key: str, data: bytes) -> None:
        self._step("multipart", key=key, data=data)

    def pages(self, prefix: str, size: int) -> Any:
        return self._step("pages", prefix=prefix, size=size)

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return base64.b64decode(self._step("read_range", key=key, first=first, last=last))

    def presigned(self, method: str, key: str) -> str:
        found: str = self._step("presigned", method=method, key=key)
        return found

    fetch = staticmethod(send)

    def denied(self, key: str) -> str:
        found: str = self._step("denied", self.place.eve, key=key)
        return found

    def delete_many(self, keys: list[str]) -> None:
        self._step("delete_many", keys=keys)


class AwsSdk(Javascript):
    """@aws-sdk/client-s3. Its presigned URLs have the checksum of an empty body."""

    title = "AWS SDK for JavaScript"

    client = "aws"

    def copy(self, source: str, target: str) -> None:
        self._step("copy", source=source, target=target)

    def form(self, key: str, data: bytes) -> None:
        self._step("form", key=key, data=data)


class MinioJs(Javascript):
    title = "minio-js"
    client = "minio"


ADAPTERS = (AwsSdk, MinioJs)
