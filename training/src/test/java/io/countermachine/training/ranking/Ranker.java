package io.countermachine.training.ranking;

import java.util.List;

/** A kind of model: learns from some features of some rows, and scores others. */
interface Ranker {
  /** The name that a reader knows it by. */
  String title();

  /**
   * Trains a new model.
   *
   * @return a score for each row of {@code test}, higher for what is more probably chosen
   */
  float[] scores(RankingRows train, RankingRows test, List<String> features);
}
