package io.countermachine.service.admission;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Refuses a start where as many requests may have a place as there are threads, or more: requests
 * would queue for threads, where nobody turns them away.
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
