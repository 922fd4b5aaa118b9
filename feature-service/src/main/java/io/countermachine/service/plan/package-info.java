/**
 * Plans a request: the groups of its features, the keys to read, and which result gets which
 * values.
 */
package io.countermachine.service.plan;
