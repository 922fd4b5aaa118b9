package io.countermachine.service.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/** The response format that a caller accepts: JSON or protobuf. */
final class AcceptedForm {
  /** The media type of protobuf that clients commonly use. No name is registered. */
  static final String PROTOBUF = "application/x-protobuf";

  private static final MediaType PROTOBUF_TYPE = MediaType.parseMediaType(PROTOBUF);

  private AcceptedForm() {}

  /**
   * Returns true if the caller prefers protobuf to JSON: it comes first in the {@code Accept}
   * headers, which must be valid. A caller that accepts anything gets JSON.
   */
  static boolean isProtobuf(Enumeration<String> accept) {
    if (accept == null || !accept.hasMoreElements()) {
      return false;
    }
    List<String> headers = Collections.list(accept);
    if (headers.size() == 1 && headers.get(0).equals(PROTOBUF)) {
      return true;
    }
    List<MediaType> accepted = new ArrayList<>(MediaType.parseMediaTypes(headers));
    MimeTypeUtils.sortBySpecificity(accepted);
    accepted = new ArrayList<>(AcceptedTypes.withoutRefused(accepted));
    accepted.sort((one, other) -> Double.compare(other.getQualityValue(), one.getQualityValue()));
    for (MediaType type : accepted) {
      if (type.includes(MediaType.APPLICATION_JSON)) {
        return false;
      }
      if (type.includes(PROTOBUF_TYPE)) {
        return true;
      }
    }
    return false;
  }
}
