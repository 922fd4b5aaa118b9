package io.countermachine.service.encode;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.countermachine.features.v1.Column;
import io.countermachine.features.v1.FeatureResponse;
import io.countermachine.features.v1.Labels;
import io.countermachine.features.v1.Metadata;
import io.countermachine.features.v1.Rows;
import io.countermachine.features.v1.Value;
import io.countermachine.measure.LabelValue;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.ListEntries;
import io.countermachine.service.plan.AnswerWarnings;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes a response as a {@link FeatureResponse}, directly from values to bytes: an object for each
 * column and value would cost more than its content. Sizes are computed first, because protobuf
 * writes a message's length before the message.
 */
public final class FeatureColumnsWriter {
  private static final int ONE_PER_RESULT = 0;

  /** Up to here, every integer has an exact double. */
  private static final long LARGEST_EXACT = 1L << 53;

  private final FeatureValues features;
  private final Evaluation evaluation;
  private final FeatureRequest request;
  private final FeaturePlan plan;
  private final FeatureColumns columns;
  private final List<String> warnings;

  /** By group: the number of its rows in the response, from 1, or {@link #ONE_PER_RESULT}. */
  private final int[] rowsNumbers;

  /** By group: the size in bytes of its results' row numbers. */
  private final int[] rowsBytes;

  /** By feature: the size in bytes of its values that are not numbers, including tags. */
  private final int[] valueBytes;

  private CodedOutputStream out;

  private FeatureColumnsWriter(FeatureValues features) {
    this.features = features;
    this.evaluation = features.evaluation();
    this.request = features.request();
    this.plan = request.plan();
    this.columns = new FeatureColumns(features);
    this.warnings = AnswerWarnings.of(features);
    this.rowsNumbers = new int[plan.groups().size()];
    this.rowsBytes = new int[rowsNumbers.length];
    this.valueBytes = new int[plan.size()];
    int number = ONE_PER_RESULT;
    for (int group = 0; group < rowsNumbers.length; group++) {
      if (isSent(group) && !columns.isOnePerResult(group)) {
        rowsNumbers[group] = ++number;
        for (int result = 0; result < request.results(); result++) {
          rowsBytes[group] += CodedOutputStream.computeUInt32SizeNoTag(columns.row(group, result));
        }
      }
    }
  }

  /** Returns true if the group is sent. A group may exist only for formulas. */
  private boolean isSent(int group) {
    return plan.groups().get(group).evaluator().features() > 0;
  }

  /** Replaces the content of the bytes with a response. */
  public static void write(FeatureValues features, ProtobufBytes bytes) {
    FeatureColumnsWriter writer = new FeatureColumnsWriter(features);
    int size = writer.size();
    try {
      writer.out = bytes.begin(size);
      writer.write();
      writer.out.checkNoSpaceLeft();
    } catch (IOException e) {
      // Cannot happen unless the computed sizes are wrong.
      throw new UncheckedIOException(e);
    }
  }

  private int size() {
    int size = message(FeatureResponse.METADATA_FIELD_NUMBER, metadataSize());
    for (int group = 0; group < rowsNumbers.length; group++) {
      if (rowsNumbers[group] != ONE_PER_RESULT) {
        size += message(FeatureResponse.ROWS_FIELD_NUMBER, rowsSize(group));
      }
    }
    for (int feature = 0; feature < plan.size(); feature++) {
      valueBytes[feature] = valuesSize(feature);
      size += message(FeatureResponse.COLUMNS_FIELD_NUMBER, columnSize(feature));
    }
    return size;
  }

  private void write() throws IOException {
    begin(FeatureResponse.METADATA_FIELD_NUMBER, metadataSize());
    writeMetadata();
    for (int group = 0; group < rowsNumbers.length; group++) {
      if (rowsNumbers[group] != ONE_PER_RESULT) {
        begin(FeatureResponse.ROWS_FIELD_NUMBER, rowsSize(group));
        begin(Rows.ROW_OF_RESULT_FIELD_NUMBER, rowsBytes[group]);
        for (int result = 0; result < request.results(); result++) {
          out.writeUInt32NoTag(columns.row(group, result));
        }
      }
    }
    for (int feature = 0; feature < plan.size(); feature++) {
      begin(FeatureResponse.COLUMNS_FIELD_NUMBER, columnSize(feature));
      writeColumn(feature);
    }
  }

  /** The size in bytes of an embedded message, including its tag and length. */
  static int message(int field, int bytes) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(bytes)
        + bytes;
  }

  private void begin(int field, int bytes) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(bytes);
  }

  private int metadataSize() {
    int size =
        CodedOutputStream.computeInt64Size(Metadata.AS_OF_FIELD_NUMBER, evaluation.asOfMillis())
            + CodedOutputStream.computeStringSize(Metadata.CATALOG_FIELD_NUMBER, plan.catalogHash())
            + CodedOutputStream.computeUInt32Size(Metadata.RESULTS_FIELD_NUMBER, request.results());
    for (String name : plan.names()) {
      size += CodedOutputStream.computeStringSize(Metadata.FEATURES_FIELD_NUMBER, name);
    }
    if (evaluation.partial()) {
      size += CodedOutputStream.computeBoolSize(Metadata.PARTIAL_FIELD_NUMBER, true);
    }
    if (request.includeCopyAge()) {
      size +=
          CodedOutputStream.computeInt64Size(
              Metadata.OLDEST_COPY_AGE_MILLIS_FIELD_NUMBER, evaluation.oldestCopyMillis());
    }
    for (int i = 0; i < warnings.size(); i++) {
      size += CodedOutputStream.computeStringSize(Metadata.WARNINGS_FIELD_NUMBER, warnings.get(i));
    }
    if (request.listsContexts()) {
      size +=
          CodedOutputStream.computeUInt32Size(
              Metadata.CONTEXTS_FIELD_NUMBER, request.contexts().length);
    }
    return size;
  }

  private void writeMetadata() throws IOException {
    out.writeInt64(Metadata.AS_OF_FIELD_NUMBER, evaluation.asOfMillis());
    for (String name : plan.names()) {
      out.writeString(Metadata.FEATURES_FIELD_NUMBER, name);
    }
    if (evaluation.partial()) {
      out.writeBool(Metadata.PARTIAL_FIELD_NUMBER, true);
    }
    if (request.includeCopyAge()) {
      out.writeInt64(Metadata.OLDEST_COPY_AGE_MILLIS_FIELD_NUMBER, evaluation.oldestCopyMillis());
    }
    out.writeString(Metadata.CATALOG_FIELD_NUMBER, plan.catalogHash());
    for (int i = 0; i < warnings.size(); i++) {
      out.writeString(Metadata.WARNINGS_FIELD_NUMBER, warnings.get(i));
    }
    out.writeUInt32(Metadata.RESULTS_FIELD_NUMBER, request.results());
    if (request.listsContexts()) {
      out.writeUInt32(Metadata.CONTEXTS_FIELD_NUMBER, request.contexts().length);
    }
  }

  private int rowsSize(int group) {
    return message(Rows.ROW_OF_RESULT_FIELD_NUMBER, rowsBytes[group]);
  }

  /** The number of rows of a feature's column. */
  private int height(int feature) {
    int group = plan.groupIndex(feature);
    return group == FeaturePlan.OF_CANDIDATE ? request.results() : columns.size(group);
  }

  private int rowsNumber(int feature) {
    int group = plan.groupIndex(feature);
    return group == FeaturePlan.OF_CANDIDATE ? ONE_PER_RESULT : rowsNumbers[group];
  }

  private int columnSize(int feature) {
    int height = height(feature);
    int size = message(Column.NUMBERS_FIELD_NUMBER, Double.BYTES * height) + valueBytes[feature];
    if (rowsNumber(feature) != ONE_PER_RESULT) {
      size += CodedOutputStream.computeUInt32Size(Column.ROWS_FIELD_NUMBER, rowsNumber(feature));
    }
    if (request.includeStatuses()) {
      size += message(Column.STATUSES_FIELD_NUMBER, height);
    }
    return size;
  }

  private void writeColumn(int feature) throws IOException {
    int height = height(feature);
    int group = plan.groupIndex(feature);
    int slot = plan.slot(feature);
    if (rowsNumber(feature) != ONE_PER_RESULT) {
      out.writeUInt32(Column.ROWS_FIELD_NUMBER, rowsNumber(feature));
    }
    begin(Column.NUMBERS_FIELD_NUMBER, Double.BYTES * height);
    if (group == FeaturePlan.OF_CANDIDATE) {
      for (int result = 0; result < height; result++) {
        out.writeDoubleNoTag(features.value(result, feature));
      }
    } else {
      for (int row = 0; row < height; row++) {
        out.writeDoubleNoTag(columns.values(group, row).value(slot));
      }
    }
    if (request.includeStatuses()) {
      begin(Column.STATUSES_FIELD_NUMBER, height);
      for (int row = 0; row < height; row++) {
        out.write(
            (byte)
                (group == FeaturePlan.OF_CANDIDATE
                        ? features.status(row, feature)
                        : columns.values(group, row).status(slot))
                    .index());
      }
    }
    if (valueBytes[feature] > 0) {
      for (int row = 0; row < height; row++) {
        Object object = object(feature, row);
        if (object != null) {
          begin(Column.VALUES_FIELD_NUMBER, valueSize(row, object));
          writeValue(row, object);
        }
      }
    }
  }

  /** The value of a row if it is not a number; null otherwise. */
  private Object object(int feature, int row) {
    int group = plan.groupIndex(feature);
    Object object =
        group == FeaturePlan.OF_CANDIDATE
            ? features.object(row, feature)
            : columns.values(group, row).object(plan.slot(feature));
    boolean isNumber = object instanceof Long whole && Math.abs(whole) <= LARGEST_EXACT;
    return isNumber ? null : object;
  }

  private int valuesSize(int feature) {
    int size = 0;
    int height = height(feature);
    for (int row = 0; row < height; row++) {
      Object object = object(feature, row);
      if (object != null) {
        size += message(Column.VALUES_FIELD_NUMBER, valueSize(row, object));
      }
    }
    return size;
  }

  private static int valueSize(int row, Object object) {
    int size = CodedOutputStream.computeUInt32Size(Value.ROW_FIELD_NUMBER, row);
    if (object instanceof String text) {
      return size + CodedOutputStream.computeStringSize(Value.TEXT_FIELD_NUMBER, text);
    }
    if (object instanceof Long whole) {
      return size + CodedOutputStream.computeInt64Size(Value.INTEGER_FIELD_NUMBER, whole);
    }
    if (object instanceof ListEntries list) {
      return size + message(Value.ENTRIES_FIELD_NUMBER, FeatureEntries.size(list));
    }
    return size + message(Value.LABELS_FIELD_NUMBER, labelsSize((List<?>) object));
  }

  private void writeValue(int row, Object object) throws IOException {
    out.writeUInt32(Value.ROW_FIELD_NUMBER, row);
    if (object instanceof String text) {
      out.writeString(Value.TEXT_FIELD_NUMBER, text);
    } else if (object instanceof Long whole) {
      out.writeInt64(Value.INTEGER_FIELD_NUMBER, whole);
    } else if (object instanceof ListEntries list) {
      begin(Value.ENTRIES_FIELD_NUMBER, FeatureEntries.size(list));
      FeatureEntries.write(list, out);
    } else {
      List<?> labels = (List<?>) object;
      begin(Value.LABELS_FIELD_NUMBER, labelsSize(labels));
      writeLabels(labels);
    }
  }

  private static int labelsSize(List<?> labels) {
    int size =
        labels.isEmpty() ? 0 : message(Labels.NUMBERS_FIELD_NUMBER, Double.BYTES * labels.size());
    for (int i = 0; i < labels.size(); i++) {
      size +=
          CodedOutputStream.computeStringSize(
              Labels.LABELS_FIELD_NUMBER, ((LabelValue) labels.get(i)).label());
    }
    return size;
  }

  private void writeLabels(List<?> labels) throws IOException {
    if (labels.isEmpty()) {
      return;
    }
    for (int i = 0; i < labels.size(); i++) {
      out.writeString(Labels.LABELS_FIELD_NUMBER, ((LabelValue) labels.get(i)).label());
    }
    begin(Labels.NUMBERS_FIELD_NUMBER, Double.BYTES * labels.size());
    for (int i = 0; i < labels.size(); i++) {
      out.writeDoubleNoTag(((LabelValue) labels.get(i)).value());
    }
  }
}
