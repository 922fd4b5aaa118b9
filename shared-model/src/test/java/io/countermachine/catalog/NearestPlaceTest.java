package io.countermachine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestPlaceTest {
  private static List<String> path(String text) {
    return FieldPlace.parsePath(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    // The same names, divided otherwise.
    "item\\.id, item.id sku, item.id",
    "item.id, item\\.id id, item\\.id",
    // The same letters.
    "userId, name user.id, user.id",
    "userId, user_id, user_id",
    "user.id, userID, userID",
    // A similar name at the same level.
    "userId, usrId other, usrId",
    "user.id, user.ids post.id, user.ids",
    "post, postId, postId",
    // The same names at another depth.
    "postId, properties.postId, properties.postId",
    "properties.post.id, post.id user.id, post.id",
    "meta.userId, userId, userId",
    // Earlier rules take precedence.
    "userId, properties.userId userid, userid",
  })
  void place_isTheNearest(String expected, String present, String meant) {
    List<List<String>> paths =
        Arrays.stream(present.split(" ")).map(NearestPlaceTest::path).toList();
    assertThat(NearestPlace.of(path(expected), paths)).contains(path(meant));
  }

  @ParameterizedTest
  @CsvSource({"item.id, user.id name", "eventTs, timestamp", "userId, u"})
  void nothing_isMeant_whereNothingIsLike(String expected, String present) {
    List<List<String>> paths =
        Arrays.stream(present.split(" ")).map(NearestPlaceTest::path).toList();
    assertThat(NearestPlace.of(path(expected), paths)).isEmpty();
  }
}
