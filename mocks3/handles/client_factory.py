"""boto3 clients and sessions of a principal, with the types of types-boto3 for type checkers.

Rule: ``types-boto3`` is never imported at run time. Without it, a type checker sees Any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

if TYPE_CHECKING:
    import boto3.session
    from botocore.config import Config
    from types_boto3_iam import IAMClient
    from types_boto3_kms import KMSClient
    from types_boto3_s3 import S3Client, S3ServiceResource
    from types_boto3_s3control import S3ControlClient
    from types_boto3_sts import STSClient

    from mocks3.handles.aws_state import AwsState
    from mocks3.model.request_context import RequestContextArguments
    from mocks3.storage.iam import AccessKeyRecord

    class Boto3Session(boto3.session.Session):  # type: ignore[misc]  # boto3 has no types
        """A session of boto3, whose clients have the types of types-boto3."""

        @overload
        def client(self, service_name: Literal["s3"], *args: Any, **kwargs: Any) -> S3Client: ...
        @overload
        def client(self, service_name: Literal["sts"], *args: Any, **kwargs: Any) -> STSClient: ...
        @overload
        def client(self, service_name: Literal["iam"], *args: Any, **kwargs: Any) -> IAMClient: ...
        @overload
        def client(self, service_name: Literal["kms"], *args: Any, **kwargs: Any) -> KMSClient: ...
        @overload
        def client(
            self, service_name: Literal["s3control"], *args: Any, **kwargs: Any
        ) -> S3ControlClient: ...
        @overload
        def client(self, service_name: str, *args: Any, **kwargs: Any) -> Any: ...
        def client(self, service_name: str, *args: Any, **kwargs: Any) -> Any: ...

        @overload
        def resource(self, service_name: Literal["s3"], *args: Any, **kwargs: Any) -> S3ServiceResource: ...
        @overload
        def resource(self, service_name: str, *args: Any, **kwargs: Any) -> Any: ...
        def resource(self, service_name: str, *args: Any, **kwargs: Any) -> Any: ...


class SessionArguments(TypedDict, total=False):
    """Arguments of ``session()``."""

    region_name: str | None
    profile_name: str | None
    request_context: RequestContextArguments


class ClientArguments(TypedDict, total=False):
    """Arguments of ``client()``: those of boto3, without credentials, and ``request_context``."""

    region_name: str | None
    api_version: str | None
    use_ssl: bool
    verify: bool | str | None
    endpoint_url: str | None
    config: Config | None
    request_context: RequestContextArguments


class ClientFactory:
    """Create boto3 clients and sessions of a principal. An account and ``MockAWS`` use the account's root user."""

    def _signer(self) -> tuple[AwsState, AccessKeyRecord | None]:
        """Return the in-memory AWS, and the key that clients sign with; None for the anonymous caller."""
        raise NotImplementedError

    @overload
    def client(self, service: Literal["s3"] = ..., **kwargs: Unpack[ClientArguments]) -> S3Client: ...
    @overload
    def client(self, service: Literal["sts"], **kwargs: Unpack[ClientArguments]) -> STSClient: ...
    @overload
    def client(self, service: Literal["iam"], **kwargs: Unpack[ClientArguments]) -> IAMClient: ...
    @overload
    def client(self, service: Literal["kms"], **kwargs: Unpack[ClientArguments]) -> KMSClient: ...
    @overload
    def client(self, service: Literal["s3control"], **kwargs: Unpack[ClientArguments]) -> S3ControlClient: ...
    @overload
    def client(self, service: str, **kwargs: Unpack[ClientArguments]) -> Any: ...
    def client(self, service: str = "s3", **kwargs: Any) -> Any:
        """Return a boto3 client that signs with the principal's key. An account signs with the key of its root user.

        Clients that are created without ``kwargs`` are shared. Type checkers know the clients of S3, STS, IAM, KMS and
        S3 Control if the package of types-boto3 for the service is installed, such as ``types-boto3-s3``.

        Args:
            service: The boto3 name of the service.
            **kwargs: Arguments of boto3's ``client``. Also ``request_context``: a dict of the arguments of
                ``aws.request_context``, for the requests of this client. It has precedence over
                ``aws.request_context``.
        """
        return self._client(service, **kwargs)

    def _client(self, service: str, **kwargs: Any) -> Any:
        from mocks3.handles import clients

        return clients.client(*self._signer(), service, **kwargs)

    def session(self, **kwargs: Unpack[SessionArguments]) -> Boto3Session:
        """Return a boto3 session with the principal's credentials, bound to its AWS.

        Args:
            **kwargs: Arguments of ``boto3.session.Session``. ``region_name`` defaults to the Region of the mock. Also
                ``request_context``: a dict of the arguments of ``aws.request_context``, for the requests of its
                clients.
        """
        from mocks3.handles import clients

        session: Boto3Session = clients.boto3_session(*self._signer(), **kwargs)
        return session
