"""scikit-learn models through skl2onnx."""

import numpy as np
import onnx
import onnxruntime
import skl2onnx
import sklearn
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.ensemble import (
    ExtraTreesClassifier, GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier,
    HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import data

# skl2onnx 1.20 passes booleans where onnx 1.23 takes integers only.
as_onnx_has_it = onnx.helper.make_attribute


def make_attribute(key, value, *others, **named):
    if isinstance(value, (list, tuple, np.ndarray)) and any(isinstance(one, (bool, np.bool_)) for one in value):
        value = [int(one) for one in value]
    return as_onnx_has_it(key, value, *others, **named)


onnx.helper.make_attribute = make_attribute
onnx.helper.make_node.__globals__["make_attribute"] = make_attribute

VERSIONS = f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}"


def predict(model, table):
    """What a caller of the library sees: it reads floats, as the exported graph does."""
    if hasattr(model, "predict_proba"):
        return model.predict_proba(table)[:, 1]
    return np.ravel(model.predict(table))


def write(folder, name, model, table, *, options=None, kind=FloatTensorType, lossy=False, runtime=False):
    shape = kind([None, table.shape[1]])
    wide = np.float64 if kind is DoubleTensorType else np.float32
    graph = to_onnx(model, initial_types=[("input", shape)], options=options)
    output = "probability" if hasattr(model, "predict_proba") else "value"
    save = lambda path: onnx.save(graph, path)
    if runtime:
        session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
        told = session.run(["output_probability"], {"input": table.astype(np.float32)})[0]
        predicted, versions = np.array([row[1] for row in told], float), f"ONNX Runtime {onnxruntime.__version__}"
    else:
        predicted, versions = predict(model, table.astype(wide).astype(float)), VERSIONS
    folder.write(name, versions, "model.onnx", save, table, predicted, output=output, names=False, lossy=lossy)


def make(folder):
    seen, unseen = folder.table()
    full, later = folder.table(with_missing=False)
    bought, amount = data.bought(full, 1), data.amount(full, 1)
    trees, leaves, depth = folder.trees, folder.leaves, folder.depth
    some = dict(max_leaf_nodes=leaves, random_state=7)
    write(folder, "sklearn_tree", DecisionTreeClassifier(**some).fit(full, bought), later)
    write(folder, "sklearn_tree_regression", DecisionTreeRegressor(**some).fit(full, amount), later)
    write(folder, "sklearn_forest", RandomForestClassifier(trees, **some).fit(full, bought), later)
    write(folder, "sklearn_forest_regression", RandomForestRegressor(trees, **some).fit(full, amount), later)
    write(folder, "sklearn_extra_trees", ExtraTreesClassifier(trees, **some).fit(full, bought), later)
    write(folder, "sklearn_boosting", GradientBoostingClassifier(n_estimators=trees, max_depth=3).fit(full, bought), later)
    write(folder, "sklearn_boosting_regression", GradientBoostingRegressor(n_estimators=trees).fit(full, amount), later)
    hist = dict(max_iter=trees, max_leaf_nodes=leaves)
    write(folder, "sklearn_hist", HistGradientBoostingClassifier(**hist).fit(seen, data.bought(seen, 1)), unseen)
    write(folder, "sklearn_hist_regression", HistGradientBoostingRegressor(**hist).fit(seen, data.amount(seen, 1)), unseen)
    # Missing values in trees, which scikit-learn has since 1.3, and whose way skl2onnx does not write.
    lost = RandomForestClassifier(trees, **some).fit(seen, data.bought(seen, 1))
    write(folder, "sklearn_forest_missing", lost, unseen, lossy=True)
    if folder.small:
        # Leaves that are shares of a tree, which fit two bytes.
        grown = RandomForestClassifier(8, random_state=7).fit(full[:100], bought[:100])
        write(folder, "sklearn_forest_grown", grown, later)
    write(folder, "sklearn_tree_double", DecisionTreeClassifier(**some).fit(full, bought), later, kind=DoubleTensorType)

    scaled = lambda model: make_pipeline(StandardScaler(), model)
    write(folder, "sklearn_logistic", scaled(LogisticRegression()).fit(full, bought), later)
    write(folder, "sklearn_linear", scaled(LinearRegression()).fit(full, amount), later)
    write(folder, "sklearn_ridge", make_pipeline(RobustScaler(), Ridge()).fit(full, amount), later)
    write(folder, "sklearn_elastic_net", make_pipeline(MinMaxScaler(), ElasticNet(1e-3)).fit(full, amount), later)
    filled = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
    write(folder, "sklearn_imputed", filled.fit(seen, data.bought(seen, 1)), unseen)
    tree = make_pipeline(SimpleImputer(strategy="median"), DecisionTreeClassifier(**some))
    write(folder, "sklearn_imputed_tree", tree.fit(seen, data.bought(seen, 1)), unseen)
    forest = make_pipeline(StandardScaler(), RandomForestClassifier(trees, **some))
    # scikit-learn scales doubles, the exported graph floats: among many thresholds some row falls on the other side.
    write(folder, "sklearn_scaled_forest", forest.fit(full, bought), later, lossy=not folder.small)
    write(folder, "onnx_runtime_scaled_forest", forest, later, runtime=True)
