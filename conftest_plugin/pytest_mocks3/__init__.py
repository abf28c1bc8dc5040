"""The pytest plugin of mocks3. The types of its fixtures can be imported from here, for annotations in tests.

def test_upload(s3_bucket: MakeBucket, s3_clock: Clock) -> None: ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mocks3.clock import Clock
    from pytest_mocks3.factories import (
        MakeAccount,
        MakeBucket,
        MakeGroup,
        MakePolicy,
        MakeRole,
        MakeUser,
    )

__all__ = ["Clock", "MakeAccount", "MakeBucket", "MakeGroup", "MakePolicy", "MakeRole", "MakeUser"]


if not TYPE_CHECKING:  # mypy would accept every name

    def __getattr__(name: str) -> Any:
        """Import a name when it is first used: every pytest run imports this package."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        module = importlib.import_module(f"{__name__}.{'clock' if name == 'Clock' else 'factories'}")
        return getattr(module, name)
