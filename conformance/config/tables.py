"""A target's table as the user wrote it: each key's type and range, and its mistakes in plain words.

The description and the first example of each key appear in docs/configuration.md, the example in error messages too.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StrictStr

from conformance.config import checks, urls
from conformance.config.secrets import LONGEST_TOKEN

__all__ = ["DOCUMENTED_MIRROR_URL", "HIGHEST_ID", "IamTable", "Role", "TargetTable"]

HIGHEST_ID = 2_147_483_647  # Table 1, repository_id: 1~2147483647
DOCUMENTED_MIRROR_URL = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"  # Example Requests

Role: TypeAlias = Literal["permitted", "restricted", "missing"]

Id: TypeAlias = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
Text: TypeAlias = Annotated[str, AfterValidator(checks.not_empty)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class IamTable(_Table):
    """How to obtain a token from IAM: by password, for a project (docs/vendor.md)."""

    endpoint: Annotated[str, AfterValidator(urls.base_url)] = Field(
        description="The identity service's base URL.", examples=['"https://iam.example.test"']
    )
    user: Text = Field(description="The user, or a reference to it.", examples=['"env:IAM_USER"'])
    password: Annotated[str, AfterValidator(checks.reference)] = Field(
        description="A reference to the password.", examples=['"env:IAM_PASSWORD"'], repr=False
    )
    domain: Text = Field(description="The account, or a reference to it.", examples=['"env:IAM_DOMAIN"'])
    project: Text = Field(
        description="The name of the project that the token is for; the vendor's are named after regions.",
        examples=['"eu-west-101"'],
    )


class TargetTable(_Table):
    """One table ``[targets.NAME]``; secrets are still references."""

    base_url: Annotated[str, AfterValidator(urls.base_url)] = Field(
        description="Where the service is. Plain http only on loopback; a path prefix is allowed, without /v4.",
        examples=['"https://codearts-repo.example.test"'],
    )
    token: StrictStr | None = Field(
        default=None,
        description="A valid token; `env:NAME`, `file:PATH` or `command:PROGRAM ARGS`, a literal only on loopback.",
        examples=['"env:CODEARTS_TOKEN"'],
        repr=False,
    )
    repository_id: Id = Field(
        description="A common repository that the token may associate, again and again.", examples=["2112029391"]
    )
    mirror_url: Annotated[str, AfterValidator(urls.mirror_url)] = Field(
        default=DOCUMENTED_MIRROR_URL,
        description="The absolute http(s) URL that the repository is associated with.",
        examples=[f'"{DOCUMENTED_MIRROR_URL}"'],
    )
    restricted_token: StrictStr | None = Field(
        default=None,
        description="A valid token without permission on `repository_id`: provokes 403.",
        examples=['"env:CODEARTS_OTHER_TOKEN"'],
        repr=False,
    )
    restricted_repository_id: Id | None = Field(
        default=None,
        description="Exists, but the token has no permission on it: provokes 403 too.",
        examples=["456"],
    )
    missing_repository_id: Id | None = Field(
        default=None, description="Known not to exist: provokes 404.", examples=["2147483646"]
    )
    tokens_by_length: Annotated[dict[int, str], BeforeValidator(checks.by_number(LONGEST_TOKEN, "length"))] = Field(
        default={},
        description="Valid tokens of exactly these lengths (1 to 100,000), written as `token` is.",
        examples=['{ 1 = "env:TOKEN_1", 100000 = "file:token-100000.txt" }'],
        repr=False,
    )
    repositories: Annotated[dict[int, Role], BeforeValidator(checks.by_number(HIGHEST_ID, "repository id"))] = Field(
        default={},
        description="What is known about further ids: `permitted`, `restricted` or `missing`, for the token.",
        examples=['{ 124 = "permitted", 457 = "restricted", 2147483645 = "missing" }'],
    )
    not_testable: Annotated[dict[str, str], AfterValidator(checks.reasons)] = Field(
        default={},
        description="Globs on clause ids, each with the reason why it cannot be tested here.",
        examples=['{ "*.403.*" = "no second account on staging" }'],
    )
    verify_tls: Annotated[bool | str, PlainValidator(checks.verification)] = Field(
        default=True,
        description="true, or the path of a CA bundle; false only on loopback.",
        examples=['"ca-bundle.pem"'],
    )
    client_certificate: Text | None = Field(
        default=None,
        description="A PEM file with certificate and key, as `PATH` or `file:PATH`.",
        examples=['"file:client.pem"'],
    )
    proxy: StrictStr | None = Field(
        default=None,
        description="The proxy's URL; with user info only as `env:NAME` or `file:PATH`.",
        examples=['"http://127.0.0.1:3128"'],
        repr=False,
    )
    timeout_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        default=10.0,
        description="How many seconds an exchange may take, from connecting to the last byte of the answer.",
        examples=["10"],
    )
    headers: Annotated[dict[str, str], AfterValidator(checks.headers)] = Field(
        default={},
        description="Sent with every request; a value may be `env:NAME` or `file:PATH`.",
        examples=['{ "X-Request-Source" = "conformance" }'],
        repr=False,
    )
    max_bad_credentials: Annotated[int, Field(ge=0)] = Field(
        default=60, description="Off loopback: at most so many requests with bad credentials in all.", examples=["60"]
    )
    read_back: bool | None = Field(
        default=None,
        description=(
            "Whether the mirror's state is read before and after the run; without this key off loopback only. "
            "Needs `GET …/remote-mirror`."
        ),
        examples=["true"],
    )
    iam: IamTable | None = Field(
        default=None,
        description="Instead of `token`: obtain one from IAM, and another before it expires.",
        examples=[
            (
                '{ endpoint = "https://iam.example.test", user = "env:IAM_USER", password = "env:IAM_PASSWORD", '
                'domain = "env:IAM_DOMAIN", project = "eu-west-101" }'
            )
        ],
    )
