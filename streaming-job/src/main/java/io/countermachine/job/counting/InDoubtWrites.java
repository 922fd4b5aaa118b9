package io.countermachine.job.counting;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;

/**
 * The items of write attempts that ended without an answer, so that it is unknown whether and when
 * DynamoDB accepts them. The sink's client reports them here to the counting operator of the same
 * chain, which runs in the same process. Thread-safe.
 *
 * <p>Between two reads there are at most as many items as the sink buffers and a slot has keys,
 * because a retry reports the same items.
 */
public final class InDoubtWrites {
  /** One item's key. */
  public record Item(String group, String key) {}

  /** What was lost since the last read. */
  record Taken(long attempts, List<Item> items) {}

  /**
   * A chain in this process. With high availability, the job's id stays the same when the
   * jobmanager fails over, and attempts are numbered from 0 again; but then the slot's allocation
   * is another one.
   */
  private record Owner(JobID job, int subtask, int attempt, String allocation) {}

  private static final Map<Owner, InDoubtWrites> OPEN = new ConcurrentHashMap<>();

  private final Set<Item> items = new LinkedHashSet<>();
  private final Owner owner;
  private long attempts;

  private InDoubtWrites(Owner owner) {
    this.owner = owner;
  }

  /** The instance that all operators of a chain share. */
  public static InDoubtWrites of(JobInfo job, TaskInfo task) {
    Owner owner =
        new Owner(
            job.getJobId(),
            task.getIndexOfThisSubtask(),
            task.getAttemptNumber(),
            task.getAllocationIDAsString());
    return OPEN.computeIfAbsent(owner, InDoubtWrites::new);
  }

  /** Removes this instance, whose chain ends; never another chain's. */
  void release() {
    OPEN.remove(owner, this);
  }

  /** Records one lost attempt. */
  public synchronized void add(Collection<Item> lost) {
    attempts++;
    items.addAll(lost);
  }

  synchronized Taken take() {
    if (attempts == 0) {
      return new Taken(0, List.of());
    }
    Taken taken = new Taken(attempts, List.copyOf(items));
    attempts = 0;
    items.clear();
    return taken;
  }
}
