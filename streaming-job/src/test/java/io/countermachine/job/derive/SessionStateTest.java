package io.countermachine.job.derive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** The stored forms of the sessions of a key. */
class SessionStateTest {
  /** Two views and a like from 100 to 105, which were emitted as a session that was cut. */
  private static final String FIRST_FORM =
      ("02" + "000176" + "00016c")
          + ("01" + "64" + "05" + "0201")
          + ("01" + "64" + "05" + "0201" + "01" + "03");

  private static SessionState read(String hex, int form, boolean hasTopic) throws IOException {
    SessionState state = new SessionState(List.of("v", "l"), hasTopic);
    DataInputDeserializer in = new DataInputDeserializer(HexFormat.of().parseHex(hex));
    state.read(in, form);
    assertThat(in.available()).isZero();
    return state;
  }

  private static String written(SessionState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    state.write(out, state.form());
    return HexFormat.of().formatHex(out.getCopyOfBuffer());
  }

  /**
   * The form of releases before open sessions were emitted, which this release still writes if
   * there are none.
   */
  @Test
  void firstForm_isRead_andWhatWasGivenIsWhatTheTopicHas() throws IOException {
    for (boolean hasTopic : new boolean[] {true, false}) {
      SessionState state = read(FIRST_FORM, 1, hasTopic);
      assertThat(state.given)
          .extracting(s -> s.start, s -> s.end, s -> s.reason, s -> s.revision, s -> s.events())
          .containsExactly(tuple(100L, 105L, Session.Reason.MOST, 3, 3L));
      assertThat(state.written).isEqualTo(hasTopic ? state.given : List.of());
      assertThat(state.form()).isEqualTo(1);
      assertThat(written(state)).isEqualTo(FIRST_FORM);
    }
  }

  @Test
  void secondForm_hasWhatTheTopicWasTold() throws IOException {
    SessionState state = read(FIRST_FORM, 1, true);
    state.written.clear();
    state.written.add(state.given.get(0).open());
    state.writtenOpenMillis = 110;
    String second = FIRST_FORM + ("01" + "64" + "05" + "0201" + "02" + "03") + "6e";
    assertThat(state.form()).isEqualTo(2);
    assertThat(written(state)).isEqualTo(second);
    SessionState read = read(second, 2, true);
    assertThat(read.written).extracting(s -> s.reason).containsExactly(Session.Reason.OPEN);
    assertThat(read.writtenOpenMillis).isEqualTo(110);
    // Without a topic, nothing of it is kept.
    SessionState without = read(second, 2, false);
    assertThat(written(without)).isEqualTo(FIRST_FORM);
  }
}
