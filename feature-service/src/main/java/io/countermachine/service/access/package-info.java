/**
 * Who may call: API keys, which are off unless {@code counter-machine.access.enabled} is true, and
 * a rate limit for each.
 */
package io.countermachine.service.access;
