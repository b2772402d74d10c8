"""Prints what scikit-learn's trees say of a small table, as the constants in src/train/learn/tree/reference_tests.rs.

The table comes from a linear congruential sequence, so that the Rust test makes the same one without a file.
Run: python tests/reference/trees.py   (written with scikit-learn 1.9.1)
"""

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS = 60


def table():
    state, rows = 12345, []
    for _ in range(ROWS):
        row = []
        for _ in range(3):
            state = (state * 1103515245 + 12345) % 2**31
            row.append((state >> 16) % 50)
        rows.append(row)
    return np.array(rows, dtype=float)


def main():
    x = table()
    binary = ((x[:, 0] > 20) & (x[:, 1] < 30) | (x[:, 2] > 42)).astype(int)
    amount = np.where(x[:, 0] > 25, 3.0, 1.0) + 0.1 * x[:, 1]
    weight = 1.0 + (np.arange(ROWS) % 3)
    for criterion in ("gini", "entropy"):
        tree = DecisionTreeClassifier(criterion=criterion, max_depth=3, min_samples_leaf=4, random_state=0)
        print(criterion, tree.fit(x, binary, sample_weight=weight).predict_proba(x)[:12, 1].tolist(), tree.get_n_leaves())
    tree = DecisionTreeRegressor(max_depth=3, min_samples_leaf=4, random_state=0)
    print("variance", tree.fit(x, amount, sample_weight=weight).predict(x)[:12].tolist(), tree.get_n_leaves())
    for alpha in (0.02, 0.1):
        tree = DecisionTreeClassifier(ccp_alpha=alpha, min_samples_leaf=2, random_state=0)
        print("pruned", alpha, tree.fit(x, binary).predict_proba(x)[:12, 1].tolist(), tree.get_n_leaves())


main()
