package io.countermachine.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindAddressTest {
  @Test
  void loopback_isReachedByItsName_andIsNotOpen() {
    BindAddress loopback = BindAddress.parse("localhost");

    assertThat(loopback).isEqualTo(BindAddress.LOOPBACK);
    assertThat(loopback.listen()).isEqualTo("127.0.0.1");
    assertThat(loopback.host()).isEqualTo("localhost");
    assertThat(loopback.advertised()).isEqualTo("localhost");
    assertThat(loopback.isOpen()).isFalse();
  }

  @Test
  void wildcard_isOpen_andAdvertisesNoAddressThatOthersCannotUse() {
    BindAddress all = BindAddress.parse("0.0.0.0");

    assertThat(all.listen()).isEqualTo("0.0.0.0");
    assertThat(all.host()).isEqualTo("localhost");
    assertThat(all.advertised()).isNotEqualTo("0.0.0.0");
    assertThat(all.isOpen()).isTrue();
  }

  @Test
  void sixteenBytes_standInBrackets_inUrls() {
    BindAddress all = BindAddress.parse("::");

    assertThat(all.bracketed()).isEqualTo("[0:0:0:0:0:0:0:0]");
  }

  @Test
  void parse_namesTheAddressesThatThereAre_whereItIsAnothersMachine() {
    assertThatThrownBy(() -> BindAddress.parse("203.0.113.9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("203.0.113.9 is not an address of this machine")
        .hasMessageContaining("127.0.0.1");
    assertThatThrownBy(() -> BindAddress.parse("no.such.host.invalid"))
        .hasMessageContaining("no.such.host.invalid is not an address of this machine");
  }

  private static BindAddress.InterfaceAddress own(String networkInterface, int last)
      throws UnknownHostException {
    return new BindAddress.InterfaceAddress(
        networkInterface, InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last}));
  }

  @Test
  void allAddresses_advertiseThatOfTheRoute_andNoneOfContainers() throws UnknownHostException {
    InetAddress route = InetAddress.getByAddress(new byte[] {10, 0, 0, 3});
    var docker = own("docker0", 1);

    assertThat(BindAddress.advertised(route, List.of(docker, own("eth0", 2), own("wlan0", 3))))
        .isEqualTo("10.0.0.3");
    assertThat(BindAddress.advertised(null, List.of(docker, own("br-1f", 4), own("eth0", 2))))
        .isEqualTo("10.0.0.2");
    assertThat(BindAddress.advertised(docker.address(), List.of(docker))).isEqualTo("localhost");
    assertThat(BindAddress.advertised(null, List.of())).isEqualTo("localhost");
  }
}
