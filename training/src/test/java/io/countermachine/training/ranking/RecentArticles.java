package io.countermachine.training.ranking;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The different articles that anybody clicked within a while, of which some can be drawn. */
final class RecentArticles {
  private final long withinMillis;
  private final Deque<Clicked> clicks = new ArrayDeque<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<String> articles = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  RecentArticles(long withinMillis) {
    this.withinMillis = withinMillis;
  }

  private record Clicked(String article, long millis) {}

  /** Adds a click; clicks come in the order of time. */
  void add(String article, long millis) {
    clicks.add(new Clicked(article, millis));
    if (counts.merge(article, 1, Integer::sum) == 1) {
      places.put(article, articles.size());
      articles.add(article);
    }
  }

  /** Forgets clicks that are older than the while at an instant. */
  void advance(long millis) {
    while (!clicks.isEmpty() && clicks.peek().millis() < millis - withinMillis) {
      String article = clicks.remove().article();
      if (counts.merge(article, -1, Integer::sum) == 0) {
        counts.remove(article);
        forget(article);
      }
    }
  }

  private void forget(String article) {
    int place = places.remove(article);
    String last = articles.remove(articles.size() - 1);
    if (!last.equals(article)) {
      articles.set(place, last);
      places.put(last, place);
    }
  }

  /**
   * Draws different articles, each as probable as any other, however often it was clicked.
   *
   * @return as many as wanted, or nothing where there are not so many besides the excluded ones
   */
  List<String> draw(int wanted, Set<String> excluded, SplittableRandom random) {
    long available = articles.size() - excluded.stream().filter(places::containsKey).count();
    if (available < wanted) {
      return List.of();
    }
    Set<String> drawn = new HashSet<>();
    List<String> result = new ArrayList<>();
    while (result.size() < wanted) {
      String article = articles.get(random.nextInt(articles.size()));
      if (!excluded.contains(article) && drawn.add(article)) {
        result.add(article);
      }
    }
    return result;
  }
}
