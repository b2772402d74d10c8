"""The other programs: how each is fitted on a task, and what it then says of test rows.

A peer has the table as it is best for it: scikit-learn takes amounts of mean 0 and deviation 1 (trees: as they are) and a
column of zeros and ones per level; LightGBM takes that too, or levels as they are (`levels`). Making that table is not
counted. Scores are probabilities, or predicted amounts.
"""

import numpy

THREADS = 2
# What 46 fits of one grid search are: each point on each of five folds, then the best on all rows.
TREE_GRID = {"max_depth": [3, 5, 10], "min_samples_split": [2, 5, 10]}
FOLDS = 5


def load():
    """Imports what is slow to import, so that processes forked afterwards have it."""
    import lightgbm
    import sklearn.calibration
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.svm
    import sklearn.tree

    return {"scikit-learn": sklearn.__version__, "LightGBM": lightgbm.__version__, "numpy": numpy.__version__}


def probability(model, rows):
    return model.predict_proba(rows)[:, 1]


def amount(model, rows):
    return model.predict(rows)


def folds_of(rows):
    """Every fifth train row: folds in one piece would hold out whole months or customers, unlike the test rows."""
    index = numpy.arange(rows)
    return [(index[index % FOLDS != fold], index[index % FOLDS == fold]) for fold in range(FOLDS)]


def logistic(rows, target):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=3000, tol=1e-6).fit(rows, target)


def ridge(rows, target):
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0, solver="cholesky").fit(rows, target)


def least_squares(rows, target):
    from sklearn.linear_model import LinearRegression

    return LinearRegression().fit(rows, target)


def lasso(rows, target):
    from sklearn.linear_model import Lasso

    return Lasso(alpha=0.001).fit(rows, target)


def linear_svm(rows, target):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=1.0, dual=False, max_iter=5000)
    return CalibratedClassifierCV(machine, method="sigmoid", cv=5, ensemble=False, n_jobs=THREADS).fit(rows, target)


def kernel_svm(rows, target):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC

    machine = SVC(C=1.0, kernel="rbf", gamma="scale", cache_size=500)
    return CalibratedClassifierCV(machine, method="sigmoid", cv=5, ensemble=False, n_jobs=THREADS).fit(rows, target)


def tree_search(tree, scoring):
    def fit(rows, target):
        from sklearn.model_selection import GridSearchCV

        search = GridSearchCV(tree(), TREE_GRID, cv=folds_of(len(target)), scoring=scoring, n_jobs=THREADS)
        return search.fit(rows, target)

    return fit


def classifying_tree():
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(random_state=0)


def regressing_tree():
    from sklearn.tree import DecisionTreeRegressor

    return DecisionTreeRegressor(random_state=0)


def forest(settings, binary):
    """A random forest of so many trees, and of no more leaves or rows of a leaf if settings say so."""
    limits = {"n_estimators": settings["trees"], "max_leaf_nodes": settings["max_leaves"] or None,
              "min_samples_leaf": settings["min_rows_leaf"]}

    def fit(rows, target):
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        if binary:
            return RandomForestClassifier(**limits, n_jobs=THREADS, random_state=0).fit(rows, target)
        return RandomForestRegressor(**limits, max_features=1 / 3, n_jobs=THREADS, random_state=0).fit(rows, target)

    return fit


# Our names of settings, and LightGBM's.
LIGHTGBM_NAMES = {"learning_rate": "learning_rate", "max_leaves": "num_leaves", "min_rows_leaf": "min_data_in_leaf",
                  "bagging_fraction": "bagging_fraction", "bagging_frequency": "bagging_freq",
                  "feature_fraction": "feature_fraction"}


def boosted(settings, binary, levels=()):
    """LightGBM under the settings that ours has."""
    named = {LIGHTGBM_NAMES[name]: value for name, value in settings.items() if name in LIGHTGBM_NAMES}
    named |= {"objective": "binary" if binary else "regression", "verbosity": -1, "seed": 0}

    def fit(rows, target):
        import lightgbm

        # Its own number of threads is that of the pool, which the caller has limited.

        table = lightgbm.Dataset(rows, target, categorical_feature=list(levels) or "auto", params={"verbosity": -1})
        return lightgbm.train(named, table, settings["rounds"])

    return fit


class Peer:
    """One program under one setting: `fit(rows, target)`, and how to ask what came of it."""

    def __init__(self, name, fit, score, scaled=False, levels=False, threads=(1, THREADS)):
        # `threads`: numbers that are tried, since those that wait for each other may cost more than they give.
        self.name, self.fit, self.score, self.scaled, self.levels, self.threads = name, fit, score, scaled, levels, threads

    def rows(self, table):
        return numpy.ascontiguousarray(table.values.T) if self.levels else table.indicators(self.scaled)


def peers_of(learner, table, settings):
    """The peers that one of our learners is held against, the one whose figure was published first."""
    level_columns = [index for index, column in enumerate(table.columns) if column["kind"] == "level"]
    if learner.startswith("boosted"):
        name = "LightGBM" if learner.startswith("boosted_default") else "LightGBM tuned"
        spread = Peer(name, boosted(settings, table.binary), amount)
        if learner.endswith("_single") or not level_columns:
            return [spread]
        return [spread, Peer(f"{name}, levels whole", boosted(settings, table.binary, level_columns), amount, levels=True)]
    score = probability if table.binary else amount
    if learner.startswith("forest"):
        return [Peer(f"RandomForest, {settings['trees']} trees", forest(settings, table.binary), score, threads=(THREADS,))]
    tree = tree_search(classifying_tree, "roc_auc") if table.binary else tree_search(regressing_tree, "neg_mean_squared_error")
    known = {
        "logistic": Peer("LogisticRegression C=1", logistic, score, scaled=True),
        "ridge": Peer("Ridge alpha=1", ridge, score, scaled=True),
        "least_squares": Peer("LinearRegression", least_squares, score, scaled=True),
        "lasso": Peer("Lasso alpha=0.001", lasso, score, scaled=True),
        "linear_svm": Peer("LinearSVC C=1 + Platt", linear_svm, score, scaled=True),
        "kernel_svm": Peer("SVC rbf C=1 + Platt", kernel_svm, score, scaled=True, threads=(THREADS,)),
        "tree_grid": Peer("DecisionTree, 9-point grid", tree, score, threads=(THREADS,)),
    }
    return [known[learner]]
