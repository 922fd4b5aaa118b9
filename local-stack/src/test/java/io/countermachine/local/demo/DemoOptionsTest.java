package io.countermachine.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.BindAddress;
import io.countermachine.local.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

class DemoOptionsTest {
  private static String[] onFreePorts() {
    return new String[] {
      "--port", Integer.toString(Ports.free()),
      "--console-port", Integer.toString(Ports.free()),
      "--kafka-port", Integer.toString(Ports.free()),
      "--dynamodb-port", Integer.toString(Ports.free()),
      "--flink-port", Integer.toString(Ports.free()),
      "--grpc-port", Integer.toString(Ports.free())
    };
  }

  private static DemoOptions parse(String... arguments) {
    return LocalCommand.parse(new Demo(), arguments).options();
  }

  @Test
  void noOptions_giveTheContractsDefaults() {
    DemoOptions options = parse();
    assertThat(options.rate()).isEqualTo(200);
    assertThat(options.bind()).isEqualTo(BindAddress.LOOPBACK);
    assertThat(options.servicePort()).isEqualTo(8080);
    assertThat(options.grpcPort()).isEqualTo(9090);
    assertThat(options.consolePort()).isEqualTo(8090);
    assertThat(options.kafkaPort()).isEqualTo(9092);
    assertThat(options.dynamoDbPort()).isEqualTo(8000);
    assertThat(options.flinkPort()).isEqualTo(8081);
    assertThat(options.input()).isEmpty();
    assertThat(options.catalog()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--rate,0",
    "--rate,many",
    "--port,65536",
    "--console-port,0",
    "--kafka-port,-1",
    "--bind,203.0.113.9",
    "--speed,5",
    "usage:,x"
  })
  void wrongUsage_isTold(String option, String value) {
    assertThatThrownBy(() -> parse(option, value))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(option);
  }

  @Test
  void optionWithoutValue_isTold() {
    assertThatThrownBy(() -> parse("--input")).hasMessageContaining("option '--input'");
  }

  @Test
  void takenPort_isAnObstacle_thatNamesPortAndOption() throws IOException {
    String[] arguments = onFreePorts();
    try (ServerSocket taken =
        new ServerSocket(Integer.parseInt(arguments[5]), 1, InetAddress.getLoopbackAddress())) {
      assertThat(parse(arguments).obstacle().orElseThrow())
          .contains("port " + taken.getLocalPort() + " is taken", "--kafka-port");
    }
    assertThat(parse(arguments).obstacle()).isEmpty();
  }

  @Test
  void samePortTwice_andMissingInput_areObstacles() {
    assertThat(parse("--port", "9999", "--flink-port", "9999").obstacle().orElseThrow())
        .contains("--port and --flink-port are both 9999");
    assertThat(parse("--input", Path.of("no", "where").toString()).obstacle().orElseThrow())
        .contains("there is no such file, or it is not readable");
  }
}
