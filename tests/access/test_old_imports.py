"""Import paths of 0.1.0 that users had: they work for one release, and warn."""

from __future__ import annotations

import pytest

from mocks3 import mock_s3
from mocks3.access.explain import rendering


def test_the_report_at_its_old_place() -> None:
    with pytest.warns(DeprecationWarning, match=r"mocks3\.access\.explain\.rendering"):
        from mocks3.why import explain
    with mock_s3() as aws:
        eve = aws.account().create_user("eve")
        decision = aws.explain(eve, "s3:GetObject", "arn:aws:s3:::data/k")
        assert explain(decision) == rendering.explain(decision)


def test_other_names_are_not_there() -> None:
    import mocks3.why

    with pytest.raises(AttributeError, match="has no attribute 'witness'"):
        mocks3.why.witness  # noqa: B018 - reading it is the test
