/**
 * Who may call: API keys, each with a rate limit. They are off unless {@code
 * counter-machine.access.enabled} is true.
 */
package io.countermachine.service.access;
