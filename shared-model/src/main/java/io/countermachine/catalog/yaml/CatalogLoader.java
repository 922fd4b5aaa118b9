package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogHash;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Loads a catalog file and checks it completely. */
public final class CatalogLoader {
  /** The name of the catalog that comes with the software. */
  public static final String BUNDLED = "catalog.yaml";

  private static final int HASH_DIGITS = 16;

  /** What is not closed, by the YAML parser's description of what it was parsing. */
  private static final Map<String, String> OPENINGS =
      Map.of(
          "while parsing a flow sequence", "[",
          "while parsing a flow mapping", "{",
          "while scanning a quoted scalar", "quote");

  private CatalogLoader() {}

  /**
   * Loads a catalog.
   *
   * @throws CatalogException with every fault, if the file is not a valid catalog or cannot be read
   */
  public static Catalog load(Path file) {
    return parse(file.toString(), readText(file));
  }

  /** The catalog that comes with the software. */
  public static Catalog loadBundled() {
    return parse(BUNDLED, bundledText());
  }

  /** The text of the catalog that comes with the software. */
  public static String bundledText() {
    try (InputStream in = CatalogLoader.class.getResourceAsStream("/" + BUNDLED)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the text of a catalog file.
   *
   * @throws CatalogException if it cannot be read as UTF-8
   */
  public static String readText(Path file) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw unreadable(file, "the file is not UTF-8 text");
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (IOException e) {
      throw unreadable(file, "the file cannot be read: " + e);
    }
  }

  private static CatalogException unreadable(Path file, String what) {
    return new CatalogException(List.of(file + ":1: " + what + "; expected a catalog in YAML"));
  }

  /**
   * Parses a catalog.
   *
   * @param fileName the name at the start of each fault
   * @throws CatalogException with every fault, if the text is not a valid catalog
   */
  public static Catalog parse(String fileName, String text) {
    Faults faults = new Faults(fileName);
    Node document = compose(text, faults);
    faults.throwIfAny();
    Catalog catalog =
        new CatalogReader(document, faults, CatalogHash.of(text).substring(0, HASH_DIGITS)).read();
    faults.throwIfAny();
    return catalog;
  }

  /**
   * JSON may be indented with tabs, YAML may not. In JSON, tabs within texts are always escaped.
   */
  private static String withoutTabs(String text) {
    return text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text;
  }

  /**
   * Reports the fault where the unclosed part starts, because the text continues until something
   * does not fit.
   */
  private static void addFault(MarkedYAMLException e, Faults faults) {
    int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
    String opening = e.getContext() == null ? null : OPENINGS.get(e.getContext());
    int openLine = e.getContextMark() == null ? line : e.getContextMark().getLine() + 1;
    if (opening == null || openLine == line) {
      faults.add(line, "this is not YAML: " + e.getProblem());
    } else {
      faults.add(
          openLine,
          "this is not YAML: the %s that opens here is not closed before line %d: %s"
              .formatted(opening, line, e.getProblem()));
    }
  }

  private static Node compose(String text, Faults faults) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    try {
      Iterator<Node> documents =
          new Yaml(options).composeAll(new StringReader(withoutTabs(text))).iterator();
      Node document = documents.hasNext() ? documents.next() : null;
      if (document == null || YamlMap.isNull(document)) {
        faults.add(1, "the file is empty; expected a catalog with events and groups");
      } else if (documents.hasNext()) {
        faults.add(documents.next(), "a second YAML document begins here; expected only one");
      }
      return document;
    } catch (MarkedYAMLException e) {
      addFault(e, faults);
      return null;
    } catch (YAMLException e) {
      faults.add(1, "this is not YAML: " + e.getMessage());
      return null;
    }
  }
}
