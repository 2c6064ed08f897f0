"""Hypothesis strategies for the parts of an operation: parameters, tokens, bodies, urls, names, methods, requests.

Public: users' own tests may draw from them (docs/strategies.md). Each takes the part of the contract that it draws for.
Lengths are drawn, never long texts; integers stand before the bounds in a choice, so that a limit shrinks to its edge.
Everything here is pure; it imports only `conformance.contract`.
"""

from conformance.strategies.bodies import (
    broken_json,
    documented_bodies,
    json_objects,
    media_types,
    members_of_another_type,
    non_objects,
    wrong_members,
)
from conformance.strategies.ids import id_look_alikes, ids_in_range, ids_out_of_range
from conformance.strategies.names import header_names, methods, token_header_look_alikes, token_header_names
from conformance.strategies.openapi import openapi_requests
from conformance.strategies.schemas import json_values, other_parameter_values, parameter_values, schema_values
from conformance.strategies.tokens import ALPHABETS, changed_tokens, token_lengths, token_shapes, tokens
from conformance.strategies.urls import http_urls, other_urls, rare_urls

__all__ = [
    "ALPHABETS",
    "broken_json",
    "changed_tokens",
    "documented_bodies",
    "header_names",
    "http_urls",
    "id_look_alikes",
    "ids_in_range",
    "ids_out_of_range",
    "json_objects",
    "json_values",
    "media_types",
    "members_of_another_type",
    "methods",
    "non_objects",
    "openapi_requests",
    "other_parameter_values",
    "other_urls",
    "parameter_values",
    "rare_urls",
    "schema_values",
    "token_header_look_alikes",
    "token_header_names",
    "token_lengths",
    "token_shapes",
    "tokens",
    "wrong_members",
]
