/** What counters are worth at an instant. */
package io.countermachine.service.evaluate;
