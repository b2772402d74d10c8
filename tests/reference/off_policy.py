"""Writes off_policy.json beside itself: what obp estimates on the men's campaign of Open Bandit.

    pip install numpy pandas scikit-learn scipy tqdm pyyaml && pip install --no-deps --ignore-requires-python obp==0.5.5
    python tests/reference/off_policy.py ../shared/data/openbandit

The file holds no rows of the data: the weights of the reward models, fold by fold, and obp's figures. The rows and the
policies are made again from the data by benches/policy/off_policy.rs and must come to the same figures.

Reward model: logistic regression (C = 1) on one-hot user features (levels sorted as text), item feature 0 (standardised
over items), item features 1 to 3 one-hot, position one-hot, the affinity of user and item; row i is judged by the model
fitted on the rows j with j % 5 != i % 5. Policies: all items alike; the share of each item by position in the log of the
Bernoulli Thompson sampler, each count one higher; the item of the highest modelled reward; items by their modelled odds.
"""
import json
import pathlib
import sys
import types
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import sklearn.ensemble  # noqa: F401  before the stand-ins below
from sklearn.linear_model import LogisticRegression

LIMIT = 5.0


class StandIn(types.ModuleType):
    """torch serves obp's neural estimators only, which are not used here."""

    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return type(key, (), {"__init__": lambda self, *a, **kw: None}) if key[:1].isupper() else MagicMock()


for name in ["torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils", "torch.utils.data",
             "mypy_extensions", "seaborn", "matplotlib", "matplotlib.pyplot", "pyieoe", "pyieoe.evaluator"]:
    sys.modules[name] = StandIn(name)
    if "." in name:
        parent, child = name.rsplit(".", 1)
        setattr(sys.modules[parent], child, sys.modules[name])
import obp  # noqa: E402
import obp.ope as ope  # noqa: E402

folder = pathlib.Path(sys.argv[1])
logs = {name: pd.read_csv(folder / f"{name}_men.csv.gz") for name in ("random", "bts")}
items = pd.read_csv(folder / "men_item_context.csv").sort_values("item_id")
ARMS = len(items)


def one_hot(values, levels):
    return (values.astype(str).to_numpy()[:, None] == np.array(levels)[None]).astype(float)


USERS = [f"user_feature_{k}" for k in range(4)]
LEVELS = {c: sorted(logs["random"][c].astype(str).unique()) for c in USERS}
number = items.item_feature_0.to_numpy(float)
ITEM = np.hstack([((number - number.mean()) / number.std())[:, None]] + [
    one_hot(items[f"item_feature_{k}"], sorted(items[f"item_feature_{k}"].astype(str).unique())) for k in (1, 2, 3)])
counts = np.ones((3, ARMS))
np.add.at(counts, (logs["bts"].position.to_numpy() - 1, logs["bts"].item_id.to_numpy()), 1)
SHARES = counts / counts.sum(1, keepdims=True)


def features(log, arm):
    affinity = log[[f"user-item_affinity_{k}" for k in range(ARMS)]].to_numpy(float)[np.arange(len(log)), arm]
    users = [one_hot(log[c], LEVELS[c]) for c in USERS]
    return np.hstack(users + [ITEM[arm], np.eye(3)[log.position.to_numpy() - 1], affinity[:, None]])


def crossed(log):
    arm, reward, fold = log.item_id.to_numpy(), log.click.to_numpy(), np.arange(len(log)) % 5
    value, weights = np.zeros((len(log), ARMS)), []
    for k in range(5):
        model = LogisticRegression(C=1.0, max_iter=3000).fit(features(log[fold != k], arm[fold != k]), reward[fold != k])
        weights.append([float(model.intercept_[0]), *map(float, model.coef_[0])])
        test = log[fold == k]
        value[fold == k] = np.column_stack(
            [model.predict_proba(features(test, np.full(len(test), a)))[:, 1] for a in range(ARMS)])
    return value, weights


def figures(log, value, policy):
    kwargs = dict(reward=log.click.to_numpy(float), action=log.item_id.to_numpy(), action_dist=policy[:, :, None],
                  pscore=log.propensity_score.to_numpy(float), position=np.zeros(len(log), int))
    modelled = dict(kwargs, estimated_rewards_by_reg_model=value[:, :, None])
    return {
        "ips": ope.InverseProbabilityWeighting().estimate_policy_value(**kwargs),
        "snips": ope.SelfNormalizedInverseProbabilityWeighting().estimate_policy_value(**kwargs),
        "clipped_ips": ope.InverseProbabilityWeighting(lambda_=LIMIT).estimate_policy_value(**kwargs),
        "direct_method": ope.DirectMethod().estimate_policy_value(
            action_dist=policy[:, :, None], estimated_rewards_by_reg_model=value[:, :, None]),
        "doubly_robust": ope.DoublyRobust().estimate_policy_value(**modelled),
        "switch_doubly_robust": ope.SwitchDoublyRobust(lambda_=LIMIT).estimate_policy_value(**modelled),
    }


out = {"obp": obp.__version__, "limit": LIMIT, "logs": {}}
for name, log in logs.items():
    value, weights = crossed(log)
    policies = {"uniform": np.full((len(log), ARMS), 1 / ARMS)}
    if name == "random":
        odds = value / (1 - value)
        policies |= {"bts_like": SHARES[log.position.to_numpy() - 1], "greedy": np.eye(ARMS)[value.argmax(1)],
                     "odds": odds / odds.sum(1, keepdims=True)}
    policies = {k: {e: float(v) for e, v in figures(log, value, policy).items()} for k, policy in policies.items()}
    out["logs"][name] = {"reward_models": weights, "policies": policies}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=1) + "\n")
