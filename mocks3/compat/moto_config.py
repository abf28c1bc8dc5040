"""The ``config=`` of moto's mock_aws: what it means for mocks3, and what moto gets of it.

Source: moto, "Configuration options" and ``moto.core.config.DefaultConfig``.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from mocks3.errors import Mocks3Error, NotSupported

_OF_OTHER_SERVICES = ("batch", "lambda", "stepfunctions", "iot")
"""Sections about services that only moto mocks."""
_KNOWN: dict[str, tuple[str, ...]] = {
    "core": ("mock_credentials", "passthrough", "reset_boto3_session", "service_whitelist"),
    "iam": ("load_aws_managed_policies",),
}


def options(config: Mapping[str, Any] | None, with_moto: bool) -> dict[str, Any]:
    """Return the options of ``mock_s3`` that a configuration sets.

    The managed policies of AWS exist always, so ``load_aws_managed_policies`` changes nothing.
    ``service_whitelist`` applies to the services that moto mocks.

    Args:
        config: The configuration in moto's form.
        with_moto: Whether moto runs beside, so that settings of its services have a meaning.

    Raises:
        Mocks3Error: A name is unknown.
        NotSupported: A setting asks for something that mocks3 does not do.
    """
    for section, settings in (config or {}).items():
        if section in _OF_OTHER_SERVICES:
            if not with_moto:
                raise NotSupported(
                    f"config[{section!r}] is about a service that mocks3 does not mock, and moto is not used"
                )
            continue
        for name in settings:
            if name not in _KNOWN.get(section, ()):
                raise Mocks3Error(f"config[{section!r}][{name!r}] is not a setting that mocks3 knows")
    core = (config or {}).get("core", {})
    for name in ("mock_credentials", "reset_boto3_session"):
        if core.get(name, True) is False:
            raise NotSupported(
                f"config['core'][{name!r}]=False is not supported: mocks3 always sets its own credentials and hides "
                "boto3's default session while a mock is open"
            )
    passed = core.get("passthrough", {})
    if passed.get("urls"):
        raise NotSupported(
            "config['core']['passthrough']['urls'] is not supported: it has regular expressions. Name services there, "
            "or use mocks3.mock_s3(passthrough=[...]), which takes hosts with wildcards"
        )
    services = passed.get("services")
    if not services:
        return {}
    from mocks3.interceptors import passthrough  # imports botocore

    return {"passthrough": passthrough.checked(services)}


def of_moto(config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the configuration for moto: it sets no credentials and leaves boto3's default session alone."""
    made = copy.deepcopy(dict(config or {}))
    made["core"] = {
        "passthrough": {"urls": [], "services": []},
        "service_whitelist": None,
        **made.get("core", {}),
        "mock_credentials": False,
        "reset_boto3_session": False,
    }
    return made
