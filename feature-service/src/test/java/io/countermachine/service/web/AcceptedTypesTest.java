package io.countermachine.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

class AcceptedTypesTest {
  private static List<MediaType> accepted(String header) {
    List<MediaType> types = new ArrayList<>(MediaType.parseMediaTypes(header));
    MimeTypeUtils.sortBySpecificity(types);
    return AcceptedTypes.withoutRefused(types);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json;q=0                          | false",
        "application/json;q=0.000, text/html           | false",
        "*/*;q=0                                       | false",
        "application/*;q=0                             | false",
        "application/json;q=0, */*                     | false",
        "application/*;q=0, */*;q=0.5                  | false",
        "*/*;q=0, application/json                     | true",
        "application/*;q=0, application/json;q=0.1     | true",
        "application/x-protobuf;q=0, */*               | true",
        "text/html;q=0, */*                            | true",
        "application/json;q=0.001                      | true",
        "application/json;version=2;q=0, application/json | true",
        "application/json;q=0, application/json        | true",
      })
  void json_isAccepted_asTheMostSpecificRangeSays(String header, boolean json) {
    assertThat(
            accepted(header).stream().anyMatch(type -> type.includes(MediaType.APPLICATION_JSON)))
        .isEqualTo(json);
  }

  /** Such as the metrics, and the health of the service in a form of its own. */
  @Test
  void wildcard_standsForAllOtherTypes_whereOneIsRefused() {
    for (String other :
        List.of(
            "application/openmetrics-text",
            "application/vnd.spring-boot.actuator.v3+json",
            "application/x-protobuf",
            "application/problem+json",
            "text/html")) {
      assertThat(accepted("application/json;q=0, */*"))
          .anyMatch(type -> type.includes(MediaType.parseMediaType(other)));
    }
    assertThat(accepted("text/plain;q=0, text/*"))
        .anyMatch(type -> type.includes(MediaType.TEXT_HTML))
        .noneMatch(type -> type.includes(MediaType.TEXT_PLAIN));
  }

  @Test
  void types_areUnchanged_whereNoneIsRefused() {
    assertThat(accepted("text/html, */*;q=0.8"))
        .containsExactly(MediaType.TEXT_HTML, MediaType.parseMediaType("*/*;q=0.8"));
    assertThat(accepted("*/*;q=0")).as("never none, which would mean all").isNotEmpty();
  }
}
