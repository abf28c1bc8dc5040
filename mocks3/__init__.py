"""Amazon S3 inside your test process, with AWS-exact permissions, and it tells you why.

from mocks3 import mock_s3

@mock_s3
def test_upload(): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3._version import __version__
from mocks3.errors import Mocks3Error, NotSupported, RealAWSCallBlocked
from mocks3.mocking.mock import Mock, mock_s3

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.handles.assertions import assert_allows, assert_denies
    from mocks3.handles.mock_aws import MockAWS

__all__ = [
    "Decision",
    "Mock",
    "MockAWS",
    "Mocks3Error",
    "NotSupported",
    "RealAWSCallBlocked",
    "__version__",
    "assert_allows",
    "assert_denies",
    "mock_s3",
]

_LATER = {
    "Decision": "mocks3.access",
    "MockAWS": "mocks3.handles.mock_aws",
    "assert_allows": "mocks3.handles.assertions",
    "assert_denies": "mocks3.handles.assertions",
}


def __getattr__(name: str) -> Any:
    """Names whose rooms are imported only when somebody asks for them."""
    if name in _LATER:
        import importlib

        return getattr(importlib.import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
