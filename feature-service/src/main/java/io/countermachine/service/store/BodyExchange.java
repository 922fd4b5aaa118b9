package io.countermachine.service.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Puts our own body in place of the SDK's in calls that carry {@link #BODIES}, and keeps a
 * successful answer's body from it. Signing, retries, time-outs and errors stay the SDK's.
 */
final class BodyExchange implements ExecutionInterceptor {
  static final ExecutionAttribute<Bodies> BODIES = new ExecutionAttribute<>("counter-bodies");

  private static final String CRC32_HEADER = "x-amz-crc32";

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Bodies bodies = attributes.getAttribute(BODIES);
    return bodies == null
        ? context.httpRequest()
        : context.httpRequest().toBuilder()
            .putHeader("Content-Length", Integer.toString(bodies.request().length))
            .build();
  }

  @Override
  public Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Bodies bodies = attributes.getAttribute(BODIES);
    return bodies == null
        ? context.requestBody()
        : Optional.of(RequestBody.fromBytes(bodies.request()));
  }

  /** The SDK would compare the checksum with what it is left to read. */
  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Bodies bodies = attributes.getAttribute(BODIES);
    if (bodies == null || !context.httpResponse().isSuccessful()) {
      return context.httpResponse();
    }
    int length =
        context
            .httpResponse()
            .firstMatchingHeader("Content-Length")
            .map(Integer::parseInt)
            .orElse(0);
    Optional<String> crc = context.httpResponse().firstMatchingHeader(CRC32_HEADER);
    bodies.begin(length, crc.map(Long::parseLong).orElse(null));
    return crc.isEmpty()
        ? context.httpResponse()
        : context.httpResponse().toBuilder().removeHeader(CRC32_HEADER).build();
  }

  @Override
  public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Bodies bodies = attributes.getAttribute(BODIES);
    if (bodies == null || !context.httpResponse().isSuccessful()) {
      return context.responsePublisher();
    }
    Answer answer = bodies.answer();
    return context.responsePublisher().map(body -> SdkPublisher.adapt(body).map(answer::take));
  }
}
