"""What a peer does after training where its model is an estimator as scikit-learn has it."""
import os
import pickle

from automl_peer import features_of, in_label_order, one_row_frames


def predict(model, table, request):
    features = features_of(table, request)
    if not request["labels"]:
        return model.predict(features), None
    return in_label_order(model.predict_proba(features), model.classes_, request["labels"]), model.predict(features)


def rows(table, count):
    return one_row_frames(table, count)


def score(model, row, request):
    features = features_of(row, request)
    return model.predict_proba(features) if request["labels"] else model.predict(features)


def save(model, folder):
    with open(os.path.join(folder, "model.pkl"), "wb") as file:
        pickle.dump(model, file, protocol=pickle.HIGHEST_PROTOCOL)
