"""Search for a call that violates a property, with Hypothesis, which also finds the simplest one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.invariants import calls
from mocks3.invariants.callers import is_possible
from mocks3.invariants.calls import CONTEXT_FIELDS, PlannedCall
from mocks3.operations import find
from mocks3.policy.glob import glob
from mocks3.policy.sampling import sample_key, sample_resources

if TYPE_CHECKING:
    from types import ModuleType

    from mocks3.invariants.callers import InvariantCaller, Named
    from mocks3.invariants.proof import Suspect
    from mocks3.invariants.properties import Invariant
    from mocks3.invariants.world import CheckedWorld
    from mocks3.policy import Policy
    from mocks3.storage import Bucket

_MOST_KEYS: Final = 12


class Found(NamedTuple):
    """The result of a search: how many calls were made, and the simplest one that violates the property, or None."""

    calls: int
    call: PlannedCall | None


class Space(NamedTuple):
    """What a search chooses from: callers, operations, object keys by bucket, values of parameters and context."""

    callers: Sequence[InvariantCaller]
    operations: Sequence[str]
    keys: Mapping[str, Sequence[str]]
    given: Mapping[str, Sequence[Any]]
    context: Mapping[str, Sequence[Any]]


def hypothesis() -> ModuleType:
    """Return the module hypothesis.

    Raises:
        Mocks3Error: It is not installed.
    """
    try:
        import hypothesis
    except ModuleNotFoundError:
        raise Mocks3Error("aws.always needs Hypothesis: pip install 'mocks3[invariants]'") from None
    return hypothesis


def space(
    invariant: Invariant,
    callers: list[InvariantCaller],
    buckets: list[Bucket],
    policies: Iterable[Policy],
    kms: list[str],
) -> Space:
    """Return what a search chooses from: the values that the policies tell apart."""
    policies = list(policies)
    keys = {bucket.name: _object_keys(bucket, policies) for bucket in buckets}
    context = {key: _single(sample_key(policies, key)) for key in CONTEXT_FIELDS}
    given = {"prefixes": _single(sample_key(policies, "s3:prefix")), "keys": kms}
    named = glob(invariant.action.lower())
    operations = [
        name
        for name in calls.operations(callers[0].principal.client("s3"))
        if any(named(need.action.lower()) for need in find("s3", name).needs)
        and (invariant.key is None or name in calls.WRITES)
    ]
    return Space(callers, operations, keys, given, {key: values for key, values in context.items() if values})


def _single(lists: Iterable[tuple[str, ...]]) -> list[str]:
    return [values[0] for values in lists if values]


def _object_keys(bucket: Bucket, policies: list[Policy]) -> list[str]:
    """Return keys of objects: present ones, and those that the resources of statements tell apart."""
    present = [version.key for version in bucket.list_keys(limit=3).entries]
    prefix = f"{bucket.arn}/"
    made = (text.removeprefix(prefix) for text in sample_resources(policies, prefix))
    return list(dict.fromkeys([*present, *made]))[:_MOST_KEYS]


def narrowed(space: Space, suspect: Suspect) -> Space:
    """Return the part of a space in which a call may send the request that a proof found."""
    request = suspect.request
    wanted = [
        name
        for name in space.operations
        if any(need.action.lower() == request.action.lower() for need in find("s3", name).needs)
    ]
    key = request.resource.partition("/")[2]
    return space._replace(
        callers=[suspect.caller],
        operations=wanted,
        keys={suspect.bucket: [key] if key else space.keys[suspect.bucket]},
        context={key: [values[0]] for key in CONTEXT_FIELDS if (values := request.context.get(key))},
    )


def search(world: CheckedWorld, invariant: Invariant, space: Space, named: Named, examples: int) -> Found:
    """Make calls until one violates the property, and simplify it.

    Args:
        world: The in-memory AWS. It is unchanged afterwards.
        invariant: The property.
        space: What to choose from.
        named: What strangers do not have.
        examples: How many calls to make at most while no call violates the property.

    Returns:
        The call, or None.

    Raises:
        Mocks3Error: Hypothesis is not installed.
    """
    module = hypothesis()
    made = 0

    def violates(call: PlannedCall) -> bool:
        nonlocal made
        made += 1
        return calls.make(world, call).violation(invariant) is not None

    settings = module.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(module.HealthCheck),
        phases=(module.Phase.generate, module.Phase.shrink),
    )
    from hypothesis.errors import NoSuchExample, Unsatisfiable

    try:
        call = module.find(_calls(invariant, space, named), violates, settings=settings, random=Random(0))  # noqa: S311
    except (NoSuchExample, Unsatisfiable):
        return Found(made, None)
    return Found(made, call)


def _calls(invariant: Invariant, space: Space, named: Named) -> Any:
    """Return the strategy of calls. Simpler calls come first in each choice."""
    st = hypothesis().strategies

    @st.composite  # type: ignore[untyped-decorator]
    def strategy(draw: Callable[[Any], Any]) -> PlannedCall:
        caller = draw(st.sampled_from(space.callers))
        operation = draw(st.sampled_from(space.operations))
        bucket = draw(st.sampled_from(list(space.keys)))
        key = draw(st.sampled_from(space.keys[bucket]))
        chosen = {
            name: draw(st.sampled_from(list(values)))
            for name, values in calls.choices(operation, space.given).items()
        }
        if chosen.get("ServerSideEncryption") != "aws:kms":
            chosen.pop("SSEKMSKeyId", None)
        every = calls.parameters(bucket, key)
        required = calls.required(operation)
        parameters = {name: every[name] for name in required} | {
            name: value for name, value in chosen.items() if value is not None
        }
        return PlannedCall(caller, operation, parameters, _context(draw, caller, invariant, space, named))

    return strategy()


def _context(
    draw: Callable[[Any], Any], caller: InvariantCaller, invariant: Invariant, space: Space, named: Named
) -> dict[str, Any]:
    st = hypothesis().strategies
    context: dict[str, Any] = {}
    for key, values in space.context.items():
        if key in invariant.fixed:
            continue
        possible = [
            each
            for each in values
            if each is not None and is_possible(caller, key, (each,), named, outside=invariant.outside)
        ]
        value = draw(st.sampled_from([None, *possible]))
        if value is not None:
            context[CONTEXT_FIELDS[key]] = value == "true" if value in ("true", "false") else value
    for key, fixed in invariant.fixed.items():
        context[CONTEXT_FIELDS[key]] = fixed[0] == "true" if fixed[0] in ("true", "false") else fixed[0]
    return context
