package io.countermachine.training.ranking;

import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** XGBoost's gradient-boosted trees: 200 of depth 6, with a learning rate of 0.1. */
final class BoostedRanker implements Ranker {
  private static final int ROUNDS = 200;
  private static final Map<String, Object> SETTINGS =
      Map.of(
          "objective",
          "binary:logistic",
          "tree_method",
          "hist",
          "max_depth",
          6,
          "eta",
          0.1,
          "nthread",
          2,
          "seed",
          1);

  @Override
  public String title() {
    return "gradient boosting";
  }

  @Override
  public float[] scores(RankingRows train, RankingRows test, List<String> features) {
    try {
      DMatrix examples = matrix(train, features);
      examples.setLabel(train.labels());
      Booster booster = XGBoost.train(examples, SETTINGS, ROUNDS, Map.of(), null, null);
      float[] scores = new float[test.size()];
      float[][] predicted = booster.predict(matrix(test, features));
      for (int row = 0; row < scores.length; row++) {
        scores[row] = predicted[row][0];
      }
      return scores;
    } catch (XGBoostError failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static DMatrix matrix(RankingRows rows, List<String> features) throws XGBoostError {
    return new DMatrix(rows.values(features), rows.size(), features.size(), Float.NaN);
  }
}
