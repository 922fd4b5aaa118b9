package io.countermachine.local.process;

import com.amazonaws.services.dynamodbv2.local.main.CommandLineInput;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.util.Arrays;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The main class of DynamoDB Local's process. It starts it like its own {@code ServerRunner}, but
 * listens on one address instead of all, and disables telemetry.
 */
public final class DynamoDbLocalMain {
  private DynamoDbLocalMain() {}

  /** Arguments: the address to listen on, and then DynamoDB Local's own arguments. */
  public static void main(String[] arguments) throws Exception {
    CommandLineInput options =
        new CommandLineInput(Arrays.copyOfRange(arguments, 1, arguments.length));
    if (!options.init()) {
      throw new IllegalArgumentException("DynamoDB Local does not accept these arguments");
    }
    LocalDynamoDBServerHandler handler =
        new LocalDynamoDBServerHandler(
            new LocalDynamoDBRequestHandler(
                0,
                options.isInMemory(),
                options.getDbPath(),
                options.getSharedDb(),
                options.shouldDelayTransientStatuses()),
            options.getCorsParams());
    DynamoDBProxyServer server = new DynamoDBProxyServer(options.getPort(), handler);
    for (Connector connector : handler.getServer().getConnectors()) {
      ((ServerConnector) connector).setHost(arguments[0]);
    }
    server.start();
  }
}
