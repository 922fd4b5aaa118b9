package io.countermachine.training.ranking;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Tribuo's logistic regression with its defaults, over log(1 + count) in units of that feature's
 * standard deviation.
 */
final class LogisticRanker implements Ranker {
  private static final LabelFactory LABELS = new LabelFactory();
  private static final String CHOSEN = "1";

  /** It tells of its progress once in a thousand rows. */
  private static final Logger LOG = Logger.getLogger("org.tribuo");

  static {
    LOG.setLevel(Level.WARNING);
  }

  @Override
  public String title() {
    return "logistic regression";
  }

  @Override
  public float[] scores(RankingRows train, RankingRows test, List<String> features) {
    float[] values = train.values(features);
    List<DoubleUnaryOperator> scales = scales(values, features.size());
    MutableDataset<Label> examples =
        new MutableDataset<>(new SimpleDataSourceProvenance("training rows", LABELS), LABELS);
    String[] names = features.toArray(String[]::new);
    for (int row = 0; row < train.size(); row++) {
      Label label = new Label(train.isChosen(row) ? CHOSEN : "0");
      examples.add(new ArrayExample<>(label, names, scaled(values, row, scales)));
    }
    Model<Label> model = new LogisticRegressionTrainer().train(examples);
    float[] asked = test.values(features);
    float[] scores = new float[test.size()];
    for (int row = 0; row < scores.length; row++) {
      ArrayExample<Label> example =
          new ArrayExample<>(LabelFactory.UNKNOWN_LABEL, names, scaled(asked, row, scales));
      scores[row] = (float) model.predict(example).getOutputScores().get(CHOSEN).getScore();
    }
    return scores;
  }

  /** An undefined feature is 0, as an absent count is. */
  private static double log(float value) {
    return Float.isNaN(value) ? 0 : Math.log1p(value);
  }

  private static List<DoubleUnaryOperator> scales(float[] values, int features) {
    List<DoubleUnaryOperator> scales = new ArrayList<>();
    int rows = values.length / features;
    for (int feature = 0; feature < features; feature++) {
      double sum = 0;
      double squares = 0;
      for (int row = 0; row < rows; row++) {
        double value = log(values[row * features + feature]);
        sum += value;
        squares += value * value;
      }
      double mean = sum / rows;
      double deviation = Math.sqrt(Math.max(0, squares / rows - mean * mean));
      scales.add(value -> deviation == 0 ? 0 : (value - mean) / deviation);
    }
    return scales;
  }

  private static double[] scaled(float[] values, int row, List<DoubleUnaryOperator> scales) {
    double[] scaled = new double[scales.size()];
    for (int feature = 0; feature < scaled.length; feature++) {
      scaled[feature] =
          scales.get(feature).applyAsDouble(log(values[row * scaled.length + feature]));
    }
    return scaled;
  }
}
