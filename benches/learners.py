"""Learners beside the programs people use. Run by `make bench ONLY=learners`.

    learners.py files [<task>...]                write the task files (their format: learners/files.py)
    learners.py peers [--quick] [<task>...]      the peers alone
    learners.py all [--quick] [--only <learner>] [--seconds <of a learner on a task>] <program> [<task>...]
                                                 ours and the peers by turns; <program> is benches/learners.rs, compiled
    learners.py table                            what the last run found, as a table for people

Every fit is in a process of its own. Ours and the peers take turns on the same data in memory; what counts is the best time
of each. Figures are JSON lines, and are kept in results.json beside the task files.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from learners import files, matrix, peers, report, turns

CACHE = Path(os.environ.get("SKONTO_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skonto")
FOLDER = CACHE / "bench/learners"
RESULTS = FOLDER / "results.json"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def write_files(names):
    from learners import tasks

    FOLDER.mkdir(parents=True, exist_ok=True)
    for task in tasks.all_tasks():
        if not names or task.name in names:
            files.write(task, FOLDER)
            say(f"{task.name}: {len(task.frame)} rows, {task.test.sum()} of them test")


def measure(program, asked):
    versions = peers.load()
    settings = {name: os.environ.get(name, "not set") for name in ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS")}
    say(f"{versions}, {peers.THREADS} threads each, of {os.cpu_count()} cores; {settings}")
    found = []
    for task in asked.tasks or (matrix.QUICK if asked.quick else matrix.TASKS):
        for learner, (settings, offset) in matrix.learners_of(task).items():
            if asked.only and learner not in asked.only:
                continue
            result = turns.take(FOLDER, program, task, learner, settings, offset, asked.seconds)
            report.show(result)
            found.append(result)
            RESULTS.write_text(json.dumps({"versions": versions, "results": found}))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["files", "peers", "all", "table"])
    parser.add_argument("--quick", action="store_true", help="few tasks, one turn")
    parser.add_argument("--only", action="append", help="one of our learners; may be given again")
    parser.add_argument("--seconds", type=float, default=3.0, help="turns are taken until so much time is spent on fits")
    parser.add_argument("tasks", nargs="*")
    asked = parser.parse_intermixed_args()
    if asked.quick:
        asked.seconds = 0.0
    if asked.part == "files":
        return write_files(asked.tasks)
    if asked.part != "table":
        program = asked.tasks.pop(0) if asked.part == "all" else None
        measure(program, asked)
    print(report.table(json.loads(RESULTS.read_text())), file=sys.stdout if asked.part == "table" else sys.stderr)


main()
