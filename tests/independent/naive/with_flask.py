"""Flask on waitress, with dictionaries: `python -m tests.independent.naive.with_flask PORT FIXTURES`."""

from __future__ import annotations

import itertools
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import waitress
from flask import Flask, jsonify, request

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

app = Flask(__name__)
TOKENS: dict[str, str] = {}
REPOSITORIES: dict[int, str] = {}
MIRRORS: dict[tuple[int, str], dict[str, Any]] = {}
IDS = itertools.count(1)
BEIJING = timezone(timedelta(hours=8))


def refusal(status: int, code: str, message: str) -> ResponseReturnValue:
    """The page's envelope."""
    return jsonify(error_code=code, error_msg=message), status


@app.errorhandler(404)
def not_found(_: Exception) -> ResponseReturnValue:
    """The answer to a path that no route matches."""
    return refusal(404, "CH.00402000", "The repository does not exist. Check and try again.")


@app.post("/v4/repositories/<int:repository_id>/remote-mirror/associate")
def documented(repository_id: int) -> ResponseReturnValue:
    """Associate a common repository with a remote image."""
    user = TOKENS.get(request.headers.get("X-Auth-Token", ""))
    if not user:
        return refusal(401, "CH.00000002", "Recognize authentication information failed.")
    if repository_id not in REPOSITORIES:
        return refusal(404, "CH.00402000", "The repository does not exist. Check and try again.")
    if REPOSITORIES[repository_id] != user:
        return refusal(403, "CH.00401001", "No access permission.")
    url = request.get_json()["url"]
    parsed = urlparse(url)
    if parsed.scheme not in ("http", "https") or not parsed.netloc:
        return refusal(400, "CH.00400001", f"Invalid url: {url}")
    key = (repository_id, url)
    now = datetime.now(BEIJING).isoformat(timespec="milliseconds")
    if key not in MIRRORS:
        MIRRORS[key] = {
            "id": next(IDS),
            "repository_id": repository_id,
            "update_status": "finished",
            "url": url,
            "number_of_failures": None,
            "mirroring_enabled": False,
            "is_private": False,
            "endpoint_uuid": None,
            "last_error": None,
        }
    MIRRORS[key].update(last_update_at=now, last_successful_update_at=now)
    return jsonify(MIRRORS[key]), 201


def main(port: int, fixtures: Path) -> None:
    """Read what is there and serve."""
    given = json.loads(fixtures.read_text(encoding="utf-8"))
    TOKENS.update(given["tokens"])
    REPOSITORIES.update({int(key): owner for key, owner in given["repositories"].items()})
    waitress.serve(app, host="127.0.0.1", port=port, _quiet=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
