package io.countermachine.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisServerIT {
  @TempDir private Path folder;

  @Test
  void redisEnds_withWhatStartedIt_evenIfNothingClosesIt() throws InterruptedException {
    assumeTrue(RedisServer.isInstalled(), "no redis-server or no setpriv in PATH");
    AtomicReference<ProcessHandle> redis = new AtomicReference<>();
    Thread starter =
        new Thread(
            () -> {
              RedisServer server = RedisServer.start(folder);
              Workload workload = new Workload(Workload.Features.SIX_GROUPS, Workload.Size.SMOKE);
              assertThat(server.fill(workload.readyValues())).isPositive();
              ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
              assertThat(process.info().command()).get().asString().contains("redis");
              redis.set(process);
            });
    starter.start();
    starter.join();

    assertThat(redis).as("started").doesNotHaveNullValue();
    Await.until("the end of Redis", Duration.ofSeconds(90), () -> !redis.get().isAlive());
  }
}
