"""Faults of the fields of the 201 (document: table 3): each missing, null, renamed, or of another type or value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock import Mock
from conformance.mock.catalogue import Faults, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Answer, Mirror, Request

faults = Faults()

_FIELDS = (
    "id", "repository_id", "update_status", "last_update_at", "url", "last_successful_update_at", "number_of_failures",
    "mirroring_enabled", "is_private", "endpoint_uuid", "last_error",
)  # fmt: skip
_NULLABLE = {"number_of_failures", "endpoint_uuid", "last_error"}  # the document's example shows null there
_DATES = {"last_update_at", "last_successful_update_at"}  # null where nothing was synchronised: a should of its own


def _changed(change: Callable[[dict[str, Any]], dict[str, Any]]) -> type[Mock]:
    class Changed(Mock):
        def fields(self, mirror: Mirror) -> dict[str, Any]:
            return change(super().fields(mirror))

    return Changed


def _valued(field: str, value: object) -> type[Mock]:
    return _changed(lambda fields: fields | {field: value})


def _without(field: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda fields: {name: value for name, value in fields.items() if name != field}


def _camel(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))


for _field in _FIELDS:
    _clause = f"response.201.{_field}.type"
    faults.must(_clause)(
        named(f"{_camel(_field)}Missing", f"The field {_field} is left out.", _changed(_without(_field)))
    )
    _null = named(f"{_camel(_field)}Null", f"The field {_field} is null.", _valued(_field, None))
    if _field in _DATES:
        faults.should(f"response.201.{_field}.not-null")(_null)
    elif _field not in _NULLABLE:
        faults.must(_clause)(_null)

for _field, _name, _words, _value in (
    ("id", "IdIsDecimal", "the decimal 12439.5", 12_439.5),
    ("id", "IdIsBoolean", "true", True),
    ("repository_id", "RepositoryIdIsList", "a list of one integer", [2_112_029_391]),
    ("update_status", "UpdateStatusInteger", "the integer 3", 3),
    ("update_status", "UpdateStatusObject", "an object", {"name": "finished"}),
    ("url", "UrlIsObject", "an object", {"href": "https://example.com/"}),
    ("url", "UrlIsList", "a list of one url", ["https://example.com/"]),
    ("number_of_failures", "NumberOfFailuresString", 'the string "0"', "0"),
    ("number_of_failures", "NumberOfFailuresDecimal", "the decimal 0.5", 0.5),
    ("number_of_failures", "NumberOfFailuresBoolean", "false for none", False),
    ("mirroring_enabled", "MirroringEnabledString", 'the string "false"', "false"),
    ("is_private", "IsPrivateInteger", "0 for false", 0),
    ("is_private", "IsPrivateString", 'the string "no"', "no"),
    ("endpoint_uuid", "EndpointUuidInteger", "the integer 0", 0),
    ("endpoint_uuid", "EndpointUuidBoolean", "false for none", False),
    ("last_error", "LastErrorObject", "an empty object where there was none", {}),
    ("last_error", "LastErrorList", "an empty list where there was none", []),
    ("last_error", "LastErrorBoolean", "false for none", False),
):
    faults.must(f"response.201.{_field}.type")(
        named(_name, f"The field {_field} is {_words}.", _valued(_field, _value))
    )

for _old, _new in (("repository_id", "repositoryId"), ("is_private", "private"), ("last_update_at", "lastUpdateAt")):

    def _renamed(fields: dict[str, Any], old: str = _old, new: str = _new) -> dict[str, Any]:
        return {new if name == old else name: value for name, value in fields.items()}

    faults.must(f"response.201.{_old}.type")(
        named(f"{_camel(_old)}Renamed", f"The field {_old} is called {_new}.", _changed(_renamed))
    )

faults.should(*(f"response.201.{_field}.not-null" for _field in sorted(_DATES)))(
    named(
        "NeverSynchronised",
        "Both dates are null until the first synchronisation.",
        _changed(lambda fields: fields | dict.fromkeys(_DATES) | {"update_status": "to_be_started"}),
    )
)

for _name, _field, _words, _value in (
    ("IdIsZero", "id", "0", 0),
    ("IdNegative", "id", "-1", -1),
    ("NumberOfFailuresNegative", "number_of_failures", "-1 where nothing is known", -1),
):
    faults.should(f"response.201.{_field}.minimum")(
        named(_name, f"The field {_field} is {_words}, always.", _valued(_field, _value))
    )


@faults.must("response.201.id.type")
class IdIsString(Mock):
    """The field id is a string of digits."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"id": str(mirror.id)}


@faults.must("response.201.repository_id.type")
class RepositoryIdIsString(Mock):
    """The field repository_id is a string of digits."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"repository_id": str(mirror.repository_id)}


@faults.should("response.201.repository_id.echo")
class RepositoryIdOfExample(Mock):
    """The field repository_id is the document's 2112029391 whatever the path says."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"repository_id": 2_112_029_391}


@faults.should("response.201.repository_id.echo")
class RepositoryIdOfSinglePrecision(Mock):
    """The field repository_id has gone through a float32 and lost its last digits."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"repository_id": mirror.repository_id // 128 * 128}


@faults.should("response.201.repository_id.echo")
class RepositoryIdIsTheMirrors(Mock):
    """The field repository_id is the mirror's id."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"repository_id": mirror.id}


@faults.must("response.201.id.type", *(f"response.201.{field}.type" for field in _FIELDS if field != "id"))
class FieldsWrapped(Mock):
    """The eleven fields are inside a member result."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), body=self.encode({"result": self.fields(mirror)}))


@faults.must("response.201.repository_id.type", *(f"response.201.{field}.type" for field in _FIELDS if "_" in field))
class FieldsInCamelCase(Mock):
    """Every field is in camel case."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        fields = super().fields(mirror)
        return {name[0] + _camel(name)[1:]: value for name, value in fields.items()}
