package io.countermachine.expression;

import java.util.List;
import java.util.Optional;

/** A part of a parsed formula. A position is the index of a character in the formula's text. */
public sealed interface Node {
  /** Where the part begins. */
  int position();

  /** A number. */
  record Constant(double value, int position) implements Node {}

  /** A text in quotes. */
  record TextConstant(String value, int position) implements Node {}

  /**
   * A name, such as {@code like}, {@code like.1h}, {@code creator.ctr.30d} or {@code
   * countries[country].1d}.
   *
   * @param path the name's parts before a label
   * @param label the label in brackets, if there is one
   * @param interval the part after the label, if there is one
   */
  record Reference(
      List<String> path, Optional<Label> label, Optional<String> interval, int position)
      implements Node {
    /** The name as written. */
    public String shown() {
      return String.join(".", path)
          + label.map(Label::shown).orElse("")
          + interval.map(text -> "." + text).orElse("");
    }
  }

  /**
   * A label of a histogram.
   *
   * @param text the label, or the name of the field that holds it
   * @param isField true if it is the name of a field
   */
  record Label(String text, boolean isField) {
    String shown() {
      return isField ? "[" + text + "]" : "[\"" + text + "\"]";
    }
  }

  /** {@code -x} or {@code not x}. */
  record Unary(Operator operator, Node operand, int position) implements Node {}

  /** An operator between two operands. */
  record Binary(Operator operator, Node left, Node right, int position) implements Node {}

  /** {@code value in [a, b]}. */
  record Membership(Node value, List<Node> elements, int position) implements Node {}

  /** A call of a function, with its arguments in the order of {@link Function#parameters()}. */
  record Call(Function function, List<Node> arguments, int position) implements Node {}
}
