/** Computes the values of counters at an instant. */
package io.countermachine.service.evaluate;
