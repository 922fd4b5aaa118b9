package io.countermachine.service.plan;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.service.RunningService;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the warnings to a call that puts fields at their places in records, instead of under the
 * catalog's names.
 */
class KeyWarningsIT {
  @TempDir private static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    Path catalog =
        Files.writeString(
            folder.resolve("moved.yaml"),
            """
            fields: {userId: actor.id, postId: object.article, deviceId: 'device\\.name'}
            groups:
              user: {key: [userId], counts: [view], intervals: [1h]}
              post: {key: [postId], counts: [view], intervals: [1h]}
              device: {key: [deviceId], counts: [view], intervals: [1h]}
            """);
    service = RunningService.withoutStore("--counter-machine.catalog=" + catalog);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static List<String> warnings(String candidate) {
    return given(service.requests())
        .contentType(ContentType.JSON)
        .body(
            "{\"features\": [\"user.view.1h\", \"post.view.1h\", \"device.view.1h\"], \"candidates\": [%s]}"
                .formatted(candidate))
        .post("/v1/features")
        .then()
        .statusCode(200)
        .extract()
        .path("metadata.warnings");
  }

  @Test
  void everyMovedField_isNamed_withItsNameAndItsPlace() {
    assertThat(warnings("{\"actor.id\": 1, \"object.article\": 2, \"device\\\\.name\": 3}"))
        .satisfiesExactlyInAnyOrder(
            user ->
                assertThat(user)
                    .startsWith("candidates[0].actor.id is used by no group of this call")
                    .endsWith("; did you mean userId, which records have at actor.id?"),
            post ->
                assertThat(post)
                    .startsWith("candidates[0].object.article ")
                    .endsWith("; did you mean postId, which records have at object.article?"),
            device ->
                assertThat(device)
                    .endsWith("; did you mean deviceId, which records have at device\\.name?"));
  }

  @Test
  void lastNameOfAPlace_isKnown_whereItIsThatOfOneFieldAlone() {
    assertThat(warnings("{\"article\": 2, \"id\": 5}"))
        .satisfiesExactlyInAnyOrder(
            post -> assertThat(post).contains("candidates[0].article ", "did you mean postId,"),
            user -> assertThat(user).contains("candidates[0].id ", "did you mean userId,"));
  }
}
