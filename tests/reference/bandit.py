"""Prints what scipy says of small bandits, as the constants in src/train/bandit/tests.rs.

Probabilities of being best by adaptive quadrature, the belief of a linear arm by numpy's inverse, one step of the logistic
arm by a general minimiser. Run: python tests/reference/bandit.py   (written with scipy 1.17.1, numpy 2.4.6)
"""

import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import norm


def best(means, deviations, worths=None):
    """P(arm brings the most), integrated over the arm's own quantiles."""
    shares = []
    for a in range(len(means)):

        def inside(z):
            value = means[a] + deviations[a] * z
            product = norm.pdf(z)
            for b in range(len(means)):
                if b == a:
                    continue
                at = value
                if worths is not None:
                    reached = worths[a] * expit(value) / worths[b]
                    at = np.inf if reached >= 1 else logit(reached)
                product *= norm.cdf((at - means[b]) / deviations[b])
            return product

        points = sorted({float(np.clip((means[b] - means[a]) / deviations[a], -8.9, 8.9)) for b in range(len(means))})
        shares.append(quad(inside, -9, 9, points=points, limit=2000, epsabs=1e-12, epsrel=1e-12)[0])
    return shares


def table():
    """The same table as the Rust test makes: a linear congruential sequence."""
    state, rows = 12345, []
    for _ in range(40):
        row = []
        for _ in range(3):
            state = (state * 1103515245 + 12345) % 2**31
            row.append((state >> 16) % 50 / 25 - 1)
        rows.append(row)
    return np.array(rows)


def main():
    print("gaussian", best([0.0, 0.3, -0.2], [1.0, 0.5, 2.0]))
    print("uneven", best([0.0, 0.1, 0.09, -1.0], [1.0, 0.001, 0.05, 0.3]))
    print("worth", best([-1.0, -0.6, 0.2], [0.4, 0.3, 0.8], [1.0, 0.8, 0.5]))
    rows = table()
    x, y = np.column_stack([np.ones(40), rows[:, :2]]), rows[:, 2]
    precision = x.T @ x / 0.49 + np.eye(3) / 4
    print("linear mean", np.linalg.solve(precision, x.T @ y / 0.49).tolist())
    print("linear covariance", np.linalg.inv(precision).ravel().tolist())
    mean, precision = np.zeros(3), np.eye(3)
    for row, won in zip(x[:10], (y[:10] > 0).astype(float)):

        def loss(w):
            score = row @ w
            return 0.5 * (w - mean) @ precision @ (w - mean) + np.logaddexp(0, score) - won * score

        mean = minimize(loss, mean, method="BFGS", options={"gtol": 1e-11}).x
        chance = expit(row @ mean)
        precision = precision + chance * (1 - chance) * np.outer(row, row)
    print("logistic mean", mean.tolist())


main()
