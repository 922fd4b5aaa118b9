package io.countermachine.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedFormTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/x-protobuf                            | true
          application/json                                  | false
          */*                                               | false
          application/*                                     | false
          application/x-protobuf, application/json          | true
          application/json, application/x-protobuf          | false
          application/x-protobuf;q=0.5, application/json    | false
          application/json;q=0.5, application/x-protobuf    | true
          */*, application/x-protobuf                       | true
          text/html, application/x-protobuf                 | true
          application/json;q=0, */*                         | true
          application/json;q=0, application/*;q=0.1         | true
          application/x-protobuf;q=0, */*                   | false
          application/x-protobuf;q=0.0, application/json    | false
          """)
  void form_isTheOneThatTheCallerPrefers(String accept, boolean protobuf) {
    assertThat(AcceptedForm.isProtobuf(Collections.enumeration(List.of(accept))))
        .isEqualTo(protobuf);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, application/x-protobuf, false",
    "application/x-protobuf, text/plain, true"
  })
  void headers_areTakenTogether(String first, String second, boolean protobuf) {
    assertThat(AcceptedForm.isProtobuf(Collections.enumeration(List.of(first, second))))
        .isEqualTo(protobuf);
    assertThat(AcceptedForm.isProtobuf(Collections.emptyEnumeration())).isFalse();
  }
}
