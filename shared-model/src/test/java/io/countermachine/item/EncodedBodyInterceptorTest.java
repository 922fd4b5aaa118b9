package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class EncodedBodyInterceptorTest {
  private static final String ITEM = "{\"key\":{\"S\":\"é\"}}";
  private static final String BODY =
      "{\"RequestItems\":{\"Counters\":[{\"PutRequest\":{\"Item\":" + ITEM + "}}]}}";

  /** Reads each request to its end, and fails all except the last one. */
  private static final class FailingHttp implements SdkHttpClient {
    private final int attempts;
    private final List<SdkHttpRequest> requests = new ArrayList<>();
    private final List<String> bodies = new ArrayList<>();

    private FailingHttp(int attempts) {
      this.attempts = attempts;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          requests.add(request.httpRequest());
          try (InputStream body = request.contentStreamProvider().orElseThrow().newStream()) {
            bodies.add(new String(body.readAllBytes(), UTF_8));
          }
          int status = requests.size() < attempts ? 500 : 200;
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(status).build())
              .responseBody(
                  AbortableInputStream.create(new ByteArrayInputStream("{}".getBytes(UTF_8))))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  private static DynamoDbClient client(FailingHttp http) {
    return DynamoDbClient.builder()
        .httpClient(http)
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
        .overrideConfiguration(
            settings ->
                settings
                    .addExecutionInterceptor(new EncodedBodyInterceptor())
                    .retryStrategy(
                        StandardRetryStrategy.builder()
                            .maxAttempts(3)
                            .backoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(1)))
                            .build()))
        .build();
  }

  @Test
  void eachAttempt_sendsTheWholeBody_withItsLengthAndTheProtocolsType_signed() {
    FailingHttp http = new FailingHttp(3);
    try (DynamoDbClient client = client(http)) {
      client.batchWriteItem(new BatchWrites("Counters").puts(List.of(ITEM.getBytes(UTF_8))));
    }
    assertThat(http.bodies).containsExactly(BODY, BODY, BODY);
    for (SdkHttpRequest request : http.requests) {
      assertThat(request.matchingHeaders("Content-Length"))
          .containsExactly(Integer.toString(BODY.getBytes(UTF_8).length));
      assertThat(request.matchingHeaders("Content-Type"))
          .containsExactly("application/x-amz-json-1.0");
      assertThat(request.firstMatchingHeader("Authorization").orElseThrow())
          .startsWith("AWS4-HMAC-SHA256 Credential=id/");
    }
  }
}
