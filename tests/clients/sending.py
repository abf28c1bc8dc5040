"""Send a request by the standard library, for URLs that a client has made."""

from __future__ import annotations

import urllib.request


def send(method: str, url: str, data: bytes | None = None) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=60) as found:
        body: bytes = found.read()
        return body
