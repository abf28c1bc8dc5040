"""Amazon S3 inside your test process, with AWS-exact permissions. It tells you why a call was denied.

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
    from mocks3.access import Decision, Refusal
    from mocks3.effects import Event, Replication
    from mocks3.handles.access_grants import AccessGrantHandle
    from mocks3.handles.access_points import AccessPointHandle
    from mocks3.handles.accounts import Account
    from mocks3.handles.assertions import assert_allows, assert_denies
    from mocks3.handles.buckets import BucketHandle
    from mocks3.handles.calls import Call
    from mocks3.handles.expectations import Allowed, Denied
    from mocks3.handles.identity_providers import OidcProvider, SamlProvider
    from mocks3.handles.kms_keys import KmsKey
    from mocks3.handles.managed_policies import ManagedPolicy
    from mocks3.handles.mock_aws import MockAWS, Snapshot
    from mocks3.handles.multi_region_access_points import MultiRegionAccessPointHandle
    from mocks3.handles.object_lambdas import ObjectLambdaHandle
    from mocks3.handles.organizations import Organization, OrganizationalUnit, VpcEndpoint
    from mocks3.handles.principals import (
        Anonymous,
        FederatedUser,
        Group,
        KeyedPrincipal,
        Principal,
        Role,
        RoleSession,
        Root,
        Service,
        User,
    )
    from mocks3.storage import PublicAccessBlock

__all__ = [
    "AccessGrantHandle",
    "AccessPointHandle",
    "Account",
    "Allowed",
    "Anonymous",
    "BucketHandle",
    "Call",
    "Decision",
    "Denied",
    "Event",
    "FederatedUser",
    "Group",
    "KeyedPrincipal",
    "KmsKey",
    "ManagedPolicy",
    "Mock",
    "MockAWS",
    "Mocks3Error",
    "MultiRegionAccessPointHandle",
    "NotSupported",
    "ObjectLambdaHandle",
    "OidcProvider",
    "Organization",
    "OrganizationalUnit",
    "Principal",
    "PublicAccessBlock",
    "RealAWSCallBlocked",
    "Refusal",
    "Replication",
    "Role",
    "RoleSession",
    "Root",
    "SamlProvider",
    "Service",
    "Snapshot",
    "User",
    "VpcEndpoint",
    "__version__",
    "assert_allows",
    "assert_denies",
    "mock_s3",
]

_LATER = {
    "Decision": "mocks3.access",
    "Refusal": "mocks3.access",
    "MockAWS": "mocks3.handles.mock_aws",
    "Snapshot": "mocks3.handles.mock_aws",
    "Call": "mocks3.handles.calls",
    "Account": "mocks3.handles.accounts",
    "Anonymous": "mocks3.handles.principals",
    "FederatedUser": "mocks3.handles.principals",
    "Group": "mocks3.handles.principals",
    "KeyedPrincipal": "mocks3.handles.principals",
    "Principal": "mocks3.handles.principals",
    "Role": "mocks3.handles.principals",
    "RoleSession": "mocks3.handles.principals",
    "Root": "mocks3.handles.principals",
    "Service": "mocks3.handles.principals",
    "User": "mocks3.handles.principals",
    "BucketHandle": "mocks3.handles.buckets",
    "AccessGrantHandle": "mocks3.handles.access_grants",
    "AccessPointHandle": "mocks3.handles.access_points",
    "MultiRegionAccessPointHandle": "mocks3.handles.multi_region_access_points",
    "ObjectLambdaHandle": "mocks3.handles.object_lambdas",
    "OidcProvider": "mocks3.handles.identity_providers",
    "SamlProvider": "mocks3.handles.identity_providers",
    "KmsKey": "mocks3.handles.kms_keys",
    "ManagedPolicy": "mocks3.handles.managed_policies",
    "Organization": "mocks3.handles.organizations",
    "OrganizationalUnit": "mocks3.handles.organizations",
    "VpcEndpoint": "mocks3.handles.organizations",
    "Allowed": "mocks3.handles.expectations",
    "Denied": "mocks3.handles.expectations",
    "assert_allows": "mocks3.handles.assertions",
    "assert_denies": "mocks3.handles.assertions",
    "Event": "mocks3.effects",
    "Replication": "mocks3.effects",
    "PublicAccessBlock": "mocks3.storage",
}
"""The module of each public name that is imported on first use."""


if not TYPE_CHECKING:  # mypy would accept every name

    def __getattr__(name: str) -> Any:
        """Import a public name when it is used for the first time."""
        if name in _LATER:
            import importlib

            return getattr(importlib.import_module(_LATER[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
