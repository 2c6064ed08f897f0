"""The ``conformance.toml`` that ``conformance init`` writes: every key, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.config.mistakes import mistake

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TEMPLATE", "write_template"]

# "# " begins an explanation, "#" without a space a key with an example: take the "#" away to use it.
TEMPLATE = """\
# Configuration of `conformance`; docs/configuration.md is the reference.
# Take the "#" from a line that begins with "#" and no space to use it. Relative paths start at this file's directory.

[run]
# The options of `conformance run`. The command line wins, then the environment (CONFORMANCE_PROFILE and so on), then
# this table.

# How much is sent: smoke (about 50 requests), standard (about 450) or deep (about 5,000).
profile = "standard"
# Where the reports go; without this line `reports` in the working directory.
#output = "reports"
# Without a seed each run draws one from the clock, and prints it.
#seed = 1
# Run so many times with one seed; what differs is flaky.
#repeat = 3
# Requests in flight at once, 1 to 256.
#concurrency = 8
# Requests a second at most. Without it: unlimited on loopback, 10 elsewhere.
#rate = 10
# A hard limit on the requests sent. Without it: the profile's.
#max-requests = 1000
# What a valid token may be sent to: never (no repository), fixture (those described below, and ids that cannot exist),
# any (everything).
#mutation = "fixture"
# Which level of clause makes the exit code 1: must or should.
#fail-on = "must"
# Deviations accepted in this file do not gate.
#baseline = "baseline.toml"
# Where generated requests that failed are kept, to be sent first by the next run; by default in the user's state
# directory.
#examples = "examples"
# Where runs are recorded: a SQLite file, a URL such as "postgresql://user@host/database", or "none". Without it: a file
# in the user's state directory.
#history = "history.db"
# Only the clauses whose id matches one of these globs, and without those that match one of these.
#select = ["status.*"]
#deselect = ["error.*"]
# Only these probes, by id.
#probe = ["PROBE-ID"]
# List what would be sent, and send nothing.
#dry-run = true
# Do not ask before the first write to a target that is not loopback.
#yes = true

# One table for each deployment: `conformance run staging` tests this one.
[targets.staging]
# Where the service is; a path prefix is allowed, without /v4. Plain http is refused except on loopback.
base_url = "https://codearts-repo.example.test"
# A valid token: env:NAME (an environment variable), file:PATH, or command:PROGRAM ARGUMENTS (a program that prints it).
# A literal is refused except on loopback.
token = "env:CODEARTS_TOKEN"
# A common repository that this token may associate, again and again. 1 to 2147483647.
repository_id = 2112029391
# What the repository is associated with: an absolute http or https URL. Without it: the document's example.
#mirror_url = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"

# Each of these is optional; a clause that needs one that is missing is reported as not tested.

# A valid token of a user without permission on repository_id: provokes 403.
#restricted_token = "env:CODEARTS_OTHER_TOKEN"
# A repository that exists, but on which token has no permission: provokes 403 too.
#restricted_repository_id = 456
# An id that is known not to exist: provokes 404.
#missing_repository_id = 2147483646
# Valid tokens of exactly these lengths, 1 to 100000.
#tokens_by_length = { 1 = "env:TOKEN_1", 100000 = "file:token-100000.txt" }
# Further repositories whose state is known: permitted, restricted or missing, for token.
#repositories = { 124 = "permitted", 457 = "restricted", 2147483645 = "missing" }
# What cannot be tested here, and why: globs on clause ids. One that matches nothing is an error.
#not_testable = { "*.403.*" = "no second account on staging" }

# TLS is verified: true, or the path of a CA bundle.
#verify_tls = "ca-bundle.pem"
# A PEM file with the client's certificate and key.
#client_certificate = "file:client.pem"
# With a user and password only as env:NAME or file:PATH.
#proxy = "http://127.0.0.1:3128"
# How many seconds an exchange may take, from connecting to the last byte of the answer.
#timeout_seconds = 10
# Sent with every request; a value may be env:NAME or file:PATH.
#headers = { "X-Request-Source" = "conformance" }
# Off loopback: at most so many requests with bad credentials in all, those of --repeat together.
#max_bad_credentials = 60
# Whether the mirror's state is read before and after the run, so that the report says what is left behind. Without this
# line: off loopback only.
#read_back = true

# Instead of token: obtain one from IAM before the run, and another before it expires.
#[targets.staging.iam]
# The identity service.
#endpoint = "https://iam.example.test"
# The user and the account (domain), or references to them.
#user = "env:IAM_USER"
# A reference; never the password itself.
#password = "env:IAM_PASSWORD"
#domain = "env:IAM_DOMAIN"
#project = "eu-west-101"
"""


def write_template(path: Path) -> None:
    """Write the template to a new file. Raises UsageError for a path where something stands or nothing can be made."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(TEMPLATE)
    except FileExistsError:
        raise mistake(
            str(path), "exists already and is not overwritten", "move it away, or name another path"
        ) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
        raise mistake(str(path), f"cannot be written ({reason})", "name a path in a writable directory") from None
