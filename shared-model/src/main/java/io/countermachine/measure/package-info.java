/**
 * The data that is kept per key, and its values at an instant.
 *
 * <p>An {@link io.countermachine.measure.Interval} is a kernel over time, a {@link
 * io.countermachine.measure.MeasureKind} is a way to keep what happened, and a {@link
 * io.countermachine.measure.Schema} defines the stored data of one group. {@link
 * io.countermachine.measure.Counters} are the state of one key, {@link
 * io.countermachine.measure.ItemValues} the part of it that the table and the service need. Depends
 * on no other package of the project.
 */
package io.countermachine.measure;
