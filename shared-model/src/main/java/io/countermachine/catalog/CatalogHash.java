package io.countermachine.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Distinguishes catalogs by their text. */
public final class CatalogHash {
  private CatalogHash() {}

  /**
   * SHA-256 of the text in UTF-8, 64 hexadecimal digits, as {@code sha256sum} prints it for the
   * file.
   */
  public static String of(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
