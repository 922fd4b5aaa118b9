package io.countermachine.job.derive;

import io.countermachine.job.state.SerializedTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Flink's types of the inputs of verbs. */
public final class DeriveTypes {
  private DeriveTypes() {}

  public static TypeInformation<VerbInput> verbInput() {
    return new SerializedTypeInfo<>(VerbInput.class, VerbInputSerializer.INSTANCE);
  }
}
