"""Service models for sessions made while a mock is open: read once a process, not once a session.

botocore gives every session a loader with a cache of its own, and reading S3's model again costs a test most of
its time. Loaders made here share one cache; each keeps its own list of search paths, to which boto3 appends.
"""

from __future__ import annotations

from typing import Any

import botocore.loaders
import botocore.session

from mocks3.wire import models

_original = botocore.session.create_loader


def loader(search_path: str | None = None) -> Any:
    """A loader like the one that ``botocore.loaders.create_loader`` makes.

    Args: ``search_path`` the user's own ``AWS_DATA_PATH``; with one nothing is shared.
    """
    made = botocore.loaders.create_loader(search_path)
    if search_path is None:
        models.service_model("s3")  # ours first: clients write on what they share
        made._cache = models.loader()._cache
    return made


def share() -> None:
    """Give sessions made from now on the shared cache."""
    botocore.session.create_loader = loader


def unshare() -> None:
    """Put botocore's own function back."""
    botocore.session.create_loader = _original
