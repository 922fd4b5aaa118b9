package io.countermachine.service.access;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Makes an API key: {@code ./counter-machine key NAME --scopes features,inspect}. */
public final class NewKey {
  private static final int WRONG_USAGE = 2;
  private static final int KEY_BYTES = 32;
  private static final String SCOPES = "--scopes";

  /** A fixed prefix by which scanners for leaked secrets recognize such a key. */
  private static final String PREFIX = "cm_";

  private NewKey() {}

  /** Prints a key and its settings. Exits with 2 if the name or a scope is not valid. */
  public static void main(String[] arguments) {
    int code = run(arguments, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    List<String> names = new ArrayList<>();
    List<String> scopes = Scope.DEFAULT.stream().map(Scope::label).toList();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals(SCOPES) && i + 1 < arguments.length) {
        i++;
        scopes = Arrays.stream(arguments[i].split(",", -1)).map(String::strip).toList();
      } else {
        names.add(arguments[i]);
      }
    }
    if (names.size() != 1 || names.get(0).startsWith("-")) {
      err.println("usage: counter-machine key NAME [--scopes features,inspect,send,operate]");
      return WRONG_USAGE;
    }
    String name = names.get(0);
    if (!CallerNames.isValid(name)) {
      err.printf("counter-machine: \"%s\" cannot name a key: %s%n", name, CallerNames.EXPECTED);
      return WRONG_USAGE;
    }
    List<String> unknown = scopes.stream().filter(scope -> Scope.of(scope).isEmpty()).toList();
    if (!unknown.isEmpty()) {
      err.printf(
          "counter-machine: there is no scope %s: %s%n",
          unknown.stream().collect(Collectors.joining("\", \"", "\"", "\"")), Scope.EXPECTED);
      return WRONG_USAGE;
    }
    print(name, scopes, out);
    return 0;
  }

  private static void print(String name, List<String> scopes, PrintStream out) {
    String key = random();
    out.printf(
        """
        # The key, for %s alone; it is shown this once and stored nowhere:
        %s

        # Its settings, for the service (the number in brackets counts the keys from 0):
        counter-machine.access.enabled=true
        counter-machine.access.keys[0].name=%s
        counter-machine.access.keys[0].sha256=%s
        counter-machine.access.keys[0].scopes=%s
        """,
        name, key, name, HexFormat.of().formatHex(ApiKey.sha256(key)), String.join(",", scopes));
  }

  private static String random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
