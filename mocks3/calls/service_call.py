"""One call: the service, the operation and its parameters, as boto3 names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator

from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.operations import registered
from mocks3.wire import models

POST_OBJECT = "PostObject"
"""The upload by an HTML form, which is an operation without a method of boto3 (RESTObjectPOST)."""


@dataclass(frozen=True)
class ServiceCall:
    """A call. ``service`` is botocore's name, ``operation`` AWS's; ``parameters`` are those of the boto3 method."""

    service: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def with_parameters(self, **changes: Any) -> ServiceCall:
        """Return the call with other values of some parameters."""
        return ServiceCall(self.service, self.operation, {**self.parameters, **changes})

    def without(self, *names: str) -> ServiceCall:
        """Return the call without some parameters."""
        kept = {name: value for name, value in self.parameters.items() if name not in names}
        return ServiceCall(self.service, self.operation, kept)

    @property
    def model(self) -> OperationModel:
        """Botocore's model of the operation."""
        return models.operation_model(self.service, self.operation)

    @property
    def members(self) -> Mapping[str, Shape]:
        """The parameters that the operation has, with their shapes."""
        shape = self.model.input_shape
        members: Mapping[str, Shape] = {} if shape is None else shape.members
        return members

    def check(self) -> None:
        """Raise Mocks3Error for an unknown operation or parameter, and for a value that botocore would not send.

        Required parameters may be missing.
        """
        known = operations_of(self.service)
        if self.operation not in known:
            raise Mocks3Error(f"there is no operation {self.operation!r}{suggestion(self.operation, known)}")
        for name, value in self.parameters.items():
            if name not in self.members:
                hint = suggestion(name, self.members)
                raise Mocks3Error(f"{self.operation} has no parameter {name!r}{hint}")
            report = ParamValidator().validate(value, self.members[name])
            if report.has_errors():
                raise Mocks3Error(
                    f"the parameter {name} is not valid for {self.operation}: {report.generate_report()}"
                )

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.operation}({given})"


def operations_of(service: str) -> Iterable[str]:
    """Return the names of the operations of a service that mocks3 supports.

    Raises:
        Mocks3Error: mocks3 does not support the service.
    """
    known = [name for each, name in registered() if each == service]
    if not known:
        services = sorted({each for each, _ in registered()})
        raise Mocks3Error(f"mocks3 has no service {service!r}{suggestion(service, services)}")
    return known
