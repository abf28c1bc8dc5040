"""The environment variables that a mock changes, as they were before the first mock. The last one restores them."""

from __future__ import annotations

before_mocks: dict[str, str | None] = {}
"""The values by name; None for a variable that was not set."""
