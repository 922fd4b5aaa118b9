package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A table whose calls behave as a test defines. It records its requests. */
public final class FakeBatches implements BatchReader {
  public final List<List<ItemKey>> calls = Collections.synchronizedList(new ArrayList<>());
  private final Function<List<ItemKey>, CompletableFuture<ReadResult[]>> behaviour;

  public FakeBatches(Function<List<ItemKey>, CompletableFuture<ReadResult[]>> behaviour) {
    this.behaviour = behaviour;
  }

  /** Nothing is stored for any key. */
  public static CompletableFuture<ReadResult[]> absent(List<ItemKey> keys) {
    ReadResult[] results = new ReadResult[keys.size()];
    Arrays.fill(results, ReadResult.absent(System.nanoTime()));
    return CompletableFuture.completedFuture(results);
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys) {
    calls.add(List.copyOf(keys));
    return behaviour.apply(keys);
  }
}
