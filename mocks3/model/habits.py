"""Habits of tests that were written for moto, and that AWS refuses. Each is allowed by an option of the mock.

Rule 1: an option is read where the rule itself is checked, by :func:`allows`, and nowhere else. Rule 2: the default
value of each option is what AWS does. Rule 3: a call that AWS refuses and that an option allowed is counted, so that a
run can report what it owes to the options. A call that fails for another reason is not counted.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mocks3.lib.locking import leaf_lock

if TYPE_CHECKING:
    from mocks3.model.world import Settings


class Habit(NamedTuple):
    """One habit.

    Attributes:
        option: The option of ``mock_s3``.
        value: The value that allows the habit.
        one: What happened, after the number 1.
        many: What happened, after any other number.
        aws: What AWS does, with its page or rule.
    """

    option: str
    value: str
    one: str
    many: str
    aws: str

    @property
    def hint(self) -> str:
        """The end of a note on the error of such a call: the option that allows it."""
        return f'a suite that was written for moto can use mock_s3({self.option}="{self.value}")'


NESTED = Habit(
    "nested",
    "join",
    "mock joined the mock that was open",
    "mocks joined the mock that was open",
    "AWS has no mocks; by default each mock of mocks3 begins with an empty S3",
)
BUCKET_NAMES = Habit(
    "bucket_names",
    "any",
    "bucket had a name that S3 refuses",
    "buckets had names that S3 refuses",
    'S3 answers InvalidBucketName (user guide, "General purpose bucket naming rules")',
)
ACLS = Habit(
    "new_bucket_defaults",
    "legacy",
    "ACL was accepted that a new bucket refuses",
    "ACLs were accepted that a new bucket refuses",
    "Object Ownership of a new bucket is BucketOwnerEnforced, and S3 answers AccessControlListNotSupported "
    '(user guide, "Controlling ownership of objects and disabling ACLs")',
)
PUBLIC_POLICIES = Habit(
    "new_bucket_defaults",
    "legacy",
    "public bucket policy was accepted that a new bucket refuses",
    "public bucket policies were accepted that a new bucket refuses",
    "Block Public Access of a new bucket is on, and S3 answers AccessDenied "
    '(user guide, "Blocking public access to your Amazon S3 storage")',
)
REGIONS = Habit(
    "regions",
    "any",
    "bucket was created in a Region that AWS does not have",
    "buckets were created in Regions that AWS does not have",
    "S3 answers InvalidLocationConstraint, and such an endpoint has no address (API_CreateBucketConfiguration)",
)
LOCATION_CONSTRAINT = Habit(
    "location_constraint",
    "optional",
    "bucket was created outside us-east-1 without a LocationConstraint",
    "buckets were created outside us-east-1 without a LocationConstraint",
    "S3 answers IllegalLocationConstraintException (API_CreateBucket)",
)
ROLES = Habit(
    "roles",
    "any",
    "role was assumed without a look at its trust policy",
    "roles were assumed without a look at their trust policies",
    "STS answers AccessDenied if the role does not exist or does not trust the caller, and to root users "
    "(API_AssumeRole)",
)
TRUST_POLICIES = Habit(
    "roles",
    "any",
    "role got a trust policy that IAM refuses",
    "roles got trust policies that IAM refuses",
    "IAM answers MalformedPolicyDocument (API_CreateRole)",
)

HABITS = (NESTED, BUCKET_NAMES, ACLS, PUBLIC_POLICIES, REGIONS, LOCATION_CONSTRAINT, ROLES, TRUST_POLICIES)

_lock = leaf_lock()
_counts: Counter[Habit] = Counter()


def allows(settings: Settings, habit: Habit) -> bool:
    """Return whether the settings allow a habit that AWS refuses.

    Args:
        settings: The settings of the mock.
        habit: The habit.
    """
    return bool(getattr(settings, habit.option) == habit.value)


def count(habit: Habit) -> None:
    """Count a habit that was allowed."""
    with _lock:
        _counts[habit] += 1


def counts() -> dict[Habit, int]:
    """Return how often each habit was allowed in this process, without those that never were."""
    with _lock:
        return {habit: _counts[habit] for habit in HABITS if _counts[habit]}


def clear() -> None:
    """Set every count to zero."""
    with _lock:
        _counts.clear()


def sentences(numbers: dict[Habit, int]) -> list[str]:
    """Return one line for each habit, such as ``compat: 12 buckets had names that S3 refuses``."""
    return [
        f"compat: {number} {habit.one if number == 1 else habit.many} "
        f'({habit.option}="{habit.value}"). On AWS: {habit.aws}'
        for habit, number in numbers.items()
    ]
