"""One stack: a template with its parameters, conditions and resources, deployed to an account and a Region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from mocks3.load.cloudformation.intrinsics import (
    NO_VALUE,
    Unresolved,
    as_text,
    evaluate,
    evaluate_text,
    is_true,
)
from mocks3.load.cloudformation.loops import Loops
from mocks3.load.cloudformation.physical import Environment, Physical, is_custom, physical_of, stand_in
from mocks3.load.cloudformation.source import TemplateSource
from mocks3.load.descriptions import FilePlace, Unread
from mocks3.policy.reading import escaped

LOOPS = "AWS::LanguageExtensions"
SERVERLESS = "AWS::Serverless-2016-10-31"
HARMLESS = frozenset(
    {"AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23", "AWS::SecretsManager-2024-09-16"}
)
"""Transforms of AWS that add nothing that decides about S3."""

NESTED = "AWS::CloudFormation::Stack"
_SSM = "AWS::SSM::Parameter::Value<"


class Family(Protocol):
    """The other stacks of a load."""

    def exported(self, stack: Stack, name: str) -> Any:
        """Return what a stack exports with this name. Raises Unresolved."""

    def child(self, resource: TemplateResource) -> Stack:
        """Return the stack that a resource of the type AWS::CloudFormation::Stack creates. Raises Unresolved."""


class Stack:
    """A stack. It is the scope in which the intrinsic functions of its template are evaluated.

    Args:
        template: The template, after the transform of SAM.
        source: The file, for places.
        environment: Where the stack is deployed.
        family: The other stacks of the load.
    """

    def __init__(
        self, template: Mapping[str, Any], source: TemplateSource, environment: Environment, family: Family
    ) -> None:
        self.source, self.environment, self._family = source, environment, family
        self.parents: tuple[str, ...] = ()
        """The files of the templates that create this one as a nested stack."""
        self.unread: list[Unread] = []
        self._template = template
        self._physical: dict[str, Physical] = {}
        self._conditions: dict[str, bool] = {}
        self._open: list[str] = []
        self._children: dict[str, Stack] = {}
        for name in self.section("Parameters"):
            self.given(name)  # a parameter that nothing refers to may have a value
        if LOOPS in transforms(template):
            self._expand_loops()

    def _expand_loops(self) -> None:
        loops = Loops(lambda value: evaluate(self, value))
        for name in ("Conditions", "Resources", "Outputs"):
            try:
                self._template = {**self._template, name: loops.expand(self.section(name))}
            except (Unresolved, RecursionError) as error:
                reason = error.reason if isinstance(error, Unresolved) else "it is nested too deep"
                self.not_read(name, reason, f"/{name}")

    @property
    def region(self) -> str:
        """The Region of the stack."""
        return self.environment.region

    def place(self, pointer: str = "") -> FilePlace:
        """Return the place of a value in the template's file."""
        return self.source.place(pointer)

    def not_read(self, what: str, reason: str, pointer: str = "") -> None:
        """List a part of the template as not understood."""
        self.unread.append(Unread(what, self.place(pointer), reason))

    @property
    def sections(self) -> Mapping[str, Any]:
        """The sections of the template by name."""
        return self._template

    @property
    def transforms(self) -> list[str]:
        """The names of the template's transforms, such as ``AWS::LanguageExtensions``."""
        return transforms(self._template)

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a section of the template, such as ``Parameters``. It is empty if the template does not have it."""
        found = self._template.get(name)
        return found if isinstance(found, dict) else {}

    @cached_property
    def resources(self) -> dict[str, TemplateResource]:
        """The resources by logical id, also those whose condition is false."""
        return {
            name: TemplateResource(self, name, body)
            for name, body in self.section("Resources").items()
            if isinstance(body, dict) and isinstance(body.get("Type"), str)
        }

    def given(self, name: str) -> Any:
        """Return the value that the caller of the load gave for a name, or None."""
        return self.environment.values.get(name)

    def ref(self, name: str) -> Any:
        """Return the value of a parameter, a pseudo parameter, or a resource's physical id."""
        pseudo = self._pseudo_parameters.get(name)
        if pseudo is not None:
            return pseudo
        if name in self.section("Parameters"):
            return self._parameter(name)
        if name not in self.resources:
            raise Unresolved(f"the template has no parameter or resource {name!r}")
        found, resource = self.physical(name).id, self.resources[name]
        if is_custom(resource.type) and resource.deployed is None:
            self._list_stand_in(resource, f"Ref {name}", name)
        return found

    @cached_property
    def _pseudo_parameters(self) -> dict[str, Any]:
        where = self.environment
        stack_id = where.arn("cloudformation", f"stack/{where.stack}/00000000-0000-4000-8000-000000000000")
        return {
            "AWS::AccountId": where.account,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": where.partition,
            "AWS::Region": where.region,
            "AWS::StackId": stack_id,
            "AWS::StackName": where.stack,
            "AWS::URLSuffix": where.url_suffix,
        }

    def _parameter(self, name: str) -> Any:
        declared = self.section("Parameters")[name]
        declared = declared if isinstance(declared, dict) else {}
        kind, value = str(declared.get("Type")), self.given(name)
        give = f"give it: values={{{name!r}: ...}}"
        if value is None and kind.startswith(_SSM):
            raise Unresolved(f"the parameter {name} is read from {declared.get('Default')!r} of SSM; {give}")
        value = declared.get("Default") if value is None else value
        if value is None:
            raise Unresolved(f"the parameter {name} has no default value; {give}")
        allowed = declared.get("AllowedValues")
        if isinstance(allowed, list) and not isinstance(value, list) and str(value) not in map(str, allowed):
            raise Unresolved(
                f"the parameter {name} must be one of {', '.join(map(str, allowed))}, not {value}"
            )
        if kind == "CommaDelimitedList" or "List<" in kind:
            items = value if isinstance(value, list) else as_text(value, name).split(",")
            return [as_text(each, name).strip() for each in items]
        return as_text(value, f"the parameter {name}")

    def condition(self, name: str) -> bool:
        """Return the value of a condition."""
        if name not in self._conditions:
            conditions = self.section("Conditions")
            if name not in conditions:
                raise Unresolved(f"the template has no condition {name!r}")
            with_name = f"condition {name}"
            self._enter(with_name)
            try:
                self._conditions[name] = is_true(self, conditions[name])
            finally:
                self._open.remove(with_name)
        return self._conditions[name]

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """Return a mapping of the section Mappings, or None."""
        found = self.section("Mappings").get(name)
        return found if isinstance(found, dict) else None

    def exported(self, name: str) -> Any:
        """Return what another stack exports with this name."""
        given = self.given(name)
        return self._family.exported(self, name) if given is None else given

    def exports(self) -> Iterator[tuple[str, Any]]:
        """Yield the names that the stack exports, with the value of each as the template has it."""
        for output in self.section("Outputs").values():
            if not isinstance(output, dict) or not isinstance(output.get("Export"), dict):
                continue
            try:
                if self._exists(output):
                    yield (
                        evaluate_text(self, output["Export"].get("Name"), "the name of an export"),
                        output.get("Value"),
                    )
            except (Unresolved, RecursionError):
                continue

    def output(self, name: str) -> Any:
        """Return the value of an output."""
        output = self.section("Outputs").get(name)
        if not isinstance(output, dict) or not self._exists(output):
            raise Unresolved(f"the nested stack {self.environment.stack} has no output {name!r}")
        return evaluate(self, output.get("Value"))

    def _exists(self, body: Mapping[str, Any]) -> bool:
        return "Condition" not in body or self.condition(str(body["Condition"]))

    def physical(self, logical_id: str) -> Physical:
        """Return the physical id and the known attributes of a resource."""
        if logical_id not in self._physical:
            resource = self.resources[logical_id]
            if not resource.exists():
                raise Unresolved(f"the condition of {logical_id} is false, so that it does not exist")
            self._enter(logical_id)
            try:
                self._physical[logical_id] = physical_of(resource)
            finally:
                self._open.remove(logical_id)
        return self._physical[logical_id]

    def attribute(self, logical_id: str, attribute: str) -> Any:
        """Return an attribute of a resource. If only the deployment can say it, return a stand-in and list it."""
        given = self.given(f"{logical_id}.{attribute}")
        if given is not None:
            return given
        resource = self.resources.get(logical_id)
        if resource is None:
            raise Unresolved(f"the template has no resource {logical_id!r}")
        if resource.type == NESTED and attribute.startswith("Outputs."):
            return self.child(resource).output(attribute.removeprefix("Outputs."))
        physical = self.physical(logical_id)
        if not physical.is_stand_in(attribute):
            return physical.attributes[attribute]
        name = f"{logical_id}.{attribute}"
        self._list_stand_in(resource, f"Fn::GetAtt {name}", name)
        return stand_in(resource, attribute)

    def _list_stand_in(self, resource: TemplateResource, what: str, name: str) -> None:
        """List a value that has a stand-in. The name of a resource has none: nothing could use it."""
        give = f"give it: values={{{name!r}: ...}}"
        if any(each in self.resources for each in self._open):
            raise Unresolved(f"only the deployment can say {what}; {give}")
        reason = f"only the deployment can say this value; mocks3 uses a stand-in; {give}"
        self.not_read(what, reason, f"/Resources/{escaped(resource.logical_id)}")

    def child(self, resource: TemplateResource) -> Stack:
        """Return the nested stack that a resource creates."""
        if resource.logical_id not in self._children:
            self._enter(f"stack {resource.logical_id}")
            try:
                self._children[resource.logical_id] = self._family.child(resource)
            finally:
                self._open.remove(f"stack {resource.logical_id}")
        return self._children[resource.logical_id]

    def _enter(self, name: str) -> None:
        if name in self._open:
            raise Unresolved(f"{name} depends on itself")
        self._open.append(name)


class TemplateResource:
    """One resource of a template.

    Args:
        stack: Its stack.
        logical_id: Its name in the template.
        body: Its type, properties and attributes, as the template has them.
    """

    def __init__(self, stack: Stack, logical_id: str, body: Mapping[str, Any]) -> None:
        self.stack, self.logical_id, self.body = stack, logical_id, body
        self.type = str(body["Type"])
        properties = body.get("Properties")
        self.properties: Mapping[str, Any] = properties if isinstance(properties, dict) else {}

    @property
    def environment(self) -> Environment:
        """Where the stack is deployed."""
        return self.stack.environment

    @property
    def id(self) -> str:
        """The physical id. Raises Unresolved."""
        return self.stack.physical(self.logical_id).id

    @property
    def deployed(self) -> str | None:
        """The physical id in AWS, if the caller or a file of the load says it."""
        given = self.stack.given(self.logical_id)
        return self.environment.deployed.get(self.logical_id) if given is None else str(given)

    def exists(self) -> bool:
        """Return whether the resource has no condition, or one that is true."""
        return "Condition" not in self.body or self.stack.condition(str(self.body["Condition"]))

    def place(self, *steps: str | int) -> FilePlace:
        """Return the place of the resource, or of a value in its properties."""
        pointer = f"/Resources/{escaped(self.logical_id)}"
        if steps:
            pointer += "".join(f"/{escaped(str(each))}" for each in ("Properties", *steps))
        return self.stack.place(pointer)

    def given(self, name: str) -> str | None:
        """Return a property as text, or None if the template does not have it. Raises Unresolved."""
        value: Any = self.properties
        for step in name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
        found = evaluate(self.stack, value)
        return None if found is NO_VALUE else as_text(found, f"the property {name}")

    def value(self, *steps: str | int) -> Any:
        """Return a property, or a value in it, evaluated. What is not known is listed, and None is returned."""
        value: Any = self.properties
        for step in steps:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                value = None
        try:
            found = None if value is None else evaluate(self.stack, value)
        except Unresolved as error:
            self.not_read(error.reason, *steps)
            return None
        except RecursionError:
            self.not_read("the value is nested too deep", *steps)
            return None
        return None if found is NO_VALUE else found

    def not_read(self, reason: str, *steps: str | int) -> None:
        """List the resource, or a value in its properties, as not understood."""
        what = " ".join([self.type, ".".join([self.logical_id, *map(str, steps)])])
        self.stack.unread.append(Unread(what, self.place(*steps), reason))


def transforms(template: Mapping[str, Any]) -> list[str]:
    """Return the names of a template's transforms."""
    found = template.get("Transform")
    listed = found if isinstance(found, list) else [found]
    names = (each.get("Name") if isinstance(each, dict) else each for each in listed)
    return [each for each in names if isinstance(each, str)]
