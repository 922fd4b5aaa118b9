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
 * Replaces the SDK's body by ours in calls that have {@link #BODY}. The SDK still handles signing,
 * retries, timeouts and errors.
 */
public final class EncodedBodyInterceptor implements ExecutionInterceptor {
  /**
   * The body of a call's request, which must not change until the call has ended. The SDK permits
   * each name only once, and a Flink session may load the SDK once for several jobs, each with its
   * own copy of this class.
   */
  public static final ExecutionAttribute<byte[]> BODY =
      new ExecutionAttribute<>(
          "counters-body-" + System.identityHashCode(EncodedBodyInterceptor.class));

  /**
   * The SDK's own type for bytes. The request is sent with the header that the SDK has set for the
   * protocol.
   */
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
    // Like RequestBody.fromBytes, without the copy: nobody changes a body after it is passed.
    return body == null
        ? context.requestBody()
        : Optional.of(
            RequestBody.fromContentProvider(
                ContentStreamProvider.fromByteArrayUnsafe(body), body.length, CONTENT_TYPE));
  }
}
