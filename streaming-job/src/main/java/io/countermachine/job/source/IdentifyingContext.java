package io.countermachine.job.source;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;

/** Adds the identity of its topic to each partition that Kafka's enumerator assigns. */
final class IdentifyingContext implements SplitEnumeratorContext<KafkaPartitionSplit> {
  private final SplitEnumeratorContext<IdentifiedSplit> context;
  private final NamedTopics topics;

  IdentifyingContext(SplitEnumeratorContext<IdentifiedSplit> context, NamedTopics topics) {
    this.context = context;
    this.topics = topics;
  }

  @Override
  public void assignSplits(SplitsAssignment<KafkaPartitionSplit> assignment) {
    Map<Integer, List<IdentifiedSplit>> identified =
        assignment.assignment().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    splits -> splits.getValue().stream().map(this::identified).toList()));
    context.assignSplits(new SplitsAssignment<>(identified));
  }

  private IdentifiedSplit identified(KafkaPartitionSplit split) {
    return new IdentifiedSplit(split, topics.identity(split.getTopic()));
  }

  @Override
  public SplitEnumeratorMetricGroup metricGroup() {
    return context.metricGroup();
  }

  @Override
  public void sendEventToSourceReader(int subtaskId, SourceEvent event) {
    context.sendEventToSourceReader(subtaskId, event);
  }

  @Override
  public int currentParallelism() {
    return context.currentParallelism();
  }

  @Override
  public Map<Integer, ReaderInfo> registeredReaders() {
    return context.registeredReaders();
  }

  @Override
  public void signalNoMoreSplits(int subtask) {
    context.signalNoMoreSplits(subtask);
  }

  @Override
  public <R> void callAsync(Callable<R> callable, BiConsumer<R, Throwable> handler) {
    context.callAsync(callable, handler);
  }

  @Override
  public <R> void callAsync(
      Callable<R> callable,
      BiConsumer<R, Throwable> handler,
      long initialDelayMillis,
      long periodMillis) {
    context.callAsync(callable, handler, initialDelayMillis, periodMillis);
  }

  @Override
  public void runInCoordinatorThread(Runnable runnable) {
    context.runInCoordinatorThread(runnable);
  }

  @Override
  public void setIsProcessingBacklog(boolean isProcessingBacklog) {
    context.setIsProcessingBacklog(isProcessingBacklog);
  }
}
