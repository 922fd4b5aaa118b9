package io.countermachine.service.web;

import io.countermachine.features.v1.Fields;
import io.countermachine.features.v1.Include;
import io.countermachine.service.plan.AsOf;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.CandidateReader;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.problem.RequestFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads the protobuf form of a request for features. Faults name the fields as in the JSON form.
 */
public final class ProtobufRequestReader {
  private final FeatureRequestRules rules;
  private final CandidateFields fields;

  public ProtobufRequestReader(FeatureRequestRules rules) {
    this.rules = rules;
    this.fields = rules.fields();
  }

  /**
   * Reads a message.
   *
   * @throws RequestFault naming the wrong field
   */
  public FeatureRequest read(io.countermachine.features.v1.FeatureRequest message) {
    FeatureRequestDraft draft = new FeatureRequestDraft();
    draft.set = message.getSet().isEmpty() ? null : message.getSet();
    draft.setHash = message.getSetHash().isEmpty() ? null : message.getSetHash();
    if (message.getFeaturesCount() > 0) {
      rules.requireFewFeatures(message.getFeaturesCount());
      draft.features = message.getFeaturesList();
    }
    if (message.hasContext()) {
      draft.context = read(message.getContext(), "context", draft);
    }
    if (message.getContextsCount() > 0) {
      draft.contexts = read(message.getContextsList(), "contexts", draft);
    }
    draft.candidates = read(message.getCandidatesList(), "candidates", draft);
    if (message.hasAsOf()) {
      draft.asOfMillis = OptionalLong.of(AsOf.parse(Long.toString(message.getAsOf())));
    }
    for (int i = 0; i < message.getIncludeCount(); i++) {
      Include include = message.getInclude(i);
      switch (include) {
        case INCLUDE_STATUSES -> draft.includeStatuses = true;
        case INCLUDE_COPY_AGE -> draft.includeCopyAge = true;
        case INCLUDE_UNSPECIFIED, UNRECOGNIZED ->
            throw RequestFault.bad(
                FeatureRequestRules.path("include", i),
                "unknown include %d; expected INCLUDE_STATUSES or INCLUDE_COPY_AGE"
                    .formatted(message.getIncludeValue(i)));
      }
    }
    return rules.check(draft);
  }

  private List<String[]> read(List<Fields> all, String field, FeatureRequestDraft draft) {
    rules.requireFewObjects(field, all.size());
    List<String[]> read = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      read.add(read(all.get(i), FeatureRequestRules.path(field, i), draft));
    }
    return read;
  }

  private String[] read(Fields given, String place, FeatureRequestDraft draft) {
    String[] values = new String[fields.size()];
    for (Map.Entry<String, String> value : given.getValuesMap().entrySet()) {
      int field = fields.index(value.getKey());
      if (field < 0) {
        draft.ignore(value.getKey(), place);
      } else if (fields.isKey(field)) {
        CandidateReader.requireKeyText(value.getValue(), place, value.getKey());
        values[field] = value.getValue();
      } else {
        values[field] = value.getValue().isEmpty() ? null : value.getValue();
      }
    }
    return values;
  }
}
