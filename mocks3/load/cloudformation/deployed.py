"""What the AWS CLI prints of a deployed stack: the physical ids of its resources, its parameters and its exports.

    aws cloudformation describe-stacks            parameters, exports
    aws cloudformation describe-stack-resources   physical ids
    aws cloudformation list-stack-resources       physical ids

With them, resources have the names that CloudFormation generated for them in AWS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Deployed:
    """One deployed stack. ``name``, ``account`` and ``region`` are None if no output names them."""

    name: str | None
    account: str | None = None
    region: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)


def is_deployed(document: Any) -> bool:
    """Return whether a document is what the AWS CLI prints of deployed stacks."""
    return isinstance(document, Mapping) and any(
        isinstance(document.get(name), list)
        and all(isinstance(each, Mapping) and member in each for each in document[name])
        for name, member in _LISTS.items()
        if document.get(name)
    )


_LISTS = {
    "Stacks": "StackName",
    "StackResources": "LogicalResourceId",
    "StackResourceSummaries": "LogicalResourceId",
}


def deployed_stacks(documents: Iterable[Any]) -> list[Deployed]:
    """Return the deployed stacks in all documents of a load. Outputs about one stack are merged."""
    named: dict[str, Deployed] = {}
    unnamed: list[Deployed] = []
    for document in filter(is_deployed, documents):
        for each in document.get("Stacks") or ():
            _add_stack(_stack(named, each), each)
        for each in document.get("StackResources") or ():
            _add_ids(_stack(named, each), each)
        if document.get("StackResourceSummaries"):
            unnamed.append(Deployed(None))
            for each in document["StackResourceSummaries"]:
                _add_ids(unnamed[-1], each)
    return [*named.values(), *unnamed]


def _stack(named: dict[str, Deployed], each: Mapping[str, Any]) -> Deployed:
    name = str(each.get("StackName"))
    found = named.setdefault(name, Deployed(name))
    parts = str(each.get("StackId")).split(":")
    if len(parts) > 5 and parts[0] == "arn":
        found.region, found.account = parts[3], parts[4]
    return found


def _add_stack(found: Deployed, each: Mapping[str, Any]) -> None:
    for parameter in _mappings(each.get("Parameters")):
        value = parameter.get("ResolvedValue", parameter.get("ParameterValue"))
        if isinstance(value, str) and value != "****":  # NoEcho
            found.parameters[str(parameter.get("ParameterKey"))] = value
    for output in _mappings(each.get("Outputs")):
        if isinstance(output.get("ExportName"), str) and isinstance(output.get("OutputValue"), str):
            found.exports[output["ExportName"]] = output["OutputValue"]


def _add_ids(found: Deployed, each: Mapping[str, Any]) -> None:
    if isinstance(each.get("PhysicalResourceId"), str):
        found.ids[str(each["LogicalResourceId"])] = each["PhysicalResourceId"]


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in (value if isinstance(value, list) else []) if isinstance(each, Mapping))


def choose(
    stacks: list[Deployed], name: str, template: Mapping[str, Any], others: list[Mapping[str, Any]]
) -> Deployed | None:
    """Return the deployed stack of a template: by its name, else by its logical ids, else the only one.

    Args:
        stacks: The deployed stacks.
        name: The name of the template's stack, if no output says another one.
        template: The template.
        others: The other templates of the load.
    """
    by_name = next((each for each in stacks if each.name == name), None)
    if by_name is not None:
        return by_name
    for each in stacks:
        shared = _shared(each, template)
        if shared and all(shared > _shared(each, other) for other in others):
            return each
    return stacks[0] if len(stacks) == 1 and not others and not stacks[0].ids else None


def _shared(stack: Deployed, template: Mapping[str, Any]) -> int:
    resources = template.get("Resources")
    return len(stack.ids.keys() & (resources.keys() if isinstance(resources, Mapping) else set()))
