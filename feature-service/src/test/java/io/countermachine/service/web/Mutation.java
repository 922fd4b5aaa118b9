package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A random change of a body.
 *
 * @param tree the changed body
 * @param field the top-level field that was changed
 * @param isReplaced true if a value was replaced; false if one was removed or added
 */
record Mutation(JsonNode tree, String field, boolean isReplaced) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final byte[] TELLING = "{}[]\":,\\0123456789eE+-.tfn/*# \u0000\n".getBytes(UTF_8);

  /** Changes a few bytes: replaces, removes, inserts, doubles or truncates. */
  static byte[] ofBytes(byte[] valid, Random random) {
    byte[] body = valid;
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && body.length > 0; i++) {
      body = changed(body, random);
    }
    return body;
  }

  private static byte[] changed(byte[] body, Random random) {
    int at = random.nextInt(body.length);
    int to = Math.min(body.length, at + 1 + random.nextInt(12));
    byte[] piece = Arrays.copyOfRange(body, at, to);
    return switch (random.nextInt(7)) {
      case 0 -> spliced(body, at, at + 1, new byte[] {(byte) random.nextInt(256)});
      case 1 -> spliced(body, at, at + 1, telling(random));
      case 2 -> spliced(body, at, at, telling(random));
      case 3 -> spliced(body, at, to, new byte[0]);
      case 4 -> spliced(body, at, at, piece);
      case 5 -> spliced(body, to, to, body);
      default -> Arrays.copyOf(body, at);
    };
  }

  private static byte[] telling(Random random) {
    return new byte[] {TELLING[random.nextInt(TELLING.length)]};
  }

  /** A copy in which the bytes from {@code from} to {@code to} are replaced. */
  private static byte[] spliced(byte[] body, int from, int to, byte[] by) {
    byte[] result = Arrays.copyOf(body, body.length - (to - from) + by.length);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(body, to, result, from + by.length, body.length - to);
    return result;
  }

  /** Replaces, removes or adds one value somewhere in a tree. */
  static Mutation ofTree(JsonNode tree, Random random) {
    List<String> fields = new ArrayList<>(tree.propertyNames());
    String field = fields.get(random.nextInt(fields.size()));
    JsonNode holder = tree;
    String name = field;
    int index = -1;
    boolean top = true;
    // Descends at random, container by container.
    while (random.nextInt(3) > 0) {
      JsonNode next = index >= 0 ? holder.get(index) : holder.get(name);
      if (next == null || next.isEmpty()) {
        break;
      }
      holder = next;
      top = false;
      if (holder.isArray()) {
        index = random.nextInt(holder.size());
      } else {
        index = -1;
        List<String> names = new ArrayList<>(holder.propertyNames());
        name = names.get(random.nextInt(names.size()));
      }
    }
    int how = random.nextInt(4);
    if (holder instanceof ArrayNode array) {
      changeArray(array, index, how, random);
    } else {
      changeObject((ObjectNode) holder, name, how, random);
    }
    return new Mutation(tree, field, !top || how > 1);
  }

  private static void changeArray(ArrayNode array, int index, int how, Random random) {
    switch (how) {
      case 0 -> array.remove(index);
      case 1 -> array.insert(index, value(random, 3));
      default -> array.set(index, value(random, 3));
    }
  }

  private static void changeObject(ObjectNode object, String name, int how, Random random) {
    switch (how) {
      case 0 -> object.remove(name);
      case 1 -> object.set(text(random), value(random, 3));
      default -> object.set(name, value(random, 3));
    }
  }

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextLong());
      case 3 -> NODES.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(300)));
      case 4 -> NODES.numberNode(new java.math.BigInteger(1 + random.nextInt(3_000), random));
      case 5 -> NODES.stringNode(text(random));
      case 6 -> NODES.stringNode("post.view.1h");
      case 7 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(text(random), value(random, depth - 1));
        }
        yield object;
      }
    };
  }

  /**
   * A short or long text with any characters except lone surrogates, which JSON texts cannot hold.
   */
  private static String text(Random random) {
    int length = random.nextInt(20) == 0 ? random.nextInt(400) : random.nextInt(8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int character =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> random.nextInt(0xd800);
            case 2 -> 0x10000 + random.nextInt(0xfffff);
            default -> 'a' + random.nextInt(26);
          };
      text.appendCodePoint(character);
    }
    return text.toString();
  }
}
