"""The correct-otherwise miniatures, by name: each keeps every promise, and differs where the document is silent."""

from __future__ import annotations

from . import otherwise_asked, otherwise_told
from .miniature import Correct

CORRECT: dict[str, Correct] = {
    correct.name: correct
    for correct in (
        Correct.of(otherwise_told.OtherTexts),
        Correct.of(otherwise_told.EmptyTexts),
        Correct.of(otherwise_told.ExtraFields),
        Correct.of(otherwise_told.ExtraHeaders),
        Correct.of(otherwise_told.CharsetNamed),
        Correct.of(otherwise_told.KeysReversed),
        Correct.of(otherwise_told.Escaped),
        Correct.of(otherwise_told.NumbersWithPoint),
        Correct.of(otherwise_told.LargeIds),
        Correct.of(otherwise_told.NullsFilled),
        Correct.of(otherwise_told.FlagsSet),
        Correct.of(otherwise_told.OtherUpdateStatus),
        Correct.of(otherwise_told.DatesInUtc),
        Correct.of(otherwise_told.DatesWithoutFraction),
        Correct.of(otherwise_told.Chunked),
        Correct.of(otherwise_told.ConnectionClosed),
        Correct.of(otherwise_asked.BadIdIsNotFound),
        Correct.of(otherwise_asked.BadIdIsForbidden),
        Correct.of(otherwise_asked.Unprocessable),
        Correct.of(otherwise_asked.IdBeforeToken),
        Correct.of(otherwise_asked.BodyBeforeToken),
        Correct.of(otherwise_asked.BodyAfterPermission),
        Correct.of(otherwise_asked.RestrictedAccountSeesNothing),
        Correct.of(otherwise_asked.OverlongTokenIsRefused),
        Correct.of(otherwise_asked.OtherMethodsUnauthorized),
        Correct.of(otherwise_asked.OtherMethodsNotFound),
        Correct.of(otherwise_asked.ReadBackMissing),
        Correct.of(otherwise_asked.LeadingZerosAccepted),
        Correct.of(otherwise_asked.PlusSignAccepted),
        Correct.of(otherwise_asked.PercentDecoded),
        Correct.of(otherwise_asked.FirstTokenCounts),
        Correct.of(otherwise_asked.BodyOptional),
        Correct.of(otherwise_asked.OtherSchemesAccepted),
        Correct.of(otherwise_asked.ByteOrderMarkAccepted),
        Correct.of(otherwise_asked.Jittery),
        Correct.of(otherwise_asked.Throttled),
    )
}
