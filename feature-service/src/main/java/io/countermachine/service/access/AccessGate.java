package io.countermachine.service.access;

import java.util.Optional;
import java.util.Set;

/**
 * The gate before everything: asks for a key where access is on, and holds each key to its rate and
 * its scopes.
 */
public final class AccessGate {
  private final Optional<AccessKeys> keys;
  private final CallMeter meter;

  /**
   * @param keys the keys that are taken; empty where access is off
   */
  AccessGate(Optional<AccessKeys> keys, CallMeter meter) {
    this.keys = keys;
    this.meter = meter;
  }

  /**
   * What becomes of a call.
   *
   * @param caller who calls, as metrics name it
   * @param refusal why it may not; null where it may
   * @param waitSeconds when to come again; 0 for no such promise
   */
  public record Decision(String caller, Refusal refusal, long waitSeconds) {
    static final Decision OPEN = new Decision(CallerNames.ANONYMOUS, null, 0);

    public boolean isRefused() {
      return refusal != null;
    }
  }

  /** Whether keys are asked for at all. */
  boolean isOn() {
    return keys.isPresent();
  }

  /**
   * Decides on a call, and counts one that is refused.
   *
   * @param presented the key that it presents
   * @param required the scopes of which the key needs one
   * @param isOtherSites whether a browser may have sent the key for another site's page
   */
  public Decision decide(
      Optional<PresentedKey> presented, Set<Scope> required, boolean isOtherSites) {
    if (keys.isEmpty()) {
      return Decision.OPEN;
    }
    Optional<ApiKey> key = presented.flatMap(keys.get()::find);
    if (key.isEmpty()) {
      return refused(CallerNames.UNKNOWN, Refusal.NO_KEY, 0);
    }
    long waitSeconds = key.get().limit().map(RateLimit::take).orElse(0L);
    if (waitSeconds > 0) {
      meter.countRateLimited();
      return refused(key.get().name(), Refusal.RATE, waitSeconds);
    }
    if (presented.get().isSentByBrowsers() && isOtherSites) {
      return refused(key.get().name(), Refusal.OTHER_SITE, 0);
    }
    return key.get().hasOneOf(required)
        ? new Decision(key.get().name(), null, 0)
        : refused(key.get().name(), Refusal.missingScope(required), 0);
  }

  private Decision refused(String caller, Refusal refusal, long waitSeconds) {
    meter.count(caller, refusal.status());
    return new Decision(caller, refusal, waitSeconds);
  }

  /**
   * Counts a call that was let in.
   *
   * @param status the HTTP status that it ended with, or that says the same
   */
  public void ended(Decision decision, int status) {
    meter.count(decision.caller(), status);
  }
}
