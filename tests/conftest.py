"""Hypothesis profiles, and nothing else: whatever a room's tests need stands in that room's folder."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: a shared machine's pauses are not failures. No database but at the desk: a run in CI answers for the
# commit alone, not for what an earlier run happened to find.
settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, database=None, print_blob=True)
settings.register_profile("brief", settings.get_profile("ci"), max_examples=10)
settings.register_profile(
    "deep", settings.get_profile("ci"), max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("MOCKS3_HYPOTHESIS_PROFILE") or ("ci" if "CI" in os.environ else "dev"))
