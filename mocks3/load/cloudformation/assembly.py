"""The templates of one load: exports and imports between stacks, nested stacks, and what CDK says of a stack.

Rule 1: the account and the Region of a stack are those that the AWS CLI prints of the deployed stack; then those of
CDK's manifest.json next to the template; then those of the load's options; then the defaults of a mock.
Rule 2: a template that another one of the load creates as a nested stack is read there, with the parameters that it
gets there.
"""

from __future__ import annotations

import json
import os.path
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mocks3.load.cloudformation.deployed import Deployed, choose, deployed_stacks
from mocks3.load.cloudformation.intrinsics import Unresolved, evaluate
from mocks3.load.cloudformation.physical import Environment, generated_name
from mocks3.load.cloudformation.sam import expand
from mocks3.load.cloudformation.source import TemplateSource
from mocks3.load.cloudformation.stack import NESTED, SERVERLESS, Stack, TemplateResource, transforms
from mocks3.load.descriptions import Options
from mocks3.load.faults import LoadError
from mocks3.load.yaml_text import read_yaml
from mocks3.model.world import Settings
from mocks3.policy import PolicySyntaxError
from mocks3.policy.reading import read as parse_json

_ENVIRONMENT = re.compile(r"aws://(\d{12}|unknown-account)/([a-z0-9-]+)")
_SUFFIXES = re.compile(r"(\.nested)?(\.template)?\.(json|ya?ml|template)(\.gz)?$", re.IGNORECASE)
_CONTEXT = re.compile(r"(?:availability-zones|vpc-provider|hosted-zone|ami|ssm|key-provider):.*", re.DOTALL)


def is_template(document: Any) -> bool:
    """Return whether a document is a template of CloudFormation: it has Resources with types, or a format version."""
    if not isinstance(document, Mapping):
        return False
    if "TemplateBody" in document:  # aws cloudformation get-template
        return isinstance(document["TemplateBody"], str | Mapping)
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
        self._deployed = deployed_stacks(options.documents.values())

    def stack(self, document: Mapping[str, Any], text: str, file: str) -> Stack:
        """Return the stack of a template that no other template creates."""
        if file not in self._stacks:
            self._stacks[file] = self._open(document, text, file, self._environment(file))
        return self._stacks[file]

    def is_nested(self, file: str) -> bool:
        """Return whether another template of the load, which is not nested itself, creates this one."""
        pending, seen = [file], {file}
        while pending:
            child = pending.pop()
            parents = self._parents(child)
            if not parents and child != file:
                return True
            pending += parents - seen
            seen |= parents
        return False

    def _parents(self, file: str) -> set[str]:
        return {
            other
            for other, document in self._templates()
            for body in _bodies(document)
            if body.get("Type") in (NESTED, "AWS::Serverless::Application")
            if nested_file(other, body) == os.path.normpath(file)
        }

    def _templates(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from ((file, each) for file, each in self._options.documents.items() if is_template(each))

    def _open(self, document: Mapping[str, Any], text: str, file: str, environment: Environment) -> Stack:
        source = TemplateSource(file, text)
        if "TemplateBody" in document:
            document, source = _template_in(document["TemplateBody"], source)
        if SERVERLESS not in transforms(document):
            return Stack(document, source, environment, self)
        expanded = expand(document, environment)
        stack = Stack(expanded.template, source.made_by(expanded.origin), environment, self)
        for fault in expanded.faults:
            stack.not_read(*fault)
        return stack

    def _environment(self, file: str) -> Environment:
        options, defaults = self._options, Settings()
        artifact = self._artifact(file)
        properties = artifact.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        found = _ENVIRONMENT.fullmatch(str(artifact.get("environment")))
        account, region = found.groups() if found else ("unknown-account", "unknown-region")
        values = properties.get("parameters")
        name = str(options.values.get("AWS::StackName") or properties.get("stackName") or _stack_name(file))
        deployed = self._deployed_stack(file, name) or Deployed(name)
        account = account if account.isdigit() else options.account or defaults.account
        region = region if region != "unknown-region" else options.region or defaults.region
        parameters = values if isinstance(values, dict) else {}
        return Environment(
            account=deployed.account or account,
            region=deployed.region or region,
            stack=deployed.name or name,
            values=_first(options.values, deployed.parameters, parameters),
            deployed=deployed.ids,
        )

    def _deployed_stack(self, file: str, name: str) -> Deployed | None:
        others = [each for other, each in self._templates() if other != file and not self.is_nested(other)]
        return choose(self._deployed, name, self._options.documents.get(file, {}), others)

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
        values = values or [each.exports[name] for each in self._deployed if name in each.exports]
        if not values:
            raise Unresolved(
                f"no loaded template exports {name!r}; load it too, or give it: values={{{name!r}: ...}}"
            )
        if any(each != values[0] for each in values):
            raise Unresolved(f"several loaded templates export {name!r}; give it: values={{{name!r}: ...}}")
        return values[0]

    def _exports(self, name: str) -> Iterator[tuple[str, Any]]:
        for file, document in self._templates():
            if self.is_nested(file) or not ("Outputs" in document or "TemplateBody" in document):
                continue
            stack = self.stack(document, _text(file), file)
            for exported, value in stack.exports():
                if exported == name:
                    yield file, evaluate(stack, value)

    def child(self, resource: TemplateResource) -> Stack:
        """Return the nested stack that a resource creates."""
        parent = resource.stack
        file = nested_file(parent.source.file, resource.body)
        document = next(
            (each for name, each in self._templates() if file is not None and os.path.normpath(name) == file),
            None,
        )
        if file is None or document is None:
            raise Unresolved("the template of the nested stack is not loaded; load the folder that has it")
        parents = (*parent.parents, os.path.normpath(parent.source.file))
        if file in parents:
            raise Unresolved(f"the template {file} creates itself")
        where = parent.environment
        name = re.sub(r".*:stack/([^/]+)/.*", r"\1", resource.deployed or generated_name(resource, 128))
        deployed = next((each for each in self._deployed if each.name == name), Deployed(name))
        passed = resource.properties.get("Parameters")
        given = {
            name: value
            for name in (passed if isinstance(passed, dict) else ())
            if (value := resource.value("Parameters", name)) is not None
        }
        values = _first(given, deployed.parameters, where.values)
        environment = Environment(where.account, where.region, name, values, deployed.ids)
        stack = self._open(document, _text(file), file, environment)
        stack.parents = parents
        return stack


def _first(*values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return values by name. Each name has the value of the first mapping that has it."""
    return ChainMap(*values)  # type: ignore[arg-type]  # ChainMap can change its first mapping, but this one is not changed


def nested_file(parent: str, body: Mapping[str, Any]) -> str | None:
    """Return the local file of a nested stack's template: CDK's asset, or a TemplateURL or Location that is a path."""
    metadata, properties = body.get("Metadata"), body.get("Properties")
    path = metadata.get("aws:asset:path") if isinstance(metadata, dict) else None
    if path is None and isinstance(properties, dict):
        path = properties.get("TemplateURL", properties.get("Location"))
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


def _template_in(body: Any, source: TemplateSource) -> tuple[Mapping[str, Any], TemplateSource]:
    """Return the template in the output of ``aws cloudformation get-template``: a value, or a text."""
    if isinstance(body, str):
        found = _parsed(body, source)
        return found if isinstance(found, dict) else {}, source.made_by(lambda _: "/TemplateBody")
    return body, source.made_by(lambda pointer: f"/TemplateBody{pointer}")


def _parsed(body: str, source: TemplateSource) -> Any:
    if body.lstrip()[:1] != "{":
        return read_yaml(body, source.file)
    try:
        return parse_json(body)
    except PolicySyntaxError as error:
        raise LoadError(f"the template is not JSON: {error.detail}", source.place("/TemplateBody")) from None


def _text(file: str) -> str:
    """Return the text of a template of the load, for places; empty if the file cannot be read as text."""
    try:
        return Path(file).read_text("utf-8-sig")
    except (OSError, ValueError):
        return ""
