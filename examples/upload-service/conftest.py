"""Create the accounts, roles and buckets of production once. Every test gets its own copy of them."""

from pathlib import Path

import pytest

POLICIES = Path(__file__).parent / "policies"


@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    ops = aws_seed.account("111122223333", name="ops")
    ops.create_bucket(
        "acme-uploads",
        policy=POLICIES / "bucket.json",
        objects={"incoming/acme/report.csv": b"1,2,3", "accepted/acme/old.csv": b"0"},
    )
    ops.create_role("uploader", policies=POLICIES / "uploader.json")
    ops.create_role("reviewer", policies=POLICIES / "reviewer.json")
    return aws_seed
