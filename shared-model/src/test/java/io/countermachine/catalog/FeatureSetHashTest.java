package io.countermachine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureSetHashTest {
  private static final String YAML =
      """
      events: {view: {}, like: {}, long_view: {of: view, where: ms >= 8000}}
      groups:
        post:
          key: [postId]
          counts: {seen: view, like: like, read: long_view}
          ratios: {smooth: {of: like, per: seen, prior: 0.05, weight: 20}}
          features: {share: like / seen}
          intervals: [1h, 1d]
      sets:
        feed: [post.seen.1h, post.read.1d, post.smooth.1h, post.share.1d]
      """;

  private static FeatureSetHash hash(String yaml) {
    Catalog catalog = CatalogLoader.parse("test.yaml", yaml);
    return FeatureSetHash.of(catalog.featureSets().get("feed"), catalog);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          post.seen.1h, post.read.1d         | post.read.1d, post.seen.1h          | its features or their order
          post.seen.1h, post.read.1d         | post.read.1h, post.read.1d          | its features or their order
          {of: view, where: ms >= 8000}      | {of: view, where: ms >= 9000}       | what a feature is made of
          {of: view, where: ms >= 8000}      | {of: like, where: ms >= 8000}       | what a feature is made of
          share: like / seen                 | share: like / (seen + 1)            | what a feature is made of
          key: [postId]                      | key: [itemId]                       | what a feature is made of
          prior: 0.05                        | prior: 0.06                         | the type, unit or default of a feature
          weight: 20                         | weight: 30                          | what a feature is made of
          """)
  void change_isToldByItsPart(String old, String now, String told) {
    assertThat(YAML).contains(old);
    assertThat(hash(YAML.replace(old, now)).differences(hash(YAML))).contains(told);
  }

  @Test
  void whatSaysTheSame_isTheSame() {
    String other =
        "# a remark\n"
            + YAML.replace("[1h, 1d]", "[1h, 1d, 7d]").replace("like: {},", "like: {}, click: {},");
    assertThat(hash(other).differences(hash(YAML))).isEmpty();
    assertThat(hash(other)).isEqualTo(hash(YAML));
  }

  @Test
  void hash_isReadBack() {
    FeatureSetHash hash = hash(YAML);
    assertThat(hash.toString()).matches("[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}");
    assertThat(FeatureSetHash.parse(hash.toString())).contains(hash);
    for (String none : List.of("", "-", "0-0-0", hash + "-", "Z" + hash.toString().substring(1))) {
      assertThat(FeatureSetHash.parse(none)).isEmpty();
    }
  }
}
