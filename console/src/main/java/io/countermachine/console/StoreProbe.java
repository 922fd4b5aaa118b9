package io.countermachine.console;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.json.JsonMapper;

/** Makes the feature service read an item from its table, bypassing its cache. */
final class StoreProbe implements Probe {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String KEY = "console";
  private static final String DOES_NOT_SAY = "the service does not say";

  private final ServiceClient service;
  private volatile String path;

  StoreProbe(ServiceClient service) {
    this.service = service;
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public CompletableFuture<ComponentStatus> look() {
    return path()
        .thenCompose(service::probe)
        .thenApply(this::judge)
        // Whether the service responds is shown by the service's own probe.
        .exceptionally(thrown -> ComponentStatus.unknown(name(), DOES_NOT_SAY));
  }

  /** An item of the catalog's first group. It need not exist. */
  private CompletableFuture<String> path() {
    if (path != null) {
      return CompletableFuture.completedFuture(path);
    }
    return service
        .probe("/v1/catalog")
        .thenApply(
            answer -> {
              String group =
                  JSON.readTree(answer.body()).get("groups").propertyNames().iterator().next();
              path = ServiceProxy.itemPath(group, KEY);
              return path;
            });
  }

  private ComponentStatus judge(HttpResponse<String> answer) {
    return switch (answer.statusCode()) {
      case 200, 404 -> ComponentStatus.up(name(), "the table answers");
      case 503 -> ComponentStatus.down(name(), "the table does not answer");
      default -> ComponentStatus.unknown(name(), DOES_NOT_SAY);
    };
  }

  @Override
  public String reason(Throwable thrown) {
    return DOES_NOT_SAY;
  }
}
