"""A service that takes files in, and one that looks through them. Nothing here knows of mocks3."""

import boto3

BUCKET = "acme-uploads"


class Uploads:
    """What the web tier does: it may write to ``incoming/``, and nothing else."""

    def __init__(self) -> None:
        self._s3 = boto3.client("s3")

    def receive(self, customer: str, name: str, body: bytes) -> str:
        key = f"incoming/{customer}/{name}"
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return key


class Review:
    """What the reviewers do: they read what came in, and pass it on or throw it away."""

    def __init__(self) -> None:
        self._s3 = boto3.client("s3")

    def waiting(self) -> list[str]:
        listed = self._s3.list_objects_v2(Bucket=BUCKET, Prefix="incoming/")
        return [each["Key"] for each in listed.get("Contents", [])]

    def accept(self, key: str) -> str:
        accepted = key.replace("incoming/", "accepted/", 1)
        body = self._s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        self._s3.put_object(Bucket=BUCKET, Key=accepted, Body=body)
        self._s3.delete_object(Bucket=BUCKET, Key=key)
        return accepted
