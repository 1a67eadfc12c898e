"""What is asked of scikit-learn, which has no types."""
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


def logistic(x: Numbers, y: Truths) -> tuple[list[float], float]:
    """Weights and intercept of most likelihood, without a penalty."""
    found = LogisticRegression(C=np.inf, solver="newton-cholesky").fit(x, y)
    return [float(weight) for weight in found.coef_[0]], float(found.intercept_[0])


def auc(y: Truths, estimates: Numbers) -> float:
    return float(roc_auc_score(y, estimates))


def brier(y: Truths, estimates: Numbers) -> float:
    return float(brier_score_loss(y, estimates))
