package io.countermachine.service.access;

import java.util.Optional;
import java.util.Set;

/**
 * The gate in front of everything: requires a key if access is on, and enforces each key's rate
 * limit and scopes.
 */
public final class AccessGate {
  private final Optional<AccessKeys> keys;
  private final CallMeter meter;

  /**
   * @param keys the valid keys; empty if access is off
   */
  AccessGate(Optional<AccessKeys> keys, CallMeter meter) {
    this.keys = keys;
    this.meter = meter;
  }

  /**
   * The gate's decision on a call.
   *
   * @param caller the caller's name in metrics
   * @param refusal why the call is refused; null if it is allowed
   * @param waitSeconds after how many seconds to retry; 0 if unknown
   */
  public record Decision(String caller, Refusal refusal, long waitSeconds) {
    static final Decision OPEN = new Decision(CallerNames.ANONYMOUS, null, 0);

    public boolean isRefused() {
      return refusal != null;
    }
  }

  /** Returns true if calls need a key. */
  boolean isOn() {
    return keys.isPresent();
  }

  /**
   * Decides on a call, and counts it if it is refused.
   *
   * @param presented the key that the call presents
   * @param required the scopes that allow the call; the key needs one of them
   * @param isOtherSites whether a browser may have sent the key for a page of another site
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
   * Counts a call that was allowed.
   *
   * @param status the HTTP status that it ended with, or the equivalent of another protocol's
   *     status
   */
  public void ended(Decision decision, int status) {
    meter.count(decision.caller(), status);
  }
}
