"""The names of moto that have a counterpart in mocks3, and why the others have none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

COMPAT = "mocks3.compat.moto"

REASONS: Mapping[str, str] = {
    "set_initial_no_auth_action_count": (
        "mocks3 always checks permissions: remove it, and make the calls with the client of a principal, such as "
        'aws.account().create_user("eve", policies=...).client("s3")'
    ),
    "models": "it reads the state inside moto: use a boto3 client, or aws.calls and the handles of mocks3",
    "moto_api": "moto's own API has no counterpart: use aws.snapshot(), aws.restore() and aws.clock",
    "settings": "moto's settings have no counterpart: use the options of mocks3.mock_s3",
}
"""Why a part of a dotted name has no counterpart."""

OTHER = f"{COMPAT} does not have it: the import of moto stays"

VARIABLES: Mapping[str, str] = {
    "MOTO_S3_CUSTOM_ENDPOINTS": "mocks3 answers at every endpoint_url, and does not read the variable: remove it",
    "INITIAL_NO_AUTH_ACTION_COUNT": REASONS["set_initial_no_auth_action_count"],
    "TEST_SERVER_MODE": "mocks3 does not read the variable: the fixture s3_server serves the AWS of the test",
}
"""Environment variables of moto."""


def is_of_moto(dotted: str) -> bool:
    """Return whether a dotted name is moto's."""
    return dotted == "moto" or dotted.startswith("moto.")


def has_counterpart(name: str) -> bool:
    """Return whether ``mocks3.compat.moto`` has a name."""
    from mocks3.compat import moto

    return name.startswith("mock_") or name in moto.__all__


def counterpart(dotted: str) -> str | None:
    """Return the name for a dotted name of moto: ``mock_aws`` for ``moto.mock_aws`` and ``moto.core.mock_aws``."""
    return next((part for part in dotted.split(".")[1:] if has_counterpart(part)), None)


def reason(parts: Iterable[str]) -> str:
    """Return why a dotted name has no counterpart."""
    return next((REASONS[part] for part in parts if part in REASONS), OTHER)
