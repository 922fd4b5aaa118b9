package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP sockets that a process listens on, as Linux reports them. */
final class ListeningSockets {
  private static final String LISTENS = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private ListeningSockets() {}

  static List<InetSocketAddress> of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> own = sockets(process.resolve("fd"));
    List<InetSocketAddress> listening = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(process.resolve(table), US_ASCII)) {
        String[] columns = line.trim().split(" +", -1);
        if (columns[STATE].equals(LISTENS) && own.contains("socket:[" + columns[INODE] + "]")) {
          listening.add(address(columns[LOCAL_ADDRESS]));
        }
      }
    }
    return listening;
  }

  private static Set<String> sockets(Path descriptors) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> all = Files.list(descriptors)) {
      for (Path each : all.toList()) {
        if (Files.isSymbolicLink(each)) {
          sockets.add(Files.readSymbolicLink(each).toString());
        }
      }
    }
    return sockets;
  }

  /** Addresses consist of words of four bytes, with the lowest byte first. */
  private static InetSocketAddress address(String text) {
    int colon = text.indexOf(':');
    byte[] words = HexFormat.of().parseHex(text.substring(0, colon));
    ByteBuffer from = ByteBuffer.wrap(words).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(words.length);
    while (from.hasRemaining()) {
      to.putInt(from.getInt());
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(to.array()), Integer.parseInt(text.substring(colon + 1), 16));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
