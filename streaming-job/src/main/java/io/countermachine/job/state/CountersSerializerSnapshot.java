package io.countermachine.job.state;

import io.countermachine.catalog.MeasureKind;
import io.countermachine.counters.Counters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The forms of the groups with which a savepoint's counters were written.
 *
 * <p>Version 2 says that counters may have an expiry. Each tells by itself, so what version 1 wrote
 * is read as it is and need not be rewritten.
 */
public final class CountersSerializerSnapshot implements TypeSerializerSnapshot<Counters> {
  private static final int VERSION = 2;
  private static final int OLDEST = 1;

  private List<GroupForm> forms;

  /** For Flink, which creates the snapshot before it reads it. */
  public CountersSerializerSnapshot() {
    this(List.of());
  }

  CountersSerializerSnapshot(List<GroupForm> forms) {
    this.forms = forms;
  }

  @Override
  public int getCurrentVersion() {
    return VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeInt(forms.size());
    for (GroupForm form : forms) {
      out.writeUTF(form.name());
      out.writeInt(form.measures().size());
      for (GroupForm.StoredMeasure measure : form.measures()) {
        out.writeUTF(measure.name());
        out.writeUTF(measure.kind().name());
      }
      out.writeInt(form.intervals().size());
      for (GroupForm.StoredInterval interval : form.intervals()) {
        out.writeUTF(interval.label());
        out.writeLong(interval.tauMillis());
      }
    }
  }

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
      throws IOException {
    if (readVersion < OLDEST || readVersion > VERSION) {
      throw UnusableState.ofLaterRelease("counters", readVersion, VERSION);
    }
    List<GroupForm> read = new ArrayList<>();
    for (int group = in.readInt(); group > 0; group--) {
      String name = in.readUTF();
      List<GroupForm.StoredMeasure> measures = new ArrayList<>();
      for (int measure = in.readInt(); measure > 0; measure--) {
        measures.add(new GroupForm.StoredMeasure(in.readUTF(), kind(in.readUTF())));
      }
      List<GroupForm.StoredInterval> intervals = new ArrayList<>();
      for (int interval = in.readInt(); interval > 0; interval--) {
        intervals.add(new GroupForm.StoredInterval(in.readUTF(), in.readLong()));
      }
      read.add(new GroupForm(name, List.copyOf(measures), List.copyOf(intervals)));
    }
    forms = List.copyOf(read);
  }

  private static MeasureKind kind(String name) {
    try {
      return MeasureKind.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw UnusableState.because(
          "the restored state has measures of the kind %s, which this release does not know; %s"
              .formatted(name, UnusableState.startTheRelease()));
    }
  }

  @Override
  public TypeSerializer<Counters> restoreSerializer() {
    return new CountersSerializer(forms);
  }

  @Override
  public TypeSerializerSchemaCompatibility<Counters> resolveSchemaCompatibility(
      TypeSerializerSnapshot<Counters> oldSerializerSnapshot) {
    if (!(oldSerializerSnapshot instanceof CountersSerializerSnapshot old)) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    return old.forms.equals(forms)
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
  }
}
