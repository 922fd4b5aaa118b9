package io.countermachine.measure;

/**
 * Bytes of one measure of one key in the job's state.
 *
 * @param typical for a key with some events
 * @param worst for a key with as many different events as there can be
 */
public record StateBytes(long typical, long worst) {
  StateBytes plus(StateBytes more) {
    return new StateBytes(typical + more.typical, worst + more.worst);
  }
}
