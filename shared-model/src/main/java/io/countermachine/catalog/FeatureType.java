package io.countermachine.catalog;

/** What a feature's value is in answers, besides null. */
public enum FeatureType {
  NUMBER,
  /** Labels with a number each. */
  MAP,
  /** Entries, newest first. */
  LIST,
  TEXT,
  /** A number or a text, as the data or a formula's branches have it. */
  NUMBER_OR_TEXT
}
