/**
 * Rules in a Kafka topic: which values are on a catalog's lists, from when until when, and which
 * values to forget. The job and the service read the topic. The service and the tools write it.
 */
package io.countermachine.rules;
