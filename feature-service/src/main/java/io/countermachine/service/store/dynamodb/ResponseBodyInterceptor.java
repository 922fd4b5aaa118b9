package io.countermachine.service.store.dynamodb;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Takes the body of a successful response away from the SDK, in calls that carry {@link
 * #RESPONSES}.
 */
public final class ResponseBodyInterceptor implements ExecutionInterceptor {
  static final ExecutionAttribute<BatchGetResponses> RESPONSES =
      new ExecutionAttribute<>("counter-answers");

  private static final String CRC32_HEADER = "x-amz-crc32";

  /** Removes the checksum header, because the SDK would compare it with the replaced body. */
  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    BatchGetResponses responses = attributes.getAttribute(RESPONSES);
    if (responses == null || !context.httpResponse().isSuccessful()) {
      return context.httpResponse();
    }
    int length =
        context
            .httpResponse()
            .firstMatchingHeader("Content-Length")
            .map(Integer::parseInt)
            .orElse(0);
    Optional<String> crc = context.httpResponse().firstMatchingHeader(CRC32_HEADER);
    responses.begin(length, crc.map(Long::parseLong).orElse(null));
    return crc.isEmpty()
        ? context.httpResponse()
        : context.httpResponse().toBuilder().removeHeader(CRC32_HEADER).build();
  }

  @Override
  public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    BatchGetResponses responses = attributes.getAttribute(RESPONSES);
    if (responses == null || !context.httpResponse().isSuccessful()) {
      return context.responsePublisher();
    }
    ResponseBody answer = responses.newest();
    return context.responsePublisher().map(body -> SdkPublisher.adapt(body).map(answer::take));
  }
}
