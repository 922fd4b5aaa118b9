/** Answers as bytes. */
package io.countermachine.service.encode;
