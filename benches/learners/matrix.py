"""What is measured: which of our learners on which task, under which settings.

Settings of `boosted_tuned` are those that a search with LightGBM found best by cross-validation on train rows; both sides
fit under them, and the search is not counted.
"""

from . import files

BINARY = ["shoppers", "shoppers_log1p", "marketing_campaign", "in_vehicle", "amexpert", "amexpert_rates", "dmc2015",
          "dmc2015_rates", "dmc2015_official"]
PRICES = ["flipkart", "dmart"]
TASKS = BINARY + PRICES
# A machine with a kernel takes time with the square of rows, so it is held against its peer on one task.
LINEAR_SVM = ["shoppers", "shoppers_log1p", "marketing_campaign", "in_vehicle", "dmc2015"]
KERNEL_SVM = ["shoppers"]
# scikit-learn takes minutes for a grid of trees or a forest on flipkart's 554 columns.
NO_PLAIN_TREES = ["flipkart"]
QUICK = ["shoppers", "marketing_campaign", "dmart"]

# As scikit-learn's forest is by default, but for the number of trees; and as one that has room in an artefact.
FOREST = {"trees": 300, "max_leaves": 0, "min_rows_leaf": 1}
SMALL_FOREST = {"trees": 100, "max_leaves": 200, "min_rows_leaf": 3}
DEFAULT = {"rounds": 100, "learning_rate": 0.1, "max_leaves": 31, "min_rows_leaf": 20}
# Each level by itself against the rest, which is what spreading levels over columns amounts to.
SINGLE = {"levels": {"most_single": 256}}


def searched(leaves, rows, rounds):
    return {"rounds": rounds, "learning_rate": 0.05, "max_leaves": leaves, "min_rows_leaf": rows, "bagging_fraction": 0.8,
            "bagging_frequency": 1, "feature_fraction": 0.8}


def searched_price(rounds):
    return {"rounds": rounds, "learning_rate": 0.1, "max_leaves": 63, "min_rows_leaf": 20, "bagging_fraction": 0.8,
            "bagging_frequency": 1, "feature_fraction": 0.5}


TUNED = {
    "shoppers": searched(15, 100, 96), "shoppers_log1p": searched(15, 100, 96), "marketing_campaign": searched(4, 20, 350),
    "in_vehicle": searched(31, 20, 570), "amexpert": searched(7, 100, 479), "amexpert_rates": searched(7, 100, 160),
    "dmc2015": searched(7, 100, 181), "dmc2015_rates": searched(15, 20, 121), "dmc2015_official": searched(31, 20, 135),
    "flipkart": searched_price(600), "dmart": searched_price(536),
}


def learners_of(task):
    """By name: settings, and the column whose values are taken off the target before fitting, if any."""
    if task in PRICES:
        names = ["ridge", "least_squares", "lasso"]
        # The logarithm of the price over the list price: a tree need not learn that both rise together.
        boosted = {"boosted_default": (DEFAULT, None), "boosted_default_ratio": (DEFAULT, "log_list"),
                   "boosted_tuned_ratio": (TUNED[task], "log_list")}
    else:
        names = ["logistic"]
        names += ["linear_svm"] * (task in LINEAR_SVM) + ["kernel_svm"] * (task in KERNEL_SVM)
        boosted = {"boosted_default": (DEFAULT, None), "boosted_default_single": (DEFAULT | SINGLE, None),
                   "boosted_tuned": (TUNED[task], None), "boosted_tuned_single": (TUNED[task] | SINGLE, None)}
    forests = {"forest": (FOREST, None), "forest_small": (SMALL_FOREST, None)}
    if task in NO_PLAIN_TREES:
        return {name: ({}, None) for name in names} | boosted
    return {name: ({}, None) for name in [*names, "tree_grid"]} | forests | boosted


def read(folder, task, offset):
    """A task's table, and what is to be added to scores of its test rows."""
    table = files.Table.read(folder, task)
    if offset is None:
        return table, 0.0
    column = table.values[[column["name"] for column in table.columns].index(offset)]
    table.target = table.target - column
    return table, column[table.test]
