"""Create the bucket and the role of production once. Every test gets its own copy of them."""

from pathlib import Path

import pytest

POLICIES = Path(__file__).parent / "policies"


@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    ops = aws_seed.account("111122223333", name="ops")
    ops.create_bucket("acme-invoices", policy=POLICIES / "invoices.json")
    ops.create_role("billing", policies=POLICIES / "billing.json")
    return aws_seed
