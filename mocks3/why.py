"""The old place of ``explain``, ``paint`` and ``record``. They are in ``mocks3.access.explain.rendering``.

This module will be removed in 0.3.0.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if not TYPE_CHECKING:  # mypy would accept every name

    def __getattr__(name: str) -> object:
        from mocks3.access.explain import rendering

        if name not in rendering.__all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        warnings.warn(
            f"mocks3.why.{name} is in mocks3.access.explain.rendering; mocks3.why will be removed in 0.3.0",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(rendering, name)
