"""Programs: the AWS CLI, rclone, s5cmd and curl. Each finds the server by environment variables, or gets a URL.

``MOCKS3_CLIENTS_PATH`` names the folders with the programs. Without it no program is started, because a test run must
not depend on what else the machine has.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from .story import BUCKET

FOLDERS = os.environ.get("MOCKS3_CLIENTS_PATH", "").split(os.pathsep)


class Program:
    """A program that is started for each step."""

    name = ""

    def __init__(self, place: Any) -> None:
        self.place = place
        self.variables = place.environment()
        self.program = self._found()

    def _found(self) -> str:
        for folder in filter(None, FOLDERS):
            self.program = shutil.which(self.name, path=folder) or ""
            if self.program and self.is_it():
                return self.program
        pytest.skip(f"MOCKS3_CLIENTS_PATH has no {self.title}")

    def is_it(self) -> bool:
        """Whether the program that was found has the right version."""
        return True

    def run(
        self, *arguments: str, data: bytes = b"", fails: bool = False, variables: dict[str, str] | None = None
    ) -> bytes:
        """Run the program. Return what it prints, or its errors if it is to fail."""
        found = subprocess.run(
            [self.program, *arguments], input=data, capture_output=True, timeout=300,
            env={**self.variables, **(variables or {})}, check=False,
        )  # fmt: skip
        assert (found.returncode != 0) == fails, found.stderr.decode()
        return found.stderr if fails else found.stdout


class AwsCli1(Program):
    """Version 1 of the AWS CLI, which uses botocore and s3transfer."""

    title = "AWS CLI v1"
    name = "aws"

    def is_it(self) -> bool:
        # Shims of pyenv end with an error if their version of Python has no such program.
        found = subprocess.run(
            [self.program, "--version"], capture_output=True, env=self.variables, check=False
        )
        return found.stdout.decode().startswith(f"aws-cli/{self.title[-1]}.")

    def create(self, name: str) -> None:
        self.run("s3", "mb", f"s3://{name}")

    def put(self, key: str, data: bytes) -> None:
        self.run("s3", "cp", "-", f"s3://{BUCKET}/{key}", data=data)

    def get(self, key: str) -> bytes:
        return self.run("s3", "cp", f"s3://{BUCKET}/{key}", "-")

    def multipart(self, key: str, data: bytes) -> None:
        self.run("s3", "cp", "-", f"s3://{BUCKET}/{key}", data=data)

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        found = json.loads(
            self.run(
                "s3api", "list-objects-v2", "--bucket", BUCKET, "--prefix", prefix, "--delimiter", "/",
                "--page-size", str(size), "--output", "json",
            )
        )  # fmt: skip
        return [each["Key"] for each in found["Contents"]], [
            each["Prefix"] for each in found["CommonPrefixes"]
        ]

    def read_range(self, key: str, first: int, last: int) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "found")
            part = f"bytes={first}-{last}"
            self.run("s3api", "get-object", "--bucket", BUCKET, "--key", key, "--range", part, str(path))
            return path.read_bytes()

    def copy(self, source: str, target: str) -> None:
        self.run("s3", "cp", f"s3://{BUCKET}/{source}", f"s3://{BUCKET}/{target}")

    def denied(self, key: str) -> str:
        theirs = self.place.environment(self.place.eve)
        return self.run(
            "s3api", "get-object", "--bucket", BUCKET, "--key", key, os.devnull, fails=True, variables=theirs
        ).decode()

    def delete_many(self, keys: list[str]) -> None:
        self.run("s3", "rm", "--recursive", f"s3://{BUCKET}/{keys[0].partition('/')[0]}/")


class AwsCli2(AwsCli1):
    """Version 2 of the AWS CLI, which has its own botocore. Before 2.13 it does not read ``AWS_ENDPOINT_URL``."""

    title = "AWS CLI v2"

    def run(self, *arguments: str, **options: Any) -> bytes:
        return super().run("--endpoint-url", self.place.server.url, *arguments, **options)


class Rclone(Program):
    title = "rclone"
    name = "rclone"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        self.variables = {**self.variables, **place.options("rclone"), "RCLONE_CONFIG": os.devnull}

    def create(self, name: str) -> None:
        self.run("mkdir", f"mocks3:{name}")

    def put(self, key: str, data: bytes) -> None:
        self.run("rcat", f"mocks3:{BUCKET}/{key}", data=data)

    def get(self, key: str) -> bytes:
        return self.run("cat", f"mocks3:{BUCKET}/{key}")

    def multipart(self, key: str, data: bytes) -> None:
        self.run("rcat", "--streaming-upload-cutoff", "0", f"mocks3:{BUCKET}/{key}", data=data)

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        listed = self.run("lsf", "--s3-list-chunk", str(size), f"mocks3:{BUCKET}/{prefix}")
        names = [prefix + name for name in listed.decode().splitlines()]
        return [each for each in names if not each.endswith("/")], [each for each in names if each[-1] == "/"]

    def read_range(self, key: str, first: int, last: int) -> bytes:
        count = str(last - first + 1)
        return self.run("cat", "--offset", str(first), "--count", count, f"mocks3:{BUCKET}/{key}")

    def copy(self, source: str, target: str) -> None:
        self.run("copyto", f"mocks3:{BUCKET}/{source}", f"mocks3:{BUCKET}/{target}")

    def denied(self, key: str) -> str:
        theirs = self.place.options("rclone", self.place.eve)
        return self.run(
            "cat", "--retries", "1", f"mocks3:{BUCKET}/{key}", fails=True, variables=theirs
        ).decode()

    def delete_many(self, keys: list[str]) -> None:
        self.run("delete", f"mocks3:{BUCKET}/{keys[0].partition('/')[0]}")


class Curl(Program):
    """curl with presigned URLs and forms that boto3 makes."""

    title = "curl"
    name = "curl"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        config = Config(signature_version="s3v4")
        self.s3 = boto3.session.Session().client("s3", config=config, **place.boto3())
        self.eve = boto3.session.Session().client("s3", config=config, **place.boto3(place.eve))

    def presigned(self, method: str, key: str, client: Any = None) -> str:
        made = (client or self.s3).generate_presigned_url
        return made(f"{method.lower()}_object", {"Bucket": BUCKET, "Key": key})

    def fetch(self, method: str, url: str, data: bytes | None = None) -> bytes:
        sent = () if data is None else ("-T", "-")  # as chunks, unless curl knows the length
        if data is not None:
            sent = ("--data-binary", "@-", "-H", "Content-Type: application/octet-stream")
        return self.run("-sS", "--fail-with-body", "-X", method, *sent, url, data=data or b"")

    def put(self, key: str, data: bytes) -> None:
        self.fetch("PUT", self.presigned("PUT", key), data)

    def get(self, key: str) -> bytes:
        return self.fetch("GET", self.presigned("GET", key))

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return self.run("-sS", "-r", f"{first}-{last}", self.presigned("GET", key))

    def form(self, key: str, data: bytes) -> None:
        post = self.s3.generate_presigned_post(BUCKET, key)
        fields = [
            part for name, text in post["fields"].items() for part in ("--form-string", f"{name}={text}")
        ]
        self.run("-sS", "--fail-with-body", *fields, "-F", "file=@-", post["url"], data=data)

    def denied(self, key: str) -> str:
        return self.run("-sS", self.presigned("GET", key, self.eve)).decode()


class S5cmd(Program):
    title = "s5cmd"
    name = "s5cmd"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        self.variables = {**self.variables, **place.options("s5cmd")}

    def create(self, name: str) -> None:
        self.run("mb", f"s3://{name}")

    def put(self, key: str, data: bytes) -> None:
        self.run("pipe", f"s3://{BUCKET}/{key}", data=data)

    def get(self, key: str) -> bytes:
        return self.run("cat", f"s3://{BUCKET}/{key}")

    def multipart(self, key: str, data: bytes) -> None:
        self.run("pipe", "--part-size", "5", f"s3://{BUCKET}/{key}", data=data)

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        listed = self.run("--json", "ls", f"s3://{BUCKET}/{prefix}").decode().splitlines()
        names = [json.loads(line)["key"].removeprefix(f"s3://{BUCKET}/") for line in listed]
        return [each for each in names if each[-1] != "/"], [each for each in names if each[-1] == "/"]

    def copy(self, source: str, target: str) -> None:
        self.run("cp", f"s3://{BUCKET}/{source}", f"s3://{BUCKET}/{target}")

    def delete_many(self, keys: list[str]) -> None:
        self.run("rm", *(f"s3://{BUCKET}/{key}" for key in keys))


ADAPTERS = (AwsCli1, AwsCli2, Rclone, S5cmd, Curl)
