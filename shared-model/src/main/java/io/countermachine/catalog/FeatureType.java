package io.countermachine.catalog;

/** The type of a feature's value in answers; it may also be null. */
public enum FeatureType {
  NUMBER,
  /** Labels with a number each. */
  MAP,
  /** Entries, newest first. */
  LIST,
  TEXT,
  /** A number or a text, depending on the data or on a formula's branches. */
  NUMBER_OR_TEXT
}
