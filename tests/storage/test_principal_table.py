"""The table of users and roles finds what a search of all of them finds."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from mocks3.policy import Policy
from mocks3.storage.iam.principal_table import PrincipalTable
from mocks3.storage.iam.records import RoleRecord, UserRecord

TRUST = Policy.parse({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}, name="p")
ACCOUNTS = ("111122223333", "444455556666")
NAMES = ("dave", "Dave", "ops")
PATHS = ("/", "/team/")

steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "remove", "keep", "return"]),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from([UserRecord, RoleRecord]),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(PATHS),
        st.sampled_from(NAMES),
    ),
    max_size=30,
)


def made(kind, account, path, name, unique_id):
    more = (TRUST, {}) if kind is RoleRecord else ({},)
    return kind(account, name, path, f"{kind.__name__}-{unique_id}", *more)


@given(steps)
def test_it_finds_what_a_search_finds(steps) -> None:
    """IAM compares names regardless of case and path; ARNs exactly. A restored copy finds its own records."""
    table, known = PrincipalTable(), {}
    kept, kept_known = table.copy(), dict(known)
    for step, unique_id, kind, account, path, name in steps:
        record = made(kind, account, path, name, unique_id)
        taken = {each.arn for each in known.values() if each.unique_id != record.unique_id}
        if step == "put" and record.arn not in taken:
            table.put(record)
            known[record.unique_id] = record
        elif step == "remove" and record.unique_id in known:
            table.remove(known.pop(record.unique_id))
        elif step == "keep":
            kept, kept_known = table.copy(), dict(known)
        elif step == "return":
            table, known = kept.copy(), dict(kept_known)
        assert list(table) == list(known.values())
        for each in (record, *known.values()):
            assert table.get(each.unique_id) == known.get(each.unique_id)
            same = [other for other in known.values() if other.arn == each.arn]
            assert table.by_arn(each.arn) == (same[0] if same else None)
            searched = {
                other.unique_id
                for other in known.values()
                if (type(other), other.account, other.name.lower())
                == (type(each), each.account, each.name.lower())
            }
            found = table.named(type(each), each.account, each.name.upper())
            assert {other.unique_id for other in found} == searched


def test_a_renamed_user_is_found_by_the_new_name_alone() -> None:
    table = PrincipalTable()
    user = made(UserRecord, ACCOUNTS[0], "/", "dave", "A")
    table.put(user)
    table.put(dataclasses.replace(user, name="erin"))
    assert table.named(UserRecord, ACCOUNTS[0], "dave") == ()
    assert table.by_arn(user.arn) is None
    assert [each.name for each in table.named(UserRecord, ACCOUNTS[0], "ERIN")] == ["erin"]
