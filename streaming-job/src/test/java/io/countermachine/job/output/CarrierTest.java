package io.countermachine.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.ItemKey;
import java.util.List;
import org.apache.flink.connector.dynamodb.util.PrimaryKeyBuilder;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** By what the official sink tells carriers apart. */
class CarrierTest {
  private static String identity(String group, String key) {
    WriteRequest write =
        WriteRequest.builder()
            .putRequest(
                put ->
                    put.item(Carrier.of(new ItemKey(group, key), "{}".getBytes(UTF_8)).getItem()))
            .build();
    return new PrimaryKeyBuilder(List.of(Carrier.ID)).build(write);
  }

  /** The sink would end the job for a key attribute that is blank, which the store takes. */
  @Test
  void keyOfWhiteSpaceAlone_isTaken() {
    assertThat(identity("user", " ")).isNotEqualTo(identity("user", "\t"));
    assertThat(identity("user", "\u2003")).isEqualTo(identity("user", "\u2003"));
  }

  @Test
  void sameKeyOfOtherGroups_isAnother() {
    assertThat(identity("user", "1")).isNotEqualTo(identity("post", "1"));
  }
}
