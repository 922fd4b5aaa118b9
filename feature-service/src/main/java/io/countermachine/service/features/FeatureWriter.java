package io.countermachine.service.features;

import io.countermachine.catalog.Feature;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes answers straight from the table of values. */
final class FeatureWriter {
  private static final int BYTES_PER_VALUE = 24;

  private final JsonFactory json = new JsonFactory();

  byte[] write(
      FeaturePlan plan,
      FeatureEvaluator.Evaluation evaluation,
      int candidates,
      long asOfMillis,
      boolean includeStatuses) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(256 + candidates * plan.size() * BYTES_PER_VALUE);
    try (JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartObject();
      writeMetadata(generator, plan, asOfMillis, evaluation.partial());
      generator.writeArrayPropertyStart("results");
      for (int candidate = 0; candidate < candidates; candidate++) {
        writeResult(generator, plan.size(), evaluation.table(), candidate, includeStatuses);
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void writeMetadata(
      JsonGenerator generator, FeaturePlan plan, long asOfMillis, boolean partial) {
    generator.writeObjectPropertyStart("metadata");
    generator.writeNumberProperty("asOf", asOfMillis);
    generator.writeArrayPropertyStart("features");
    for (Feature feature : plan.features()) {
      generator.writeString(feature.name());
    }
    generator.writeEndArray();
    generator.writeBooleanProperty("partial", partial);
    generator.writeEndObject();
  }

  private static void writeResult(
      JsonGenerator generator,
      int features,
      FeatureTable table,
      int candidate,
      boolean includeStatuses) {
    generator.writeStartObject();
    generator.writeArrayPropertyStart("values");
    for (int feature = 0; feature < features; feature++) {
      double value = table.value(candidate, feature);
      if (Double.isNaN(value)) {
        generator.writeNull();
      } else {
        generator.writeNumber(value);
      }
    }
    generator.writeEndArray();
    if (includeStatuses) {
      generator.writeArrayPropertyStart("statuses");
      for (int feature = 0; feature < features; feature++) {
        generator.writeString(table.status(candidate, feature).name());
      }
      generator.writeEndArray();
    }
    generator.writeEndObject();
  }
}
