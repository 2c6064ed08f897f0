"""Scores of the page reader on services that it was not made with, by labels written before its output was looked at.

    python benchmarks/unseen.py DIR [--list]

DIR has a checkout's `api-ref` folder as `<service>/source/**/*.rst` for each public repository
opentelekomcloud-docs/<service> that `unseen.json` names. No text of a page is kept: names and values only.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pages import bounds

from conformance.document.files import page_of
from conformance.document.openapi import openapi

LABELS = Path(__file__).with_name("unseen.json")


def main() -> None:
    """Prints precision and recall of each round, and with --list what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true", help="every field that differs")
    options = parser.parse_args()
    for number, labels in enumerate(json.loads(LABELS.read_text(encoding="utf-8")), 1):
        names = sorted({key.split(" ", 1)[0] for key in labels})
        files = {name: openapi(page_of(options.folder / name)) for name in names if (options.folder / name).is_file()}
        listing: list[str] = []
        right, read, labelled = bounds(files, labels, listing)
        services = ", ".join(sorted({name.split("/", 1)[0] for name in names}))
        print(
            f"{number}: precision {right} of {read}, recall {right} of {labelled} ({len(labels)} fields of {services})"
        )
        if options.list:
            print("\n".join(listing))


if __name__ == "__main__":
    main()
