"""The templates of one load: exports and imports between stacks, nested stacks, and what CDK says of a stack.

Rule 1: the account and the Region of a stack are those of CDK's manifest.json next to its template, if that names
them; otherwise those of the load's options; otherwise the defaults of a mock.
Rule 2: a template that another one of the load creates as a nested stack is read there, with the parameters that it
gets there.
"""

from __future__ import annotations

import json
import os.path
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mocks3.load.cloudformation.intrinsics import Unresolved, evaluate
from mocks3.load.cloudformation.physical import Environment, generated_name
from mocks3.load.cloudformation.sam import expand
from mocks3.load.cloudformation.source import Source
from mocks3.load.cloudformation.stack import NESTED, SERVERLESS, Resource, Stack, transforms
from mocks3.load.descriptions import Options
from mocks3.model.world import Settings

_ENVIRONMENT = re.compile(r"aws://(\d{12}|unknown-account)/([a-z0-9-]+)")
_SUFFIXES = re.compile(r"(\.nested)?(\.template)?\.(json|ya?ml|template)(\.gz)?$", re.IGNORECASE)
_CONTEXT = re.compile(r"(?:availability-zones|vpc-provider|hosted-zone|ami|ssm|key-provider):.*", re.DOTALL)


def is_template(document: Any) -> bool:
    """Return whether a document is a template of CloudFormation: it has Resources with types, or a format version."""
    if not isinstance(document, Mapping):
        return False
    resources = document.get("Resources")
    typed = isinstance(resources, Mapping) and any(
        isinstance(each, Mapping) and isinstance(each.get("Type"), str) and "::" in each["Type"]
        for each in resources.values()
    )
    return typed or "AWSTemplateFormatVersion" in document or bool(SERVERLESS in transforms(document))


def is_cdk(document: Any) -> bool:
    """Return whether a document is one that CDK writes next to templates, such as manifest.json and tree.json."""
    if not isinstance(document, Mapping):
        return False
    names = set(document)
    if "version" in names and (names & {"artifacts", "runtime"} or names == {"version"}):
        return True  # manifest.json and cdk.out
    if names == {"version", "tree"} or names == {"version", "files", "dockerImages"}:
        return True
    # cdk.json and cdk.context.json
    return ("app" in names and "context" in names) or (
        bool(names) and all(map(_CONTEXT.fullmatch, map(str, names)))
    )


class Assembly:
    """The templates of one load.

    Args:
        options: The options of the load, with all its documents.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._stacks: dict[str, Stack] = {}

    def stack(self, document: Mapping[str, Any], text: str, file: str) -> Stack:
        """Return the stack of a template that no other template creates."""
        if file not in self._stacks:
            self._stacks[file] = self._open(document, text, file, self._environment(file))
        return self._stacks[file]

    def is_nested(self, file: str) -> bool:
        """Return whether another template of the load creates this one as a nested stack."""
        return any(
            nested_file(other, body) == os.path.normpath(file)
            for other, document in self._templates()
            if other != file
            for body in _bodies(document)
            if body.get("Type") == NESTED
        )

    def _templates(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from ((file, each) for file, each in self._options.documents.items() if is_template(each))

    def _open(self, document: Mapping[str, Any], text: str, file: str, environment: Environment) -> Stack:
        if SERVERLESS not in transforms(document):
            return Stack(document, Source(file, text), environment, self)
        expanded = expand(document, environment)
        stack = Stack(expanded.template, Source(file, text, expanded.origin), environment, self)
        for what, reason in expanded.faults:
            stack.not_read(what, reason)
        return stack

    def _environment(self, file: str) -> Environment:
        options, defaults = self._options, Settings()
        artifact = self._artifact(file)
        properties = artifact.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        found = _ENVIRONMENT.fullmatch(str(artifact.get("environment")))
        account, region = found.groups() if found else ("unknown-account", "unknown-region")
        values = properties.get("parameters")
        return Environment(
            account=account if account.isdigit() else options.account or defaults.account,
            region=region if region != "unknown-region" else options.region or defaults.region,
            stack=str(
                options.values.get("AWS::StackName") or properties.get("stackName") or _stack_name(file)
            ),
            values={**(values if isinstance(values, dict) else {}), **options.values},
        )

    def _artifact(self, file: str) -> Mapping[str, Any]:
        """Return what CDK's manifest.json in the template's folder says of the template's stack."""
        path = os.path.join(os.path.dirname(file), "manifest.json")
        manifest = self._options.documents.get(path)
        if manifest is None and os.path.isfile(path):
            try:
                manifest = json.loads(Path(path).read_text("utf-8"))
            except (OSError, ValueError, RecursionError):
                manifest = None
        artifacts = manifest.get("artifacts") if isinstance(manifest, dict) else None
        for name, each in artifacts.items() if isinstance(artifacts, dict) else ():
            properties = each.get("properties") if isinstance(each, dict) else None
            if isinstance(properties, dict) and properties.get("templateFile") == os.path.basename(file):
                stack = each.get("displayName") if "/" not in str(each.get("displayName", "/")) else name
                return {**each, "properties": {"stackName": stack, **properties}}
        return {}

    def exported(self, stack: Stack, name: str) -> Any:
        """Return what a stack of the load exports with this name. Stacks of the same folder come first."""
        found = list(self._exports(name))
        folder = os.path.dirname(stack.source.file)
        near = [value for file, value in found if os.path.dirname(file) == folder]
        values = near or [value for _, value in found]
        if not values:
            raise Unresolved(
                f"no loaded template exports {name!r}; load it too, or give it: values={{{name!r}: ...}}"
            )
        if any(each != values[0] for each in values):
            raise Unresolved(f"several loaded templates export {name!r}; give it: values={{{name!r}: ...}}")
        return values[0]

    def _exports(self, name: str) -> Iterator[tuple[str, Any]]:
        for file, document in self._templates():
            if self.is_nested(file) or "Outputs" not in document:
                continue
            stack = self.stack(document, _text(file), file)
            for exported, value in stack.exports():
                if exported == name:
                    yield file, evaluate(stack, value)

    def child(self, resource: Resource) -> Stack:
        """Return the nested stack that a resource creates."""
        parent = resource.stack
        file = nested_file(parent.source.file, resource.body)
        document = next(
            (each for name, each in self._templates() if file is not None and os.path.normpath(name) == file),
            None,
        )
        if file is None or document is None:
            raise Unresolved("the template of the nested stack is not loaded; load the folder that has it")
        where = parent.environment
        given = {
            name: value
            for name in resource.properties.get("Parameters") or {}
            if (value := resource.value("Parameters", name)) is not None
        }
        environment = Environment(
            where.account, where.region, generated_name(resource, 128), {**where.values, **given}
        )
        return self._open(document, _text(file), file, environment)


def nested_file(parent: str, body: Mapping[str, Any]) -> str | None:
    """Return the local file of a nested stack's template: CDK's asset, or a TemplateURL that is a path."""
    metadata, properties = body.get("Metadata"), body.get("Properties")
    path = metadata.get("aws:asset:path") if isinstance(metadata, dict) else None
    if path is None and isinstance(properties, dict):
        path = properties.get("TemplateURL")
    if not isinstance(path, str) or "://" in path:
        return None
    return os.path.normpath(os.path.join(os.path.dirname(parent), path))


def _bodies(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    resources = document.get("Resources")
    for each in resources.values() if isinstance(resources, Mapping) else ():
        if isinstance(each, Mapping):
            yield each


def _stack_name(file: str) -> str:
    """Return a stack's name for a template file: its name without endings, with what a stack's name can have."""
    name = _SUFFIXES.sub("", os.path.basename(file))
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "stack"


def _text(file: str) -> str:
    """Return the text of a template of the load, for places; empty if the file cannot be read as text."""
    try:
        return Path(file).read_text("utf-8-sig")
    except (OSError, ValueError):
        return ""
