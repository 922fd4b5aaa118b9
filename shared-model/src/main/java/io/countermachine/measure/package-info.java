/**
 * What is kept under one key, and what it is worth at an instant.
 *
 * <p>An {@link io.countermachine.measure.Interval} is a kernel over time, a {@link
 * io.countermachine.measure.MeasureKind} a way to keep what happened, a {@link
 * io.countermachine.measure.Schema} what one group stores. {@link
 * io.countermachine.measure.Counters} are one key's state, {@link
 * io.countermachine.measure.ItemValues} what the table and the service need of it. Depends on no
 * other package of the project.
 */
package io.countermachine.measure;
