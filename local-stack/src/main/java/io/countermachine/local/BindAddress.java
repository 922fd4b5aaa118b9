package io.countermachine.local;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The address of this machine at which everything that is started listens.
 *
 * @param address an address of one of this machine's interfaces, or the wildcard for all of them
 */
public record BindAddress(InetAddress address) {
  /** Reached from this machine alone. */
  public static final BindAddress LOOPBACK = new BindAddress(loopback());

  private static final String LOCALHOST = "localhost";

  /**
   * Reads an address or a name of this machine.
   *
   * @throws IllegalArgumentException where it is none, with those that there are
   */
  public static BindAddress parse(String text) {
    try {
      InetAddress address = InetAddress.getByName(text);
      if (!text.isBlank()
          && (address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null)) {
        return new BindAddress(address);
      }
    } catch (UnknownHostException e) {
      // Told below, as another machine's address is.
    } catch (SocketException e) {
      throw new UncheckedIOException("this machine's interfaces cannot be listed", e);
    }
    throw new IllegalArgumentException(
        "%s is no address of this machine; expected one of %s, or 0.0.0.0 for all"
            .formatted(
                text,
                String.join(", ", ofThisMachine().stream().map(BindAddress::literal).toList())));
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** The addresses of this machine's interfaces that are up, link-local ones left out. */
  static List<InetAddress> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(BindAddress::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLinkLocalAddress())
          .toList();
    } catch (SocketException e) {
      throw new UncheckedIOException("this machine's interfaces cannot be listed", e);
    }
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp();
    } catch (SocketException e) {
      throw new UncheckedIOException("an interface cannot be asked", e);
    }
  }

  /** The address in figures, as servers take it in their settings. */
  public String listen() {
    return literal(address);
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /** The host by which this machine's own processes and people reach what listens. */
  public String host() {
    return equals(LOOPBACK) || address.isAnyLocalAddress() ? LOCALHOST : bracketed();
  }

  /** The address as a part of a URL or of Kafka's listeners. */
  public String bracketed() {
    return address instanceof Inet6Address ? "[" + listen() + "]" : listen();
  }

  /**
   * The host that a broker tells its clients to come back to: one that others can reach where
   * others can reach the broker.
   */
  public String advertised() {
    if (!address.isAnyLocalAddress()) {
      return host();
    }
    return ofThisMachine().stream()
        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
        .findFirst()
        .map(BindAddress::literal)
        .orElse(LOCALHOST);
  }

  /** Whether other machines can reach what listens. */
  public boolean isOpen() {
    return !address.isLoopbackAddress();
  }
}
