"""How good scores of test rows are, for ours and for peers by the same code."""

import numpy
from scipy.stats import rankdata

RESAMPLES = 200


def auc(target, scores):
    """The share of pairs that are ordered rightly, ties counting half."""
    positive = target == 1
    one, zero = int(positive.sum()), int((~positive).sum())
    if one == 0 or zero == 0:
        return float("nan")
    return float((rankdata(scores)[positive].sum() - one * (one + 1) / 2) / (one * zero))


def root_mean_square(target, scores):
    return float(numpy.sqrt(((target - scores) ** 2).mean()))


def of_probabilities(target, scores):
    from sklearn.metrics import average_precision_score, brier_score_loss, log_loss

    return {"auc": auc(target, scores), "pr_auc": float(average_precision_score(target, scores)),
            "log_loss": float(log_loss(target, numpy.clip(scores, 1e-15, 1 - 1e-15))),
            "brier": float(brier_score_loss(target, scores))}


def of_amounts(target, scores):
    errors = target - scores
    around = ((target - target.mean()) ** 2).sum()
    return {"rmse": root_mean_square(target, scores), "mae": float(numpy.abs(errors).mean()),
            "r2": float(1 - (errors ** 2).sum() / around)}


def of(table, scores):
    """All measures of a task's test rows."""
    target = table.target[table.test]
    return of_probabilities(target, scores) if table.binary else of_amounts(target, scores)


def main_measure(binary):
    return ("auc", auc) if binary else ("rmse", root_mean_square)


def difference(table, ours, theirs):
    """The 95 % interval of the main measure of ours minus theirs, over resampled test rows."""
    target = table.target[table.test]
    measure = main_measure(table.binary)[1]
    random = numpy.random.default_rng(0)
    gaps = []
    for _ in range(RESAMPLES):
        rows = random.integers(0, len(target), len(target))
        gaps.append(measure(target[rows], ours[rows]) - measure(target[rows], theirs[rows]))
    return [float(bound) for bound in numpy.nanpercentile(gaps, [2.5, 97.5])]
