package io.countermachine.service.admission;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Fails the start if requests may hold at least as many places as there are threads. Requests would
 * then queue for threads, where nothing rejects them.
 */
@Component
final class ThreadsCheck {
  ThreadsCheck(
      AdmissionProperties admission,
      @Value("${server.tomcat.threads.max:200}") int threads,
      @Value("${spring.threads.virtual.enabled:false}") boolean virtual) {
    if (admission.enabled() && !virtual && admission.maxLimit() >= threads) {
      throw new IllegalArgumentException(
          "counter-machine.admission.max-limit is %d; expected less than server.tomcat.threads.max, which is %d"
              .formatted(admission.maxLimit(), threads));
    }
  }
}
