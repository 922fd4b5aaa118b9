package io.countermachine.service.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * A key as a request presents it: in {@code X-Api-Key}, as a Bearer token, or as the password of
 * the Basic scheme with the key's name as the user. Browsers can send only the last form.
 */
public final class PresentedKey {
  /** The header that carries only a key. */
  public static final String HEADER = "X-Api-Key";

  /** The header that carries a scheme and then the key. */
  public static final String AUTHORIZATION = "Authorization";

  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private final byte[] key;
  private final String user;

  private PresentedKey(byte[] key, String user) {
    this.key = key;
    this.user = user;
  }

  /** The key's bytes as received. */
  byte[] key() {
    return key;
  }

  /** Returns true if the key was presented without a name, or with this one. */
  boolean isFor(String name) {
    return user == null || user.equals(name);
  }

  /**
   * Returns true if a browser sends the key by itself, even if a page of another site made the
   * request.
   */
  boolean isSentByBrowsers() {
    return user != null;
  }

  /**
   * A key of ASCII characters.
   *
   * @param user the name it was presented with; null for none
   */
  static PresentedKey of(String key, String user) {
    return new PresentedKey(key.getBytes(ISO_8859_1), user);
  }

  static Optional<PresentedKey> of(HttpServletRequest request) {
    return ofHeaders(request.getHeader(HEADER), request.getHeader(AUTHORIZATION));
  }

  /** Reads the key of a call from its two headers. Each may be null. */
  public static Optional<PresentedKey> ofHeaders(String own, String authorization) {
    if (own != null) {
      return withoutUser(own);
    }
    if (authorization == null) {
      return Optional.empty();
    }
    String scheme = authorization.toLowerCase(Locale.ROOT);
    if (scheme.startsWith(BEARER)) {
      return withoutUser(authorization.substring(BEARER.length()));
    }
    return scheme.startsWith(BASIC)
        ? basic(authorization.substring(BASIC.length()))
        : Optional.empty();
  }

  private static Optional<PresentedKey> withoutUser(String text) {
    // Tomcat turns each byte of a header into one character, so ISO 8859-1 gives the bytes back.
    byte[] key = text.strip().getBytes(ISO_8859_1);
    return key.length == 0 ? Optional.empty() : Optional.of(new PresentedKey(key, null));
  }

  private static Optional<PresentedKey> basic(String encoded) {
    byte[] pair;
    try {
      pair = Base64.getDecoder().decode(encoded.strip());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    String text = new String(pair, ISO_8859_1);
    int colon = text.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(
            new PresentedKey(
                text.substring(colon + 1).getBytes(ISO_8859_1), text.substring(0, colon)));
  }
}
