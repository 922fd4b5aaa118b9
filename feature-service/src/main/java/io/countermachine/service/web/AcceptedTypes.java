package io.countermachine.service.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The types that a caller accepts, by its {@code Accept} headers. Spring takes {@code
 * application/json;q=0} for a caller that accepts JSON, although it means the opposite (RFC 9110,
 * 12.4.2).
 */
final class AcceptedTypes implements ContentNegotiationStrategy {
  /** What endpoints produce, for a range that includes a refused type. */
  private static final List<MediaType> PRODUCED =
      List.of(
          MediaType.APPLICATION_JSON,
          MediaType.parseMediaType(AcceptedForm.PROTOBUF),
          MediaType.APPLICATION_PROBLEM_JSON,
          MediaType.TEXT_HTML,
          MediaType.TEXT_PLAIN,
          MediaType.parseMediaType("application/openmetrics-text"),
          MediaType.parseMediaType("application/vnd.spring-boot.actuator.v3+json"));

  /** No endpoint produces this. An empty list would mean that the caller accepts everything. */
  private static final List<MediaType> NOTHING =
      List.of(MediaType.parseMediaType("application/x-nothing"));

  private final ContentNegotiationStrategy header = new HeaderContentNegotiationStrategy();

  @Override
  public List<MediaType> resolveMediaTypes(NativeWebRequest request)
      throws HttpMediaTypeNotAcceptableException {
    return withoutRefused(header.resolveMediaTypes(request));
  }

  /** The types with a quality above 0, in their order, which are never none. */
  static List<MediaType> withoutRefused(List<MediaType> types) {
    if (types.stream().noneMatch(AcceptedTypes::isRefusal)) {
      return types;
    }
    List<MediaType> accepted = new ArrayList<>();
    for (MediaType type : types) {
      if (isRefusal(type)) {
        continue;
      }
      if (PRODUCED.stream().anyMatch(each -> type.includes(each) && isRefused(each, types))) {
        PRODUCED.stream()
            .filter(each -> type.includes(each) && !isRefused(each, types))
            .map(each -> each.copyQualityValue(type))
            .forEach(accepted::add);
      } else {
        accepted.add(type);
      }
    }
    return accepted.isEmpty() ? NOTHING : accepted;
  }

  /** Whether the most specific ranges with a type, none of which has parameters, refuse it. */
  private static boolean isRefused(MediaType type, List<MediaType> ranges) {
    return ranges.stream()
        .filter(range -> range.includes(type) && hasNoParameters(range))
        .max(
            Comparator.comparingInt(AcceptedTypes::specificity)
                .thenComparing(range -> !isRefusal(range)))
        .filter(AcceptedTypes::isRefusal)
        .isPresent();
  }

  private static boolean hasNoParameters(MediaType range) {
    return range.removeQualityValue().getParameters().isEmpty();
  }

  /** MediaType's own order takes a range with a lower quality for a less specific one. */
  private static int specificity(MediaType range) {
    if (range.isWildcardType()) {
      return 0;
    }
    return range.isWildcardSubtype() ? 1 : 2;
  }

  private static boolean isRefusal(MediaType type) {
    return type.getQualityValue() == 0;
  }

  /** Lets all endpoints use it. */
  @Configuration(proxyBeanMethods = false)
  static class ForAllEndpoints implements WebMvcConfigurer {
    @Override
    public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
      configurer.strategies(List.of(new AcceptedTypes()));
    }
  }
}
