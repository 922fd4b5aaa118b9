package io.countermachine.service.access;

import io.github.bucket4j.TimeMeter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The valid API keys. */
final class AccessKeys {
  private static final String PREFIX = "counter-machine.access.keys";
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

  private final List<ApiKey> keys;

  private AccessKeys(List<ApiKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Checks the settings.
   *
   * @throws InvalidAccess with every fault; it repeats no hash, because a key may have been entered
   *     in its place by mistake
   */
  static AccessKeys of(List<AccessProperties.Key> settings, TimeMeter time) {
    List<String> faults = new ArrayList<>();
    if (settings.isEmpty()) {
      faults.add("counter-machine.access.enabled is true, but " + PREFIX + "[0] is missing");
    }
    Map<String, Integer> names = new HashMap<>();
    Map<String, Integer> hashes = new HashMap<>();
    List<ApiKey> keys = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      AccessProperties.Key setting = settings.get(i);
      int before = faults.size();
      checkName(setting.name(), i, names, faults);
      checkHash(setting.sha256(), i, hashes, faults);
      double rate = rate(setting.requestsPerSecond(), i, faults);
      Set<Scope> scopes = scopes(setting.scopes(), i, faults);
      if (faults.size() == before) {
        keys.add(
            new ApiKey(
                setting.name(),
                HexFormat.of().parseHex(setting.sha256()),
                scopes,
                Double.isInfinite(rate) ? null : new RateLimit(rate, time)));
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidAccess(faults);
    }
    return new AccessKeys(keys);
  }

  private static void checkName(
      String name, int index, Map<String, Integer> names, List<String> faults) {
    String field = PREFIX + "[" + index + "].name";
    if (name == null || name.isBlank()) {
      faults.add(field + " is missing or blank");
      return;
    }
    if (!CallerNames.isValid(name)) {
      faults.add(field + " \"" + name + "\" is not valid: " + CallerNames.EXPECTED);
    }
    Integer other = names.putIfAbsent(name, index);
    if (other != null) {
      faults.add(field + " \"" + name + "\" is the name of " + PREFIX + "[" + other + "] too");
    }
  }

  private static void checkHash(
      String hash, int index, Map<String, Integer> hashes, List<String> faults) {
    String field = PREFIX + "[" + index + "].sha256";
    if (hash == null || !HASH.matcher(hash).matches()) {
      faults.add(field + " must be the key's SHA-256, 64 hexadecimal digits");
      return;
    }
    Integer other = hashes.putIfAbsent(hash.toLowerCase(Locale.ROOT), index);
    if (other != null) {
      faults.add(field + " is that of " + PREFIX + "[" + other + "] too");
    }
  }

  /** Requests per second; infinite if there is no limit. */
  private static double rate(String text, int index, List<String> faults) {
    if (text == null || text.isBlank()) {
      return Double.POSITIVE_INFINITY;
    }
    try {
      double rate = Double.parseDouble(text);
      if (rate >= RateLimit.LEAST_PER_SECOND && rate <= RateLimit.MOST_PER_SECOND) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    faults.add(
        "%s[%d].requests-per-second \"%s\" must be a number from 0.001 to 1000000"
            .formatted(PREFIX, index, text));
    return Double.POSITIVE_INFINITY;
  }

  private static Set<Scope> scopes(List<String> labels, int index, List<String> faults) {
    if (labels == null) {
      return Scope.DEFAULT;
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String label : labels) {
      Scope.of(label.strip())
          .ifPresentOrElse(
              scopes::add,
              () ->
                  faults.add(
                      "%s[%d].scopes has \"%s\"; %s"
                          .formatted(PREFIX, index, label, Scope.EXPECTED)));
    }
    if (labels.isEmpty()) {
      faults.add("%s[%d].scopes is empty; %s".formatted(PREFIX, index, Scope.EXPECTED));
    }
    return scopes;
  }

  /**
   * Finds the valid key that matches. It always compares all keys, so that the time does not reveal
   * which one matched.
   */
  Optional<ApiKey> find(PresentedKey presented) {
    byte[] hash = ApiKey.sha256(presented.key());
    ApiKey found = null;
    for (ApiKey key : keys) {
      if (key.isOf(hash)) {
        found = key;
      }
    }
    return Optional.ofNullable(found).filter(key -> presented.isFor(key.name()));
  }
}
