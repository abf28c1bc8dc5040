"""The register against the installed botocore: what mocks3 plays, and what it says it does not."""

from __future__ import annotations

import re

import botocore
import pytest

from mocks3 import NotSupported, mock_s3
from mocks3.operations import registered
from mocks3.wire import operation_model
from mocks3.wire.known import additions, table
from mocks3.wire.models import service_model

ABSENT: frozenset[str] = frozenset()
"""S3 operations that raise ``NotSupported``. An operation leaves this list in the change that adds it."""


BEYOND = frozenset({"PostObject"})
"""Operations of S3 that botocore's model does not know: browsers call them (API_RESTObjectPOST)."""


MODELS = {"s3-object-lambda": "s3"}
"""Services whose operations are another's, answered otherwise."""


def playing(service: str) -> set[str]:
    return {name for where, name in registered() if where == service}


@pytest.mark.compares_with_the_model
def test_registered_and_absent_make_up_the_installed_model():
    # What a newer botocore adds is refused by its name (test_additions).
    installed = {name for name in service_model("s3").operation_names if f"s3:{name}" in table().operations}
    # An older botocore lacks the newest operations; what it has is played or named absent all the same.
    assert installed <= (playing("s3") | ABSENT)
    assert not playing("s3") & ABSENT
    if "UpdateObjectEncryption" in installed:
        assert playing("s3") | ABSENT == installed | BEYOND


def test_every_registered_operation_is_one_of_its_services_model():
    for service, name in registered():
        model = MODELS.get(service, service)
        if name in BEYOND or name not in service_model(model).operation_names:
            continue
        assert operation_model(model, name).name == name


@pytest.mark.parametrize("name", [*sorted(ABSENT), "OperationOfTomorrow"])
def test_an_absent_operation_names_itself(name):
    from mocks3.operations import find

    with (
        mock_s3(),
        pytest.raises(NotSupported, match=rf"s3:{name} \(botocore {re.escape(botocore.__version__)}\)"),
    ):
        find("s3", name)


def test_every_member_of_a_registered_operation_is_recorded():
    """With the botocore against which the table was checked nothing is refused; `python tools/known_inputs.py`."""
    if botocore.__version__ != table().botocore:
        pytest.skip("another botocore than the table's")
    for service, name in registered():
        assert additions(MODELS.get(service, service), name) == ()
