"""One call: the service, the operation and its parameters, as boto3 names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator

from mocks3.errors import Mocks3Error, NotSupported
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
        if self.operation not in operations_of(self.service):
            raise no_operation(self.service, self.operation)
        for name, value in self.parameters.items():
            if name not in self.members:
                hint = suggestion(name, self.members)
                raise Mocks3Error(f"{self.operation} has no parameter {name!r}{hint}")
            if name == "CopySource" and isinstance(value, Mapping):  # boto3 makes the header of it
                _check_source(self.operation, value)
                continue
            report = ParamValidator().validate(value, self.members[name])
            if report.has_errors():
                raise Mocks3Error(
                    f"the parameter {name} is not valid for {self.operation}: {report.generate_report()}"
                )

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.operation}({given})"


def no_operation(service: str, name: str, names: Iterable[str] = ()) -> Mocks3Error:
    """Return the error for an operation that does not exist, or that mocks3 does not support.

    Args:
        service: botocore's name of the service.
        name: The operation, in AWS's or in another spelling.
        names: All names in that spelling. Default: AWS's names.
    """
    plain = name.replace("-", "").replace("_", "").lower()
    models_names = models.service_model(service).operation_names
    exact = next((each for each in models_names if each.lower() == plain), None)
    if exact is not None and (service, exact) not in registered():
        return NotSupported(f"mocks3 does not support {service}:{exact}")
    return Mocks3Error(f"there is no operation {name!r}{suggestion(name, names or operations_of(service))}")


def _check_source(operation: str, source: Mapping[str, Any]) -> None:
    for name, value in source.items():
        if name not in ("Bucket", "Key", "VersionId") or not isinstance(value, str):
            raise Mocks3Error(
                f"the parameter CopySource is not valid for {operation}: it has Bucket, Key and VersionId, which are "
                f"text, not {name}={value!r}"
            )
    missing = [name for name in ("Bucket", "Key") if name not in source]
    if missing:
        raise Mocks3Error(f"the parameter CopySource of {operation} has no {missing[0]}")


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
