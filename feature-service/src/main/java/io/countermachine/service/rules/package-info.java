/** Rules of the catalog's topic: which keys they block, and the calls that set and lift them. */
package io.countermachine.service.rules;
