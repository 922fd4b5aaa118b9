package io.countermachine.job.state;

import io.countermachine.measure.Counters;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The forms in which a savepoint's counters are written: whole schemas, in the order of their
 * numbers.
 *
 * <p>With a changed catalog, earlier forms stay readable, and new ones are appended. So a restore
 * rewrites nothing; each entry is converted when it is next needed.
 *
 * <p>Version 4 stores the layout of each form; in earlier versions, means and percentiles are as of
 * the key's instant. Version 3 supports any kind of measure. Versions 1 and 2 have only counts and
 * sums that decay, and no key fields. In version 1, counters have no expiry; each entry says itself
 * whether it has one.
 */
public final class CountersSerializerSnapshot implements TypeSerializerSnapshot<Counters> {
  private static final int VERSION = 4;
  private static final int OLDEST = 1;
  private static final int FIRST_OF_ANY_KIND = 3;
  private static final int FIRST_OF_LAYOUTS = 4;

  /** Stands for unknown key fields. No field has an empty name. */
  private static final List<String> UNKNOWN_KEY = List.of("");

  private List<Schema> forms;

  /** For Flink, which creates the snapshot before it reads it. */
  public CountersSerializerSnapshot() {
    this(List.of());
  }

  CountersSerializerSnapshot(List<Schema> forms) {
    this.forms = forms;
  }

  @Override
  public int getCurrentVersion() {
    return VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeInt(forms.size());
    for (Schema form : forms) {
      out.writeUTF(form.name());
      out.writeUTF(form.layout().name());
      writeTexts(form.keyFields(), out);
      out.writeLong(form.unitMillis());
      out.writeInt(form.intervals().size());
      for (Interval interval : form.intervals()) {
        out.writeUTF(interval.label());
        out.writeUTF(interval.kind().name());
        out.writeLong(interval.millis());
        out.writeLong(interval.stepMillis());
        out.writeLong(interval.keepMillis());
      }
      out.writeInt(form.measures().size());
      for (Measure measure : form.measures()) {
        out.writeUTF(measure.name());
        out.writeUTF(measure.kind().id());
        out.writeUTF(measure.kind().parameters());
        writeTexts(measure.intervals().stream().map(Interval::label).toList(), out);
      }
    }
  }

  private static void writeTexts(List<String> texts, DataOutputView out) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      out.writeUTF(text);
    }
  }

  private static List<String> readTexts(DataInputView in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int text = in.readInt(); text > 0; text--) {
      texts.add(in.readUTF());
    }
    return texts;
  }

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
      throws IOException {
    if (readVersion < OLDEST || readVersion > VERSION) {
      throw UnusableState.ofLaterRelease("counters", readVersion, VERSION);
    }
    List<Schema> read = new ArrayList<>();
    for (int form = in.readInt(); form > 0; form--) {
      read.add(readVersion < FIRST_OF_ANY_KIND ? readDecayed(in) : readForm(readVersion, in));
    }
    forms = List.copyOf(read);
  }

  private static Schema readForm(int version, DataInputView in) throws IOException {
    String name = in.readUTF();
    Schema.Layout layout =
        version < FIRST_OF_LAYOUTS ? Schema.Layout.ONE_INSTANT : layout(in.readUTF());
    List<String> keyFields = readTexts(in);
    long unitMillis = in.readLong();
    List<Interval> intervals = new ArrayList<>();
    for (int interval = in.readInt(); interval > 0; interval--) {
      intervals.add(
          new Interval(
              in.readUTF(),
              intervalKind(in.readUTF()),
              in.readLong(),
              in.readLong(),
              in.readLong()));
    }
    List<Measure> measures = new ArrayList<>();
    for (int measure = in.readInt(); measure > 0; measure--) {
      String measureName = in.readUTF();
      MeasureKind kind = kind(in.readUTF(), in.readUTF());
      List<String> labels = readTexts(in);
      measures.add(
          new Measure(
              measureName,
              kind,
              intervals.stream().filter(interval -> labels.contains(interval.label())).toList()));
    }
    return Schema.of(name, keyFields, measures, intervals, unitMillis).withLayout(layout);
  }

  /** Reads a form of versions 1 and 2, in which each measure has all intervals. */
  private static Schema readDecayed(DataInputView in) throws IOException {
    String name = in.readUTF();
    List<String> measureNames = new ArrayList<>();
    List<MeasureKind> kinds = new ArrayList<>();
    for (int measure = in.readInt(); measure > 0; measure--) {
      measureNames.add(in.readUTF());
      kinds.add(kind(in.readUTF(), ""));
    }
    List<Interval> intervals = new ArrayList<>();
    for (int interval = in.readInt(); interval > 0; interval--) {
      String label = in.readUTF();
      long tauMillis = in.readLong();
      intervals.add(
          tauMillis == Interval.LIFETIME.millis()
              ? Interval.LIFETIME
              : Interval.decay(label, tauMillis));
    }
    List<Measure> measures = new ArrayList<>();
    for (int measure = 0; measure < kinds.size(); measure++) {
      measures.add(new Measure(measureNames.get(measure), kinds.get(measure), intervals));
    }
    return Schema.of(name, UNKNOWN_KEY, measures, intervals, 1);
  }

  private static MeasureKind kind(String id, String parameters) {
    try {
      return MeasureKind.of(id, parameters);
    } catch (IllegalArgumentException e) {
      throw unknown("measures of the kind", id + (parameters.isEmpty() ? "" : " " + parameters));
    }
  }

  private static Interval.Kind intervalKind(String name) {
    try {
      return Interval.Kind.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw unknown("intervals of the kind", name);
    }
  }

  private static Schema.Layout layout(String name) {
    try {
      return Schema.Layout.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw unknown("counters of the layout", name);
    }
  }

  private static RuntimeException unknown(String what, String name) {
    return UnusableState.because(
        "the restored state has %s %s, which this release does not know; %s"
            .formatted(what, name, UnusableState.startTheRelease()));
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
    forms.forEach(form -> requireKeyOf(form, old.forms));
    return old.forms.equals(forms)
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.compatibleWithReconfiguredSerializer(
            new CountersSerializer(old.forms).with(forms));
  }

  private static void requireKeyOf(Schema form, List<Schema> olderForms) {
    for (Schema older : olderForms) {
      if (older.name().equals(form.name())
          && !older.keyFields().equals(UNKNOWN_KEY)
          && !older.keyFields().equals(form.keyFields())) {
        throw UnusableState.because(
            "group %s has counters by the key %s in the restored state, and the catalog now says %s:"
                    .formatted(form.name(), older.keyFields(), form.keyFields())
                + " give the group another name, or count again with --start earliest");
      }
    }
  }
}
