package io.countermachine.catalog.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossTest {
  @TempDir private Path folder;

  private static Catalog parse(String yaml) {
    return CatalogLoader.parse("c.yaml", yaml);
  }

  private static List<String> faults(String yaml) {
    return catchThrowableOfType(CatalogException.class, () -> parse(yaml)).faults();
  }

  private static List<String> features(Catalog catalog) {
    return catalog.groups().stream()
        .flatMap(group -> group.features().stream())
        .map(Feature::name)
        .toList();
  }

  private static void assertSame(String cross, String written) {
    Catalog crossed = parse(cross);
    Catalog plain = parse(written);
    assertThat(features(crossed)).isEqualTo(features(plain));
    assertThat(crossed.groups().stream().map(Group::schema))
        .containsExactlyElementsOf(plain.groups().stream().map(Group::schema).toList());
    assertThat(crossed.groups().stream().map(Group::retain))
        .containsExactlyElementsOf(plain.groups().stream().map(Group::retain).toList());
  }

  @Test
  void product_isAsIfEachGroupHadBeenWritten() {
    assertSame(
        """
        events: {view: {}, like: {}, timespent: {value: ms}}
        cross:
          engagement:
            keys: {user: [userId], pair: [userId, postId]}
            counts: [view, like]
            sums: {spent: timespent}
            stats: {dwell: {of: timespent, give: [mean, p95]}}
            histograms: {countries: {of: view, by: country, keep: 3, intervals: [1d]}}
            features: {like_rate: like / view}
            intervals: [1h, 1d]
            retain: 30d
        """,
        """
        events: {view: {}, like: {}, timespent: {value: ms}}
        groups:
          user: &all
            key: [userId]
            counts: [view, like]
            sums: {spent: timespent}
            stats: {dwell: {of: timespent, give: [mean, p95]}}
            histograms: {countries: {of: view, by: country, keep: 3, intervals: [1d]}}
            features: {like_rate: like / view}
            intervals: [1h, 1d]
            retain: 30d
          pair:
            key: [userId, postId]
            counts: [view, like]
            sums: {spent: timespent}
            stats: {dwell: {of: timespent, give: [mean, p95]}}
            histograms: {countries: {of: view, by: country, keep: 3, intervals: [1d]}}
            features: {like_rate: like / view}
            intervals: [1h, 1d]
            retain: 30d
        """
            .replace(" &all", ""));
  }

  @Test
  void except_leavesOutWhatItsPatternsName() {
    Catalog catalog =
        parse(
            """
            cross:
              e:
                keys: {user: [userId], pair: [userId, postId]}
                counts: [view, like, sent]
                features: {like_rate: like / view, sent_rate: sent / view}
                intervals: [1h, 1d, 7d]
                except: [pair.*.60m, '*.sent.1h', pair.sent.*, pair.sent_rate.*]
            """);
    assertThat(features(catalog))
        .containsExactlyInAnyOrder(
            "user.view.1h",
            "user.view.1d",
            "user.view.7d",
            "user.like.1h",
            "user.like.1d",
            "user.like.7d",
            "user.sent.1d",
            "user.sent.7d",
            "user.like_rate.1h",
            "user.like_rate.1d",
            "user.like_rate.7d",
            "user.sent_rate.1d",
            "user.sent_rate.7d",
            "pair.view.1d",
            "pair.view.7d",
            "pair.like.1d",
            "pair.like.7d",
            "pair.like_rate.1d",
            "pair.like_rate.7d");
  }

  /** {@code share} is an ordinary event, although formulas have a function of that name. */
  @Test
  void eventsOfAnyName_areCounted_alsoWhereIntervalsAreExcepted() {
    Catalog catalog =
        parse(
            """
            events:
              view: {}
              like: {}
              click: {}
              comment: {}
              share: {}
              play-it: {}
              timespent: {value: durationMs}
              long_view: {of: timespent, where: durationMs >= 8000}
              skip: {of: view, without: like, by: [userId, postId], within: 5m}
            groups:
              user: {key: [userId], counts: [play-it], intervals: [7d]}
            cross:
              engagement:
                keys: {user: [userId], post: [postId], creator: [creatorId], user_creator: [userId, creatorId], post_country: [postId, country]}
                counts: [view, like, click, comment, share, long_view, skip]
                features: {like_rate: like / view, skip_rate: skip / view, share_rate: share / view}
                intervals: [1h, 1d, 7d, 30d]
                except: [user_creator.*.1h, '*.share.1h']
            """);
    // Per group: 7 measures and 3 formulas at 4 intervals, without share and its rate at 1h. For
    // user_creator, at 3. And play-it.
    assertThat(features(catalog)).hasSize(4 * (7 * 4 - 1 + 2 * 4 + 3) + 3 * (7 + 3) + 1);
    assertThat(features(catalog))
        .contains("user.share.1d", "post_country.share_rate.30d", "user.play-it.7d")
        .doesNotContain("user.share.1h", "user_creator.view.1h");
  }

  /**
   * The product's intervals are treated like a group's, even if some intervals of a measure are
   * excluded.
   */
  @Test
  void intervalsOfTheProduct_areLeftOut_whereAMeasureCannotHaveThem() {
    Catalog catalog =
        parse(
            """
            events:
              view: {}
              like: {}
              timespent: {value: durationMs}
              skip: {of: view, without: like, by: [userId, postId], within: 5m}
            groups:
              user: {key: [userId], counts: {likes: like}, intervals: [7d]}
            cross:
              e:
                keys: {user: [userId], post: [postId]}
                counts: [skip]
                stats: {dwell: {of: timespent, give: [p95, min]}}
                uniques: {places: {of: view, by: country}}
                intervals: [1h, 1d, lifetime, last_1h, each_1m, session_30m]
                except: ['*.skip.1d', post.dwell.1d, post.places.1d]
            """);
    assertThat(features(catalog))
        .containsExactlyInAnyOrder(
            "user.likes.7d",
            "user.skip.1h",
            "user.skip.lifetime",
            "user.skip.last_1h",
            "user.skip.each_1m",
            "user.dwell_p95.1h",
            "user.dwell_p95.1d",
            "user.dwell_p95.lifetime",
            "user.dwell_p95.session_30m",
            "user.dwell_min.lifetime",
            "user.dwell_min.last_1h",
            "user.dwell_min.session_30m",
            "user.places.1h",
            "user.places.1d",
            "user.places.lifetime",
            "user.places.last_1h",
            "user.places.session_30m",
            "post.skip.1h",
            "post.skip.lifetime",
            "post.skip.last_1h",
            "post.skip.each_1m",
            "post.dwell_p95.1h",
            "post.dwell_p95.lifetime",
            "post.dwell_p95.session_30m",
            "post.dwell_min.lifetime",
            "post.dwell_min.last_1h",
            "post.dwell_min.session_30m",
            "post.places.1h",
            "post.places.lifetime",
            "post.places.last_1h",
            "post.places.session_30m");
  }

  @Test
  void intervalsThatAMeasureOfTheProductListsItself_areAFault_whereItCannotHaveThem() {
    assertThat(
            faults(
                """
                events: {view: {}}
                cross:
                  e:
                    keys: {user: [userId]}
                    uniques: {places: {of: view, by: country, intervals: [1h, 1d, each_1m]}}
                    except: [user.places.1h]
                """))
        .containsExactly(
            "c.yaml:5: \"places\" of group \"user\" cannot have each_1m: unique counts of past windows would need a sketch for each; take a last_ window");
  }

  @Test
  void groupThatIsWritten_getsTheProductsMeasures_andKeepsItsOwn() {
    Catalog catalog =
        parse(
            """
            intervals: [5m]
            groups:
              user: {key: [userId], counts: [view], retain: 3d}
            cross:
              e: {keys: {user: [userId], post: [postId]}, counts: [like], sums: [], intervals: [1h], retain: 9d}
              f: {keys: {user: [userId]}, counts: {shares: share}, intervals: [1d]}
            events: {view: {}, like: {}, share: {}}
            """);
    assertThat(features(catalog))
        .containsExactlyInAnyOrder(
            "user.view.5m", "user.like.1h", "user.shares.1d", "post.like.1h");
    assertThat(catalog.group("user").orElseThrow().retain().orElseThrow().toDays()).isEqualTo(3);
    assertThat(catalog.group("post").orElseThrow().retain().orElseThrow().toDays()).isEqualTo(9);
  }

  @Test
  void faults_standAtTheirLines() {
    assertThat(
            faults(
                """
                events: {view: {}}
                groups:
                  user: {key: [userId], counts: [view]}
                cross:
                  e:
                    keys: {user: [postId], post: [postId]}
                    counts:
                      - view
                      - lik
                    intervals: [1h]
                    except: [user.*, creator.*.1h]
                    colour: red
                  f: {counts: [view]}
                """))
        .containsExactly(
            "c.yaml:6: group \"user\" has the key [userId] in line 3; expected the same in cross \"e\"",
            "c.yaml:8: duplicate \"view\" in \"counts\", it is there already in line 3",
            "c.yaml:9: unknown event \"lik\" in counts of group \"user\"; known: view",
            "c.yaml:9: unknown event \"lik\" in counts of group \"post\"; known: view",
            "c.yaml:11: \"user.*\" is not a pattern; expected group.measure.interval, where * is anything, such as user.*.1h",
            "c.yaml:11: \"creator.*.1h\" excludes nothing from cross \"e\"; expected group.measure.interval, where * is anything",
            "c.yaml:12: unknown key \"colour\" in cross \"e\"; known: keys, intervals, except, counts, sums, stats, histograms, uniques, lists, firsts, lasts, ratios, features, retain, precision, maxStale",
            "c.yaml:13: cross \"f\" needs keys, such as keys: {user: [userId], post: [postId]}");
  }

  @Test
  void thousandFeatures_areChecked_withTheirPrices() throws IOException {
    String events = IntStream.range(0, 14).mapToObj(i -> "e" + i).collect(Collectors.joining(", "));
    Path file =
        Files.writeString(
            folder.resolve("many.yaml"),
            """
            cross:
              all:
                keys: {a: [a], b: [b], c: [c], ab: [a, b], ac: [a, c], bc: [b, c], d: [d], ad: [a, d], bd: [b, d], cd: [c, d], e: [e], ae: [a, e]}
                counts: [%s]
                intervals: [1m, 1h, 1d, 7d, 30d, lifetime]
            """
                .formatted(events));
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    int code =
        CatalogCheck.run(
            new PrintStream(out, true, UTF_8), new PrintStream(out, true, UTF_8), file.toString());

    String text = out.toString(UTF_8);
    assertThat(code).as(text).isZero();
    assertThat(text)
        .contains("14 events, 12 groups, 1,008 features, 0 sets")
        .contains("1,000,000 keys in each group take about")
        .contains("an event e13: at most 12 writes, ")
        .contains("the largest measures, by state per key:\n    a.e0: about ");
    assertThat(text.lines().filter(line -> line.matches("    [a-e]+\\.e\\d+: about .*")))
        .hasSize(10);
  }
}
