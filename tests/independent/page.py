"""docs/independent-targets.md, made from runs: `python -m tests.independent.page > docs/independent-targets.md`."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.independent.naive.section import section
from tests.independent.rows import counts, failed, first_failure, link, untested
from tests.independent.servers import PACKAGE, files, prism, supervised_prism
from tests.independent.session import PATIENT, judge, probes_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.runner.command import Ran

PAGE = Path(__file__).parents[2] / "docs" / "independent-targets.md"
OPTIONS = ("--concurrency", "1", "--fail-on", "should")

_ANY_TOKEN = "By design: it has no accounts, and any token within the schema's length is as good as another"
_NODE = "Not Prism but Node, which takes headers of 16 KiB unless `--max-http-header-size` says more"
WHY = {
    "path.repository_id.type": "A defect: JavaScript's Number() reads the id, exponents, hexadecimals and spaces too",
    "status.401.unknown-token": _ANY_TOKEN,
    "status.401.near-valid-token": _ANY_TOKEN,
    "header.x-auth-token.minimum-length": _ANY_TOKEN,
    "header.x-auth-token.length": f"{_ANY_TOKEN}; from 16,384 characters on: {_NODE[0].lower()}{_NODE[1:]}",
    "request.body.not-json": "A defect: bytes that are no UTF-8 are replaced, and the rest is taken for JSON",
    "request.body.not-object": "A defect: the body `null` is taken for no body, which the schema allows",
    "status.401.precedence": _ANY_TOKEN,
    "status.server-error": "A defect: a Content-Type that is no media type ends in an exception of its own",
    "connection.dropped": "A defect: an exception that nobody catches ends the process, and the port with it",
    "response.201.repository_id.echo": "By design: a 201 is the example of the OpenAPI file",
    "response.201.url.echo": "By design: a 201 is the example of the OpenAPI file",
    "error.other.envelope": "By design: its own refusals are `application/problem+json` (RFC 9457)",
}
"""Of each clause that Prism breaks: whether that is by design, as far as one can see from outside."""


def page() -> str:
    """Run the suite on every target, and describe what it found."""
    version = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with prism() as base_url:
            alone = judge(base_url, directory, *OPTIONS, environ={"COLUMNS": "500"})
        with supervised_prism() as base_url:
            mocked = judge(base_url, directory, *OPTIONS, *probes_only(), environ=PATIENT).report
        with files(directory) as base_url:
            served = judge(base_url, directory, *OPTIONS, environ={"COLUMNS": "500"})
    return _TEXT.format(
        version=version["@stoplight/prism-cli"],
        ended=_no_verdict(alone),
        prism_counts=counts(mocked),
        prism_table="\n".join(_rows(mocked)),
        prism_untested=untested(mocked),
        python=f"Python {sys.version_info.major}.{sys.version_info.minor}",
        files_said=_no_verdict(served),
        naive=section(),
    )


def table_of(text: str) -> set[str]:
    """The clauses in the page's table about Prism."""
    part = text.partition("## Stoplight Prism")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| (?:must|should) \| \[([\w.-]+)\]", part, re.MULTILINE))


def _rows(report: dict[str, Any]) -> Iterator[str]:
    for row in failed(report):
        yield f"| {row['level']} | {link(row['id'])} | {first_failure(row)} | {WHY.get(row['id'], '?')} |"


def _no_verdict(ran: Ran) -> str:
    line = next(line for line in ran.out.splitlines() if "NO VERDICT" in line)
    return textwrap.fill(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:4010", line.strip()), 100)


_TEXT = """\
# Independent targets

<!-- Made by `python -m tests.independent.page > docs/independent-targets.md`. Change tests/independent/page.py. -->

This page has the suite's verdicts on servers that nobody here wrote, and on three written as an ordinary team
would.
`conformance selftest` tries it on faults of our own making; these are not ours. `tests/independent` runs it on them
again, and fails where a table below is stale.

## Stoplight Prism {version}

[Prism](https://github.com/stoplightio/prism) is a mock server: it checks requests against an OpenAPI file, here
[spec/openapi.yaml](../spec/openapi.yaml), and answers with the file's examples. It is no implementation of the
service and does not claim to be one; it has no accounts, no repositories and no state. So most of what follows is by
design, and the last column says what is not.

```sh
npm ci --prefix tests/independent/prism
node tests/independent/prism/node_modules/@stoplight/prism-cli/dist/index.js mock -p 4010 spec/openapi.yaml &
export CONFORMANCE_TOKEN=a-token-of-some-length CONFORMANCE_REPOSITORY_ID=2112029391
conformance run http://127.0.0.1:4010 --seed 1 --concurrency 1 --fail-on should
```

This ends with exit code 1, for what had failed by then, and with

```text
{ended}
```

because a path that is percent-encoded but no UTF-8 (`%FF%FE`, `%zz`), or `Accept: nonsense`, ends the process. The rest
is found where something starts Prism again each time it ends, as a container's restart policy does (`supervised_prism`
in `tests/independent/servers.py`). That run sends the probes and no generated requests, for Prism would be started a
hundred times while one of these is shrunk: {prism_counts}.

No `Prefer` header is sent, with which a client of Prism chooses the answer. A row shows the clause's first failure;
`conformance run http://127.0.0.1:4010 --probe PROBE` sends its request again.

| level | clause | what it did | why |
|---|---|---|---|
{prism_table}

Not tested: {prism_untested}.

## Python's http.server

`python -m http.server` ({python}) serves files: GET and HEAD. It answers 501 to every POST, and 431 to header lines of
over 64 KiB.

```sh
python -m http.server -b 127.0.0.1 8000 &
conformance run http://127.0.0.1:8000 --seed 1 --concurrency 1 --fail-on should
```

Nobody of the documented service answers there. A few requests show it, and nothing is judged; exit code 3:

```text
{files_said}
```

## The operation in three frameworks

Each was written from the document in an afternoon, and nothing was tuned: what a framework does by default, it does
here ([tests/independent/naive](../tests/independent/naive/judged.py)). Each failed clause was judged by hand: *true*
where the document, or a standard that a clause names, says otherwise; *arguable* where a reader may think otherwise;
*false* where the server is right.

```sh
pip install -c requirements.lock -e '.[dev]' && npm ci --prefix tests/independent/naive/express
pytest -m nightly tests/independent/test_naive.py
```

{naive}
## No web server

An echo (RFC 862) and a server that says nothing (RFC 863) get no verdict: one line, exit code 3, and no clause
fails. The echo's line is "the target does not answer: the answer is no HTTP", the other's "no answer in time".
"""


if __name__ == "__main__":
    sys.stdout.write(page())
