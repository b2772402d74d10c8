"""Ours and its peers on one task, by turns."""

from . import matrix, peers, process, quality

MOST_TURNS = 5


def sides(folder, program, task, learner, settings, offset):
    """Ours, none without a program, and by name and threads the peers: what does one fit and gives its figures. A peer whose threads wait for each other comes
    with one and with all."""
    ours = (lambda: process.ours(program, folder, task, offset, learner, settings)) if program else None
    others = {}
    table, _ = matrix.read(folder, task, offset)
    for index, peer in enumerate(peers.peers_of(learner, table, settings)):
        for threads in peer.threads:
            def fit(index=index, threads=threads):
                return process.peer(folder, task, offset, learner, settings, index, threads)

            others[peer.name, threads] = fit
    return ours, others


def better(one, other):
    """The lower of times and of memory; scores are the same at every turn."""
    if one is None:
        return other
    least = {name: min(one[name], other[name]) for name in ("seconds", "cpu_seconds", "peak_kib", "growth_kib")}
    # Processor time is that of the run whose threads were best by the clock.
    faster = one if one["seconds"] <= other["seconds"] else other
    return faster | least


def take(folder, program, task, learner, settings, offset, seconds):
    """Turns until `seconds` are spent: the best of ours and of every peer, and how good the scores are."""
    best, spent = {}, 0.0
    ours, others = sides(folder, program, task, learner, settings, offset)
    for _ in range(MOST_TURNS):
        # Ours goes before each of the others: the best of many tries would else stand against the best of a few.
        for (name, _), fit in others.items():
            for side, work in (("ours", ours), (name, fit)) if ours else ((name, fit),):
                found = work()
                spent += found["seconds"]
                best[side] = better(best.get(side), found)
        if spent >= seconds:
            break
    return judged(folder, task, learner, best)


def judged(folder, task, learner, best):
    table, _ = matrix.read(folder, task, None)
    result = {"task": task, "learner": learner, "rows": int((~table.test).sum()), "binary": table.binary, "peers": {}}
    for name, found in best.items():
        figures = {key: value for key, value in found.items() if key != "scores"} | quality.of(table, found["scores"])
        if name == "ours":
            result["ours"] = figures
        else:
            if "ours" in best:
                figures["gap"] = quality.difference(table, best["ours"]["scores"], found["scores"])
            result["peers"][name] = figures
    return result
