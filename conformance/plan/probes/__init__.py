"""The tables of probes, a module for each part of a request; `plan.plan.all_probes` puts them in order.

They are made of the operation, by domain; a part that the operation lacks has no probes.

A probe's id is part of the interface: stable for ever, and the same for every target.
"""

from conformance.plan.probes.bodies import body_probes
from conformance.plan.probes.combinations import combination_probes
from conformance.plan.probes.hostile import hostile_probes
from conformance.plan.probes.methods import method_probes
from conformance.plan.probes.parameters import parameter_probes
from conformance.plan.probes.passwords import password_probes
from conformance.plan.probes.permissions import permission_probes
from conformance.plan.probes.shapes import shape_probes
from conformance.plan.probes.state import state_probes
from conformance.plan.probes.tokens import token_probes
from conformance.plan.probes.urls import url_probes

__all__ = [
    "body_probes",
    "combination_probes",
    "hostile_probes",
    "method_probes",
    "parameter_probes",
    "password_probes",
    "permission_probes",
    "shape_probes",
    "state_probes",
    "token_probes",
    "url_probes",
]
