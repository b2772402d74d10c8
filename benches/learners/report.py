"""What was found: one JSON line per figure for programs, and a table for people."""

import json

from . import quality

MEASURES = {True: ["auc", "pr_auc", "log_loss", "brier"], False: ["rmse", "mae", "r2"]}
UNITS = {"seconds": "s", "cpu_seconds": "s", "peak_mib": "MiB"}


def line(figure, value, unit, against):
    print(json.dumps({"figure": f"learners.{figure}", "value": float(f"{value:.6g}"), "unit": unit, "against": against}), flush=True)


def figures_of(side, binary):
    names = MEASURES[binary]
    return {name: side[name] for name in names} | {"seconds": side["seconds"], "cpu_seconds": side["cpu_seconds"],
                                                   "peak_mib": side["peak_kib"] / 1024}


def threads(side):
    return "1 thread" if side["threads"] == 1 else f"{side['threads']} threads"


def show(result):
    """Lines of one learner on one task. Without ours, the peers' own."""
    start, binary = f"{result['task']}.{result['learner']}", result["binary"]
    if "ours" not in result:
        for name, peer in result["peers"].items():
            for figure, value in figures_of(peer, binary).items():
                line(f"{start}.peer_{figure}", value, UNITS.get(figure, figure), f"{name}, {threads(peer)}")
        return
    ours = result["ours"]
    beside = {name: figures_of(peer, binary) for name, peer in result["peers"].items()}
    for figure, value in figures_of(ours, binary).items():
        line(f"{start}.{figure}", value, UNITS.get(figure, figure), "; ".join(f"{name} {peer[figure]:.5g}" for name, peer in beside.items()))
    ratios(start, ours, result["peers"])
    gaps(start, binary, ours, result["peers"])


def ratios(start, ours, others):
    """Over the peer that is best at that: the fastest by the clock, the one of least processor time, of least memory."""
    for figure, of in (("time", "seconds"), ("cpu", "cpu_seconds"), ("memory", "peak_kib")):
        name = min(others, key=lambda name: others[name][of])
        peer = others[name]
        said = {"time": f"{peer[of]:.3f} s with {threads(peer)}; ours {ours[of]:.3f} s with {threads(ours)}",
                "cpu": f"{peer[of]:.3f} s of all threads; ours {ours[of]:.3f} s",
                "memory": f"{peer[of] / 1024:.0f} MiB, of which {peer['growth_kib'] / 1024:.0f} MiB came while fitting; "
                          f"ours {ours[of] / 1024:.0f} and {ours['growth_kib'] / 1024:.0f} MiB"}[figure]
        line(f"{start}.{figure}_over_peer", ours[of] / peer[of], "ratio", f"{name}, {said}")


def gaps(start, binary, ours, others):
    measure, _ = quality.main_measure(binary)
    for name, peer in others.items():
        low, high = peer["gap"]
        line(f"{start}.{measure}_minus_peer", ours[measure] - peer[measure], measure,
             f"{name} {peer[measure]:.5f}; 95 % interval [{low:+.5f}, {high:+.5f}]")


def table(found):
    """Markdown: a row per learner and task, ours beside every peer."""
    lines = ["", f"Versions: {', '.join(f'{name} {version}' for name, version in found['versions'].items())}.", "",
             "| Task | Learner | Peer | Measure | Ours | Peer | Ours − peer, 95 % | Log loss or MAE: ours | Peer | Seconds: ours | Peer | Time ratio | CPU ratio | MiB: ours | Peer |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for result in found["results"]:
        for name, peer in result["peers"].items():
            lines.append("| " + " | ".join(cells(result, name, peer)) + " |")
    return "\n".join(lines)


def cells(result, name, peer):
    ours, measure = result.get("ours"), quality.main_measure(result["binary"])[0]
    second = "log_loss" if result["binary"] else "mae"
    def mine(text):
        return text() if ours else "-"
    return [result["task"], result["learner"], name, measure, mine(lambda: f"{ours[measure]:.4f}"), f"{peer[measure]:.4f}",
            mine(lambda: "[{:+.4f}, {:+.4f}]".format(*peer["gap"])), mine(lambda: f"{ours[second]:.4f}"), f"{peer[second]:.4f}",
            mine(lambda: f"{ours['seconds']:.3f}"), f"{peer['seconds']:.3f}",
            mine(lambda: f"{ours['seconds'] / peer['seconds']:.2f}"), mine(lambda: f"{ours['cpu_seconds'] / peer['cpu_seconds']:.2f}"),
            mine(lambda: f"{ours['peak_kib'] / 1024:.0f}"), f"{peer['peak_kib'] / 1024:.0f}"]
