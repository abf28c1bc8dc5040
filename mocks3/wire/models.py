"""botocore's service models, loaded once per process and shared.

Rule 1: no other module of this package loads models. Rule 2: the models that it returns are read-only.

To load S3's model takes tens of milliseconds, so it is only loaded once.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import botocore
from botocore.loaders import Loader
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel

from mocks3 import errors
from mocks3.wire import deviations

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel


@functools.cache
def loader() -> Loader:
    """Return the loader of the process. It caches the files that it read."""
    return Loader()


@functools.cache
def service_model(service: str) -> ServiceModel:
    """Return the ``ServiceModel`` of a service (``s3``, ``s3control``, ``sts``…), with ``deviations.UNMODELLED``.

    Its HTTP traits are a copy: botocore's clients remove the bucket from the URIs of their model
    (``handlers.remove_bucket_from_url_paths_from_model``), and sessions share the models of the loader.
    """
    described = loader().load_service_model(service, "service-2")
    ours = deviations.UNMODELLED.get(service, {"operations": {}, "shapes": {}})
    operations = {
        name: {**each, "http": dict(each["http"])}
        for name, each in (described["operations"] | ours["operations"]).items()
    }
    shapes = dict(described["shapes"])
    for name, shape in ours["shapes"].items():
        like = described["shapes"].get(shape.get("like"), {"members": {}})
        shapes[name] = {**shape, "members": {**like["members"], **shape["members"]}}
    return ServiceModel({**described, "operations": operations, "shapes": shapes}, service)


@functools.cache
def operation_model(service: str, operation: str) -> OperationModel:
    """Return the ``OperationModel`` of an operation, by its name in botocore's model.

    Raises ``NotSupported`` if the installed botocore does not have the operation.
    """
    try:
        model: OperationModel = service_model(service).operation_model(operation)
    except OperationNotFoundError:
        message = f"the installed botocore has no operation {operation!r} of {service!r} (it is {botocore.__version__})"
        raise errors.NotSupported(message) from None
    return model


@functools.cache
def dns_suffixes() -> tuple[str, ...]:
    """Return the DNS suffix of every partition (``amazonaws.com``, ``amazonaws.com.cn``…), longest first."""
    partitions = loader().load_data("partitions")["partitions"]
    outputs = [partition["outputs"] for partition in partitions]
    names = {output[kind] for output in outputs for kind in ("dnsSuffix", "dualStackDnsSuffix")}
    return tuple(sorted(names, key=len, reverse=True))
