/** Encodes responses. */
package io.countermachine.service.encode;
