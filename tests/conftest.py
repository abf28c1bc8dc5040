"""Hypothesis profiles, and nothing else: whatever a room's tests need stands in that room's folder."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline and no database anywhere but at the desk: a shared machine's pauses are not failures, and a run in
# CI answers for the commit alone, not for what an earlier run happened to find.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, database=None, print_blob=True)
settings.register_profile(
    "deep",
    max_examples=5_000,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("MOCKS3_HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
