/** What an orchestrator asks of the service, and how it is stopped. */
package io.countermachine.service.probes;
