"""Authorization of calls to Organizations."""

from __future__ import annotations

from mocks3.access.organizations.authorizing import authorize_organizations

__all__ = ["authorize_organizations"]
