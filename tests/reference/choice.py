"""Writes choice.json beside itself: conditional logits that xlogit fits to the scanner-choice tables.

    pip install xlogit==0.2.7 pandas          (written with numpy 2.4.6, scipy 1.17.1, pandas 3.1.1)
    python tests/reference/choice.py ../shared/data/scanner_choice

The file holds no rows of the data. An alternative's worth is its own constant, 0 for the first, plus the attributes times
their weights, in the units of the file. xlogit goes uphill by BFGS, whose last digits are worth about 1e-5; constants are
handed to it as columns, since it sorts alternatives by name. Errors are from its inverse Hessian. What is told beside that
is worked out by numpy from xlogit's weights: errors that hold when a household's choices go together (scores added up by
household, times households / (households - 1)), elasticities of the first attribute, their mean over occasions and their mean
by how likely the alternative was, and shares of choices when the first alternative's price is a tenth lower.
"""
import json
import pathlib
import sys

import numpy as np
import pandas as pd
from xlogit import MultinomialLogit

# Table, column chosen, column of the household, what stands between attribute and alternative, alternatives, attributes.
TABLES = [
    ("yogurt", "Yogurt.csv.gz", "choice", "id", ".", "yoplait dannon hiland weight", "price feat"),
    ("catsup", "Catsup.csv.gz", "choice", "id", ".", "heinz41 heinz32 heinz28 hunts32", "price disp feat"),
    ("cracker", "Cracker.csv.gz", "choice", "id", ".", "sunshine kleebler nabisco private", "price disp feat"),
    ("tuna", "Tuna.csv.gz", "Tuna.choice", "Tuna.hid", ".", "skw cosw sko coso pw", "price"),
    ("ketchup", "Ketchup.csv.gz", "Ketchup.choice", "Ketchup.hid", ".", "heinz hunts delmonte stb", "price"),
    ("oj", "OJ.csv", "Purchase", None, "", "CH MM", "Price Disc Special"),
]


def chances(values, weights):
    worth = values @ weights
    odds = np.exp(worth - worth.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def errors_by_household(values, chosen, chance, household):
    middle = np.einsum("nj,njk->nk", chance, values)
    away = values - middle[:, None, :]
    bread = np.linalg.inv(np.einsum("nj,njk,njl->kl", chance, away, away))
    score = pd.DataFrame(away[np.arange(len(chosen)), chosen]).groupby(household).sum().to_numpy()
    households = len(score)
    meat = score.T @ score * households / (households - 1)
    return np.sqrt(np.diag(bread @ meat @ bread))


def table(folder, file, choice, household, between, alternatives, attributes):
    rows = pd.read_csv(folder / file)
    alternatives, attributes = alternatives.split(), attributes.split()
    count, width = len(rows), len(alternatives)
    own = [rows[[f"{name}{between}{one}" for one in alternatives]].to_numpy(float) for name in attributes]
    constants = np.broadcast_to(np.eye(width)[:, 1:], (count, width, width - 1))
    values = np.concatenate([constants] + [column[..., None] for column in own], axis=2)
    chosen = rows[choice].map({name: at for at, name in enumerate(alternatives)}).to_numpy(int)
    names = alternatives[1:] + attributes
    model = MultinomialLogit()
    model.fit(
        X=values.reshape(count * width, -1), y=(chosen[:, None] == np.arange(width)).ravel(), varnames=names,
        ids=np.repeat(np.arange(count), width), alts=np.tile(np.arange(width), count), fit_intercept=False,
        tol_opts={"ftol": 1e-16, "gtol": 1e-9}, maxiter=2000, verbose=0,
    )
    weights, price = np.asarray(model.coeff_), own[0]
    chance = chances(values, weights)
    elasticity = weights[width - 1] * price * (1 - chance)
    cheaper = values.copy()
    cheaper[:, 0, width - 1] *= 0.9
    told = {
        "occasions": count,
        "log_likelihood": float(model.loglikelihood),
        "parameters": dict(zip(names, map(float, weights))),
        "errors": dict(zip(names, map(float, model.stderr))),
        "elasticity_mean": [float(x) for x in elasticity.mean(axis=0)],
        "elasticity_weighted": [float(x) for x in (elasticity * chance).sum(axis=0) / chance.sum(axis=0)],
        "shares_first_a_tenth_cheaper": [float(x) for x in chances(cheaper, weights).mean(axis=0)],
    }
    if household:
        by_household = errors_by_household(values, chosen, chance, rows[household].to_numpy())
        told["errors_by_household"] = dict(zip(names, map(float, by_household)))
    return told


def main():
    folder = pathlib.Path(sys.argv[1])
    told = {name: table(folder, *row) for name, *row in TABLES}
    text = json.dumps({"written_with": "xlogit 0.2.7", "tables": told}, indent=1)
    (pathlib.Path(__file__).parent / "choice.json").write_text(text + "\n")


main()
