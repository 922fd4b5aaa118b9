package io.countermachine.service;

import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.service.grpc.GrpcServer;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The service in this process, on a free port, for a test. */
public final class RunningService implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private static final String GRPC_PORT = "--counter-machine.grpc.port";
  private static final String CATALOG_PERIOD = "--counter-machine.dynamodb.catalog-period";

  private RunningService(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /**
   * Starts it with command-line arguments. By default, the counted measures are read only once,
   * because a read in the background could take a fault that a test means for a request.
   */
  public static RunningService start(List<String> arguments) {
    LocalDynamoDb.CREDENTIALS.forEach(
        (name, value) ->
            System.setProperty(
                name.equals("AWS_ACCESS_KEY_ID") ? "aws.accessKeyId" : "aws.secretAccessKey",
                value));
    return new RunningService(
        SpringApplication.run(
            FeatureService.class,
            Stream.of(
                    Stream.of("--server.port=0", "--counter-machine.warm-up.max-time=500ms"),
                    arguments.stream().anyMatch(argument -> argument.startsWith(GRPC_PORT))
                        ? Stream.<String>of()
                        : Stream.of(GRPC_PORT + "=0"),
                    arguments.stream().anyMatch(argument -> argument.startsWith(CATALOG_PERIOD))
                        ? Stream.<String>of()
                        : Stream.of(CATALOG_PERIOD + "=1h"),
                    arguments.stream())
                .flatMap(each -> each)
                .toArray(String[]::new)));
  }

  /** Starts it without a store, for tests that need none. */
  public static RunningService withoutStore(String... arguments) {
    return start(
        Stream.concat(
                Stream.of("--counter-machine.dynamodb.endpoint=http://localhost:" + Ports.free()),
                Stream.of(arguments))
            .toList());
  }

  public int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  /** The port of its gRPC API. */
  public int grpcPort() {
    return context.getBean(GrpcServer.class).port();
  }

  public boolean hasGrpc() {
    return context.getBeanNamesForType(GrpcServer.class).length > 0;
  }

  /** Requests to it. Their addresses are sent as written. */
  public RequestSpecification requests() {
    return new RequestSpecBuilder()
        .setBaseUri("http://localhost:" + port())
        .setUrlEncodingEnabled(false)
        .build();
  }

  @Override
  public void close() {
    context.close();
  }
}
