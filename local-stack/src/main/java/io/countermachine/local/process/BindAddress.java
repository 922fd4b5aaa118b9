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
 * The address of this machine that all started processes listen on.
 *
 * @param address the address of a network interface, or the wildcard address for all of them
 */
public record BindAddress(InetAddress address) {
  /** Only this machine can connect. */
  public static final BindAddress LOOPBACK = new BindAddress(loopback());

  private static final String LOCALHOST = "localhost";

  /**
   * Name prefixes of interfaces whose networks are inside this machine, for containers and virtual
   * machines.
   */
  private static final List<String> INSIDE =
      List.of("docker", "br-", "veth", "virbr", "podman", "cni", "flannel", "lxc", "lxd");

  /** An address reserved for documentation (RFC 5737). It is reached through the default route. */
  private static final byte[] OTHER_NETWORK = {(byte) 203, 0, 113, 1};

  /**
   * Parses an address or a host name of this machine.
   *
   * @throws IllegalArgumentException if it is neither; the message lists the existing ones
   */
  public static BindAddress parse(String text) {
    try {
      InetAddress address = InetAddress.getByName(text);
      if (!text.isBlank()
          && (address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null)) {
        return new BindAddress(address);
      }
    } catch (UnknownHostException e) {
      // Refused below, like the address of another machine.
    } catch (SocketException e) {
      throw new UncheckedIOException("this machine's interfaces cannot be listed", e);
    }
    throw new IllegalArgumentException(
        "%s is not an address of this machine; expected one of %s, or 0.0.0.0 for all"
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

  /** The addresses of this machine's active interfaces, without link-local ones. */
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

  /** The numeric address, as servers expect it in their settings. */
  public String listen() {
    return literal(address);
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /** The host that processes and people on this machine use to connect. */
  public String host() {
    return equals(LOOPBACK) || address.isAnyLocalAddress() ? LOCALHOST : bracketed();
  }

  /** The address as a part of a URL or of Kafka's listeners. */
  public String bracketed() {
    return address instanceof Inet6Address ? "[" + listen() + "]" : listen();
  }

  /**
   * The host that a broker advertises to its clients, including those on this machine. For the
   * wildcard address, it is the address from which this machine reaches others.
   */
  public String advertised() {
    return address.isAnyLocalAddress() ? advertised(sourceOfRoute(), reachable()) : host();
  }

  /**
   * An address of this machine.
   *
   * @param networkInterface the name of its interface
   */
  record InterfaceAddress(String networkInterface, InetAddress address) {
    /**
     * Returns true if the address belongs to a network of containers or virtual machines inside
     * this machine.
     */
    private boolean isInside() {
      return INSIDE.stream().anyMatch(networkInterface::startsWith);
    }
  }

  /**
   * Chooses the address to advertise for the wildcard address.
   *
   * @param route the address from which this machine reaches others; null if it has no route
   * @param reachable the addresses that other machines may reach
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

  /** Connecting a datagram socket sends nothing. It only determines the route. */
  private static InetAddress sourceOfRoute() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByAddress(OTHER_NETWORK), 9));
      return socket.getLocalAddress();
    } catch (IOException | UncheckedIOException noRoute) {
      return null;
    }
  }

  /** Returns true if other machines can connect. */
  public boolean isOpen() {
    return !address.isLoopbackAddress();
  }
}
