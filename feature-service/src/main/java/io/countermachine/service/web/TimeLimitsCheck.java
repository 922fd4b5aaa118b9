package io.countermachine.service.web;

import io.countermachine.service.store.dynamodb.StoreProperties;
import org.springframework.stereotype.Component;

/**
 * Fails the start if one attempt of a call may take as long as a request waits: a second attempt
 * could then never help.
 */
@Component
final class TimeLimitsCheck {
  TimeLimitsCheck(RequestProperties request, StoreProperties store) {
    long waitMillis = request.longestWait(request.deadline()).toMillis();
    if (store.attemptTimeout().toMillis() >= waitMillis) {
      throw new IllegalArgumentException(
          "counter-machine.dynamodb.attempt-timeout is %d ms; expected less than %d ms, which is counter-machine.request.deadline without counter-machine.request.reserve, of which at most a fifth of the deadline counts"
              .formatted(store.attemptTimeout().toMillis(), waitMillis));
    }
  }
}
