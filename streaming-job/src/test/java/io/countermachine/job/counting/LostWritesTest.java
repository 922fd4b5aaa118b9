package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.JobInfoImpl;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LostWritesTest {
  private static final LostWrites.Item ITEM = new LostWrites.Item("user", "u");

  private final JobInfo job = new JobInfoImpl(new JobID(), "job");
  private final List<LostWrites> opened = new ArrayList<>();

  private LostWrites open(int subtask, int attempt, String allocation) {
    TaskInfo task = new TaskInfoImpl("count", 16, subtask, 2, attempt, allocation);
    LostWrites lost = LostWrites.of(job, task);
    opened.add(lost);
    return lost;
  }

  @AfterEach
  void release() {
    opened.forEach(LostWrites::release);
  }

  @Test
  void operatorsOfAChain_shareOne() {
    LostWrites sink = open(0, 0, "slot");
    sink.add(List.of(ITEM));
    assertThat(open(0, 0, "slot")).isSameAs(sink);
  }

  @Test
  void otherChains_haveTheirOwn() {
    LostWrites first = open(0, 0, "slot");
    assertThat(open(1, 0, "slot")).isNotSameAs(first);
    assertThat(open(0, 1, "slot")).isNotSameAs(first);
  }

  @Test
  void chainAfterAFailover_hasItsOwn_underTheSameJobAndAttempt() {
    LostWrites before = open(0, 0, "slot");
    before.add(List.of(ITEM));
    LostWrites after = open(0, 0, "slot of the new jobmanager");
    assertThat(after.take().items()).isEmpty();

    before.release();
    assertThat(open(0, 0, "slot of the new jobmanager")).isSameAs(after);
  }

  @Test
  void secondRelease_doesNotTakeTheSuccessors() {
    LostWrites before = open(0, 0, "slot");
    before.release();
    LostWrites after = open(0, 0, "slot");
    before.release();
    assertThat(open(0, 0, "slot")).isSameAs(after).isNotSameAs(before);
  }
}
