package io.countermachine.service.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/** A valid key: its caller's name, hash, scopes and rate limit. The key itself is not stored. */
final class ApiKey {
  private final String name;
  private final byte[] hash;
  private final Set<Scope> scopes;
  private final RateLimit limit;

  /**
   * @param hash the key's SHA-256
   * @param scopes what the key opens
   * @param limit the rate limit; null for none
   */
  ApiKey(String name, byte[] hash, Set<Scope> scopes, RateLimit limit) {
    this.name = name;
    this.hash = hash.clone();
    this.scopes = Set.copyOf(scopes);
    this.limit = limit;
  }

  String name() {
    return name;
  }

  Set<Scope> scopes() {
    return scopes;
  }

  /** Returns true if the key has at least one of the scopes. */
  boolean hasOneOf(Set<Scope> required) {
    return !Collections.disjoint(scopes, required);
  }

  Optional<RateLimit> limit() {
    return Optional.ofNullable(limit);
  }

  /** Compares in constant time: the time does not depend on where the hashes differ. */
  boolean isOf(byte[] presentedHash) {
    return MessageDigest.isEqual(hash, presentedHash);
  }

  static byte[] sha256(byte[] key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static byte[] sha256(String key) {
    return sha256(key.getBytes(StandardCharsets.UTF_8));
  }
}
