"""The broken miniatures, by name; ``breaks`` holds the clauses that each must fail."""

from __future__ import annotations

from . import bodies, envelopes, fields, ids, permissions, sequences, tokens
from .miniature import Broken

BROKEN: dict[str, Broken] = {
    broken.name: broken
    for broken in (
        Broken.of(ids.IdZeroAccepted, breaks=("path.repository_id.below-minimum",)),
        Broken.of(
            ids.IdOneRefused,
            breaks=(
                "path.repository_id.minimum",
                "status.documented",
            ),
        ),
        Broken.of(
            ids.MaximumIdRefused,
            breaks=(
                "path.repository_id.maximum",
                "status.documented",
            ),
        ),
        Broken.of(
            ids.MaximumIdCrashes,
            breaks=(
                "path.repository_id.maximum",
                "status.documented",
                "status.server-error",
            ),
        ),
        Broken.of(ids.OneOverMaximumIdAccepted, breaks=("path.repository_id.above-maximum",)),
        Broken.of(ids.IdWrapsAt32Bits, breaks=("path.repository_id.above-maximum",)),
        Broken.of(ids.IdWrapsAt64Bits, breaks=("path.repository_id.above-maximum",)),
        Broken.of(ids.NegativeIdAccepted, breaks=("path.repository_id.below-minimum",)),
        Broken.of(ids.IdPrefixRead, breaks=("path.repository_id.type",)),
        Broken.of(ids.IdReadAsFloat, breaks=("path.repository_id.type",)),
        Broken.of(ids.IdReadAsHexadecimal, breaks=("path.repository_id.type",)),
        Broken.of(ids.IdUnderscoresRead, breaks=("path.repository_id.type",)),
        Broken.of(ids.IdDigitsOfAnyScript, breaks=("path.repository_id.type",)),
        Broken.of(ids.IdSpacesTrimmed, breaks=("path.repository_id.type",)),
        Broken.of(ids.LongIdCrashes, breaks=("status.server-error",)),
        Broken.of(
            tokens.MissingTokenAccepted,
            breaks=(
                "status.401.missing-token",
                "status.401.precedence",
            ),
        ),
        Broken.of(
            tokens.EmptyTokenAccepted,
            breaks=(
                "status.401.empty-token",
                "status.401.precedence",
            ),
        ),
        Broken.of(
            tokens.UnknownTokenAccepted,
            breaks=(
                "header.x-auth-token.length",
                "header.x-auth-token.maximum-length",
                "header.x-auth-token.minimum-length",
                "path.repository_id.maximum",
                "path.repository_id.minimum",
                "status.401.near-valid-token",
                "status.401.precedence",
                "status.401.unknown-token",
            ),
        ),
        Broken.of(
            tokens.MissingTokenIsBadRequest,
            breaks=(
                "status.401.missing-token",
                "status.401.precedence",
            ),
        ),
        Broken.of(
            tokens.EmptyTokenCrashes,
            breaks=(
                "status.401.empty-token",
                "status.401.precedence",
                "status.server-error",
            ),
        ),
        Broken.of(tokens.NonAsciiTokenCrashes, breaks=("status.server-error",)),
        Broken.of(
            tokens.OneCharacterTokenRefused,
            breaks=(
                "header.x-auth-token.minimum-length",
                "status.documented",
            ),
        ),
        Broken.of(tokens.MaximumTokenRefused, breaks=("header.x-auth-token.maximum-length",)),
        Broken.of(
            tokens.LongHeaderRefused,
            breaks=(
                "error.other.envelope",
                "header.x-auth-token.length",
                "header.x-auth-token.maximum-length",
                "status.401.near-valid-token",
                "status.documented",
            ),
        ),
        Broken.of(tokens.LongHeaderDropped, breaks=("connection.dropped",)),
        Broken.of(tokens.OverlongTokenCut, breaks=("header.x-auth-token.over-maximum",)),
        Broken.of(tokens.TokenCaseIgnored, breaks=("status.401.near-valid-token",)),
        Broken.of(
            tokens.TokenPrefixEnough,
            breaks=(
                "status.401.near-valid-token",
                "status.401.precedence",
            ),
        ),
        Broken.of(tokens.HeaderNameCaseSensitive, breaks=("header.x-auth-token.name",)),
        Broken.of(
            tokens.UnauthorizedIsForbidden,
            breaks=(
                "header.x-auth-token.length",
                "header.x-auth-token.maximum-length",
                "header.x-auth-token.minimum-length",
                "path.repository_id.maximum",
                "path.repository_id.minimum",
                "status.401.empty-token",
                "status.401.missing-token",
                "status.401.near-valid-token",
                "status.401.precedence",
                "status.401.unknown-token",
            ),
        ),
        Broken.of(tokens.NotFoundBeforeUnauthorized, breaks=("status.401.precedence",)),
        Broken.of(tokens.ForbiddenBeforeUnauthorized, breaks=("status.401.precedence",)),
        Broken.of(permissions.NoPermissionIsNotFound, breaks=("status.403.no-permission",)),
        Broken.of(permissions.NoPermissionIsUnauthorized, breaks=("status.403.no-permission",)),
        Broken.of(permissions.NoPermissionNeeded, breaks=("status.403.no-permission",)),
        Broken.of(permissions.RestrictedAccountPermitted, breaks=("status.403.no-permission",)),
        Broken.of(permissions.MissingRepositoryIsForbidden, breaks=("status.404.no-repository",)),
        Broken.of(
            permissions.MissingRepositoryCrashes,
            breaks=(
                "status.404.no-repository",
                "status.documented",
                "status.server-error",
            ),
        ),
        Broken.of(permissions.MissingRepositoryAssociated, breaks=("status.404.no-repository",)),
        Broken.of(
            permissions.SuccessIsOk,
            breaks=(
                "status.201.permitted",
                "status.documented",
            ),
        ),
        Broken.of(
            permissions.SuccessIsAccepted,
            breaks=(
                "status.201.permitted",
                "status.documented",
            ),
        ),
        Broken.of(fields.IdIsString, breaks=("response.201.id.type",)),
        Broken.of(fields.IdIsZero, breaks=("response.201.id.minimum",)),
        Broken.of(fields.NumberOfFailuresMissing, breaks=("response.201.number_of_failures.type",)),
        Broken.of(fields.NumberOfFailuresNegative, breaks=("response.201.number_of_failures.minimum",)),
        Broken.of(fields.MirroringEnabledNull, breaks=("response.201.mirroring_enabled.type",)),
        Broken.of(fields.IsPrivateInteger, breaks=("response.201.is_private.type",)),
        Broken.of(fields.UpdateStatusNull, breaks=("response.201.update_status.type",)),
        Broken.of(fields.LastErrorObject, breaks=("response.201.last_error.type",)),
        Broken.of(fields.RepositoryIdOfExample, breaks=("response.201.repository_id.echo",)),
        Broken.of(fields.UrlOtherThanSent, breaks=("response.201.url.echo",)),
        Broken.of(
            fields.FieldsWrapped,
            breaks=(
                "response.201.endpoint_uuid.type",
                "response.201.id.type",
                "response.201.is_private.type",
                "response.201.last_error.type",
                "response.201.last_successful_update_at.type",
                "response.201.last_update_at.type",
                "response.201.mirroring_enabled.type",
                "response.201.number_of_failures.type",
                "response.201.repository_id.type",
                "response.201.update_status.type",
                "response.201.url.type",
            ),
        ),
        Broken.of(
            fields.DateWithoutOffset,
            breaks=(
                "response.201.last_successful_update_at.format",
                "response.201.last_update_at.format",
            ),
        ),
        Broken.of(
            fields.DateWithSpace,
            breaks=(
                "response.201.last_successful_update_at.format",
                "response.201.last_update_at.format",
            ),
        ),
        Broken.of(
            fields.DateImpossible,
            breaks=(
                "response.201.last_successful_update_at.format",
                "response.201.last_update_at.format",
            ),
        ),
        Broken.of(
            fields.DateInteger,
            breaks=(
                "response.201.last_successful_update_at.type",
                "response.201.last_update_at.type",
            ),
        ),
        Broken.of(fields.SuccessIsHtml, breaks=("response.201.content-type",)),
        Broken.of(fields.JsonTruncated, breaks=("response.201.object",)),
        Broken.of(fields.JsonNotANumber, breaks=("response.201.object",)),
        Broken.of(fields.JsonWithByteOrderMark, breaks=("response.201.object",)),
        Broken.of(fields.JsonMemberTwice, breaks=("response.201.unique-members",)),
        Broken.of(envelopes.UnauthorizedWithoutMessage, breaks=("error.401.envelope",)),
        Broken.of(envelopes.ForbiddenWithoutMessage, breaks=("error.403.envelope",)),
        Broken.of(
            envelopes.NotFoundWithoutMessage,
            breaks=(
                "error.404.envelope",
                "error.other.envelope",
            ),
        ),
        Broken.of(envelopes.UnauthorizedCodeInteger, breaks=("error.401.envelope",)),
        Broken.of(envelopes.ForbiddenCodeInteger, breaks=("error.403.envelope",)),
        Broken.of(
            envelopes.NotFoundCodeInteger,
            breaks=(
                "error.404.envelope",
                "error.other.envelope",
            ),
        ),
        Broken.of(
            envelopes.NotFoundMessageNull,
            breaks=(
                "error.404.envelope",
                "error.other.envelope",
            ),
        ),
        Broken.of(envelopes.ForbiddenIsList, breaks=("error.403.envelope",)),
        Broken.of(
            envelopes.UnauthorizedEmpty,
            breaks=(
                "error.401.content-type",
                "error.401.envelope",
            ),
        ),
        Broken.of(
            envelopes.NotFoundIsPage,
            breaks=(
                "error.404.content-type",
                "error.404.envelope",
                "error.other.envelope",
            ),
        ),
        Broken.of(
            envelopes.ErrorIsPlainText,
            breaks=(
                "error.401.content-type",
                "error.403.content-type",
                "error.404.content-type",
            ),
        ),
        Broken.of(envelopes.BadRequestWithoutEnvelope, breaks=("error.other.envelope",)),
        Broken.of(
            envelopes.ErrorCodesExchanged,
            breaks=(
                "error.403.code",
                "error.404.code",
            ),
        ),
        Broken.of(envelopes.UnauthorizedCodeOther, breaks=("error.401.code",)),
        Broken.of(envelopes.TokenRepeated, breaks=("leak.token",)),
        Broken.of(envelopes.PasswordRepeated, breaks=("leak.password",)),
        Broken.of(envelopes.StackTraceShown, breaks=("leak.stack-trace",)),
        Broken.of(bodies.MalformedBodyCrashes, breaks=("status.server-error",)),
        Broken.of(bodies.EmptyBodyCrashes, breaks=("status.server-error",)),
        Broken.of(bodies.NotUtf8Crashes, breaks=("status.server-error",)),
        Broken.of(bodies.MalformedBodyAccepted, breaks=("request.body.not-json",)),
        Broken.of(bodies.ArrayAccepted, breaks=("request.body.not-object",)),
        Broken.of(bodies.ScalarBodyCrashes, breaks=("status.server-error",)),
        Broken.of(bodies.UrlNumberAccepted, breaks=("request.url.type",)),
        Broken.of(bodies.UrlNullAccepted, breaks=("request.url.type",)),
        Broken.of(bodies.UrlObjectCrashes, breaks=("status.server-error",)),
        Broken.of(
            bodies.LongUrlRefused,
            breaks=(
                "request.url.http",
                "status.documented",
            ),
        ),
        Broken.of(
            bodies.LongUrlCrashes,
            breaks=(
                "request.url.http",
                "status.documented",
                "status.server-error",
            ),
        ),
        Broken.of(
            bodies.PlainHttpRefused,
            breaks=(
                "request.url.http",
                "status.documented",
            ),
        ),
        Broken.of(
            bodies.PortRefused,
            breaks=(
                "request.url.http",
                "status.documented",
            ),
        ),
        Broken.of(bodies.DeepNestingDropped, breaks=("connection.dropped",)),
        Broken.of(bodies.ControlCharacterCrashes, breaks=("status.server-error",)),
        Broken.of(sequences.PutAssociates, breaks=("method.other",)),
        Broken.of(sequences.PatchAssociates, breaks=("method.other",)),
        Broken.of(sequences.GetAssociates, breaks=("method.other",)),
        Broken.of(sequences.DeleteSucceeds, breaks=("method.other",)),
        Broken.of(sequences.PutCrashes, breaks=("status.server-error",)),
        Broken.of(sequences.SecondAssociationRefused, breaks=("state.repeat",)),
        Broken.of(
            sequences.SecondAssociationCrashes,
            breaks=(
                "state.repeat",
                "status.server-error",
            ),
        ),
        Broken.of(sequences.SecondAssociationAnotherId, breaks=("state.repeat",)),
        Broken.of(sequences.FirstUrlKept, breaks=("response.201.url.echo",)),
        Broken.of(sequences.ManyAtOnceCrash, breaks=("state.concurrent", "status.documented", "status.server-error")),
    )
}
