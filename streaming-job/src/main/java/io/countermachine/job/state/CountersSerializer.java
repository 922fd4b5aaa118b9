package io.countermachine.job.state;

import io.countermachine.measure.Counters;
import io.countermachine.measure.Expiry;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes counters as the number of their form, the instant, their expiry if they have one, and the
 * output of {@link Counters#write}. The highest bit of the number says whether there is an expiry,
 * an unsigned LEB128 number.
 *
 * <p>A form is a schema, and its number is its index in the serializer's list. A changed catalog
 * appends forms, so that written entries stay valid: each entry names its form, is read in that
 * form, and is written in the newest form once it has been converted. The snapshot contains all
 * forms as whole schemas.
 */
public final class CountersSerializer extends TypeSerializer<Counters> {
  private static final long serialVersionUID = 1L;
  private static final int EXPIRES = 0x8000;
  private static final int MOST_FORMS = EXPIRES;

  private final List<Schema> forms;

  CountersSerializer(List<Schema> forms) {
    if (forms.size() > MOST_FORMS) {
      throw UnusableState.because(
          "the state has counters of %d forms, one for each change of a group, and %d are the most;"
                  .formatted(forms.size(), MOST_FORMS)
              + " count again with --start earliest");
    }
    this.forms = List.copyOf(forms);
  }

  /** A serializer for the counters of these schemas. */
  public static CountersSerializer of(List<Schema> schemas) {
    return new CountersSerializer(schemas);
  }

  List<Schema> forms() {
    return forms;
  }

  /** This serializer's forms, followed by those of the other that it does not have. */
  CountersSerializer with(List<Schema> more) {
    List<Schema> all = new ArrayList<>(forms);
    more.stream().filter(form -> !all.contains(form)).forEach(all::add);
    return new CountersSerializer(all);
  }

  @Override
  public void serialize(Counters counters, DataOutputView target) throws IOException {
    int form = formOf(counters.schema());
    Counters current = counters.as(forms.get(form));
    long expiresAt = current.expiresAtSeconds();
    target.writeShort(expiresAt == Expiry.NEVER ? form : form | EXPIRES);
    target.writeLong(current.lastUpdateMillis());
    if (expiresAt != Expiry.NEVER) {
      writeUnsigned(expiresAt, target);
    }
    current.write(target);
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

  /** The number of the schema's form; the newest of its group if there is none. */
  private int formOf(Schema schema) {
    for (int form = forms.size() - 1; form >= 0; form--) {
      if (forms.get(form) == schema) {
        return form;
      }
    }
    for (int form = forms.size() - 1; form >= 0; form--) {
      if (forms.get(form).name().equals(schema.name())) {
        return form;
      }
    }
    throw new IllegalArgumentException("no group named " + schema.name() + " among " + forms);
  }

  @Override
  public Counters deserialize(DataInputView source) throws IOException {
    int form = source.readUnsignedShort();
    Counters counters = new Counters(forms.get(form & ~EXPIRES));
    counters.restoreLastUpdate(source.readLong());
    if ((form & EXPIRES) != 0) {
      counters.expireAt(readUnsigned(source));
    }
    counters.read(source);
    return counters;
  }

  @Override
  public Counters deserialize(Counters reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    int form = source.readUnsignedShort();
    target.writeShort(form);
    long lastUpdate = source.readLong();
    target.writeLong(lastUpdate);
    if ((form & EXPIRES) != 0) {
      writeUnsigned(readUnsigned(source), target);
    }
    Counters.copy(forms.get(form & ~EXPIRES), lastUpdate, source, target);
  }

  @Override
  public Counters createInstance() {
    return new Counters(forms.get(forms.size() - 1));
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

  /** The serializer is immutable, so no copy is needed. */
  @Override
  public TypeSerializer<Counters> duplicate() {
    return this;
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
    return "CountersSerializer" + forms;
  }
}
