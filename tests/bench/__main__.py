"""`python -m tests.bench`, which `make bench` calls: prepare, start, measure, write. START READING HERE.

options.py     what is asked of the run
data.py        the databases
query.py       the queries, in the form of every peer     sample.py: the variables
launch.py      the servers, one process each               target.py: their requests
rehearsal.py   does everybody answer the same?
run.py         warm-up and interleaved rounds              slot.py, load.py, cpu.py, pgbench.py, breadth.py
figures.py     medians of ratios, marks                    report.py: reports/bench.json, docs/reference/performance.md
"""

from __future__ import annotations

import signal
import sys

from kinfold.app import local_today

from tests.bench.data import prepare_county, run_postgres, set_up_peers
from tests.bench.launch import Servers
from tests.bench.options import Options, read_options
from tests.bench.progress import say
from tests.bench.report import make_report, print_summary, write_report
from tests.bench.run import Record, Run
from tests.bench.sample import draw_all


def main() -> int:
    """0 when every figure could be taken; 1 when something was left out (the report says what)."""
    options = read_options()
    # A polite end stops every server that was started, and writes what was measured.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with run_postgres(options.directory) as database:
        today = local_today()
        urls = {place: prepare_county(database, options.directory, size) for place, size in _sizes(options)}
        if options.prepare_only:
            return 0
        for url in urls.values():
            set_up_peers(url, today)
        samples = draw_all(urls, today)
        servers = Servers(options, urls, samples, today)
        record = Record(options.directory / f"slots-{options.size}.jsonl")
        record.open(resume=options.resume)
        try:
            servers.start()
            Run(options, servers, database, record).run()
        finally:
            servers.stop()
            if record.slots:
                report = make_report(options, record, urls["large"], today)
                write_report(report, options)
                print_summary(report)
    for where, why in record.failures.items():
        say(f"left out: {where}: {why}")
    return 1 if record.failures else 0


def _sizes(options: Options) -> tuple[tuple[str, int], ...]:
    return (("large", options.size), ("small", options.small))


if __name__ == "__main__":
    sys.exit(main())
