package io.countermachine.local.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.zip.CRC32;

/** Answers that the proxy gives in the store's place, in DynamoDB's form. */
final class StoreResponses {
  private static final String VERSION = "com.amazonaws.dynamodb.v20120810#";

  private StoreResponses() {}

  static FullHttpResponse throttled() {
    return fault(
        HttpResponseStatus.BAD_REQUEST,
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded");
  }

  static FullHttpResponse serverError() {
    return fault(
        HttpResponseStatus.INTERNAL_SERVER_ERROR,
        "InternalServerError",
        "The request processing has failed because of an unknown error");
  }

  private static FullHttpResponse fault(HttpResponseStatus status, String type, String message) {
    String body = "{\"__type\":\"%s%s\",\"message\":\"%s\"}".formatted(VERSION, type, message);
    return answer(status, body.getBytes(UTF_8));
  }

  /** An answer with DynamoDB's checksum. */
  static FullHttpResponse answer(HttpResponseStatus status, byte[] body) {
    CRC32 crc = new CRC32();
    crc.update(body);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/x-amz-json-1.0")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set("x-amz-crc32", Long.toString(crc.getValue()));
    return response;
  }
}
