package io.countermachine.service.web;

import io.countermachine.service.store.dynamodb.StoreProperties;
import org.springframework.stereotype.Component;

/**
 * Fails the start if one attempt of a call may take as long as a request: a second attempt could
 * then never help.
 */
@Component
final class TimeLimitsCheck {
  TimeLimitsCheck(RequestProperties request, StoreProperties store) {
    if (store.attemptTimeout().compareTo(request.deadline()) >= 0) {
      throw new IllegalArgumentException(
          "counter-machine.dynamodb.attempt-timeout is %d ms; expected less than counter-machine.request.deadline, which is %d ms"
              .formatted(store.attemptTimeout().toMillis(), request.deadline().toMillis()));
    }
  }
}
