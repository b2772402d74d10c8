"""scikit-learn's TruncatedSVD on the matrix that benches/words.rs factored.

    SKONTO_PPMI=/tmp/ppmi cargo bench --bench words && python benches/words.py /tmp/ppmi

Energy is the sum of the squared singular values found; the best possible factors have the most.
"""
import json
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

DIMENSIONS, ROUNDS = 16, 5

with open(sys.argv[1]) as file:
    rows, columns, seconds, energy = map(float, file.readline().split())
    cells = np.loadtxt(file)
matrix = csr_matrix((cells[:, 2], (cells[:, 0], cells[:, 1])), shape=(int(rows), int(columns)))


def fitted(algorithm, rounds=ROUNDS):
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        model = TruncatedSVD(DIMENSIONS, algorithm=algorithm, random_state=1).fit(matrix)
        took = time.perf_counter() - start
        found.append((took, float((model.singular_values_**2).sum())))
    return min(found)


def tell(figure, value, unit, against):
    print(json.dumps({"figure": figure, "value": round(value, 4), "unit": unit, "against": against}))


peer_seconds, peer_energy = fitted("randomized")
exact_seconds, exact_energy = fitted("arpack", 1)
tell("words.svd_time_over_sklearn", seconds / peer_seconds, "ratio", f"scikit-learn randomized {peer_seconds:.4f} s")
peer = f"arpack; scikit-learn randomized {peer_energy / exact_energy:.4f}"
tell("words.svd_energy_share", energy / exact_energy, "ratio", peer)
