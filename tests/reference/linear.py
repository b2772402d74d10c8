"""Prints the figures in src/train/learn/linear/reference.rs and src/train/learn/svm/reference.rs.

    pip install scikit-learn==1.9.1
    python tests/reference/linear.py

The table is made of whole numbers by a rule that Rust repeats, so that no file has to travel.
"""
import numpy as np
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.svm import SVC, LinearSVC

ROWS = 120


def draws():
    state = 12345
    while True:
        state = (state * 1103515245 + 12345) % 2**31
        yield state // 65536


def table():
    draw = draws()
    rows = []
    for _ in range(ROWS):
        a, b, level, gap, noise = (next(draw) for _ in range(5))
        first, second = (a % 200) / 10 - 7, (b % 50) / 25
        missing, level = gap % 6 == 0, level % 4
        score = 0.3 * first - second + [0.0, 1.0, -1.0, 0.5][level] + (noise % 100) / 25 - 2
        rows.append((first, np.nan if missing else second, level, score))
    return np.array(rows)


def design(rows, weight=np.ones(ROWS)):
    columns = []
    for values in rows[:, :2].T:
        gaps = np.isnan(values)
        present, counts = values[~gaps], weight[~gaps]
        mean = np.average(present, weights=counts)
        columns.append(np.where(gaps, 0, (values - mean) / np.sqrt(np.average((present - mean) ** 2, weights=counts))))
        if gaps.any():
            columns.append(gaps * 1.0)
    return np.array(columns + [(rows[:, 2] == level) * 1.0 for level in range(4)]).T


def show(name, *numbers):
    flat = np.concatenate([np.ravel(part) for part in numbers])
    print(f"{name}: [{', '.join(f'{number:.9f}' for number in flat)}]")


def main():
    rows = table()
    x, amount = design(rows), rows[:, 3]
    outcome = (amount > 0.7).astype(int)
    weight = 1.0 + np.arange(ROWS) % 3
    print("sum of amounts", amount.sum(), "outcomes 1:", outcome.sum())
    for name, learner in [
        ("none", LinearRegression()),
        ("ridge", Ridge(alpha=2.0, solver="cholesky")),
        ("lasso", Lasso(alpha=0.05, tol=1e-14, max_iter=10**6)),
        ("elastic_net", ElasticNet(alpha=0.05, l1_ratio=0.4, tol=1e-14, max_iter=10**6)),
    ]:
        learner.fit(x, amount)
        show(name, [learner.intercept_], learner.coef_)
    learner = Ridge(alpha=2.0, solver="cholesky").fit(design(rows, weight), amount, sample_weight=weight)
    show("ridge of weighted rows", [learner.intercept_], learner.coef_)
    for name, ratio, solver, class_weight in [
        ("l2", 0.0, "newton-cg", None),
        ("l2 balanced", 0.0, "newton-cg", "balanced"),
        ("l1", 1.0, "saga", None),
        ("elastic", 0.5, "saga", None),
    ]:
        learner = LogisticRegression(
            C=0.7, l1_ratio=ratio, solver=solver, tol=1e-12, max_iter=10**6, class_weight=class_weight
        ).fit(x, outcome)
        show(name, learner.intercept_, learner.coef_)
    for loss in ["squared_hinge", "hinge"]:
        learner = LinearSVC(C=0.7, loss=loss, dual=True, tol=1e-9, max_iter=10**7, random_state=0).fit(x, outcome)
        show(loss, learner.intercept_, learner.coef_)
    # A kernel machine has no unknown level, so level 0 is left without a column.
    x = np.delete(x, 3, axis=1)
    learner = SVC(C=0.7, gamma=0.2, tol=1e-9).fit(x, outcome)
    show("kernel", learner.decision_function(x)[:10])
    print("gamma scale", 1 / (x.shape[1] * x.var()))


if __name__ == "__main__":
    main()
