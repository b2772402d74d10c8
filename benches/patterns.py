"""Times finding patterns beside the programs people use for it. Run by `make bench ONLY=patterns`.

    python benches/patterns.py COMMAND...      COMMAND runs benches/patterns.rs, which does one task per line

Both sides hold the same data in memory and take turns, task by task; what counts is the best time of each, by the
clock. pyfim and we go from baskets of strings to itemsets. pyfim returns Python objects, so the figure with `_named`
gives ours with each set as strings of its own. Counts must be equal, and inertia and heights are held side by side.
"""

import gzip
import hashlib
import json
import math
import os
import subprocess
import sys
import time
import warnings

import fim
import numpy
import pandas
import sklearn
from mlxtend.frequent_patterns import fpgrowth
from mlxtend.preprocessing import TransactionEncoder
from scipy.cluster.hierarchy import linkage
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

DATA = os.environ.get("SKONTO_DATA") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../shared/data")
ITEMSETS = [("groceries", 0.01), ("groceries", 0.001), ("bms_webview1", 0.001), ("online_retail", 0.01)]
CLUSTERS = ["rfm_raw", "rfm_log", "sessions"]
# Turns per task.
TURNS = int(os.environ.get("SKONTO_BENCH_TURNS", "15"))
THREADS = min(os.cpu_count() or 1, 8)


def shared(name):
    return os.path.join(DATA, name)


def baskets(name):
    if name == "online_retail":
        frame = orders()
        return [sorted(set(codes)) for _, codes in frame.groupby("InvoiceNo", sort=True).StockCode]
    path, separator = {"groceries": ("groceries/groceries.basket.gz", ","), "bms_webview1": ("bms_webview1/BMS1.dat.gz", " ")}[name]
    lines = gzip.open(shared(path), "rt")
    return [sorted({item.strip() for item in line.split(separator)} - {""}) for line in lines if line.strip()]


def orders():
    frame = pandas.read_csv(shared("online_retail/online_retail.csv.gz"), dtype={"InvoiceNo": str, "StockCode": str},
                            parse_dates=["InvoiceDate"], keep_default_na=False, na_values={"CustomerID": [""]})
    return frame[~frame.InvoiceNo.str.startswith("C") & (frame.Quantity > 0)]


def points(name):
    if name == "sessions":
        table = pandas.read_csv(shared("shoppers/online_shoppers_intention.csv.gz")).iloc[:, :10].to_numpy(float)
    else:
        frame = orders()
        frame = frame[frame.CustomerID.notna() & (frame.UnitPrice > 0)].assign(paid=lambda f: f.Quantity * f.UnitPrice)
        end = frame.InvoiceDate.max() + pandas.Timedelta(days=1)
        columns = {"r": ("InvoiceDate", lambda dates: (end - dates.max()).days), "f": ("InvoiceNo", "nunique"), "m": ("paid", "sum")}
        table = frame.groupby("CustomerID").agg(**columns).to_numpy(float)
        table = numpy.log1p(table) if name == "rfm_log" else table
    return (table - table.mean(0)) / table.std(0)


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


class Ours:
    """The other side: a process that answers one task at a time."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, *task):
        print(*task, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        answer = json.loads(line or '{"error": "it ended"}')
        if "error" in answer:
            sys.exit(f"bench: {task}: {answer['error']}")
        return answer


def by_turns(ours, theirs, turns=TURNS):
    """The best seconds of each side, and their last answers."""
    best, answers = [math.inf, math.inf], [None, None]
    for turn in range(turns + 1):
        answer = ours()
        seconds, result = timed(theirs)
        answers = [answer, result]
        if turn > 0:  # The first only warms up.
            best = [min(best[0], answer["seconds"]), min(best[1], seconds)]
    return best, answers


def checksum(sets):
    lines = sorted("{}\t{}".format("|".join(sorted(items)), count) for items, count in sets)
    return hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()


def show(figure, value, unit, against):
    print(json.dumps({"figure": f"patterns.{figure}", "value": float(f"{value:.6g}"), "unit": unit, "against": against}), flush=True)


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def itemsets(ours, method, peer, turns=TURNS):
    """Ratios of time over pyfim, without and with names, after asserting that the sets are the same."""
    ratios = []
    for name, share in ITEMSETS:
        transactions = baskets(name)
        least = max(1, math.ceil(share * len(transactions) - 1e-9))
        named = []

        def mine():
            answer = ours.do(method, name, share)
            named.append(answer["with_names"])
            return answer

        best, (answer, sets) = by_turns(mine, lambda: peer(transactions, target="s", supp=-least, zmin=1, report="a"), turns)
        assert answer["sets"] == len(sets) and answer["sha256"] == checksum(sets), f"{name} at {share}: itemsets differ"
        against = f"pyfim {fim.__version__ if hasattr(fim, '__version__') else '6.28'} {peer.__name__}, {best[1] * 1e3:.1f} ms; ours {best[0] * 1e3:.1f} ms, 1 thread each, {len(sets)} equal itemsets"
        show(f"{method.replace('_', '')}_time_over_pyfim.{name}_{share}", best[0] / best[1], "ratio", against)
        ratios.append((best[0] / best[1], min(named[1:]) / best[1]))
    plain, with_names = (geometric_mean(side) for side in zip(*ratios))
    figure = f"{method.replace('_', '')}_time_over_pyfim"
    show(figure, plain, "ratio", f"pyfim {peer.__name__}, geometric mean of {len(ratios)}")
    show(f"{figure}_named", with_names, "ratio", f"pyfim {peer.__name__}, geometric mean of {len(ratios)}, ours with every set as strings")


def beside_mlxtend(ours):
    name, share = ITEMSETS[0]
    transactions = baskets(name)
    least = math.ceil(share * len(transactions) - 1e-9)

    def theirs():
        encoder = TransactionEncoder()
        table = pandas.DataFrame(encoder.fit(transactions).transform(transactions), columns=encoder.columns_)
        return fpgrowth(table, min_support=(least - 1e-6) / len(transactions))

    best, (answer, sets) = by_turns(lambda: ours.do("fp_growth", name, share), theirs, turns=2)
    assert answer["sets"] == len(sets), "itemsets differ from mlxtend's"
    show("fpgrowth_speed_over_mlxtend", best[1] / best[0], "times", f"mlxtend fpgrowth on {name} at {share}, {best[1] * 1e3:.0f} ms; ours {best[0] * 1e3:.1f} ms, 1 thread each")


def beside_sklearn(ours):
    times, inertias = [], []
    for name in CLUSTERS:
        table = points(name)
        fit = KMeans(5, n_init=10, random_state=0).fit
        # Waiting threads can cost scikit-learn more than they give it, so it may use whichever number is faster.
        runs = {}
        for threads in {1, THREADS}:
            with threadpool_limits(threads):
                runs[threads] = by_turns(lambda: ours.do("kmeans", name), lambda: fit(table))
        threads = min(runs, key=lambda threads: runs[threads][0][1])
        best = [min(run[0][0] for run in runs.values()), runs[threads][0][1]]
        answer, model = runs[threads][1]
        against = (f"scikit-learn {sklearn.__version__} KMeans, 5 clusters, 10 starts, {best[1] * 1e3:.1f} ms with {threads} "
                   f"threads, the faster of 1 and {THREADS}; ours {best[0] * 1e3:.1f} ms with {THREADS} threads")
        times.append(best[0] / best[1])
        inertias.append(answer["inertia"] / model.inertia_)
        show(f"kmeans_time_over_sklearn.{name}", times[-1], "ratio", against)
        show(f"kmeans_inertia_over_sklearn.{name}", inertias[-1], "ratio", f"scikit-learn, inertia {model.inertia_:.3f}; ours {answer['inertia']:.3f}")
    show("kmeans_time_over_sklearn", geometric_mean(times), "ratio", f"scikit-learn KMeans, geometric mean of {len(times)}")
    show("kmeans_inertia_over_sklearn", max(inertias), "ratio", f"scikit-learn KMeans, worst of {len(inertias)}")


def beside_scipy(ours):
    times = []
    for name in CLUSTERS[:2]:
        table = points(name)
        best, (answer, tree) = by_turns(lambda: ours.do("ward", name), lambda: linkage(table, "ward"), turns=5)
        assert abs(answer["sum_of_heights"] / tree[:, 2].sum() - 1) < 1e-9, f"{name}: heights differ"
        times.append(best[0] / best[1])
        show(f"ward_time_over_scipy.{name}", times[-1], "ratio", f"scipy linkage ward, {best[1] * 1e3:.0f} ms; ours {best[0] * 1e3:.0f} ms, 1 thread each")
    show("ward_time_over_scipy", geometric_mean(times), "ratio", f"scipy linkage ward, geometric mean of {len(times)}")


def main():
    warnings.filterwarnings("ignore")
    ours = Ours(sys.argv[1:])
    itemsets(ours, "fp_growth", fim.fpgrowth)
    itemsets(ours, "apriori", fim.apriori)
    beside_mlxtend(ours)
    beside_sklearn(ours)
    beside_scipy(ours)


main()
