/**
 * Rules in a Kafka topic: which values are on a catalog's lists, from when until when, and which
 * are to be forgotten. The job and the service read the topic; the service and the tools write it.
 */
package io.countermachine.rules;
