"""Any document of the model's shape: it is kept and comes back, or S3 says what is wrong with it; nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3 import NotSupported, mock_s3
from mocks3.handles.mock_aws import MockAWS
from mocks3.operations.configurations import BY_ID, DOCUMENTS
from mocks3.wire import operation_model
from tests.wire.shapes import XML_REQUEST, values

anyhow = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25
)


@pytest.fixture(scope="module")
def world() -> Iterator[MockAWS]:
    with mock_s3() as aws:
        aws.account().create_bucket("bkt", versioning=True)
        yield aws


def shape_of(put: str, member: str) -> Any:
    name = "".join(word.capitalize() for word in put.split("_"))
    return operation_model("s3", name).input_shape.members[member]


def quiet(world: MockAWS) -> Any:
    """A client that does not try again: a 500 would be a fault of ours."""
    return world.client("s3", config=Config(retries={"total_max_attempts": 1}))


def put(call: Any, **params: Any) -> bool:
    """Whether the document was taken; what is wrong with one that was not is the caller's fault."""
    status = 200
    try:
        call(Bucket="bkt", **params)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    except NotSupported:
        return False
    assert status in (200, 400, 409)
    return status == 200


@pytest.mark.parametrize("row", DOCUMENTS, ids=lambda row: row.member)
@anyhow
@given(data=st.data())
def test_any_document(world: MockAWS, row: Any, data: Any) -> None:
    client, mark = quiet(world), world.snapshot()
    document = data.draw(values(row.member, shape_of(row.put[0], row.member), XML_REQUEST))
    try:
        if row.put[0].startswith("update_bucket_metadata"):
            journal = {"RecordExpiration": {"Expiration": "DISABLED"}}
            configuration = {"JournalTableConfiguration": journal}
            client.create_bucket_metadata_configuration(Bucket="bkt", MetadataConfiguration=configuration)
        present = world.store.buckets()["bkt"].configurations.get(row.name)
        taken = put(getattr(client, row.put[0]), **{row.member: document})
        stored = world.store.buckets()["bkt"].configurations.get(row.name)
        if not taken:
            assert stored == present
        elif stored is not None and row.get:
            got = getattr(client, row.get[0])(Bucket="bkt")
            assert set(got) - {"ResponseMetadata"} >= ({row.output_member} if row.output_member else set())
    finally:
        world.restore(mark)


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
@anyhow
@given(data=st.data())
def test_any_configuration(world: MockAWS, row: Any, data: Any) -> None:
    client, mark = quiet(world), world.snapshot()
    name = f"put_bucket_{row.noun}_configuration"
    document = data.draw(values(row.member, shape_of(name, row.member), XML_REQUEST)) | {"Id": "x"}
    try:
        if put(getattr(client, name), Id="x", **{row.member: document}):
            got = getattr(client, f"get_bucket_{row.noun}_configuration")(Bucket="bkt", Id="x")
            assert got[row.member] == document
        else:
            assert row.name not in world.store.buckets()["bkt"].configurations
    finally:
        world.restore(mark)
