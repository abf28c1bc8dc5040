"""What clients need to find the server: environment variables, and the options of each library.

Each function has the name of its library, and returns what the library's own function takes. The docstring is the row
of the table in ``docs/server.md``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.storage.iam import AccessKeyRecord


class HasAccessKey(Protocol):
    """A principal with an access key; None for the anonymous caller."""

    @property
    def access_key(self) -> AccessKeyRecord | None: ...


class Endpoint(NamedTuple):
    """A server and the access key with which to call it. ``ca_file`` is None without TLS."""

    url: str
    address: str
    key: AccessKeyRecord
    region: str
    ca_file: Path | None

    @property
    def is_plain(self) -> bool:
        """Whether the server has no TLS."""
        return self.ca_file is None

    def named(self, key_id: str, secret: str, token: str) -> dict[str, str]:
        """Return the credentials under the names that a library gives them. Only temporary keys have a token."""
        named = {key_id: self.key.id, secret: self.key.secret}
        return named if self.key.token is None else {**named, token: self.key.token}


_CA_FILES = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
"""The certificate authority to trust, for AWS's SDKs and CLI, for OpenSSL and Rust, and for Node.js."""


def environment(to: Endpoint) -> dict[str, str]:
    """Return the variables that AWS's SDKs and the libraries built on ``object_store`` read."""
    found = {
        "AWS_ENDPOINT_URL": to.url,
        "AWS_ENDPOINT_URL_S3": to.url,
        **to.named("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        "AWS_REGION": to.region,
        "AWS_DEFAULT_REGION": to.region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    if to.ca_file is None:
        return {**found, "AWS_ALLOW_HTTP": "true"}
    return {**found, **dict.fromkeys(_CA_FILES, str(to.ca_file))}


def boto3(to: Endpoint) -> dict[str, Any]:
    """`boto3.client("s3", **options)`."""
    return {
        "endpoint_url": to.url,
        "region_name": to.region,
        **to.named("aws_access_key_id", "aws_secret_access_key", "aws_session_token"),
        **({} if to.is_plain else {"verify": str(to.ca_file)}),
    }


def s3fs(to: Endpoint) -> dict[str, Any]:
    """`s3fs.S3FileSystem(**options)`, and `storage_options` of pandas, dask and zarr."""
    found = {"endpoint_url": to.url, **to.named("key", "secret", "token")}
    verify = {} if to.is_plain else {"verify": str(to.ca_file)}
    if to.region == "us-east-1":
        # `mkdir` sends a Region in client_kwargs as LocationConstraint. S3 refuses this one there (API_CreateBucket).
        return {**found, "client_kwargs": verify, "config_kwargs": {"region_name": to.region}}
    return {**found, "client_kwargs": {"region_name": to.region, **verify}}


def pyarrow(to: Endpoint) -> dict[str, Any]:
    """`pyarrow.fs.S3FileSystem(**options)`."""
    return {
        "endpoint_override": to.address,
        "scheme": "http" if to.is_plain else "https",
        "region": to.region,
        **to.named("access_key", "secret_key", "session_token"),
        **({} if to.is_plain else {"tls_ca_file_path": str(to.ca_file)}),
    }


def polars(to: Endpoint) -> dict[str, str]:
    """`polars.scan_parquet("s3://bucket/key", storage_options=options)`."""
    return {
        "aws_endpoint_url": to.url,
        "aws_region": to.region,
        **to.named("aws_access_key_id", "aws_secret_access_key", "aws_session_token"),
        **({"aws_allow_http": "true"} if to.is_plain else {}),
    }


def obstore(to: Endpoint) -> dict[str, Any]:
    """`obstore.store.S3Store("bucket", **options)`."""
    return {
        "endpoint": to.url,
        "region": to.region,
        **to.named("access_key_id", "secret_access_key", "session_token"),
        "virtual_hosted_style_request": False,
        **({"client_options": {"allow_http": True}} if to.is_plain else {}),
    }


def deltalake(to: Endpoint) -> dict[str, str]:
    """`deltalake.write_deltalake("s3://bucket/table", data, storage_options=options)`."""
    return {
        "AWS_ENDPOINT_URL": to.url,
        "AWS_REGION": to.region,
        **to.named("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        "AWS_CONDITIONAL_PUT": "etag",
        **({"AWS_ALLOW_HTTP": "true"} if to.is_plain else {}),
    }


def lance(to: Endpoint) -> dict[str, str]:
    """`lance.dataset("s3://bucket/table", storage_options=options)`."""
    return polars(to)


def daft(to: Endpoint) -> dict[str, Any]:
    """`daft.io.IOConfig(s3=daft.io.S3Config(**options))`."""
    return {
        "endpoint_url": to.url,
        "region_name": to.region,
        **to.named("key_id", "access_key", "session_token"),
        "use_ssl": not to.is_plain,
    }


def minio(to: Endpoint) -> dict[str, Any]:
    """`minio.Minio(**options)`."""
    return {
        "endpoint": to.address,
        "region": to.region,
        **to.named("access_key", "secret_key", "session_token"),
        "secure": not to.is_plain,
    }


def gdal(to: Endpoint) -> dict[str, str]:
    """Environment variables: `gdalinfo /vsis3/bucket/key`, `rasterio.open("s3://bucket/key")`."""
    return {
        **environment(to),
        "AWS_S3_ENDPOINT": to.address,
        "AWS_HTTPS": "NO" if to.is_plain else "YES",
        "AWS_VIRTUAL_HOSTING": "FALSE",
        **({} if to.is_plain else {"CURL_CA_BUNDLE": str(to.ca_file)}),
    }


def javascript(to: Endpoint) -> dict[str, Any]:
    """As JSON, `new S3Client(options)` of the AWS SDK for JavaScript."""
    return {
        "endpoint": to.url,
        "region": to.region,
        "credentials": to.named("accessKeyId", "secretAccessKey", "sessionToken"),
        "forcePathStyle": True,
    }


def duckdb(to: Endpoint) -> str:
    """`connection.sql(options)`: the statement that creates a secret."""
    parts = {
        "TYPE": "s3",
        **to.named("KEY_ID", "SECRET", "SESSION_TOKEN"),
        "REGION": to.region,
        "ENDPOINT": to.address,
        "URL_STYLE": "path",
    }
    quoted = [f"{name} {_quoted(text)}" for name, text in parts.items()]
    return f"CREATE OR REPLACE SECRET mocks3 ({', '.join(quoted)}, USE_SSL {str(not to.is_plain).lower()})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def spark(to: Endpoint) -> dict[str, str]:
    """`SparkSession.builder.config(map=options)`, for URLs of `s3a`."""
    key = to.named("access.key", "secret.key", "session.token")
    provider = "SimpleAWSCredentialsProvider" if to.key.token is None else "TemporaryAWSCredentialsProvider"
    found = {
        "endpoint": to.url,
        "endpoint.region": to.region,
        "path.style.access": "true",
        "connection.ssl.enabled": str(not to.is_plain).lower(),
        **key,
        "aws.credentials.provider": f"org.apache.hadoop.fs.s3a.{provider}",
    }
    return {f"spark.hadoop.fs.s3a.{name}": text for name, text in found.items()}


def rclone(to: Endpoint) -> dict[str, str]:
    """Environment variables: `rclone lsf mocks3:bucket`."""
    found = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ENDPOINT": to.url,
        "REGION": to.region,
        **to.named("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"),
    }
    named = {f"RCLONE_CONFIG_MOCKS3_{name}": text for name, text in found.items()}
    return named if to.is_plain else {**named, "RCLONE_CA_CERT": str(to.ca_file)}


def s5cmd(to: Endpoint) -> dict[str, str]:
    """Environment variables: `s5cmd ls s3://bucket`."""
    return {"S3_ENDPOINT_URL": to.url, **environment(to)}


CLIENTS: dict[str, Callable[[Endpoint], Any]] = {
    each.__name__: each
    for each in (
        boto3, s3fs, minio, pyarrow, polars, obstore, deltalake, lance, daft, duckdb, gdal, spark, rclone, s5cmd,
        javascript,
    )
}  # fmt: skip
"""The clients with options, by name."""


def for_client(name: str, to: Endpoint) -> Any:
    """Return the options of a client. Raise Mocks3Error for an unknown one."""
    found = CLIENTS.get(name)
    if found is None:
        close = difflib.get_close_matches(name, CLIENTS, 1)
        known = f"did you mean {close[0]!r}?" if close else f"there are options for {', '.join(CLIENTS)};"
        raise Mocks3Error(
            f"no options for the client {name!r}: {known} other clients use server.environment()"
        )
    return found(to)
