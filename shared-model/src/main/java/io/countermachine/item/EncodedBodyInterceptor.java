package io.countermachine.item;

import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Puts our own body in place of the SDK's in calls that carry {@link #BODY}. Signing, retries,
 * time-outs and errors stay the SDK's.
 */
public final class EncodedBodyInterceptor implements ExecutionInterceptor {
  /**
   * The body of a call's request, which stays as it is until the call has ended. The SDK has each
   * name only once, and a Flink session may load it once for several jobs, which have this class
   * each.
   */
  public static final ExecutionAttribute<byte[]> BODY =
      new ExecutionAttribute<>(
          "counters-body-" + System.identityHashCode(EncodedBodyInterceptor.class));

  /** The SDK's own for bytes. What is sent is the header that it has set for the protocol. */
  private static final String CONTENT_TYPE = "application/octet-stream";

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    byte[] body = attributes.getAttribute(BODY);
    return body == null
        ? context.httpRequest()
        : context.httpRequest().toBuilder()
            .putHeader("Content-Length", Integer.toString(body.length))
            .build();
  }

  @Override
  public Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    byte[] body = attributes.getAttribute(BODY);
    // As RequestBody.fromBytes, without its copy: nobody changes a body once it is given.
    return body == null
        ? context.requestBody()
        : Optional.of(
            RequestBody.fromContentProvider(
                ContentStreamProvider.fromByteArrayUnsafe(body), body.length, CONTENT_TYPE));
  }
}
