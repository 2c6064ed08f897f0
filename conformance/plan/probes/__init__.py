"""The tables of probes, a module for each part of a request; `conformance.plan.plan` puts them in order.

They are made of the operation, by domain; a part that the operation lacks has no probes. A probe's id is part of the
interface: it is stable for ever, and the same for every target.
"""
