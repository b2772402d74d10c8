"""One fit in a process of its own: how long it takes by the clock and in processor time, and the most memory it needs."""

import json
import multiprocessing
import subprocess
import tempfile
import time
from pathlib import Path

import numpy

from . import matrix, peers

# A quick fit is repeated until so much time is spent, and its best counts; memory is that of the first.
SECONDS, FITS = 0.5, 5
WARM_ROWS = 400


def memory(which):
    """KiB, from the process's own status."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(which + ":"):
            return int(line.split()[1])
    raise RuntimeError(f"no {which} in the status of this process")


def repeated(fit):
    """The last model and the figures."""
    Path("/proc/self/clear_refs").write_text("5")  # The most memory so far is what there is now.
    before, best, cpu, peak, spent, fits = memory("VmRSS"), numpy.inf, 0.0, 0, 0.0, 0
    while fits == 0 or (spent < SECONDS and fits < FITS):
        clock, processor = time.perf_counter(), time.process_time()
        model = fit()
        seconds = time.perf_counter() - clock
        cpu += time.process_time() - processor
        peak = peak or memory("VmHWM")
        best, spent, fits = min(best, seconds), spent + seconds, fits + 1
    return model, {"seconds": best, "cpu_seconds": cpu / fits, "peak_kib": peak, "growth_kib": peak - before}


def warm_rows(binary, target):
    """A few rows, of either outcome where there are two."""
    if not binary:
        return numpy.arange(min(WARM_ROWS, len(target)))
    halves = [numpy.flatnonzero(target == outcome)[: WARM_ROWS // 2] for outcome in (0, 1)]
    return numpy.sort(numpy.concatenate(halves))


def fit_peer(folder, task, offset, learner, settings, index, threads, answer):
    import joblib
    from threadpoolctl import threadpool_limits

    table, added = matrix.read(folder, task, offset)
    peer = peers.peers_of(learner, table, settings)[index]
    rows, train, test = peer.rows(table), ~table.test, table.test
    rows, target, asked = rows[train], table.target[train], rows[test]
    # Joblib's own processes would each import everything again; trees and LIBSVM let go of the interpreter anyway.
    with threadpool_limits(threads), joblib.parallel_config(backend="threading"):
        few = warm_rows(table.binary, target)
        peer.fit(rows[few], target[few])  # What is loaded at first use is loaded.
        model, figures = repeated(lambda: peer.fit(rows, target))
        answer.send(figures | {"threads": threads, "scores": peer.score(model, asked) + added})


def peer(*task):
    """Forked, so that what is imported need not be imported again."""
    here, there = multiprocessing.get_context("fork").Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=fit_peer, args=(*task, there))
    child.start()
    there.close()
    try:
        answer = here.recv()
    except EOFError:
        raise RuntimeError(f"a peer ended without an answer: {task}") from None
    finally:
        child.join()
    return answer


def ours(program, folder, task, offset, learner, settings):
    """Our program, which gets one task as JSON and writes the served model's scores of test rows to a file; none when it
    has no such learner."""
    table, added = matrix.read(folder, task, offset)
    with tempfile.TemporaryDirectory() as out:
        scores = Path(out) / "scores.f64"
        order = {"folder": str(folder), "task": task, "offset": offset, "learner": learner, "settings": settings,
                 "seconds": SECONDS, "fits": FITS, "scores": str(scores)}
        ran = subprocess.run([program, json.dumps(order)], stdout=subprocess.PIPE, text=True, check=True)
        figures = json.loads(ran.stdout)
        if "error" in figures:
            raise RuntimeError(f"{task}, {learner}: {figures['error']}")
        found = numpy.fromfile(scores, "<f8")
    # Of an outcome that is yes or no, a model's score is the log-odds.
    return figures | {"scores": 1 / (1 + numpy.exp(-found)) if table.binary else found + added}
