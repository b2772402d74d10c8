"""Learners beside the programs people use. Run by `make bench ONLY=learners`.

    learners.py files [<task>...]       write the task files (format: learners/files.py)
"""

import os
import sys
from pathlib import Path

from learners import files, tasks

CACHE = Path(os.environ.get("SKONTO_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skonto")
FOLDER = CACHE / "bench/learners"


def write_files(names):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for task in tasks.all_tasks():
        if not names or task.name in names:
            files.write(task, FOLDER)
            print(f"bench: {task.name}: {len(task.frame)} rows, {task.test.sum()} of them test", file=sys.stderr, flush=True)


def main():
    if sys.argv[1:2] == ["files"]:
        return write_files(sys.argv[2:])
    sys.exit(__doc__)


main()
