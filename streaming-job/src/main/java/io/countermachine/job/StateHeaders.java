package io.countermachine.job;

import io.countermachine.job.state.UnusableState;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;
import org.apache.flink.core.io.VersionMismatchException;
import org.apache.flink.core.io.VersionedIOReadableWritable;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.AbstractIncrementalStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorBackendSerializationProxy;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the headers of a savepoint's state files, which name the serializers of each state. A task
 * that cannot read them restarts again and again, so they are checked before the start.
 */
final class StateHeaders {
  private static final Logger LOG = LoggerFactory.getLogger(StateHeaders.class);

  private StateHeaders() {}

  /**
   * Reads one header of each operator; all subtasks of an operator were written by one release.
   *
   * @throws IllegalStateException if this release does not know what the header names
   */
  static void requireReadable(String path, Collection<OperatorState> operators) {
    ClassLoader classes = StateHeaders.class.getClassLoader();
    for (OperatorState operator : operators) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        try {
          for (KeyedStateHandle keyed : subtask.getManagedKeyedState()) {
            read(streamOf(keyed), new KeyedBackendSerializationProxy<>(classes));
          }
          for (OperatorStateHandle own : subtask.getManagedOperatorState()) {
            read(own, new OperatorBackendSerializationProxy(classes));
          }
        } catch (IOException | SuppressRestartsException e) {
          settle(path, e);
        }
        if (subtask.hasState()) {
          break;
        }
      }
    }
  }

  /** Null if the state's format has no such header. */
  private static StreamStateHandle streamOf(KeyedStateHandle handle) {
    if (handle instanceof KeyGroupsStateHandle whole) {
      return whole;
    }
    return handle instanceof AbstractIncrementalStateHandle incremental
        ? incremental.getMetaDataStateHandle()
        : null;
  }

  private static void read(StreamStateHandle file, VersionedIOReadableWritable header)
      throws IOException {
    if (file != null) {
      try (InputStream in = file.openInputStream()) {
        header.read(new DataInputViewStreamWrapper(in));
      }
    }
  }

  /**
   * Throws if this release can never read the file. A file that cannot be read here or now is left
   * to the tasks.
   */
  private static void settle(String path, Exception failure) {
    Optional<SuppressRestartsException> unusable =
        ExceptionUtils.findThrowable(failure, SuppressRestartsException.class);
    if (unusable.isPresent()) {
      throw new IllegalStateException(
          "%s cannot be restored: %s".formatted(path, unusable.get().getCause().getMessage()),
          failure);
    }
    if (ExceptionUtils.findThrowable(failure, ClassNotFoundException.class).isPresent()
        || ExceptionUtils.findThrowable(failure, VersionMismatchException.class).isPresent()) {
      throw new IllegalStateException(
          "%s cannot be restored by this release: %s; %s"
              .formatted(path, failure.getMessage(), UnusableState.startTheRelease()),
          failure);
    }
    LOG.warn("cannot read a state file of {} here; the tasks will read it", path, failure);
  }
}
