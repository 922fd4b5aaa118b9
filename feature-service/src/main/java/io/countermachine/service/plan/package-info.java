/** What a request comes to: the features' groups, the keys to read, and whose value goes where. */
package io.countermachine.service.plan;
