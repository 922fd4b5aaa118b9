package io.countermachine.job.state;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.counters.Expiry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes counters as their group's index, the instant, their expiry where they have one, and for
 * each measure that happened its index and a double per interval. The index's highest bit says
 * whether there is an expiry, an unsigned LEB128 number; form 1 has none. The indexes are those of
 * the serializer's forms, which its snapshot keeps by name: a later catalog reads them with the
 * older forms and converts.
 */
public final class CountersSerializer extends TypeSerializer<Counters> {
  private static final long serialVersionUID = 1L;
  private static final int END = 0xFFFF;
  private static final int EXPIRES = 0x8000;

  private final List<GroupForm> forms;
  private transient Group[] groups;

  CountersSerializer(List<GroupForm> forms) {
    this.forms = List.copyOf(forms);
  }

  /** A serializer for the counters of these groups. */
  public static CountersSerializer of(List<Group> groups) {
    return new CountersSerializer(groups.stream().map(GroupForm::of).toList());
  }

  List<GroupForm> forms() {
    return forms;
  }

  private Group[] groups() {
    if (groups == null) {
      groups = forms.stream().map(GroupForm::group).toArray(Group[]::new);
    }
    return groups;
  }

  @Override
  public void serialize(Counters counters, DataOutputView target) throws IOException {
    int index = indexOf(counters.group());
    Group group = groups()[index];
    Counters current = counters.as(group);
    long expiresAt = current.expiresAtSeconds();
    target.writeShort(expiresAt == Expiry.NEVER ? index : index | EXPIRES);
    target.writeLong(current.lastUpdateMillis());
    if (expiresAt != Expiry.NEVER) {
      writeUnsigned(expiresAt, target);
    }
    for (int measure = 0; measure < group.measures().size(); measure++) {
      if (current.happened(measure)) {
        target.writeShort(measure);
        for (int interval = 0; interval < group.intervals().size(); interval++) {
          target.writeDouble(current.stored(measure, interval));
        }
      }
    }
    target.writeShort(END);
  }

  private static void writeUnsigned(long number, DataOutputView target) throws IOException {
    long rest = number;
    while (rest >= 0x80) {
      target.writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    target.writeByte((int) rest);
  }

  private static long readUnsigned(DataInputView source) throws IOException {
    long number = 0;
    int shift = 0;
    int part;
    do {
      part = source.readUnsignedByte();
      number |= (long) (part & 0x7F) << shift;
      shift += 7;
    } while (part >= 0x80);
    return number;
  }

  private int indexOf(Group group) {
    Group[] known = groups();
    for (int i = 0; i < known.length; i++) {
      if (known[i] == group) {
        return i;
      }
    }
    for (int i = 0; i < known.length; i++) {
      if (known[i].name().equals(group.name())) {
        return i;
      }
    }
    throw new IllegalArgumentException("no group named " + group.name() + " among " + forms);
  }

  @Override
  public Counters deserialize(DataInputView source) throws IOException {
    int index = source.readUnsignedShort();
    Group group = groups()[index & ~EXPIRES];
    Counters counters = new Counters(group);
    counters.restoreLastUpdate(source.readLong());
    if ((index & EXPIRES) != 0) {
      counters.expireAt(readUnsigned(source));
    }
    for (int measure = source.readUnsignedShort();
        measure != END;
        measure = source.readUnsignedShort()) {
      for (int interval = 0; interval < group.intervals().size(); interval++) {
        counters.restore(measure, interval, source.readDouble());
      }
    }
    return counters;
  }

  @Override
  public Counters deserialize(Counters reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    int index = source.readUnsignedShort();
    target.writeShort(index);
    target.writeLong(source.readLong());
    if ((index & EXPIRES) != 0) {
      writeUnsigned(readUnsigned(source), target);
    }
    int intervals = forms.get(index & ~EXPIRES).intervals().size();
    int measure;
    do {
      measure = source.readUnsignedShort();
      target.writeShort(measure);
      if (measure != END) {
        // Not write(source, n): a DataOutputSerializer does not grow for that.
        for (int interval = 0; interval < intervals; interval++) {
          target.writeLong(source.readLong());
        }
      }
    } while (measure != END);
  }

  @Override
  public Counters createInstance() {
    return new Counters(groups()[0]);
  }

  @Override
  public Counters copy(Counters from) {
    return from.copy();
  }

  @Override
  public Counters copy(Counters from, Counters reuse) {
    return from.copy();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializer<Counters> duplicate() {
    return new CountersSerializer(forms);
  }

  @Override
  public TypeSerializerSnapshot<Counters> snapshotConfiguration() {
    return new CountersSerializerSnapshot(forms);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CountersSerializer serializer && serializer.forms.equals(forms);
  }

  @Override
  public int hashCode() {
    return forms.hashCode();
  }

  @Override
  public String toString() {
    return "CountersSerializer" + Arrays.toString(forms.toArray());
  }
}
