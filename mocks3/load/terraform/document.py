"""Find the resources in what ``terraform show -json`` prints, for a plan and for a state.

The shape is the one of Terraform's page "JSON Output Format" (developer.hashicorp.com/terraform/internals/json-format).
OpenTofu prints the same shape.

Rule: a resource is as it will be after the plan is applied. A value that is known only then is an :class:`Unknown`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mocks3.load.descriptions import FilePlace, Json
from mocks3.load.faults import LoadError
from mocks3.load.terraform.configuration import Configuration, inside, matching_block

MAJOR_VERSIONS = ("0", "1")
_MODULE = re.compile(r'module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?(?=\.)')


@dataclass(frozen=True)
class Unknown:
    """A value that is known only after the apply.

    ``path`` is its address, such as ``aws_s3_bucket_policy.logs.policy``. ``references`` are what its expression refers
    to, as the module of the resource spells it.
    """

    path: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class TerraformResource:
    """A resource or data source. ``module`` is the address of its module, with keys; ``key`` is that of its instance.

    ``provider`` is the key of its provider's configuration, such as ``aws`` or ``aws.replica``, or an empty string.
    """

    address: str
    mode: str
    type: str
    name: str
    module: str
    key: str | int | None
    values: Mapping[str, Any]
    pointer: str
    provider: str


def is_terraform(document: object) -> bool:
    """Return whether a document is what ``terraform show -json`` prints."""
    return (
        (
            isinstance(document, Mapping)
            and any(
                isinstance(document.get(name), Mapping)
                for name in ("planned_values", "values", "prior_state")
            )
            and (
                "format_version" in document
                or "terraform_version" in document
                or "planned_values" in document
            )
        )
        or (
            isinstance(document, Mapping)
            and isinstance(document.get("resource_changes"), list)
            and ("format_version" in document or "terraform_version" in document)
        )
        or (
            isinstance(document, Mapping) and set(document) == {"format_version"}  # an empty state
        )
    )


def check_version(document: Json, file: str) -> None:
    """Raise LoadError if the document has a format version that mocks3 does not know."""
    version = document.get("format_version", "1.0")
    if not isinstance(version, str) or version.partition(".")[0] not in MAJOR_VERSIONS:
        raise LoadError(
            f"mocks3 reads the JSON format of Terraform with the major version 1, not format_version {version!r}",
            FilePlace(file, "/format_version"),
        )


def find_resources(
    document: Json, file: str, configuration: Configuration, given: Mapping[str, Any]
) -> list[TerraformResource]:
    """Return the resources that exist after the apply, and the data sources.

    Args:
        document: What ``terraform show -json`` printed.
        file: The name of its file, for errors.
        configuration: The configuration in the document.
        given: Values by their address, from the caller.

    Raises:
        LoadError: The document does not have the documented shape.
    """
    reader = _DocumentReader(document, file, configuration, given)
    found = {each.address: each for each in reader.planned()}
    for each in reader.prior():
        if each.address not in found and (each.mode == "data" or each.address not in reader.removed):
            found[each.address] = each
    return list(found.values())


class _DocumentReader:
    """One document. ``changes`` are its resource changes by address; ``removed`` are addresses that are destroyed."""

    def __init__(
        self, document: Json, file: str, configuration: Configuration, given: Mapping[str, Any]
    ) -> None:
        self.document, self.file, self.configuration, self.given = document, file, configuration, given
        self.changes: dict[str, tuple[int, Json]] = {}
        for number, change in enumerate(self._list(document, "resource_changes", "")):
            if not isinstance(change, Mapping) or "deposed" in change:  # an old object that is replaced
                continue
            if isinstance(change.get("address"), str):
                self.changes[change["address"]] = number, change
        self.removed = {
            address for address, (_, change) in self.changes.items() if _actions(change) == {"delete"}
        } | {
            each["previous_address"]
            for _, each in self.changes.values()
            if _is_text(each, "previous_address")
        }

    def planned(self) -> Iterator[TerraformResource]:
        """Yield what ``planned_values`` has, or ``values`` of a state; of a plan without both, what the changes say."""
        for member in ("planned_values", "values"):
            if self.document.get(member) is not None:
                yield from self._modules(self._object(self.document, member, ""), f"/{member}")
                return
        for number, change in self.changes.values():
            after = _member(change, "change").get("after")
            if _actions(change) != {"delete"} and isinstance(after, Mapping):
                yield from self._resource(
                    {**change, "values": after}, f"/resource_changes/{number}/change/after"
                )

    def prior(self) -> Iterator[TerraformResource]:
        """Yield what exists before the apply: data sources that were read, and resources outside a targeted plan."""
        prior = self.document.get("prior_state")
        if prior is not None:
            state = self._object(self.document, "prior_state", "")
            if state.get("values") is not None:
                yield from self._modules(self._object(state, "values", "/prior_state"), "/prior_state/values")

    def _modules(self, values: Json, pointer: str) -> Iterator[TerraformResource]:
        pending = [(self._object(values, "root_module", pointer), f"{pointer}/root_module")]
        while pending:
            module, place = pending.pop()
            for number, each in enumerate(self._list(module, "resources", place)):
                inside = f"{place}/resources/{number}"
                if not isinstance(each, Mapping):
                    raise self._fault(f"a resource must be an object, not {type(each).__name__}", inside)
                yield from self._resource(each, f"{inside}/values")
            for number, each in enumerate(self._list(module, "child_modules", place)):
                inside = f"{place}/child_modules/{number}"
                if not isinstance(each, Mapping):
                    raise self._fault(f"a module must be an object, not {type(each).__name__}", inside)
                pending.append((each, inside))

    def _resource(self, described: Json, pointer: str) -> Iterator[TerraformResource]:
        address, kind, name = (described.get(member) for member in ("address", "type", "name"))
        if not (isinstance(address, str) and isinstance(kind, str) and isinstance(name, str)):
            raise self._fault("a resource must have the texts address, type and name", pointer)
        module = ".".join(_module_steps(address))
        mode = "data" if described.get("mode") == "data" else "managed"
        key = described.get("index")
        key = key if isinstance(key, str | int) and not isinstance(key, bool) else None
        configured = self.configuration.resource(module, mode, kind, name)
        _, change = self.changes.get(address, (0, {}))
        unknown = _member(change, "change").get("after_unknown")
        if mode == "data" and pointer.startswith("/prior_state"):
            unknown = None
        provider = configured.get("provider_config_key")
        yield TerraformResource(
            address,
            mode,
            kind,
            name,
            module,
            key,
            self._values(described.get("values"), unknown, configured.get("expressions"), address),
            pointer,
            provider.rpartition(":")[2] if isinstance(provider, str) else "",
        )

    def _values(
        self, values: object, unknown: object, expressions: object, address: str
    ) -> Mapping[str, Any]:
        found = complete(
            values if isinstance(values, Mapping) else {},
            unknown if isinstance(unknown, Mapping) else {},
            expressions,
            address,
            self.given,
        )
        assert isinstance(found, Mapping)
        return found

    def _object(self, parent: Json, member: str, pointer: str) -> Json:
        value = parent.get(member)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self._fault(
                f"{member} must be an object, not {type(value).__name__}", f"{pointer}/{member}"
            )
        return value

    def _list(self, parent: Json, member: str, pointer: str) -> list[Any]:
        value = parent.get(member)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._fault(f"{member} must be a list, not {type(value).__name__}", f"{pointer}/{member}")
        return value

    def _fault(self, message: str, pointer: str) -> LoadError:
        return LoadError(
            f"{message}, at {pointer}. Print the plan or state again with terraform show -json",
            FilePlace(self.file, pointer),
        )


def complete(
    values: object, unknown: object, expressions: object, path: str, given: Mapping[str, Any]
) -> object:
    """Return values with an :class:`Unknown` for each one that is known only after the apply.

    Args:
        values: The planned value.
        unknown: The same shape, with true for each unknown value (``after_unknown``).
        expressions: The expressions of the configuration at this place.
        path: The address of the value.
        given: Values by their address, from the caller. They replace planned values.
    """
    if path in given:
        return given[path]
    if unknown is True:
        return Unknown(path, references_in(expressions))
    if isinstance(values, Mapping) or isinstance(unknown, Mapping):
        planned = values if isinstance(values, Mapping) else {}
        marks = unknown if isinstance(unknown, Mapping) else {}
        return {
            name: complete(
                planned.get(name),
                marks.get(name),
                inside(expressions, name),
                f"{path}.{name}",
                given,
            )
            for name in {**planned, **marks}
        }
    if isinstance(values, list) or isinstance(unknown, list):
        listed = values if isinstance(values, list) else []
        marked = unknown if isinstance(unknown, list) else []
        return [
            complete(
                value,
                mark,
                matching_block(expressions, number, value, len(listed)),
                f"{path}[{number}]",
                given,
            )
            for number, (value, mark) in enumerate(itertools.zip_longest(listed, marked))
        ]
    return values


def references_in(expressions: object) -> tuple[str, ...]:
    """Return all references of an expression, of a block or of a list of blocks, as Terraform prints them."""
    if isinstance(expressions, Mapping):
        listed = expressions.get("references")
        if isinstance(listed, list):
            return tuple(each for each in listed if isinstance(each, str))
        if "constant_value" in expressions:
            return ()
        return tuple(each for inner in expressions.values() for each in references_in(inner))
    if isinstance(expressions, list):
        return tuple(each for inner in expressions for each in references_in(inner))
    return ()


def _module_steps(address: str) -> Iterator[str]:
    place = 0
    while (step := _MODULE.match(address, place)) is not None:
        yield step[0]
        place = step.end() + 1


def _actions(change: Json) -> set[str]:
    actions = _member(change, "change").get("actions")
    return {each for each in actions if isinstance(each, str)} if isinstance(actions, list) else set()


def _member(value: Json, name: str) -> Json:
    inner = value.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _is_text(value: Json, name: str) -> bool:
    return isinstance(value.get(name), str)
