package io.countermachine.service.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.service.RunningService;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Checks that the service does not log the secrets that it is given or sent. */
@ExtendWith(OutputCaptureExtension.class)
class SecretsInLogsIT {
  private static final String KEY = "Zm9yIHRoaXMgdGVzdCBhbG9uZQ";
  private static final String WRONG_KEY = "bm90IGEga2V5IGF0IGFsbA";
  private static final String STORE_SECRET = "c2VjcmV0IG9mIHRoZSBzdG9yZQ";

  @Test
  void keysAndCredentials_areNeverLogged_whateverIsSent(CapturedOutput log)
      throws NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.UTF_8));
    String before = System.setProperty("aws.secretAccessKey", STORE_SECRET);
    try (RunningService service =
        RunningService.withoutStore(
            "--counter-machine.access.enabled=true",
            "--counter-machine.access.keys[0].name=ranker",
            "--counter-machine.access.keys[0].sha256=" + HexFormat.of().formatHex(hash))) {
      for (String key : new String[] {KEY, WRONG_KEY}) {
        given(service.requests()).header("X-Api-Key", key).get("/v1/catalog");
        given(service.requests())
            .header("Authorization", "Bearer " + key)
            .get("/v1/groups/user/u1");
        String basic =
            Base64.getEncoder().encodeToString(("ranker:" + key).getBytes(StandardCharsets.UTF_8));
        given(service.requests()).header("Authorization", "Basic " + basic).get("/v1/catalog");
        given(service.requests()).header("X-Api-Key", key).body("{").post("/v1/features");
        given(service.requests()).queryParam("key", key).get("/v1/catalog");
        assertThat(log.getAll()).doesNotContain(basic);
      }
      // The store is missing, so its failures are logged. This shows that the log is captured.
      assertThat(log.getAll()).contains("failed").doesNotContain(KEY, WRONG_KEY, STORE_SECRET);
    } finally {
      if (before == null) {
        System.clearProperty("aws.secretAccessKey");
      } else {
        System.setProperty("aws.secretAccessKey", before);
      }
    }
  }
}
