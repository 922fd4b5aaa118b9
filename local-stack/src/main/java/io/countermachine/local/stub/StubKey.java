package io.countermachine.local.stub;

/**
 * An item's key; both attributes are strings.
 *
 * @param sort empty where the table has no sort key
 */
record StubKey(String partition, String sort) {
  private static final char ALIAS = '~';

  /** The key without its alias suffixes, each a {@code ~} and digits; itself where it has none. */
  StubKey original() {
    if (partition.indexOf(ALIAS) < 0) {
      return this;
    }
    StringBuilder text = new StringBuilder(partition.length());
    boolean inSuffix = false;
    for (int i = 0; i < partition.length(); i++) {
      char c = partition.charAt(i);
      inSuffix = c == ALIAS || (inSuffix && c >= '0' && c <= '9');
      if (!inSuffix) {
        text.append(c);
      }
    }
    return new StubKey(text.toString(), sort);
  }
}
