package io.countermachine.local.process;

import com.amazonaws.services.dynamodbv2.local.main.CommandLineInput;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.util.Arrays;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Main class of DynamoDB Local's process: as its own {@code ServerRunner} starts it, but at one
 * address, where that listens at all; and without telemetry.
 */
public final class DynamoDbLocalMain {
  private DynamoDbLocalMain() {}

  /** Arguments: the address at which to listen, and DynamoDB Local's own. */
  public static void main(String[] arguments) throws Exception {
    CommandLineInput options =
        new CommandLineInput(Arrays.copyOfRange(arguments, 1, arguments.length));
    if (!options.init()) {
      throw new IllegalArgumentException("DynamoDB Local does not take these arguments");
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
