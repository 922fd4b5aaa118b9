package io.countermachine.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
   * How the names of interfaces begin whose networks are inside this machine: containers and
   * virtual machines.
   */
  private static final List<String> INSIDE =
      List.of("docker", "br-", "veth", "virbr", "podman", "cni", "flannel", "lxc", "lxd");

  /** An address for documentation (RFC 5737), which the default route leads to. */
  private static final byte[] OTHER_NETWORK = {(byte) 203, 0, 113, 1};

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
      // Refused below, as another machine's address is.
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
    return interfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLinkLocalAddress())
        .toList();
  }

  private static Stream<NetworkInterface> interfaces() {
    try {
      return NetworkInterface.networkInterfaces().filter(BindAddress::isUp);
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
   * The host that a broker advertises to its clients, also those on this machine: where it listens
   * at all addresses, the one from which this machine reaches others.
   */
  public String advertised() {
    return address.isAnyLocalAddress() ? advertised(sourceOfRoute(), reachable()) : host();
  }

  /**
   * An address of this machine.
   *
   * @param networkInterface the name of the interface that has it
   */
  record InterfaceAddress(String networkInterface, InetAddress address) {
    /** Whether it is on a network of containers or virtual machines inside this machine. */
    private boolean isInside() {
      return INSIDE.stream().anyMatch(networkInterface::startsWith);
    }
  }

  /**
   * Chooses what to advertise for all addresses.
   *
   * @param route the address from which this machine reaches others; null where it has no route
   * @param reachable its addresses that others may reach
   */
  static String advertised(InetAddress route, List<InterfaceAddress> reachable) {
    return reachable.stream()
        .filter(each -> !each.isInside())
        .min(Comparator.comparing(each -> !each.address().equals(route)))
        .map(each -> literal(each.address()))
        .orElse(LOCALHOST);
  }

  private static List<InterfaceAddress> reachable() {
    return interfaces()
        .flatMap(
            each ->
                each.inetAddresses()
                    .filter(own -> own instanceof Inet4Address)
                    .filter(own -> !own.isLoopbackAddress() && !own.isLinkLocalAddress())
                    .map(own -> new InterfaceAddress(each.getName(), own)))
        .toList();
  }

  /** Connecting a datagram socket sends nothing; it asks for the route alone. */
  private static InetAddress sourceOfRoute() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByAddress(OTHER_NETWORK), 9));
      return socket.getLocalAddress();
    } catch (IOException | UncheckedIOException noRoute) {
      return null;
    }
  }

  /** Whether other machines can reach what listens. */
  public boolean isOpen() {
    return !address.isLoopbackAddress();
  }
}
