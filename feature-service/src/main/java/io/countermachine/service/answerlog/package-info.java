/** A sampled share of answers, written to a Kafka topic behind the requests' backs. */
package io.countermachine.service.answerlog;
