"""botocore's service models, loaded once a process and shared by everybody.

Rule 1: this is the only file that knows where models come from. Rule 2: what it hands out is read-only.

Loading S3's model costs tens of milliseconds, so a session of the mock must never pay for it twice.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import botocore
from botocore.loaders import Loader
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel

from mocks3 import errors
from mocks3.wire import deviations


@functools.cache
def loader() -> Any:
    """The process's one loader; it caches the files it read."""
    return Loader()


@functools.cache
def service_model(service: str) -> Any:
    """The ``ServiceModel`` of a service (``s3``, ``s3control``, ``sts``, ``iam``), with ``deviations.UNMODELLED``.

    Its HTTP traits are a copy: botocore's clients cut the bucket off the URIs of the model they work with
    (``handlers.remove_bucket_from_url_paths_from_model``), and sessions share what the loader has read.
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
def operation_model(service: str, operation: str) -> Any:
    """The ``OperationModel`` of an operation, by its name as botocore's model spells it.

    Raises ``NotSupported`` when the installed botocore does not know the operation.
    """
    try:
        model: OperationModel = service_model(service).operation_model(operation)
    except OperationNotFoundError:
        message = f"the installed botocore has no operation {operation!r} of {service!r} (it is {botocore.__version__})"
        raise errors.NotSupported(message) from None
    return model


@functools.cache
def dns_suffixes() -> tuple[str, ...]:
    """The DNS suffix of every partition (``amazonaws.com``, ``amazonaws.com.cn``…), longest first."""
    partitions = loader().load_data("partitions")["partitions"]
    outputs = [partition["outputs"] for partition in partitions]
    names = {output[kind] for output in outputs for kind in ("dnsSuffix", "dualStackDnsSuffix")}
    return tuple(sorted(names, key=len, reverse=True))


@functools.cache
def partition_of(region: str | None) -> str:
    """The partition that a Region is in (``aws``, ``aws-cn``…), as ARNs spell it."""
    for partition in loader().load_data("partitions")["partitions"]:
        if re.match(partition["regionRegex"], region or ""):
            return str(partition["id"])
    return "aws"
