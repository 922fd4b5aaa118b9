package io.countermachine.service.access;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Makes an API key: {@code ./counter-machine key NAME}. */
public final class NewKey {
  private static final int WRONG_USAGE = 2;
  private static final int KEY_BYTES = 32;

  /** By which scanners for leaked secrets can tell such a key. */
  private static final String PREFIX = "cm_";

  private NewKey() {}

  /** Prints a key and its settings; exits with 2 where the name is missing or not valid. */
  public static void main(String[] arguments) {
    int code = run(arguments, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length != 1) {
      err.println("usage: counter-machine key NAME");
      return WRONG_USAGE;
    }
    String name = arguments[0];
    if (!CallerNames.isValid(name)) {
      err.printf("counter-machine: \"%s\" cannot name a key: %s%n", name, CallerNames.EXPECTED);
      return WRONG_USAGE;
    }
    String key = random();
    out.printf(
        """
        # The key, for %s alone; it is shown this once and stored nowhere:
        %s

        # Its settings, for the service (the number in brackets counts the keys from 0):
        counter-machine.access.enabled=true
        counter-machine.access.keys[0].name=%s
        counter-machine.access.keys[0].sha256=%s
        """,
        name, key, name, HexFormat.of().formatHex(ApiKey.sha256(key)));
    return 0;
  }

  private static String random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
