package io.countermachine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        .hasMessageContaining("203.0.113.9 is no address of this machine")
        .hasMessageContaining("127.0.0.1");
    assertThatThrownBy(() -> BindAddress.parse("no.such.host.invalid"))
        .hasMessageContaining("no.such.host.invalid is no address of this machine");
  }
}
