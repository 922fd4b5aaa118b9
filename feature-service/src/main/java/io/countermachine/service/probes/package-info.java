/** Health probes for orchestrators, and the orderly stop. */
package io.countermachine.service.probes;
