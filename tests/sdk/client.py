"""The SDK pointed at an address of loopback. Importing it takes a second: tests do so when they run."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkcodeartsrepo.v4 import (
    AssociateRemoteMirrorRequest,
    CodeArtsRepoClient,
    RemoteMirrorDto,
    ShowRemoteMirrorRequest,
)
from huaweicloudsdkcodeartsrepo.v4.region.codeartsrepo_region import CodeArtsRepoRegion
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.auth.endpoint import get_iam_endpoint_by_id
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.http.http_config import HttpConfig

__all__ = ["IDENTITY", "REGIONS", "ClientRequestException", "associate", "client_of", "members", "show"]

REGIONS: dict[str, str] = {name: region.endpoints[0] for name, region in CodeArtsRepoRegion.static_fields.items()}
"""The service's address in each region."""

IDENTITY: dict[str, str | None] = {name: get_iam_endpoint_by_id(name) for name in REGIONS}
"""IAM's address in each region, where the SDK has one."""


def client_of(base_url: str) -> Any:  # noqa: ANN401 - the SDK has no types
    """The client; it signs with keys that nobody checks."""
    builder = CodeArtsRepoClient.new_builder().with_http_config(HttpConfig(retry_times=0, timeout=10))
    return (
        builder.with_credentials(BasicCredentials("access-key", "secret-key", "project"))
        .with_endpoint(base_url)
        .build()
    )


def associate(client: Any, repository_id: int, token: str | None, url: str | None) -> Any:  # noqa: ANN401 - as above
    """The operation, with the token in its header; without a url there is no body."""
    body = None if url is None else RemoteMirrorDto(url=url)
    invoker = client.associate_remote_mirror_invoker(AssociateRemoteMirrorRequest(repository_id, body))
    return (invoker if token is None else invoker.add_header("X-Auth-Token", token)).invoke()


def show(client: Any, repository_id: int, token: str) -> Any:  # noqa: ANN401 - as above
    """The read-back."""
    invoker = client.show_remote_mirror_invoker(ShowRemoteMirrorRequest(repository_id))
    return invoker.add_header("X-Auth-Token", token).invoke()


def members(parsed: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """The members of a parsed answer."""
    return {name: getattr(parsed, name) for name in parsed.openapi_types}
