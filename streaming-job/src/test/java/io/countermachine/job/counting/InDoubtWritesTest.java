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

class InDoubtWritesTest {
  private static final InDoubtWrites.Item ITEM = new InDoubtWrites.Item("user", "u");

  private final JobInfo job = new JobInfoImpl(new JobID(), "job");
  private final List<InDoubtWrites> opened = new ArrayList<>();

  private InDoubtWrites open(int subtask, int attempt, String allocation) {
    TaskInfo task = new TaskInfoImpl("count", 16, subtask, 2, attempt, allocation);
    InDoubtWrites lost = InDoubtWrites.of(job, task);
    opened.add(lost);
    return lost;
  }

  @AfterEach
  void release() {
    opened.forEach(InDoubtWrites::release);
  }

  @Test
  void operatorsOfAChain_shareOne() {
    InDoubtWrites sink = open(0, 0, "slot");
    sink.add(List.of(ITEM));
    assertThat(open(0, 0, "slot")).isSameAs(sink);
  }

  @Test
  void otherChains_haveTheirOwn() {
    InDoubtWrites first = open(0, 0, "slot");
    assertThat(open(1, 0, "slot")).isNotSameAs(first);
    assertThat(open(0, 1, "slot")).isNotSameAs(first);
  }

  @Test
  void chainAfterAFailover_hasItsOwn_underTheSameJobAndAttempt() {
    InDoubtWrites before = open(0, 0, "slot");
    before.add(List.of(ITEM));
    InDoubtWrites after = open(0, 0, "slot of the new jobmanager");
    assertThat(after.take().items()).isEmpty();

    before.release();
    assertThat(open(0, 0, "slot of the new jobmanager")).isSameAs(after);
  }

  @Test
  void secondRelease_doesNotTakeTheSuccessors() {
    InDoubtWrites before = open(0, 0, "slot");
    before.release();
    InDoubtWrites after = open(0, 0, "slot");
    before.release();
    assertThat(open(0, 0, "slot")).isSameAs(after).isNotSameAs(before);
  }
}
