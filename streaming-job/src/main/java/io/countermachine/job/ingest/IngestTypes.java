package io.countermachine.job.ingest;

import io.countermachine.job.state.SerializedTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Flink's types of the decoder's output. */
public final class IngestTypes {
  private IngestTypes() {}

  public static TypeInformation<Event> event() {
    return new SerializedTypeInfo<>(Event.class, new EventSerializer());
  }
}
