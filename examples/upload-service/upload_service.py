"""A service that receives files, and one that reviews them. Nothing here uses mocks3."""

import boto3

BUCKET = "acme-uploads"


class Uploads:
    """The code of the web tier, which can only write to ``incoming/``."""

    def __init__(self) -> None:
        self._s3 = boto3.client("s3")

    def receive(self, customer: str, name: str, body: bytes) -> str:
        key = f"incoming/{customer}/{name}"
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return key


class Review:
    """The code of the reviewers, who read received files and accept or delete them."""

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
