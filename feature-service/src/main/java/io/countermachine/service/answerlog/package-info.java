/** Writes a sampled share of responses to a Kafka topic, in the background. */
package io.countermachine.service.answerlog;
